"""What of a slice's bundle is the site's to say: decided before the store is touched. Pure."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fingerprints.model.errors import DataFileError
from fingerprints.model.recording import values_of
from scanner.courier.message import MAX_SLICES
from scanner.fleet.namespace import addresses_inside, in_site, is_inside, key_in
from scanner.fleet.sites import Site
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bundles.manifest import BundledRange, BundledRun
from scanner.store.contents import ASKING_KINDS
from scanner.store.evidence_rows import SubjectRows

MAX_ADDRESSES = 2**32
"""Addresses of one prefix, or silent ones of targets that were named one by one."""

MAX_ADDRESS_TEXT = 64

MAX_KEY = 512
"""Characters of a subject's key. PostgreSQL's index takes 2,704 octets, and refuses more each time that they come."""

MAX_PREFIX = 95
"""Characters of a prefix: with the site's name before it, it fits its column."""

MAX_COST = 1e15

MAX_SHOWN = 3
"""Addresses and prefixes outside the scope that are named."""

_PROBE = re.compile(r"[a-z0-9_-]{1,32}")
_COST = re.compile(r"[a-z0-9_]{1,32}")
_OBSERVATION = '{"source":'
_LINE = (_OBSERVATION, '{"gap":')
"""What a line of evidence begins with, as `fingerprints.model.recording` writes it."""


@dataclass(frozen=True, slots=True)
class SitePart:
    """What a site may say of a run: its subjects and ranges, under the keys of the centre. `outside` are addresses and
    prefixes that are not in its scope, `outside_rows` the rows of evidence that were left out with them."""

    subjects: tuple[SubjectRows, ...]
    ranges: tuple[RangeCount, ...]
    outside: tuple[str, ...]
    outside_rows: int

    @property
    def outside_words(self) -> str:
        """The first of those outside, and how many more there are."""
        named = ", ".join(self.outside[:MAX_SHOWN])
        more = len(self.outside) - MAX_SHOWN
        return f"{named} and {more:,} more" if more > 0 else named


class NotEvidenceError(ValueError):
    """A bundle holds what no collector writes. Its text says what and where."""


def site_part(site: Site, run: BundledRun, subjects: Sequence[SubjectRows], of: int) -> SitePart:
    """The part of a slice that its site may say. Raises NotEvidenceError for what a store cannot keep or a report
    cannot read: then nothing of the bundle is taken."""
    if run.kind not in ASKING_KINDS or of > MAX_SLICES:
        raise NotEvidenceError(f"a run of the kind {run.kind}, in {of:,} slices")
    if any(not _COST.fullmatch(name) or not 0 <= amount <= MAX_COST for name, amount in run.cost.items()):
        raise NotEvidenceError("a cost that is none")
    _check_rows(subjects)
    inside: list[SubjectRows] = []
    others: list[SubjectRows] = []
    for subject in subjects:
        (inside if is_inside(subject.address, site.scope) else others).append(subject)
    ranges, prefixes = _ranges_of(site, run.ranges)
    outside = (*(subject.address for subject in others), *prefixes)
    if run.outcome == RunOutcome.COMPLETE.value:
        inside = list(map(_finished, inside))
    own = tuple(in_site(subject, site.name) for subject in inside)
    return SitePart(own, ranges, outside, sum(len(subject.rows) for subject in others))


def _finished(subject: SubjectRows) -> SubjectRows:
    """A silent subject of a slice that was asked to its end: it is finished, however the run of all sites ends. One
    that was observed and not finished was cut off."""
    lines = (line for row in subject.rows if row.lines for line in row.lines.split("\n"))
    return subject if any(line.startswith(_OBSERVATION) for line in lines) else replace(subject, done=True)


def _ranges_of(site: Site, ranges: Iterable[BundledRange]) -> tuple[tuple[RangeCount, ...], tuple[str, ...]]:
    inside: list[RangeCount] = []
    outside: list[str] = []
    for part in ranges:
        if len(part.prefix) > MAX_PREFIX or "\0" in part.prefix or not _are_texts((part.prefix,)):
            raise NotEvidenceError("a range that no list names so")
        most = addresses_inside(part.prefix, site.scope) if part.prefix else MAX_ADDRESSES
        if most is None:
            outside.append(part.prefix)
        elif not part.silent <= part.addresses <= min(most, MAX_ADDRESSES):
            raise NotEvidenceError(f"a range of {most:,} addresses of which {part.addresses:,} were in scope")
        else:
            prefix = key_in(site.name, part.prefix) if part.prefix else ""
            inside.append(RangeCount(prefix, part.addresses, part.silent))
    return tuple(inside), tuple(outside)


def _check_rows(subjects: Iterable[SubjectRows]) -> None:
    seen: set[str] = set()
    for subject in subjects:
        written = (subject.key, subject.address, subject.labels, subject.attributes)
        is_long = len(subject.address) > MAX_ADDRESS_TEXT or len(subject.key) > MAX_KEY
        if is_long or any("\0" in word for word in written) or not _are_texts(written):
            raise NotEvidenceError("a subject that no list names so")
        pairs = json.loads(subject.attributes)
        if not _are_texts(json.loads(subject.labels)) or not all(map(_are_texts, pairs)):
            raise NotEvidenceError("a subject that no list names so")
        for row in subject.rows:
            if not _PROBE.fullmatch(row.probe):
                raise NotEvidenceError("a row of an unknown probe")
            if row.lines not in seen:
                _check_lines(row.lines)
                seen.add(row.lines)


def _check_lines(text: str) -> None:
    """A row may be empty, where a probe brought nothing."""
    lines = text.split("\n") if text else []
    if not text.isascii() or not all(line.startswith(_LINE) for line in lines):
        raise NotEvidenceError("a row that is no evidence")
    try:
        are_texts = all(map(_are_texts, values_of(lines)))
    except DataFileError as error:
        raise NotEvidenceError(f"a row that is no evidence to this version: {error.flaws[0].problem}") from error
    except RecursionError as error:
        raise NotEvidenceError("a row that is nested without end") from error
    if not are_texts:
        raise NotEvidenceError("a row whose values are no texts")


def _are_texts(words: Iterable[Any]) -> bool:
    """Whether all are texts. Half a character (a lone surrogate) is kept nowhere."""
    try:
        joined = "".join(words)
        return joined.isascii() or bool(joined.encode())
    except (TypeError, UnicodeEncodeError):
        return False
