"""The user-based security model of SNMPv3: keys from passwords, keys localized to engines, digests and encryption.

RFC 3414 (MD5, SHA-1, DES), RFC 3826 (AES-128), RFC 7860 (SHA-2). AES-192, AES-256 and 3DES stand in no RFC: they follow
draft-blumenthal-aes-usm-04 and draft-reeder-snmpv3-usm-3desede-00, as the agents that ship them do.
Octets in, octets out, without BER, sockets or clocks. Both ends of a session use the same functions.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from scanner.credentials.credential import AuthProtocol, PrivProtocol

if TYPE_CHECKING:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

PASSWORD_OCTETS = 1_048_576
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
"""Octets of a localized privacy key; DES and 3DES keep their last 8 for the initialization vector."""

_BLOCK = 8


class KeyExtension(StrEnum):
    """How a hash shorter than the cipher's key is extended. The two ways differ below SHA-256 for AES-256 and below
    SHA-224 for AES-192. With the wrong one the device is silent."""

    BLUMENTHAL = "blumenthal"
    REEDER = "reeder"


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """A user's hashed passwords (about 1 ms each), valid for every engine."""

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
    repeats, rest = divmod(PASSWORD_OCTETS, len(password))
    return hashlib.new(protocol.value, password * repeats + password[:rest], usedforsecurity=False).digest()


def localize_key(protocol: AuthProtocol, key: bytes, engine_id: bytes) -> bytes:
    """The localized key Kul: a master key at one engine (RFC 3414 section 2.6)."""
    return hashlib.new(protocol.value, key + engine_id + key, usedforsecurity=False).digest()


def privacy_key(
    protocol: PrivProtocol, auth: AuthProtocol, master: bytes, engine_id: bytes, extension: KeyExtension
) -> bytes:
    """The localized privacy key, extended by `extension` if the hash is shorter than the cipher's key.

    3DES is always extended in Reeder's way: its draft has no other.
    """
    wanted = _KEY_LENGTHS[protocol]
    key = last = localize_key(auth, master, engine_id)
    reeder = extension is KeyExtension.REEDER or protocol is PrivProtocol.TRIPLE_DES
    while len(key) < wanted:
        if reeder:
            last = localize_key(auth, password_to_key(auth, last), engine_id)
        else:
            last = hashlib.new(auth.value, key, usedforsecurity=False).digest()
        key += last
    return key[:wanted]


def localize_keys(keys: MasterKeys, engine_id: bytes) -> LocalKeys:
    """A user's keys at the engine `engine_id`."""
    auth_key = localize_key(keys.auth, keys.auth_key, engine_id)
    if keys.priv is None:
        return LocalKeys(keys.auth, auth_key)
    local_priv_key = privacy_key(keys.priv, keys.auth, keys.priv_key, engine_id, keys.extension)
    return LocalKeys(keys.auth, auth_key, keys.priv, local_priv_key)


def digest(keys: LocalKeys, message: bytes) -> bytes:
    """The authentication parameters of a message that holds zeros in their place (RFC 3414 section 6.3.1)."""
    return hmac.digest(keys.auth_key, message, keys.auth.value)[: MAC_LENGTHS[keys.auth]]


def is_authentic(keys: LocalKeys, message: bytes, at: int, received: bytes) -> bool:
    """True if `received`, found at offset `at` of a message, is its digest. False for any other length, above all an
    empty one."""
    length = MAC_LENGTHS[keys.auth]
    if len(received) != length or message[at : at + length] != received:
        return False
    zeroed = message[:at] + bytes(length) + message[at + length :]
    return hmac.compare_digest(digest(keys, zeroed), received)


def is_in_time_window(boots: int, time: int, engine_boots: int, engine_time: int) -> bool:
    """True if a message lies in the time window of the engine that received it (RFC 3414 section 3.2, step 7a)."""
    return boots == engine_boots != MAX_BOOTS and abs(time - engine_time) <= TIME_WINDOW


def salt_of(protocol: PrivProtocol, boots: int, counter: int) -> bytes:
    """The privacy parameters of one message: `counter` must never recur under one key (RFC 3414 section 8.1.1.1,
    RFC 3826 section 3.1.2.1)."""
    if protocol in (PrivProtocol.DES, PrivProtocol.TRIPLE_DES):
        return boots.to_bytes(4, "big") + (counter & 0xFFFFFFFF).to_bytes(4, "big")
    return (counter & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


def encrypt(keys: LocalKeys, plaintext: bytes, boots: int, time: int, salt: bytes) -> bytes:
    """An encrypted scoped PDU; DES and 3DES pad it to whole blocks. Raises ValueError without a privacy key, or if the
    salt does not have 8 octets."""
    encryptor = _cipher(keys, boots, time, salt).encryptor()
    padded = plaintext if _is_stream_cipher(keys) else plaintext + bytes(-len(plaintext) % _BLOCK)
    return encryptor.update(padded) + encryptor.finalize()


def decrypt(keys: LocalKeys, ciphertext: bytes, boots: int, time: int, salt: bytes) -> bytes:
    """A decrypted scoped PDU with its padding; nonsense if the key is wrong. Raises ValueError for octets that cannot
    be a ciphertext."""
    if not _is_stream_cipher(keys) and len(ciphertext) % _BLOCK:
        raise ValueError("a DES ciphertext is whole blocks of 8 octets")
    decryptor = _cipher(keys, boots, time, salt).decryptor()
    return decryptor.update(ciphertext) + decryptor.finalize()


def _is_stream_cipher(keys: LocalKeys) -> bool:
    return keys.priv not in (PrivProtocol.DES, PrivProtocol.TRIPLE_DES)


def _cipher(keys: LocalKeys, boots: int, time: int, salt: bytes) -> "Cipher[CBC | CFB]":
    """The cipher of one message; DES is 3DES with one key three times. The library is imported here: it takes 20 ms."""
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if keys.priv is None:
        raise ValueError("this user has no privacy key")
    if len(salt) != _BLOCK:
        raise ValueError("privacy parameters are 8 octets")
    if _is_stream_cipher(keys):
        vector = boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt
        return Cipher(AES(keys.priv_key), CFB(vector))
    key, pre_vector = keys.priv_key[:-_BLOCK], keys.priv_key[-_BLOCK:]
    vector = bytes(octet ^ salt_octet for octet, salt_octet in zip(pre_vector, salt, strict=True))
    return Cipher(TripleDES(key * 3 if len(key) == _BLOCK else key), CBC(vector))
