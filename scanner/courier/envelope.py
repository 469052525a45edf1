"""Seals a message with its sender's key (Ed25519, RFC 8032), and opens what a known key has sealed.

A sealed message is JSON of three texts: `message` (the very JSON that was signed), `key` and `signature`. A courier
may repeat, delay, reorder or lose sealed messages; it cannot change one or make one.
"""

import json
from collections.abc import Container
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from fingerprints.model.errors import KitscanError
from scanner.courier.message import MAX_MESSAGE, FleetMessage
from scanner.store.bundles.signing import is_public_key, is_signed_by, public_key_of, sign

_CONTEXT = b"kitscan-message/1\0"
"""Comes before what is signed, so that no signature of a message is one of a bundle."""

_MESSAGES: TypeAdapter[FleetMessage] = TypeAdapter(FleetMessage)


class MessageRefusedError(KitscanError):
    """A message is no message, or bears no signature of a known key."""


class _Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    message: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A message, and the public key that sealed it."""

    message: FleetMessage
    key: str


def seal(message: FleetMessage, private_key: str) -> bytes:
    """A message, sealed. Raises ValueError for a text that is no private key, and for a message that is too large."""
    written = message.model_dump_json()
    signature = sign(private_key, _CONTEXT + written.encode())
    sealed = {"message": written, "key": public_key_of(private_key), "signature": signature}
    octets = json.dumps(sealed, ensure_ascii=True).encode()
    if len(octets) > MAX_MESSAGE:
        raise ValueError(f"a message of {len(octets):,} octets is larger than {MAX_MESSAGE:,}")
    return octets


def open_sealed(octets: bytes, known_keys: Container[str]) -> Opened:
    """The message of sealed octets. Raises MessageRefusedError: it is too large, no message, or of no known key. The
    signature is checked before the message is read."""
    if len(octets) > MAX_MESSAGE:
        raise _refused(f"has {len(octets):,} octets, and at most {MAX_MESSAGE:,} are read")
    try:
        sealed = _Sealed.model_validate_json(octets)
    except ValidationError as error:
        raise _refused("is no sealed message") from error
    if not is_public_key(sealed.key) or sealed.key not in known_keys:
        raise _refused("is sealed by a key that is not known here")
    try:
        written = sealed.message.encode()
    except UnicodeEncodeError as error:
        raise _refused("is no text") from error
    if not is_signed_by(sealed.key, sealed.signature, _CONTEXT + written):
        raise _refused("bears a signature that does not fit it")
    try:
        return Opened(_MESSAGES.validate_json(written), sealed.key)
    except ValidationError as error:
        raise _refused("is of a kind or a version that is not known here") from error


def _refused(problem: str) -> MessageRefusedError:
    return MessageRefusedError(f"a message {problem}", "nothing was done of it; look who may write to the queue")
