"""The manifest of a bundle: what it holds, how large it is, and the digest of each part."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

SCHEMA = "kitscan-bundle/1"

MANIFEST, SIGNATURE = "manifest.json", "signature.json"

MAX_MANIFEST = 64 * 1024 * 1024
"""Octets of the largest manifest."""

MAX_ENTRY = 1024 * 1024 * 1024
"""Octets of the largest part, unpacked."""

MAX_WHOLE = 8 * 1024 * 1024 * 1024
"""Octets of all parts together, unpacked."""

MAX_RUN = 1_000_000_000
"""The largest number of a run. A store counts on from it, and PostgreSQL up to 2**31."""


def _is_inside(name: str) -> str:
    """A path that leads into no other folder, or ValueError."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not name.isprintable() or str(path) != name:
        raise ValueError("is no plain relative path")
    return name


EntryName = Annotated[str, AfterValidator(_is_inside), Field(min_length=1, max_length=500)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


Count64 = Annotated[int, Field(ge=0, le=2**63 - 1)]


def _is_time(text: str) -> str:
    """An ISO 8601 time with its zone, or ValueError."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("is a time without a zone")
    return text


Time = Annotated[str, Field(max_length=32), AfterValidator(_is_time)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Entry(_Strict):
    """One part of the file: its name in the archive, its size unpacked, and its digest."""

    name: EntryName
    bytes: Count = Field(le=MAX_ENTRY)
    sha256: Sha256


class BundledRange(_Strict):
    """A prefix that a run covered, and how many of its addresses were silent."""

    prefix: str
    addresses: Count64
    silent: Count64


class BundledRun(_Strict):
    """A run: what the store says of it, where its subjects are, and the digest of its evidence (`Store.sha256`)."""

    run: Annotated[int, Field(ge=1, le=MAX_RUN)]
    kind: Literal["scan", "import", "audit"]
    tool_version: Annotated[str, Field(max_length=32, pattern="^[ -~]*$")]
    started: Time
    finished: Time | None
    outcome: Literal["complete", "interrupted"] | None
    by: str
    targets: list[str]
    exclusions: list[str]
    profile: Annotated[str, Field(max_length=64)]
    probes: list[str]
    ranges: list[BundledRange]
    cost: dict[Annotated[str, Field(max_length=32)], Annotated[float, Field(allow_inf_nan=False)]]
    subjects: Count
    rows: Count
    entry: EntryName
    sha256: Sha256

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.outcome is not None and self.finished is None:
            raise ValueError("has an outcome and no end")
        if len({found.prefix for found in self.ranges}) < len(self.ranges):
            raise ValueError("has a range twice")
        return self


class BundledSlice(_Strict):
    """The slice of a fleet's run that a bundle holds, and who collected it. Its one run is the slice's evidence.

    `run` is the fleet's run, `clock_offset` the seconds by which the collector's clock was ahead of the centre's, None
    where nobody measured it. `of` and `scope_sha256` are the site's plan (`scanner.fleet.slices`).
    """

    run: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    site: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
    collector: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
    ordinal: Annotated[int, Field(ge=1)]
    of: Annotated[int, Field(ge=1)]
    scope_sha256: Sha256
    clock_offset: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.ordinal > self.of:
            raise ValueError("has a number above its count")
        return self


class Manifest(_Strict):
    """Everything that a bundle says of itself. `texts` are the parts with texts, in order, `files` the operator's.
    A bundle of a fleet's slice says which (`slice`)."""

    schema_: Annotated[Literal["kitscan-bundle/1"], Field(alias="schema")]
    tool_version: str
    data_version: str
    runs: list[BundledRun]
    texts: list[EntryName]
    files: list[EntryName]
    entries: list[Entry]
    slice: BundledSlice | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.slice is not None and len(self.runs) != 1:
            raise ValueError("holds a slice, which is one run")
        return self
