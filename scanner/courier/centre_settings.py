"""The block `fleet` of kitscan.yaml: where a centre keeps its sites and its inbox, its key, and its courier."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from fingerprints.database.yaml_file import FileModel
from scanner.courier.courier_words import (
    CourierWords,
    KeyWords,
    PathWords,
    courier_of,
    file_below,
    path_below,
    reference_of,
)
from scanner.courier.tls_files import TlsFiles
from scanner.credentials.references import Reference


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


class CentreTlsFile(FileModel):
    """The files of the centre's connection to the broker."""

    ca: PathWords | None = None
    """The certificates of whoever may have signed the broker's. Without it: those of this machine."""
    certificate: PathWords | None = None
    """The centre's own certificate, where the broker asks for one."""
    key: PathWords | None = None
    """The key of that certificate: a file that only its owner can read."""

    @model_validator(mode="after")
    def _pair(self) -> "CentreTlsFile":
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key together, or neither")
        return self


class CentreFile(FileModel):
    """The block as it is written."""

    sites: PathWords = "sites"
    """The folder with a file for each site, which `kitscan fleet enrol` writes."""
    key: KeyWords
    """A reference to the private key that seals orders: `kitscan runs new-key` makes one."""
    courier: CourierWords
    """Who carries messages: `folder:PATH`, or a reference to the amqps:// URL of the broker."""
    tls: CentreTlsFile = CentreTlsFile()
    """The files of the connection to a broker."""
    inbox: PathWords = "inbox"
    """The folder in which parts of bundles wait until they are whole."""
    grace: Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)] = 15
    """Minutes after the deadline of a run for which the centre waits for what is on its way."""


def centre_settings_of(block: CentreFile, folder: Path) -> CentreSettings:
    """The settings of a block. Relative paths start at `folder`."""
    tls = (block.tls.ca, block.tls.certificate, block.tls.key)
    return CentreSettings(
        sites=path_below(folder, block.sites),
        key=reference_of(block.key),
        courier=courier_of(block.courier, folder),
        inbox=path_below(folder, block.inbox),
        grace=timedelta(minutes=block.grace),
        tls=TlsFiles(*(file_below(folder, name) for name in tls)),
    )
