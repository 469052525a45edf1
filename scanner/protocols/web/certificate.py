"""The certificate that a device shows in a TLS handshake, as evidence: its subject, issuer and alternative names.

The handshake proves that the device holds the key. The issuer's signature is not verified: kitscan has no makers' root
certificates.
"""

import hashlib
from typing import TYPE_CHECKING

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from fingerprints.model.observation_place import FieldOfPort

if TYPE_CHECKING:
    from cryptography import x509

MAX_FIELD = 1_024
"""Characters kept of one field."""

MAX_NAMES = 20


def certificate_observations(encoded: bytes, probe: str, at: str) -> tuple[Observation | Gap, ...]:
    """The fields of a certificate in DER, `at` a port. If it is unreadable: its fingerprint, and a MALFORMED gap."""
    fingerprint = hashlib.sha256(encoded).hexdigest()
    observations = [Observation(Source.WEB_CERTIFICATE, FieldOfPort("fingerprint", at).to_at(), fingerprint)]
    try:
        fields = _fields(encoded)
    except Exception as error:  # noqa: BLE001 - decode boundary: a hostile certificate may break the library in any way
        detail = f"its certificate cannot be read ({type(error).__name__})"
        return *observations, Gap(probe, at, GapReason.MALFORMED, detail)
    for name, text in fields:
        if text:
            observations.append(
                Observation(Source.WEB_CERTIFICATE, FieldOfPort(name, at).to_at(), kept(text)[:MAX_FIELD])
            )
    return tuple(observations)


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
    text_names = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier, x509.RFC822Name)
    names_in_order = [str(name.value) for name in extension.value if isinstance(name, text_names)]
    return ", ".join(names_in_order[:MAX_NAMES])
