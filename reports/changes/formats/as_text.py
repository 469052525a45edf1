"""Changes for a terminal and for the mail of cron: at most 80 columns, the worst device first; one line where nothing
changed."""

import io
from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.text import Text

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
from reports.document.wording import MARK
from reports.formats.text_layout import count_more, entry, fit, text

WIDTH = 80

SHOWN_DEVICES = 20
SHOWN_EVENTS = 12
"""Devices, and events of one device, that are listed; the rest is counted."""

MAX_NAME = 30
"""Columns of a device's name."""


def render(report: ChangeReport) -> str:
    """The changes as plain text, 80 columns wide."""
    return render_changes_text(report, SHOWN_DEVICES)


def render_changes_text(report: ChangeReport, shown: int) -> str:
    """The changes as plain text with the first `shown` devices."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=WIDTH,
        color_system=None,
        no_color=True,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in _parts(report, shown):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _parts(report: ChangeReport, shown: int) -> Iterator[RenderableType]:
    if not report.comparison.events:
        yield text(f"{headline(report)} {describe_runs(report)}")
        return
    yield from map(text, notices(report))
    yield text(headline(report))
    yield from (text(sentence) for sentence in (worse_sentence(report), describe_unseen(report)) if sentence)
    yield text(describe_runs(report))
    devices = tuple(by_device(report.comparison.events))
    for device in devices[:shown]:
        yield from _device(device, report.after.judged.binding)
    yield from count_more(len(devices), shown, "device")


def _device(changes: DeviceChanges, binding: bool) -> Iterator[RenderableType]:
    device = changes.device
    yield text("")
    name = fit(device.name, MAX_NAME)
    yield entry(Text(MARK[device.verdict]), f"{name}: {label_state(device, binding)}. {describe_device(device)}")
    yield from (entry(text("   -"), describe_event(event)) for event in changes.events[:SHOWN_EVENTS])
    yield from count_more(len(changes.events), SHOWN_EVENTS, "event")
