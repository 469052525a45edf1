"""The block `collector` of kitscan.yaml: who a site's collector is, whose orders it takes, what it keeps meanwhile."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

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
from scanner.courier.message import SiteName
from scanner.courier.tls_files import TlsFiles
from scanner.credentials.references import Reference

USUAL_LIMIT = "2GB"

USUAL_RUNS = 4
"""Runs a day: a night, and a few that somebody orders by hand."""

MIN_LIMIT = 16 * 1000**2
"""Octets of the smallest spool: a slice must have room in it."""

_PUBLIC_KEY = re.compile("ed25519:[0-9a-f]{64}")
_SIZE = re.compile(r"([0-9]{1,6})(MB|GB|TB)")
_UNITS = {"MB": 1000**2, "GB": 1000**3, "TB": 1000**4}


def _checked_public_key(text: str) -> str:
    if not _PUBLIC_KEY.fullmatch(text):  # as `signing.is_public_key` has it, whose library is slow to import
        raise ValueError("the centre's public key (ed25519:...)")
    return text


def _checked_size(text: str) -> str:
    if not _SIZE.fullmatch(text) or octets_of_size(text) < MIN_LIMIT:
        raise ValueError("a size such as 500MB or 2GB, at least 16MB")
    return text


def octets_of_size(text: str) -> int:
    """The octets that a size such as `2GB` stands for. Raises ValueError for a text that is none."""
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError("is no size")
    return int(match[1]) * _UNITS[match[2]]


class CollectorFile(FileModel):
    """The block as it is written."""

    site: SiteName
    """The name of this site, as the centre has it."""
    name: SiteName
    """The name of this collector: no other of the site has it."""
    key: KeyWords
    """A reference to the private key that signs what it sends (`kitscan runs new-key`)."""
    centre: Annotated[str, AfterValidator(_checked_public_key)] | None = None
    """The centre's public key: orders that another key sealed are thrown away."""
    courier: CourierWords | None = None
    """Who carries messages: `folder:PATH`, or a reference to the URL of a broker."""
    ca: PathWords | None = None
    """The certificates of the authorities that may vouch for the broker. Without it: those of the system."""
    certificate: PathWords | None = None
    """The certificate that the collector shows the broker."""
    certificate_key: PathWords | None = None
    """The private key of that certificate."""
    spool: PathWords = "spool"
    """The folder of what is not sent yet, and of what is kept of what was."""
    spool_limit: Annotated[str, AfterValidator(_checked_size)] = USUAL_LIMIT
    """How large that folder may grow. While it is full, nothing is collected."""
    max_runs_per_day: Annotated[int, Field(ge=1, le=1000)] = USUAL_RUNS
    """How many runs the centre may begin here within 24 hours."""

    @model_validator(mode="after")
    def _pair(self) -> "CollectorFile":
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("certificate and certificate_key together, or neither")
        return self


@dataclass(frozen=True, slots=True)
class CollectorSettings:
    """A site's collector. `key` is where its private key is, `centre` a public key. `courier` is a folder, a reference
    to a broker's URL, or None for one that writes bundles onto a stick. `spool_limit` is octets."""

    site: str
    name: str
    key: Reference
    centre: str | None
    courier: Reference | Path | None
    tls: TlsFiles
    spool: Path
    spool_limit: int
    max_runs_per_day: int


def collector_of(block: CollectorFile, folder: Path) -> CollectorSettings:
    """The settings of a block. Relative paths start at `folder`."""
    tls = (block.ca, block.certificate, block.certificate_key)
    return CollectorSettings(
        site=block.site,
        name=block.name,
        key=reference_of(block.key),
        centre=block.centre,
        courier=None if block.courier is None else courier_of(block.courier, folder),
        tls=TlsFiles(*(file_below(folder, name) for name in tls)),
        spool=path_below(folder, block.spool),
        spool_limit=octets_of_size(block.spool_limit),
        max_runs_per_day=block.max_runs_per_day,
    )
