"""What both ends write in kitscan.yaml: references to their keys, and who carries messages.

Somebody will write a broker's URL with its password where a reference belongs. So no error shows what stands there.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from fingerprints.database.yaml_file import hidden_value
from scanner.credentials.references import FORMS, Reference, Scheme, parse_reference

FOLDER = "folder:"
"""What the words of a courier begin with that is a folder: a stick, or one that is shared."""

_FORMS = " or ".join(FORMS.removesuffix(" or prompt:").rsplit(", ", 1))  # nobody sits there at night


def _checked_key(value: object) -> object:
    if _unattended(value) is None:
        raise hidden_value(f"a reference ({_FORMS}), not the key itself")
    return value


def _checked_courier(value: object) -> object:
    is_folder = isinstance(value, str) and value.startswith(FOLDER) and value.removeprefix(FOLDER).strip()
    if not is_folder and _unattended(value) is None:
        raise hidden_value(f"folder:PATH, or a reference to the broker's URL ({_FORMS}), not the URL itself")
    return value


def _unattended(value: object) -> Reference | None:
    """The reference that a text is, if nobody has to be asked for what it means."""
    reference = parse_reference(value) if isinstance(value, str) else None
    return None if reference is None or reference.scheme is Scheme.PROMPT else reference


KeyWords = Annotated[str, BeforeValidator(_checked_key)]
"""A reference to a private key."""

CourierWords = Annotated[str, BeforeValidator(_checked_courier)]
"""`folder:PATH`, or a reference to the amqps:// URL of a broker."""

PathWords = Annotated[str, Field(min_length=1, max_length=4096)]


def reference_of(words: str) -> Reference:
    """The reference that words which were checked are."""
    reference = _unattended(words)
    if reference is None:
        raise ValueError("a model was built without its checks")
    return reference


def courier_of(words: str, folder: Path) -> Reference | Path:
    """The folder of CourierWords, which starts at `folder` where it is relative, or their reference."""
    if words.startswith(FOLDER):
        return path_below(folder, words.removeprefix(FOLDER).strip())
    return reference_of(words)


def path_below(folder: Path, words: str) -> Path:
    """A path, which starts at `folder` where it is relative."""
    return folder / Path(words).expanduser()


def file_below(folder: Path, words: str | None) -> Path | None:
    """The same, where a file is named."""
    return None if words is None else path_below(folder, words)
