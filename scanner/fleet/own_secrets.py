"""Reads what one end of a fleet keeps to itself: its private key, and where its courier is. No message repeats them."""

from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.courier.courier_words import FOLDER
from scanner.credentials.references import Prompt, Reference, Unreadable, resolve
from scanner.store.bundles.signing import public_key_of


def read_private_key(reference: Reference, folder: Path, prompt: Prompt, place: str) -> str:
    """The private key behind a reference. `place` names the option or the key of kitscan.yaml that has it. Raises
    KitscanError."""
    text = _secret(reference, folder, prompt, place)
    try:
        public_key_of(text)
    except ValueError:
        raise KitscanError(f"{place} {reference}: is no private key of kitscan", "kitscan runs new-key FILE") from None
    return text


def read_courier(courier: Reference | Path, folder: Path, place: str) -> str:
    """Where a courier is: `folder:PATH`, or the URL of a broker, which holds a password. Raises KitscanError."""
    match courier:
        case Reference():
            return _secret(courier, folder, nobody, place)
        case Path():
            return f"{FOLDER}{courier}"


def nobody(_question: str) -> str:
    """A prompt where nobody sits."""
    raise EOFError


def _secret(reference: Reference, folder: Path, prompt: Prompt, place: str) -> str:
    secret = resolve(reference, folder, prompt, place)
    if isinstance(secret, Unreadable):
        raise KitscanError(f"{place}: {secret.problem}", secret.next_step)
    return secret.reveal()
