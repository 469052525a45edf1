"""The private keys of logins, each read from its file once a run: unlocking a key takes a second by design."""

import threading
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError
from fingerprints.model.input_file import read_octets
from scanner.credentials.credential import Login
from scanner.credentials.secret import Secret

MAX_BYTES = 64 * 1024
"""Octets of the largest key file that is read: RSA with 16,384 bits takes 13,000."""


class UnreadableKeyError(Exception):
    """A key file holds no usable key; `str()` completes the sentence "the key file ..."."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key ready for use: `algorithm` is ed25519, ecdsa or rsa, `pem` its text without a passphrase."""

    algorithm: str
    pem: Secret


class PrivateKeys:
    """Reads key files in OpenSSH's or PEM form, each once. Safe for use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[Path, PrivateKey] = {}

    def of(self, login: Login) -> PrivateKey | None:
        """The key of a login, or None if it names none. Raises UnreadableKeyError."""
        if login.key_file is None:
            return None
        with self._lock:
            key = self._read.get(login.key_file)
            if key is None:
                key = self._read[login.key_file] = _read_key(login.key_file, login.passphrase)
            return key


def _read_key(path: Path, passphrase: Secret | None) -> PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    phrase = passphrase.reveal().encode("utf-8") if passphrase else None
    try:
        octets = read_octets(path, MAX_BYTES)
        load = serialization.load_pem_private_key
        if b"BEGIN OPENSSH PRIVATE KEY" in octets:
            load = serialization.load_ssh_private_key
        return _ready(load(octets, phrase))
    except DataFileError as error:
        raise UnreadableKeyError(error.flaws[0].problem) from error
    except TypeError as error:  # cryptography raises it if a passphrase is missing or not expected
        raise UnreadableKeyError("has a passphrase and none was given, or has none and one was given") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnreadableKeyError("holds no private key, or none that this passphrase opens") from error


def _ready(key: object) -> PrivateKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    form = serialization.PrivateFormat.TraditionalOpenSSL
    match key:
        case ed25519.Ed25519PrivateKey():
            algorithm, form = "ed25519", serialization.PrivateFormat.OpenSSH
        case ec.EllipticCurvePrivateKey():
            algorithm = "ecdsa"
        case rsa.RSAPrivateKey():
            algorithm = "rsa"
        case _:
            raise UnreadableKeyError("is of a kind that is not supported (ed25519, ecdsa and rsa are)")
    octets = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return PrivateKey(algorithm, Secret(octets.decode("ascii")))
