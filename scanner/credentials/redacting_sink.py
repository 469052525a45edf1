"""Strikes the secrets of a run out of its evidence, before it is written.

A device may repeat what it was sent: the community in sysLocation, the password in a prompt. No such thing may reach
the store or a report. What was struck leaves a gap, because it may have been what named the maker.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from fingerprints.model.recording import decode
from scanner.credentials.secret import Secret
from scanner.credentials.secret_search import MIN_LENGTH, SecretSearch
from scanner.sink import EncodedRow, EvidenceSink, RangeCount, RunOutcome

_NUMBERS = re.compile(r"[0-9.]+")
"""Numbers, addresses and object identifiers."""

_OID_ROOTS = ("1.3.", "1.0.")

_LONG_OID = 32
"""Characters of the shortest object identifier in which there is room for a secret behind the object itself."""

_END_OF_PLACE = re.compile(r"[^0-9A-Za-z]*\[REDACTED\].*", re.DOTALL)


class Redactor:
    """Strikes secrets out of evidence.

    `known_at` gives the secrets that the device at an address may know, behind all that it gave before. Where it gives
    as many as the last time, they are the same ones.
    """

    def __init__(self, known_at: Callable[[str], Sequence[Secret]]) -> None:
        self._known_at = known_at
        self._count = -1
        self._search = SecretSearch(())

    def evidence(self, address: str, probe: str, observed: Iterable[Observation | Gap]) -> list[Observation | Gap]:
        """Evidence without secrets, and a gap for each source in which one was struck out."""
        items = list(observed)
        search = self._search_at(address)
        if not search:
            return items
        texts, numbers = _texts(items)
        search = search.with_parts(texts)
        if not search.is_in_any(texts, numbers):
            return items
        struck = [_without(item, probe, search) for item in items]
        gaps: dict[tuple[str, Source], Gap] = {}
        for _, source, gap in struck:
            if gap is not None and source is not None:
                gaps.setdefault((gap.probe, source), gap)
        return [*(item for item, _, _ in struck if item is not None), *gaps.values()]

    def has_struck(self, address: str, secrets: int) -> bool:
        """True if whoever knew the first `secrets` of the secrets known now knew all of them."""
        return len(self._known_at(address)) <= secrets

    def text(self, address: str, text: str) -> str:
        """A text about a device without secrets."""
        return self._search_at(address).struck(text)

    def _search_at(self, address: str) -> SecretSearch:
        known = self._known_at(address)
        if len(known) != self._count:
            self._count = len(known)
            self._search = SecretSearch({secret.reveal() for secret in known})
        return self._search


def _texts(items: Iterable[Observation | Gap]) -> tuple[list[str], list[str]]:
    """The texts of evidence in which there is room for a secret, and its object identifiers."""
    texts: list[str] = []
    numbers: list[str] = []
    for item in items:
        at, said = item.at, item.value if isinstance(item, Observation) else item.detail
        if len(said) >= MIN_LENGTH:
            texts.append(said)
        if at[:4] not in _OID_ROOTS:
            texts.append(at)
        elif len(at) >= _LONG_OID:
            numbers.append(at)
    return texts, numbers


_Struck = tuple[Observation | Gap | None, Source | None, Gap | None]
"""What is left of an item, and of an observation that held a secret its source and a gap."""


def _without(item: Observation | Gap, probe: str, search: SecretSearch) -> _Struck:
    at = search.struck(item.at)
    if isinstance(item, Gap):
        return replace(item, at=at, detail=search.struck(item.detail)), None, None
    value = search.struck(item.value)
    if at == item.at and value == item.value:
        return item, None, None
    gap = Gap(probe, _END_OF_PLACE.sub("", at), GapReason.STRUCK_OUT, f"in {item.source.value}")
    if at != item.at or _NUMBERS.fullmatch(item.value):
        return None, item.source, gap  # a place or a number without a part of it is another one
    return Observation(item.source, item.at, value), item.source, gap


class RedactingSink:
    """An EvidenceSink that hands evidence on without secrets."""

    def __init__(self, sink: EvidenceSink, redactor: Redactor) -> None:
        self._sink, self._redactor = sink, redactor

    def expect(self, subjects: Iterable[Subject]) -> None:
        """See `EvidenceSink`."""
        self._sink.expect(subjects)

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:
        """See `EvidenceSink`."""
        self._sink.add(subject, probe, self._redactor.evidence(subject.address, probe, observed), time)

    def add_encoded(self, subject: Subject, probe: str, row: EncodedRow, time: datetime) -> None:
        """See `EvidenceSink`. A row is read again where a secret came to be known after its process was made."""
        if self._redactor.has_struck(subject.address, row.secrets):
            self._sink.add_encoded(subject, probe, row, time)
        else:
            self.add(subject, probe, decode(row.lines.split("\n")), time)

    def range(self, count: RangeCount) -> None:
        """See `EvidenceSink`."""
        self._sink.range(count)

    def spend(self, cost: Mapping[str, float]) -> None:
        """See `EvidenceSink`."""
        self._sink.spend(cost)

    def done(self, key: str) -> None:
        """See `EvidenceSink`."""
        self._sink.done(key)

    def refused(self, credential: str, address: str) -> None:
        """See `EvidenceSink`."""
        self._sink.refused(credential, address)

    def login_worked(self, key: str, protocol: str, credential: str, platform: str = "") -> None:
        """See `EvidenceSink`."""
        self._sink.login_worked(key, protocol, credential, platform)

    def commit(self) -> None:
        """See `EvidenceSink`."""
        self._sink.commit()

    def finish(self, outcome: RunOutcome, time: datetime) -> None:
        """See `EvidenceSink`."""
        self._sink.finish(outcome, time)
