"""A sink that hands a crawl's evidence on, and notes who answered and what was announced."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from fingerprints.model.evidence import Evidence, Gap, Observation, Subject
from fingerprints.model.recording import split_lines
from scanner.crawl.announced import CRAWL_SOURCES, is_read
from scanner.sink import EncodedRow, EvidenceSink, RangeCount, RunOutcome

MAX_KEPT = 50_000
"""Observations of one device that are read for its neighbours. What comes beyond them is only handed on."""


class WatchingSink:
    """An EvidenceSink in front of another. What a device announces is kept until the device is finished.

    The steps of a crawl record their ranges one after the other: each count is added to those of the steps before.
    """

    def __init__(self, sink: EvidenceSink) -> None:
        self._sink = sink
        self._pending: dict[str, tuple[Subject, list[Observation]]] = {}
        self._finished: list[Evidence] = []
        self._earlier: dict[str, RangeCount] = {}
        self._ranges: dict[str, RangeCount] = {}

    def finished(self) -> Iterator[Evidence]:
        """The subjects that were finished since the last call, each with the observations that name neighbours."""
        finished, self._finished = self._finished, []
        return iter(finished)

    def begin_step(self) -> None:
        """What is counted from here belongs to another step."""
        for prefix, count in self._ranges.items():
            self._earlier[prefix] = self._sum(count)
        self._ranges = {}

    def expect(self, subjects: Iterable[Subject]) -> None:
        """See `EvidenceSink`."""
        self._sink.expect(subjects)

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:
        """See `EvidenceSink`."""
        items = tuple(observed)
        self._sink.add(subject, probe, items, time)
        self._keep(subject, items)

    def add_encoded(self, subject: Subject, probe: str, row: EncodedRow, time: datetime) -> None:
        """See `EvidenceSink`."""
        self._sink.add_encoded(subject, probe, row, time)
        self._keep(subject, split_lines(row.lines.split("\n"), subject.key, CRAWL_SOURCES)[0])

    def range(self, count: RangeCount) -> None:
        """See `EvidenceSink`."""
        self._ranges[count.prefix] = count
        self._sink.range(self._sum(count))

    def done(self, key: str) -> None:
        """See `EvidenceSink`."""
        self._sink.done(key)
        subject, kept = self._pending.pop(key, (Subject(key), []))
        self._finished.append(Evidence(subject, tuple(kept)))

    def login_worked(self, key: str, protocol: str, credential: str, platform: str = "") -> None:
        """See `EvidenceSink`."""
        self._sink.login_worked(key, protocol, credential, platform)

    def spend(self, cost: Mapping[str, float]) -> None:
        """See `EvidenceSink`."""
        self._sink.spend(cost)

    def refused(self, credential: str, address: str) -> None:
        """See `EvidenceSink`."""
        self._sink.refused(credential, address)

    def commit(self) -> None:
        """See `EvidenceSink`."""
        self._sink.commit()

    def finish(self, outcome: RunOutcome, time: datetime) -> None:
        """See `EvidenceSink`."""
        self._sink.finish(outcome, time)

    def _keep(self, subject: Subject, items: Iterable[Observation | Gap]) -> None:
        """Keep what names neighbours."""
        _, kept = self._pending.setdefault(subject.key, (subject, []))
        kept.extend(item for item in items if isinstance(item, Observation) and is_read(item))
        del kept[MAX_KEPT:]

    def _sum(self, count: RangeCount) -> RangeCount:
        before = self._earlier.get(count.prefix, RangeCount(count.prefix, 0, 0))
        return RangeCount(count.prefix, before.addresses + count.addresses, before.silent + count.silent)
