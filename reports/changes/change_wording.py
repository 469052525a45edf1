"""Sentences about what happened between two runs. They hold device text: each format makes it safe to show."""

from collections import Counter
from collections.abc import Iterator, Mapping

from fingerprints.model.evidence import GapReason
from reports.changes.change_report import ChangeReport
from reports.changes.state.device_state import DeviceState, FindingState
from reports.changes.state.event import Cause, Event, EventKind
from reports.changes.state.run_state import RunState
from reports.document.document import NotAssessedReason, Unidentified, Unjudged
from reports.document.force_wording import NOBODY_BOUND, label_verdict
from reports.document.wording import (
    PLACE,
    UNKNOWN_MAKER,
    VERDICT,
    describe_reason,
    format_count,
    format_long_date,
    join_words,
)
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import Verdict

CAUSE: Mapping[Cause, str] = {
    Cause.BOX: "the box is not as it was",
    Cause.PLACE: "it stands elsewhere",
    Cause.DATA: "the fingerprint data or kitscan changed",
    Cause.LAW: "the policies or your own files changed",
    Cause.DAY: "a day of the law has come",
    Cause.NETWORK: "the rest of the network changed",
}

KIND: Mapping[EventKind, str] = {
    EventKind.NEW: "New",
    EventKind.RETURNED: "Back",
    EventKind.GONE: "Gone",
    EventKind.NOT_ASKED: "No longer asked",
    EventKind.REPLACED: "Replaced",
    EventKind.RENAMED: "Renamed",
    EventKind.READDRESSED: "Renumbered",
    EventKind.IDENTITY: "Identity",
    EventKind.VERSION: "Version",
    EventKind.SERIAL: "Serial number",
    EventKind.PART_ADDED: "Part added",
    EventKind.PART_REMOVED: "Part removed",
    EventKind.PART_SWAPPED: "Part swapped",
    EventKind.PART_MOVED: "Part moved",
    EventKind.MOVED: "Moved",
    EventKind.VERDICT: "Verdict",
    EventKind.FINDING_NEW: "New finding",
    EventKind.FINDING_GONE: "Finding gone",
    EventKind.FINDING_CHANGED: "Finding changed",
    EventKind.COVERAGE_LOST: "Less was read",
    EventKind.COVERAGE_GAINED: "More was read",
}
"""The name of each kind of event, as a heading or the first words of a line."""

_COUNTED: tuple[tuple[tuple[EventKind, ...], str], ...] = (
    ((EventKind.NEW,), "new"),
    ((EventKind.RETURNED,), "back"),
    ((EventKind.GONE,), "gone"),
    ((EventKind.REPLACED,), "replaced"),
    ((EventKind.NOT_ASKED,), "no longer asked"),
)
"""What is counted in the headline by itself. Every other device with an event is changed."""

MAX_RULES = 3
"""Rules that a new device is named with."""

OTHER_SCOPE = "The two runs were asked different targets, so a device may be new for that alone."
PARTIAL = "The later run did not reach its end: what it did not see is not called gone."


def headline(report: ChangeReport) -> str:
    """`1 new, 2 gone, 3 changed; 494 devices as they were.`, or that nothing changed."""
    events, same = report.comparison.events, report.comparison.same
    as_they_were = f"{format_count(same, 'device')} as {'it was' if same == 1 else 'they were'}"
    if not events:
        return f"Nothing changed; {as_they_were}."
    counts, counted = [], set()
    for kinds, word in _COUNTED:
        devices = {event.device.lasting_id for event in events if event.kind in kinds}
        counted |= devices
        counts += [f"{len(devices):,} {word}"] if devices else []
    changed = {event.device.lasting_id for event in events} - counted
    counts += [f"{len(changed):,} changed"] if changed else []
    return f"{', '.join(counts)}; {as_they_were}."


def worse_sentence(report: ChangeReport) -> str:
    """How many devices are judged worse than before or are new and restricted, by verdict; empty if none is."""
    worse = Counter(device.verdict for device in newly_bad(report))
    binding = report.after.judged.binding
    told = [
        f"{count:,} {label_verdict(verdict, binding).lower()}"
        for verdict in Verdict
        if (count := worse[verdict]) and verdict is not Verdict.CLEAR
    ]
    return f"New or worse than before: {', '.join(told)}." if told else ""


def newly_bad(report: ChangeReport) -> tuple[DeviceState, ...]:
    """The devices whose verdict is worse than before, and the new ones that are not clear."""
    arrived = (EventKind.NEW, EventKind.REPLACED)
    return tuple(
        event.device
        for event in report.comparison.events
        if (event.kind in arrived and event.device.verdict is not Verdict.CLEAR)
        or (event.kind is EventKind.VERDICT and _is_worse(event))
    )


