"""TLS to devices of any age: every version and cipher that this machine's library still has, and any certificate.

kitscan sends nothing secret this way and trusts nothing that comes, so a weak cipher does no harm. Old devices have no
other.
"""

import ssl
import warnings

from fingerprints.model.evidence import Gap, GapReason

_TOO_OLD = (
    "UNSUPPORTED_PROTOCOL",
    "WRONG_SSL_VERSION",
    "PROTOCOL_VERSION",
    "HANDSHAKE_FAILURE",
    "INSUFFICIENT_SECURITY",
    "LEGACY",
    "TOO_SMALL",
    "NO_PROTOCOLS",
    "NO_CIPHERS",
    "NO_SHARED",
    "UNKNOWN_CIPHER",
    "WRONG_CIPHER",
    "BAD_SIGNATURE_ALGORITHM",
    "WRONG_SIGNATURE_TYPE",
    "DIGEST_NOT_ALLOWED",
    "INTERNAL_ERROR",
)
"""Parts of the OpenSSL error names that mean: the two sides have no version, cipher or signature in common."""

_WANTS_OURS = ("CERTIFICATE_REQUIRED",)

_GONE = ("EOF", "SHUTDOWN", "CLOSE_NOTIFY")


def lenient_context() -> ssl.SSLContext:
    """A client context that accepts any certificate, and the oldest version that the library has."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python deprecates the old versions wanted here
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:COMPLEMENTOFDEFAULT:@SECLEVEL=0")
    context.options |= ssl.OP_NO_RENEGOTIATION  # a device could have us shake hands again and again
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF | getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


def handshake_gap(probe: str, at: str, error: ssl.SSLError) -> Gap:
    """Why a TLS handshake failed, as a gap."""
    reason = (error.reason or "").upper()
    if any(word in reason for word in _WANTS_OURS):
        return Gap(probe, at, GapReason.REFUSED, "it requires a client certificate")
    if any(word in reason for word in _TOO_OLD):
        return Gap(probe, at, GapReason.TLS_LEGACY_CRYPTO, f"no TLS version or cipher in common ({reason.lower()})")
    if isinstance(error, ssl.SSLEOFError) or any(word in reason for word in _GONE):
        return Gap(probe, at, GapReason.NO_ANSWER, "it closed the connection during the TLS handshake")
    return Gap(probe, at, GapReason.MALFORMED, f"what answers there does not speak TLS ({reason.lower() or 'unnamed'})")
