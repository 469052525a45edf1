"""What of a run never came, came in part, or was put aside: a subject with a gap for each slice, and for each site of
which not even a plan came. Pure.

So a run that lacks anything says what, and of whom; nothing of it reads as clear.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fingerprints.model.evidence import Gap, GapReason
from fingerprints.model.recording import encode
from scanner.fleet.namespace import in_site, key_in
from scanner.store.evidence_rows import EvidenceRow, SubjectRows
from scanner.store.row_times import microseconds_of

_PROBE = "fleet"


@dataclass(frozen=True, slots=True)
class LastContact:
    """A collector, and when it was last heard."""

    collector: str
    time: datetime


@dataclass(frozen=True, slots=True)
class MissingSlice:
    """A slice that did not come: its words from the plan, why a collector refused it, empty where nobody said, and how
    often it was ordered."""

    words: str = ""
    refusal: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class SiteAtEnd:
    """A site when a run ends: how many slices it has (None where no plan came), those that did not come by their
    numbers, and its collectors, by name. `refusal` is why it made no plan. `partial` are slices of which only a part
    came: each with its words from the plan, and who sent it. `outside` is what was put aside of slices that came, in
    words by their numbers."""

    name: str
    of: int | None
    missing: Mapping[int, MissingSlice]
    collectors: Sequence[LastContact]
    refusal: str = ""
    partial: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    outside: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """True if every slice of it came whole."""
        return self.of is not None and not (self.missing or self.partial or self.outside)


def missing_subjects(site: SiteAtEnd, end: datetime) -> Iterator[SubjectRows]:
    """The subjects that stand for what did not come from a site, sorted by key."""
    if site.of is None:
        names = ", ".join(f"collector {heard.collector}" for heard in site.collectors) or "no collector"
        gap = Gap(_PROBE, "", GapReason.NOT_RECEIVED, _detail(site, site.refusal, 0))
        yield _subject(site, "site", f"{key_in(site.name, 'site')}: {names}", gap, end)
        return
    yield from sorted(_slices(site, end), key=lambda subject: subject.key)


def _slices(site: SiteAtEnd, end: datetime) -> Iterator[SubjectRows]:
    not_received = {
        number: (missing.words, _detail(site, missing.refusal, missing.attempts))
        for number, missing in site.missing.items()
    }
    not_received |= {
        number: (words, f"collector {by} sent a part of it") for number, (words, by) in site.partial.items()
    }
    for number, (words, detail) in not_received.items():
        key = f"slice {number} of {site.of}"
        gap = Gap(_PROBE, "", GapReason.NOT_RECEIVED, detail)
        yield _subject(site, key, key_in(site.name, f"{key}: {words}" if words else key), gap, end)
    for number, words in site.outside.items():
        key = f"slice {number} of {site.of}, outside the scope"
        yield _subject(site, key, key_in(site.name, key), Gap(_PROBE, "", GapReason.OUTSIDE_SCOPE, words), end)


def _subject(site: SiteAtEnd, key: str, label: str, gap: Gap, end: datetime) -> SubjectRows:
    rows = (EvidenceRow(microseconds_of(end), _PROBE, "\n".join(encode((gap,)))),)
    return in_site(SubjectRows(key, "", json.dumps([label]), "[]", True, rows), site.name)


def _detail(site: SiteAtEnd, refusal: str, attempts: int = 0) -> str:
    """`collector lon1 last heard 2026-11-30 02:14`, in UTC: of several collectors the one that was heard last."""
    if not site.collectors:
        heard = f"no collector of {site.name} was heard"
    else:
        last = max(site.collectors, key=lambda known: (known.time, known.collector))
        heard = f"collector {last.collector} last heard {last.time:%Y-%m-%d %H:%M}"
    if refusal:
        return f"{heard}; it was refused: {refusal}"
    return f"{heard}; it was ordered {attempts} times" if attempts > 1 else heard
