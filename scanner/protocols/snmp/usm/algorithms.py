"""The user-based security model of SNMPv3: passwords to keys, keys to engines, messages signed and sealed.

RFC 3414 (MD5, SHA-1, DES), RFC 3826 (AES-128), RFC 7860 (SHA-2). AES-192, AES-256 and 3DES stand in no RFC: they follow
draft-blumenthal-aes-usm-04 and draft-reeder-snmpv3-usm-3desede-00, as the agents that ship them do.
Octets in, octets out: it knows nothing of BER, sockets or clocks, and both ends of a session use the same functions.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from scanner.credentials.access import AuthProtocol, PrivProtocol

if TYPE_CHECKING:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

PASSWORD_STRETCH = 1_048_576
"""Octets of the repeated password that are hashed into a key (RFC 3414 section 2.6)."""

TIME_WINDOW = 150
"""Seconds by which a message's engine time may differ from the authoritative engine's (RFC 3414 section 2.2.3)."""

MAX_BOOTS = 2**31 - 1
"""At this count an engine's boots are latched, and it accepts no message (RFC 3414 section 2.2.2)."""

MAC_LENGTHS = {
    AuthProtocol.MD5: 12,
    AuthProtocol.SHA1: 12,
    AuthProtocol.SHA224: 16,
    AuthProtocol.SHA256: 24,
    AuthProtocol.SHA384: 32,
    AuthProtocol.SHA512: 48,
}
"""Octets of the HMAC that go on the wire (RFC 3414 sections 6 and 7, RFC 7860 section 4)."""

_KEY_LENGTHS = {
    PrivProtocol.DES: 16,
    PrivProtocol.TRIPLE_DES: 32,
    PrivProtocol.AES128: 16,
    PrivProtocol.AES192: 24,
    PrivProtocol.AES256: 32,
}
"""Octets of a localised privacy key; DES and 3DES keep their last 8 for the initialisation vector."""

_BLOCK = 8


class KeyExtension(StrEnum):
    """How a hash shorter than the cipher's key is stretched. They differ below SHA-512 for AES-256, below SHA-224 for
    AES-192, and a wrong choice shows only as silence."""

    BLUMENTHAL = "blumenthal"
    REEDER = "reeder"


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """A user's passwords, hashed once (about 1 ms each) and good for every engine."""

    auth: AuthProtocol
    auth_key: bytes = field(repr=False)
    priv: PrivProtocol | None = None
    priv_key: bytes = field(default=b"", repr=False)
    extension: KeyExtension = KeyExtension.BLUMENTHAL


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """A user's keys at one authoritative engine (RFC 3414 section 2.6)."""

    auth: AuthProtocol
    auth_key: bytes = field(repr=False)
    priv: PrivProtocol | None = None
    priv_key: bytes = field(default=b"", repr=False)


def password_to_key(protocol: AuthProtocol, password: bytes) -> bytes:
    """The master key Ku of a password (RFC 3414 appendix A.2). Raises ValueError for an empty password."""
    if not password:
        raise ValueError("an SNMPv3 password has at least one octet")
    repeats, rest = divmod(PASSWORD_STRETCH, len(password))
    return hashlib.new(protocol.value, password * repeats + password[:rest], usedforsecurity=False).digest()


def localise(protocol: AuthProtocol, key: bytes, engine_id: bytes) -> bytes:
    """The localised key Kul: what a master key becomes at one engine (RFC 3414 section 2.6)."""
    return hashlib.new(protocol.value, key + engine_id + key, usedforsecurity=False).digest()


def privacy_key(
    protocol: PrivProtocol, auth: AuthProtocol, master: bytes, engine_id: bytes, extension: KeyExtension
) -> bytes:
    """The localised privacy key, stretched by `extension` where the hash is shorter than the cipher wants.

    3DES is stretched in Reeder's way whatever `extension` says: its draft knows no other.
    """
    wanted = _KEY_LENGTHS[protocol]
    key = last = localise(auth, master, engine_id)
    reeder = extension is KeyExtension.REEDER or protocol is PrivProtocol.TRIPLE_DES
    while len(key) < wanted:
        if reeder:
            last = localise(auth, password_to_key(auth, last), engine_id)
        else:
            last = hashlib.new(auth.value, key, usedforsecurity=False).digest()
        key += last
    return key[:wanted]


