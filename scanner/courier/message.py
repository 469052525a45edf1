"""The messages between a centre and its collectors. None holds an address to ask, a credential, a command or code.

A site divides its own scope into slices (`scanner.fleet.slices`); an order names them by number alone. Times are
ISO 8601 in UTC.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scanner.store.bundles.manifest import Count64, Sha256, Time

MAX_MESSAGE = 256 * 1024
"""Octets of the largest message, sealed."""

MAX_SLICES = 100_000
"""Slices of one run at one site."""


SiteName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
"""The name of a site, and of a collector."""

RunToken = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
"""A run of a fleet, the same at the centre and at all sites: 128 random bits."""

_STORABLE = r"^[^\x00]*$"
"""A text without NUL, which PostgreSQL keeps nowhere: the centre would try such a message again without end."""

_Words = Annotated[str, Field(max_length=500, pattern=_STORABLE)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Terms(_Message):
    """What a run may do at a site: never more than the site itself allows. `seed` orders its slices. No slice begins
    before `not_before` or after `deadline`. `profile` and `probes` are empty for the site's own."""

    seed: Annotated[int, Field(ge=0, lt=2**63)]
    profile: Annotated[str, Field(max_length=64)] = ""
    probes: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=16)] = []
    not_before: Time
    deadline: Time


RefusedBy = Annotated[list[SiteName], Field(max_length=64)]
"""The collectors of the site that refused this order by their own rules: they leave it to others."""


class PlanOrder(_Message):
    """The centre asks a site how it would divide a run. `sent` is the centre's time."""

    kind: Literal["plan-order"] = "plan-order"
    run: RunToken
    site: SiteName
    refused_by: RefusedBy = []
    sent: Time
    terms: Terms


class SliceOrder(_Message):
    """The centre asks for one slice. `of` and `scope_sha256` are what the site's plan said: a scope that has changed
    since is refused. `attempt` counts from 1."""

    kind: Literal["slice-order"] = "slice-order"
    run: RunToken
    site: SiteName
    ordinal: Annotated[int, Field(ge=1, le=MAX_SLICES)]
    of: Annotated[int, Field(ge=1, le=MAX_SLICES)]
    scope_sha256: Sha256
    attempt: Annotated[int, Field(ge=1, le=1000)] = 1
    refused_by: RefusedBy = []
    sent: Time
    terms: Terms


class PlannedSlice(_Message):
    """A slice as its site plans it: how many addresses it holds, and which, in words for a reader."""

    ordinal: Annotated[int, Field(ge=1, le=MAX_SLICES)]
    addresses: Count64
    words: _Words


class SitePlan(_Message):
    """How a site divides a run. Of more slices than one message holds, each message holds some."""

    kind: Literal["plan"] = "plan"
    run: RunToken
    site: SiteName
    collector: SiteName
    of: Annotated[int, Field(ge=0, le=MAX_SLICES)]
    scope_sha256: Sha256
    slices: list[PlannedSlice]


class SiteRefusalReason(StrEnum):
    """Why a collector does not do what it was ordered."""

    WRONG_SITE = "wrong-site"
    TOO_MANY_RUNS = "too-many-runs"
    PROFILE = "profile"
    PROBES = "probes"
    SCOPE_CHANGED = "scope-changed"
    NO_SUCH_SLICE = "no-such-slice"
    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    SPOOL_FULL = "spool-full"
    FAILED = "failed"


OWN_RULES = frozenset(SiteRefusalReason) - {
    SiteRefusalReason.TOO_EARLY,
    SiteRefusalReason.TOO_LATE,
    SiteRefusalReason.SPOOL_FULL,
    SiteRefusalReason.FAILED,
}
"""Refusals by a collector's own rules and scope. Another collector of the site may have others."""


class SiteRefusal(_Message):
    """A collector does not do an order. `ordinal` is 0 for a plan."""

    kind: Literal["refusal"] = "refusal"
    run: RunToken
    site: SiteName
    collector: SiteName
    ordinal: Annotated[int, Field(ge=0, le=MAX_SLICES)]
    reason: SiteRefusalReason
    detail: _Words = ""


class Heartbeat(_Message):
    """A collector is there. `spool_bytes` wait at the site, of at most `spool_limit`. `clock_offset` is how many
    seconds its clock was ahead of the centre's when the last order came, None before one came."""

    kind: Literal["heartbeat"] = "heartbeat"
    site: SiteName
    collector: SiteName
    version: Annotated[str, Field(max_length=32, pattern=_STORABLE)]
    sent: Time
    spool_bytes: Count64
    spool_limit: Count64
    spooled: Count64 = 0
    working_on: Annotated[str, Field(max_length=64, pattern=_STORABLE)] = ""
    clock_offset: Annotated[float, Field(allow_inf_nan=False)] | None = None


class Part(_Message):
    """A part of a bundle: number `number` of `of` (from 1), in base64. `sha256` is the digest of the whole bundle,
    `size` its octets."""

    kind: Literal["part"] = "part"
    site: SiteName
    collector: SiteName
    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=2**31)]
    number: Annotated[int, Field(ge=1, le=100_000)]
    of: Annotated[int, Field(ge=1, le=100_000)]
    octets: Annotated[str, Field(max_length=MAX_MESSAGE)]


CentreMessage = PlanOrder | SliceOrder
"""What a centre sends."""

SiteMessage = SitePlan | SiteRefusal | Heartbeat | Part
"""What a collector sends."""

FleetMessage = Annotated[CentreMessage | SiteMessage, Field(discriminator="kind")]
