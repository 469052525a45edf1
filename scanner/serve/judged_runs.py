"""What the server shows: the runs of a store, and the document of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from reports.document.document import Document
from scanner.run_request import RunRequest
from scanner.store.store import Run

KEPT = 2
"""Documents that are kept: a report and the one that it is compared with. A document of 50,000 devices takes 1 GB."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run of the store, who began it, and how many targets it had."""

    run: Run
    request: RunRequest
    targets: int


@dataclass(slots=True)
class JudgedRuns:
    """Reads runs and judges them, one at a time. Only a run that was complete before it was judged is kept: another one
    may have more evidence the next time."""

    runs: Callable[[], tuple[StoredRun, ...]]
    judge: Callable[[int], Document]
    _documents: dict[int, Document] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)
    _looking: Lock = field(default_factory=Lock)

    def document(self, number: int) -> Document:
        """The document of a run. Who asks for one that is kept does not wait for the judgement of another one. Raises
        KitscanError if there is no such run."""
        kept = self._kept(number)
        if kept is not None:
            return kept
        with self._one_at_a_time:
            kept = self._kept(number)  # another browser asked for it at the same time
            return kept if kept is not None else self._judged(number)

    def _kept(self, number: int) -> Document | None:
        with self._looking:
            document = self._documents.pop(number, None)
            if document is not None:
                self._documents[number] = document  # the last to go
            return document

    def _judged(self, number: int) -> Document:
        complete = {stored.run.id for stored in self.runs() if stored.run.complete}
        document = self.judge(number)
        if number in complete:
            with self._looking:
                self._documents[number] = document
                while len(self._documents) > KEPT:
                    del self._documents[next(iter(self._documents))]
        return document