def localised(keys: MasterKeys, engine_id: bytes) -> LocalKeys:
    """A user's keys at the engine `engine_id`."""
    auth_key = localise(keys.auth, keys.auth_key, engine_id)
    if keys.priv is None:
        return LocalKeys(keys.auth, auth_key)
    sealing = privacy_key(keys.priv, keys.auth, keys.priv_key, engine_id, keys.extension)
    return LocalKeys(keys.auth, auth_key, keys.priv, sealing)


def digest(keys: LocalKeys, message: bytes) -> bytes:
    """The authentication parameters of a whole message whose place for them holds zeros (RFC 3414 section 6.3.1)."""
    return hmac.digest(keys.auth_key, message, keys.auth.value)[: MAC_LENGTHS[keys.auth]]


def authentic(keys: LocalKeys, message: bytes, at: int, received: bytes) -> bool:
    """Whether `received`, found at offset `at` of a message, is its digest; False for one of another length, and for an
    empty one above all."""
    length = MAC_LENGTHS[keys.auth]
    if len(received) != length or message[at : at + length] != received:
        return False
    zeroed = message[:at] + bytes(length) + message[at + length :]
    return hmac.compare_digest(digest(keys, zeroed), received)


def timely(boots: int, time: int, engine_boots: int, engine_time: int) -> bool:
    """Whether a message lies in the time window of the engine that received it (RFC 3414 section 3.2, step 7a)."""
    return boots == engine_boots != MAX_BOOTS and abs(time - engine_time) <= TIME_WINDOW


def salt_of(protocol: PrivProtocol, boots: int, counter: int) -> bytes:
    """The privacy parameters of one message: `counter` must never recur under one key (RFC 3414 section 8.1.1.1,
    RFC 3826 section 3.1.2.1)."""
    if protocol in (PrivProtocol.DES, PrivProtocol.TRIPLE_DES):
        return boots.to_bytes(4, "big") + (counter & 0xFFFFFFFF).to_bytes(4, "big")
    return (counter & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


def seal(keys: LocalKeys, plain: bytes, boots: int, time: int, salt: bytes) -> bytes:
    """A scoped PDU encrypted; DES and 3DES pad it to whole blocks. Raises ValueError without a privacy key, or for a
    salt that is not 8 octets."""
    encryptor = _cipher(keys, boots, time, salt).encryptor()
    padded = plain if _streams(keys) else plain + bytes(-len(plain) % _BLOCK)
    return encryptor.update(padded) + encryptor.finalize()


def unseal(keys: LocalKeys, sealed: bytes, boots: int, time: int, salt: bytes) -> bytes:
    """The scoped PDU of an encrypted one, with its padding; nonsense where the key is wrong. Raises ValueError for
    octets that cannot be a sealed PDU."""
    if not _streams(keys) and len(sealed) % _BLOCK:
        raise ValueError("a DES ciphertext is whole blocks of 8 octets")
    decryptor = _cipher(keys, boots, time, salt).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


def _streams(keys: LocalKeys) -> bool:
    return keys.priv not in (PrivProtocol.DES, PrivProtocol.TRIPLE_DES)


def _cipher(keys: LocalKeys, boots: int, time: int, salt: bytes) -> "Cipher[CBC | CFB]":
    """The cipher of one message; DES is 3DES with one key three times. The library is imported here for its 20 ms."""
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if keys.priv is None:
        raise ValueError("this user has no privacy key")
    if len(salt) != _BLOCK:
        raise ValueError("privacy parameters are 8 octets")
    if _streams(keys):
        vector = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
        return Cipher(AES(keys.priv_key), CFB(vector))
    key, pre_vector = keys.priv_key[:-_BLOCK], keys.priv_key[-_BLOCK:]
    vector = bytes(one ^ other for one, other in zip(pre_vector, salt, strict=True))
    return Cipher(TripleDES(key * 3 if len(key) == _BLOCK else key), CBC(vector))
