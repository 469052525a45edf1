"""The block `fleet` of kitscan.yaml: where a centre keeps its sites and its inbox, its key, and its courier."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from fingerprints.database.yaml_file import FileModel, hidden_value
from scanner.courier.tls_files import TlsFiles
from scanner.credentials.references import FORMS, Reference, Scheme, parse_reference

FOLDER = "folder:"
"""What the words for a courier of folders begin with."""


@dataclass(frozen=True, slots=True)
class CentreSettings:
    """How a centre works. Paths are whole, and `key` and `courier` are references; a courier of folders is a path.

    `grace` is how long after the deadline of a run the centre waits for what is on its way.
    """

    sites: Path
    key: Reference
    courier: Reference | Path
    inbox: Path
    grace: timedelta
    tls: TlsFiles


def _checked_key(value: object) -> object:
    reference = parse_reference(value) if isinstance(value, str) else None
    if reference is None or reference.scheme is Scheme.PROMPT:  # nobody sits there at night
        raise hidden_value(f"a reference ({FORMS.removesuffix(' or prompt:')}), not the key")
    return value


def _checked_courier(value: object) -> object:
    if isinstance(value, str) and value.startswith(FOLDER) and value.removeprefix(FOLDER).strip():
        return value
    reference = parse_reference(value) if isinstance(value, str) else None
    if reference is None or reference.scheme is Scheme.PROMPT:
        raise hidden_value("folder:PATH, or a reference such as env:KITSCAN_BROKER to the URL of the broker")
    return value


_PathText = Annotated[str, Field(min_length=1, max_length=4096)]


class CentreTlsFile(FileModel):
    """The files of the centre's connection to the broker."""

    ca: _PathText | None = None
    """The certificates of whoever may have signed the broker's. Without it: those of this machine."""
    certificate: _PathText | None = None
    """The centre's own certificate, where the broker asks for one."""
    key: _PathText | None = None
    """The key of that certificate: a file that only its owner can read."""

    @model_validator(mode="after")
    def _pair(self) -> "CentreTlsFile":
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key together, or neither")
        return self


class CentreFile(FileModel):
    """The block as it is written."""

    sites: _PathText = "sites"
    """The folder with a file for each site, which `kitscan fleet enrol` writes."""
    key: Annotated[str, BeforeValidator(_checked_key)]
    """A reference to the private key that seals orders: `kitscan runs new-key` makes one."""
    courier: Annotated[str, BeforeValidator(_checked_courier)]
    """Who carries messages: `folder:PATH`, or a reference to the amqps:// URL of the broker."""
    tls: CentreTlsFile = CentreTlsFile()
    """The files of the connection to a broker."""
    inbox: _PathText = "inbox"
    """The folder in which parts of bundles wait until they are whole."""
    grace: Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)] = 15
    """Minutes after the deadline of a run for which the centre waits for what is on its way."""


def centre_settings_of(block: CentreFile, folder: Path) -> CentreSettings:
    """The settings of a block. Relative paths start at `folder`."""

    def below(name: str) -> Path:
        return folder / Path(name).expanduser()

    def maybe_below(name: str | None) -> Path | None:
        return None if name is None else below(name)

    return CentreSettings(
        sites=below(block.sites),
        key=_reference(block.key),
        courier=below(block.courier.removeprefix(FOLDER).strip())
        if block.courier.startswith(FOLDER)
        else _reference(block.courier),
        inbox=below(block.inbox),
        grace=timedelta(minutes=block.grace),
        tls=TlsFiles(*map(maybe_below, (block.tls.ca, block.tls.certificate, block.tls.key))),
    )


def _reference(text: str) -> Reference:
    reference = parse_reference(text)
    if reference is None:
        raise ValueError("a model was built without its checks")
    return reference
