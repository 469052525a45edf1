"""The state of a run of the store: as it was kept when it was judged, or judged anew; and two of them compared."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.changes.change_report import ChangeReport
from reports.changes.compare import compare
from reports.changes.earlier import earlier_devices
from reports.changes.lasting import assign_lasting
from reports.changes.state.of_document import run_state
from reports.changes.state.run_state import RunState
from reports.changes.state.state_json import of_json
from reports.document.document import Document
from scanner.cli.assessment.reporting import assessment_options_of, document_of
from scanner.cli.options import ReportRequest
from scanner.config import Config
from scanner.store.store import Store


@dataclass(frozen=True, slots=True)
class StateReader:
    """Reads states. With `anew` it judges every run by today's rules, whatever was kept of it. `documents` gives the
    document of a run, where somebody keeps those that were judged."""

    store: Store
    request: ReportRequest
    config: Config
    anew: bool = False
    documents: Callable[[int], Document] | None = None

    def kept(self, number: int) -> RunState | None:
        """The state that was kept of a run; None if none was, or none is wanted."""
        kept = None if self.anew else self.store.states(number)
        return None if kept is None else of_json(*kept)

    def judged(self, number: int) -> RunState:
        """The state of a run, judged now as on its own day. Raises StoreError if the run's evidence is not there."""
        run = self.store.run(number)
        options = assessment_options_of(self.request, self.config, run.started.date())
        if self.documents is not None:
            return run_state(self.documents(number), options, run.complete)
        document = document_of(self.store, run, options, self.request.jobs)
        return run_state(document, options, run.complete)

    def compared(self, before: int, after: int) -> ChangeReport:
        """Two runs compared."""
        kept = self.kept(before), self.kept(after)
        old, new = (state or self.judged(number) for state, number in zip(kept, (before, after), strict=True))
        if not _are_of_one_chain(*kept):
            new = assign_lasting(new, old)
        anew = tuple(number for state, number in zip(kept, (before, after), strict=True) if state is None)
        return ChangeReport(old, new, compare(old, new), tuple(dict.fromkeys(anew)))


def _are_of_one_chain(before: RunState | None, after: RunState | None) -> bool:
    """True where the later state was kept by nights that go back to the earlier one: then they share lasting ids, and
    the later one says what became of every device of the earlier one. Nights by other probes, or compared with another
    baseline, do not."""
    if before is None or after is None or before.run > after.run or before.scope != after.scope:
        return False
    told = {device.lasting_id for device in (*after.devices, *(known.device for known in after.known))}
    return told.issuperset(earlier_devices(before))


def is_judged_anew(request: ReportRequest) -> bool:
    """True if an option says what to judge by, so that what was kept is not what the user wants."""
    files = (request.zones, request.waivers, request.permits, request.support, request.attributes, request.folder)
    return any(files) or bool(request.policy or request.as_of or request.include_unverified)
