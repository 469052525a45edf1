"""How the runs of a store were judged: counts of what an audit kept of each."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from fingerprints.model.errors import KitscanError
from reports.changes.state.run_state import RunState
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


def judged_counts(store: Store) -> tuple[dict[int, JudgedCounts], tuple[int, ...]]:
    """The counts of each run that an audit judged, or `kitscan history` after it, and the runs of which something that
    was kept cannot be read. Each text is read once, however many runs said it."""
    with store.reading() as connection:
        verdicts = {number: _verdict(text) for number, text in device_texts(connection).items()}
        counted = Counter((run, verdicts[number]) for run, number in texts_of_runs(connection))
    counts, unread = {}, []
    for run in store.runs_with_states():
        head = _head(store.state_head(run) or "")
        if head is None or counted[run, _UnreadableState.TEXT]:
            unread.append(run)
        else:
            counts[run] = _counts(run, counted, head)
    return counts, tuple(unread)


class _UnreadableState(Enum):
    TEXT = "text"


def _verdict(text: str) -> Verdict | _UnreadableState | None:
    """What one text says of a device; None if it only says what was known of it before."""
    try:
        device = device_of_json(text)[0]
    except KitscanError:
        return _UnreadableState.TEXT
    return None if device is None else device.verdict


def _head(text: str) -> RunState | None:
    try:
        return of_json(text, ())
    except KitscanError:
        return None


def _counts(run: int, counted: Counter[tuple[int, Verdict | _UnreadableState | None]], head: RunState) -> JudgedCounts:
    devices = sum(counted[run, verdict] for verdict in Verdict)
    findings = sum(counted[run, verdict] for verdict in _FINDINGS)
    return JudgedCounts(devices, findings, counted[run, Verdict.NOT_ASSESSED] + len(head.missing))
