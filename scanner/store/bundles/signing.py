"""Ed25519 signatures (RFC 8032) of bundles, and the keys as people keep them: one line of text each."""

import base64
import binascii
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE, PUBLIC = "kitscan-ed25519-private:", "ed25519:"
"""What a private and a public key begin with."""


def new_private_key() -> str:
    """A new private key, as text."""
    return PRIVATE + base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def public_key_of(private: str) -> str:
    """The public key of a private one. Raises ValueError for a text that is none; no message repeats it."""
    return PUBLIC + _private(private).public_key().public_bytes_raw().hex()


def sign(private: str, octets: bytes) -> str:
    """The signature of octets, in hexadecimal digits. Raises ValueError for a text that is no private key."""
    return _private(private).sign(octets).hex()


def is_signed_by(public: str, signature: str, octets: bytes) -> bool:
    """Whether octets bear the signature of a key. False for a text that is no public key, or no signature."""
    try:
        _public(public).verify(bytes.fromhex(signature), octets)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_public_key(text: str) -> bool:
    """Whether a text is a public key."""
    try:
        _public(text)
    except ValueError:
        return False
    return True


def _private(text: str) -> Ed25519PrivateKey:
    try:
        octets = base64.b64decode(text.removeprefix(PRIVATE), validate=True)
    except binascii.Error:
        octets = b""
    if not text.startswith(PRIVATE) or len(octets) != 32:
        raise ValueError("is no private key of kitscan")
    return Ed25519PrivateKey.from_private_bytes(octets)


def _public(text: str) -> Ed25519PublicKey:
    if not re.fullmatch(f"{PUBLIC}[0-9a-f]{{64}}", text):
        raise ValueError("is no public key")
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.removeprefix(PUBLIC)))
