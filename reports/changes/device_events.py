"""What happened to one device that two runs know: its name, identity, parts, place, verdict, findings and coverage."""

from collections.abc import Iterator

from fingerprints.model.device import Level
from reports.changes.causes import Judgements
from reports.changes.coverage import hides_parts, lost_between, reasons_of_loss
from reports.changes.pairing import own_name
from reports.changes.part_events import part_events
from reports.changes.state.device_state import DeviceState, FindingState
from reports.changes.state.event import Event, EventKind
from reports.document.wording import PLACE
from reports.policy.verdict import Verdict


def events_of(last: DeviceState, base: DeviceState, now: DeviceState, judgements: Judgements) -> Iterator[Event]:
    """The events of a device. `last` is how it was when it was last read, `base` the same with what was read of it only
    before that. What is not read now is no change."""
    lost, gained = lost_between(last, now), lost_between(now, last)
    yield from _identity(base, now, judgements)
    may_hide, may_reveal = hides_parts(lost_between(base, now)), hides_parts(gained) and base is last
    yield from part_events(base, now, may_hide, may_reveal, judgements)
    yield from _place(last, now, judgements)
    yield from _judgement(last, now, judgements)
    if lost:
        yield Event(EventKind.COVERAGE_LOST, now, at=", ".join(lost), after=", ".join(reasons_of_loss(last, now)))
    if gained:
        yield Event(EventKind.COVERAGE_GAINED, now, at=", ".join(gained), before=", ".join(reasons_of_loss(now, last)))


def _identity(base: DeviceState, now: DeviceState, judgements: Judgements) -> Iterator[Event]:
    was, called = own_name(base), own_name(now)
    if was and called and was != called:
        yield Event(EventKind.RENAMED, now, was, called)
    if set(now.addresses) - set(base.addresses):
        yield Event(EventKind.READDRESSED, now, ", ".join(base.addresses), ", ".join(now.addresses))
    causes = judgements.of_identity(base, now)
    if _has_other_maker(base, now) or (base.model and now.model and base.model != now.model):
        yield Event(EventKind.IDENTITY, now, _kind_of_box(base), _kind_of_box(now), causes=causes)
    if base.version and now.version and base.version != now.version:
        yield Event(EventKind.VERSION, now, base.version, now.version, causes=causes)
    if base.serial and now.serial and base.serial != now.serial:
        yield Event(EventKind.SERIAL, now, base.serial, now.serial, causes=causes)


def _has_other_maker(base: DeviceState, now: DeviceState) -> bool:
    """True if the maker is another one, and was or is more than a guess: of a box whose maker nobody knows, the guess
    follows whatever optic is plugged in."""
    is_guessed = {base.level, now.level} <= {Level.POSSIBLE, Level.UNKNOWN}
    return bool(now.maker) and base.maker != now.maker and not is_guessed


def _kind_of_box(device: DeviceState) -> str:
    return " ".join(filter(None, (device.maker, device.model)))


def _place(last: DeviceState, now: DeviceState, judgements: Judgements) -> Iterator[Event]:
    """Whether it stands elsewhere. A zone that is only called otherwise in the zones file is no other place."""
    moved = (last.place, last.site, last.stands) != (now.place, now.site, now.stands)
    if moved or (last.zone != now.zone and judgements.same_zones):
        yield Event(EventKind.MOVED, now, _place_text(last), _place_text(now))


def _place_text(device: DeviceState) -> str:
    zone = f"zone {device.zone}" if device.zone else ""
    return " · ".join(filter(None, (PLACE[device.place], device.stands, zone)))


def _judgement(last: DeviceState, now: DeviceState, judgements: Judgements) -> Iterator[Event]:
    causes = judgements.of_verdict(last, now)
    if last.verdict is not now.verdict:
        yield Event(EventKind.VERDICT, now, last.verdict.value, now.verdict.value, causes=causes)
    was, are = _open(last), _open(now)
    for rule in sorted(was.keys() | are.keys()):
        before, after = was.get(rule), are.get(rule)
        at = "/".join(rule[:2]) + (f" ({rule[2]})" if rule[2] else "")
        if after is None and before is not None:
            yield Event(EventKind.FINDING_GONE, now, _finding_text(before), "", at, causes)
        elif before is None and after is not None:
            yield Event(EventKind.FINDING_NEW, now, "", _finding_text(after), at, causes)
        elif before is not None and after is not None and _finding_text(before) != _finding_text(after):
            yield Event(EventKind.FINDING_CHANGED, now, _finding_text(before), _finding_text(after), at, causes)


def _open(device: DeviceState) -> dict[tuple[str, str, str], FindingState]:
    """The findings that no waiver covers, without the clear ones."""
    return {
        (finding.policy, finding.rule, finding.component): finding
        for finding in device.findings
        if not finding.waived and finding.verdict is not Verdict.CLEAR
    }


def _finding_text(finding: FindingState) -> str:
    """`restricted, starts 2027-01-01, last day 2027-12-31`."""
    starts = f"starts {finding.starts.isoformat()}" if finding.starts else ""
    deadline = f"last day {finding.deadline.isoformat()}" if finding.deadline else ""
    return ", ".join(filter(None, (finding.verdict.value, starts, deadline)))