def notices(report: ChangeReport) -> Iterator[str]:
    """What a reader must know before anything else."""
    if not report.after.judged.binding:
        yield NOBODY_BOUND
    if report.redacted:
        yield "Redacted: names, addresses, serial numbers, zones and sites are pseudonyms."
    if report.comparison.partial:
        yield PARTIAL
    if not report.comparison.same_scope:
        yield OTHER_SCOPE
    if report.judged_anew:
        runs = join_words([str(run) for run in report.judged_anew])
        what = "run" if len(report.judged_anew) == 1 else "runs"
        yield f"No judgement of {what} {runs} was kept, so today's rules judged it as on the day of the run."


def describe_runs(report: ChangeReport) -> str:
    """`run 5 (2 March 2026), compared with run 4 (1 March 2026)`."""
    return f"{_run(report.after)}, compared with {_run(report.before)}"


def describe_unseen(report: ChangeReport) -> str:
    """How many targets the later run could not assess; empty if none."""
    missing = len(report.after.missing)
    return f"{format_count(missing, 'target')} could not be assessed in run {report.after.run}." if missing else ""


def describe_device(device: DeviceState) -> str:
    """What a device is and where it stands: `Huawei NE40E, Core · lon-1`."""
    box = " ".join(filter(None, (device.maker or UNKNOWN_MAKER, device.model)))
    return f"{box}, {' · '.join(filter(None, (PLACE[device.place], device.stands)))}"


def label_state(device: DeviceState, binding: bool) -> str:
    """The verdict of a device as a badge names it."""
    own_list = any(_restricts(finding) and finding.policy == SUPPORT for finding in device.findings)
    return label_verdict(device.verdict, binding or own_list)


def describe_event(event: Event) -> str:
    """What happened, in one sentence without its full stop, and why."""
    return f"{KIND[event.kind]}{_detail(event)}{describe_causes(event.causes)}"


def describe_causes(causes: tuple[Cause, ...]) -> str:
    """` (the box is not as it was)`, or nothing."""
    return f" ({join_words([CAUSE[cause] for cause in causes])})" if causes else ""


def _detail(event: Event) -> str:
    match event.kind:
        case EventKind.NEW:
            return _by_rules(event.device)
        case EventKind.RETURNED:
            return f": last seen {event.silent_since}"
        case EventKind.GONE | EventKind.NOT_ASKED:
            reason = f": {_reason(event.after)}" if event.after else ""
            return f"{reason}; last seen {event.silent_since}" if reason else f": last seen {event.silent_since}"
        case EventKind.REPLACED:
            return f": {event.after or 'an unknown box'} answers in place of {event.before or 'an unknown box'}"
        case EventKind.COVERAGE_LOST:
            return f": {event.at}{_reasons(event.after)}"
        case EventKind.COVERAGE_GAINED:
            return f": {event.at}"
        case EventKind.VERDICT:
            return f": {VERDICT[Verdict(event.before)].lower()} → {VERDICT[Verdict(event.after)].lower()}"
        case EventKind.PART_MOVED:
            return f": {event.before} → {event.after}"
        case _:
            at = f" {event.at}" if event.at else ""
            return f"{at}: {' → '.join(filter(None, (event.before, event.after)))}"


def _by_rules(device: DeviceState) -> str:
    """`: restricted by us-889a/telecom`, or nothing of a clear device."""
    rules = dict.fromkeys(
        f"{finding.policy}/{finding.rule}"
        for finding in device.findings
        if finding.verdict is device.verdict and not finding.waived
    )
    if not rules or device.verdict is Verdict.CLEAR:
        return ""
    more = f" and {len(rules) - MAX_RULES:,} more" if len(rules) > MAX_RULES else ""
    return f": {VERDICT[device.verdict].lower()} by {', '.join(tuple(rules)[:MAX_RULES])}{more}"


def _reasons(codes: str) -> str:
    return f"; {', '.join(map(_reason, codes.split(', ')))}" if codes else ""


def _reason(code: str) -> str:
    for reasons in _REASONS:
        if code in reasons:
            return describe_reason(reasons[code])
    return code


_REASONS: tuple[Mapping[str, NotAssessedReason], ...] = tuple(
    {reason.value: reason for reason in kind} for kind in (GapReason, Unidentified, Unjudged)
)


def _run(state: RunState) -> str:
    return f"run {state.run} ({format_long_date(state.started.date())})"


def _restricts(finding: FindingState) -> bool:
    return finding.verdict is Verdict.RESTRICTED and not finding.waived


def _is_worse(event: Event) -> bool:
    order = list(Verdict)
    return order.index(Verdict(event.after)) < order.index(Verdict(event.before))
