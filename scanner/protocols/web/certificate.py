"""The certificate that a device shows in a TLS handshake, as evidence: who it says it is, and who vouched for it.

The handshake proved that the device holds the key. Nobody has checked the signature of the issuer: we hold no maker's
root certificate.
"""

import hashlib
from typing import TYPE_CHECKING

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept

if TYPE_CHECKING:
    from cryptography import x509

MAX_FIELD = 1_024
"""Characters kept of one field."""

MAX_NAMES = 20


def certificate_said(encoded: bytes, probe: str, at: str) -> tuple[Observation | Gap, ...]:
    """The fields of a certificate in DER, `at` a port; MALFORMED, besides the fingerprint, where it cannot be read."""
    print_of_it = hashlib.sha256(encoded).hexdigest()
    found = [Observation(Source.WEB_CERTIFICATE, f"fingerprint {at}", print_of_it)]
    try:
        fields = _fields(encoded)
    except Exception as error:  # noqa: BLE001 - decode boundary: a hostile certificate may break the library in any way
        detail = f"its certificate cannot be read ({type(error).__name__})"
        return *found, Gap(probe, at, GapReason.MALFORMED, detail)
    for name, text in fields:
        if text:
            found.append(Observation(Source.WEB_CERTIFICATE, f"{name} {at}", kept(text)[:MAX_FIELD]))
    return tuple(found)


def _fields(encoded: bytes) -> tuple[tuple[str, str], ...]:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    names = {
        NameOID.SERIAL_NUMBER: "serialNumber",
        NameOID.UNSTRUCTURED_NAME: "unstructuredName",
        NameOID.EMAIL_ADDRESS: "emailAddress",
    }
    certificate = x509.load_der_x509_certificate(encoded)
    return (
        ("subject", certificate.subject.rfc4514_string(names)),
        ("issuer", certificate.issuer.rfc4514_string(names)),
        ("names", _alternatives(certificate)),
    )


def _alternatives(certificate: "x509.Certificate") -> str:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ""
    plain = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier, x509.RFC822Name)
    named = [str(name.value) for name in extension.value if isinstance(name, plain)]
    return ", ".join(named[:MAX_NAMES])
