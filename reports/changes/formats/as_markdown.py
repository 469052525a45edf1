"""Changes as Markdown for a ticket or a chat: the headline, then a line for each device, the worst first."""

from collections.abc import Iterator

from reports.changes.change_report import ChangeReport, DeviceChanges, by_device
from reports.changes.change_wording import (
    describe_device,
    describe_event,
    describe_runs,
    describe_unseen,
    headline,
    label_state,
    notices,
    worse_sentence,
)
from reports.document.wording import NOT_LEGAL_ADVICE, format_count
from reports.formats.as_markdown import code, plain

SHOWN_DEVICES = 60
SHOWN_EVENTS = 20
"""Devices, and events of one device, that are listed; the rest is counted."""


def render(report: ChangeReport) -> str:
    """The whole text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: ChangeReport) -> Iterator[str]:
    yield f"# Changes, {plain(describe_runs(report))}"
    for notice in notices(report):
        yield from ("", f"> **{plain(notice)}**")
    yield from ("", f"**{plain(headline(report))}**")
    for sentence in filter(None, (worse_sentence(report), describe_unseen(report))):
        yield from ("", plain(sentence))
    devices = tuple(by_device(report.comparison.events))
    if devices:
        yield ""
    for device in devices[:SHOWN_DEVICES]:
        yield from _device(device, report.after.judged.binding)
    if len(devices) > SHOWN_DEVICES:
        yield f"- and {format_count(len(devices) - SHOWN_DEVICES, 'device')} more, in the other formats"
    yield from ("", NOT_LEGAL_ADVICE)


def _device(changes: DeviceChanges, binding: bool) -> Iterator[str]:
    device = changes.device
    yield f"- {code(device.name)} **{label_state(device, binding)}**, {plain(describe_device(device))}"
    for event in changes.events[:SHOWN_EVENTS]:
        yield f"    - {plain(describe_event(event))}"
    if len(changes.events) > SHOWN_EVENTS:
        yield f"    - and {format_count(len(changes.events) - SHOWN_EVENTS, 'event')} more"
