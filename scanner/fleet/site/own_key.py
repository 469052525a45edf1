"""Reads the private key with which a collector signs. No message repeats it."""

from pathlib import Path

from fingerprints.model.errors import KitscanError
from scanner.credentials.references import Prompt, Reference, Unreadable, resolve
from scanner.store.bundles.signing import public_key_of


def read_own_key(reference: Reference, folder: Path, prompt: Prompt) -> str:
    """The private key behind a reference. Raises KitscanError."""
    secret = resolve(reference, folder, prompt, "to sign bundles")
    if isinstance(secret, Unreadable):
        raise KitscanError(f"the key that signs: {secret.problem}", secret.next_step)
    try:
        public_key_of(secret.reveal())
    except ValueError:
        raise KitscanError(f"{reference}: is no private key of kitscan", "kitscan runs new-key FILE") from None
    return secret.reveal()
