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
    """Reads runs and judges them. One document is judged at a time; a run that is not finished is judged anew."""

    runs: Callable[[], tuple[StoredRun, ...]]
    judge: Callable[[int], Document]
    _documents: dict[int, Document] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def document(self, number: int) -> Document:
        """The document of a run. Raises KitscanError if there is no such run."""
        with self._one_at_a_time:
            if number not in self._documents:
                document = self.judge(number)
                finished = {stored.run.id for stored in self.runs() if stored.run.finished is not None}
                if number not in finished:
                    return document
                self._documents[number] = document
                while len(self._documents) > KEPT:
                    del self._documents[next(iter(self._documents))]
            return self._documents[number]
