"""Finds devices in the history that a store keeps, and reads what happened to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from fingerprints.model.errors import KitscanError
from reports.changes.history import DeviceHistory, LifeSpan, entries_of, is_by_maker, life_spans, replaced_by, words_of
from reports.changes.state.state_json import of_json
from reports.document.sanitize import sanitize
from scanner.store.store import Store

MAX_NEAR = 3
"""Names like an unknown one that the error about it gives."""


@dataclass(slots=True)
class KeptHistory:
    """What a store keeps of its devices. Raises KitscanError where it keeps nothing."""

    store: Store
    spans: tuple[LifeSpan, ...] = field(init=False)
    _days: dict[int, date] = field(init=False)
    _binding: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.store.runs_with_states():
            problem = f"{self.store.place}: no history is kept"
            step = "kitscan audit keeps it each night; kitscan history --rebuild makes it of the runs that are there"
            raise KitscanError(problem, step)
        self.spans = life_spans(self.store.texts_of_devices())
        self._days = {run.id: run.started.date() for run in self.store.runs()}

    def day(self, run: int) -> date:
        """The day on which a run began, also one whose evidence was pruned."""
        if run not in self._days:
            self._days[run] = of_json(self._head(run), ()).started.date()
        return self._days[run]

    def named(self, wanted: str) -> tuple[LifeSpan, ...]:
        """The devices that have this id, name, label, address or serial number; if none has, those that once had it.
        Raises KitscanError if none ever did."""
        word = wanted.casefold()
        ever = [span for span in self.spans if word in span.words]
        now = tuple(span for span in ever if word in set(words_of(span.device)))
        if not ever:
            raise KitscanError(f"{sanitize(wanted)}: no device was ever called so", self._near(word))
        return now or tuple(ever)

    def of(self, lasting: str) -> DeviceHistory:
        """All that happened to the device of this lasting id. Raises KitscanError if there is none."""
        span = next((each for each in self.spans if each.device.lasting_id == lasting), None)
        if span is None:
            raise KitscanError(f"{sanitize(lasting)}: no device has this id", "compare two runs, and choose one there")
        return self.history(span)

    def by_maker(self, wanted: str) -> tuple[LifeSpan, ...]:
        """The devices that a company of this id or name is behind, or behind a part of, by their names."""
        found = (span for span in self.spans if is_by_maker(span.device, wanted))
        return tuple(sorted(found, key=lambda span: (span.device.name, span.device.lasting_id)))

    def history(self, span: LifeSpan) -> DeviceHistory:
        """All that happened to a device."""
        by_id = {each.device.lasting_id: each for each in self.spans}
        before = replaced_by(self.spans).get(span.device.lasting_id)
        after = by_id.get(span.absent.successor) if span.absent is not None else None
        return DeviceHistory(
            span,
            entries_of(self._texts(span.device.lasting_id)),
            None if before is None else before.device,
            None if after is None else after.device,
            self._is_binding(span.last),
        )

    def row(self, span: LifeSpan) -> DeviceHistory:
        """A device for a list, without what happened to it."""
        return DeviceHistory(span, (), None, None, self._is_binding(span.last))

    def _is_binding(self, run: int) -> bool:
        if run not in self._binding:
            self._binding[run] = of_json(self._head(run), ()).judged.binding
        return self._binding[run]

    def _texts(self, lasting: str) -> Iterator[tuple[str, str]]:
        yield from ((self._head(run), text) for run, text in self.store.states_of(lasting))

    def _head(self, run: int) -> str:
        return self.store.state_head(run) or ""

    def _near(self, word: str) -> str:
        known = sorted({name for span in self.spans for name in span.words})
        near = get_close_matches(word, known, n=MAX_NEAR)
        return (
            f"did you mean {' or '.join(sanitize(name, 80) for name in near)}?"
            if near
            else "kitscan explain finds devices of runs without a history"
        )
