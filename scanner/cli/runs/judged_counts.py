"""How the runs of a store were judged: counts of what an audit kept of each."""

from collections import Counter
from dataclasses import dataclass

from reports.changes.state.state_json import device_of_json, of_json
from reports.policy.verdict import Verdict
from scanner.store.kept_states import device_texts, texts_of_runs
from scanner.store.store import Store

_FINDINGS = (Verdict.RESTRICTED, Verdict.REVIEW, Verdict.CONDITIONAL)


@dataclass(frozen=True, slots=True)
class JudgedCounts:
    """What a run said on its own day. `devices` were identified, `findings` of them are restricted, under review or
    conditional. `not_assessed` are devices and targets of which too little was seen."""

    devices: int
    findings: int
    not_assessed: int


def judged_counts(store: Store) -> dict[int, JudgedCounts]:
    """The counts of each run that an audit judged, or `kitscan history` after it. Each text is read once, however many
    runs said it. Raises KitscanError for a text that is no state."""
    with store.reading() as connection:
        read = {number: device_of_json(text)[0] for number, text in device_texts(connection).items()}
        verdicts = {number: device.verdict for number, device in read.items() if device is not None}
        counted = Counter((run, verdicts[number]) for run, number in texts_of_runs(connection) if number in verdicts)
    return {run: _counts(run, counted, store.state_head(run) or "") for run in store.runs_with_states()}


def _counts(run: int, counted: Counter[tuple[int, Verdict]], head: str) -> JudgedCounts:
    devices = sum(counted[run, verdict] for verdict in Verdict)
    missing = len(of_json(head, ()).missing)
    findings = sum(counted[run, verdict] for verdict in _FINDINGS)
    return JudgedCounts(devices, findings, counted[run, Verdict.NOT_ASSESSED] + missing)
