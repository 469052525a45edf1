"""The history of devices as lines of text, and as JSON (schema `kitscan-history/1`, named key by key in
docs/changes.md)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from textwrap import wrap
from typing import Any

from reports.changes.change_wording import KIND, describe_device, describe_event, label_state
from reports.changes.formats.as_json import device_of, event_of
from reports.changes.history import DeviceHistory, LifeSpan, words_of
from reports.document.sanitize import sanitize
from reports.document.wording import MARK
from reports.formats.text_layout import fit

SCHEMA = "kitscan-history/1"

WIDTH = 80
MAX_NAME = 24
MAX_BOX = 26
"""Columns of a name and of a box in the list of devices."""

Day = Callable[[int], date]
"""The day on which a run began."""


def format_history(history: DeviceHistory, day: Day) -> Iterator[str]:
    """A device's history: what it is, since when, what it was called, and each change, the oldest first."""
    span = history.span
    device = span.device
    yield f"{MARK[device.verdict]} {sanitize(device.name)}: {label_state(device, history.binding)}"
    yield from _wrapped(f"{describe_device(device)}", "  ")
    yield f"  id {device.lasting_id}; first seen {_on(day, span.first)}, last seen {_on(day, span.last)}"
    if span.absent is not None and span.absent.reported is not None:
        yield f"  {KIND[span.absent.reported]} since"
    former = _former(span)
    if former:
        yield from _wrapped(f"Formerly also {', '.join(former)}", "  ")
    for other, sentence in ((history.before, "Before it stood here"), (history.after, "Now stands here")):
        if other is not None:
            yield from _wrapped(f"{sentence}: {other.name} ({describe_device(other)}; id {other.lasting_id})", "  ")
    yield ""
    for entry in history.entries:
        for number, event in enumerate(entry.events):
            head = f"{entry.day.isoformat()}  run {entry.run:<5}" if number == 0 else " " * 21
            first, *rest = wrap(sanitize(describe_event(event), 600), WIDTH - 22) or [""]
            yield f"{head} {first}"
            yield from (f"{' ' * 22}{line}" for line in rest)


def format_list(histories: Iterable[DeviceHistory], day: Day) -> Iterator[str]:
    """One line for each device: its name, box, first and last day, and verdict."""
    yield f"{'DEVICE':<{MAX_NAME}}  {'BOX':<{MAX_BOX}}  FIRST       LAST        VERDICT"
    for history in histories:
        span, device = history.span, history.span.device
        box = fit(" ".join(filter(None, (device.maker, device.model))), MAX_BOX)
        first, last = day(span.first).isoformat(), day(span.last).isoformat()
        told = (
            KIND[span.absent.reported].lower() if span.absent is not None and span.absent.reported is not None else ""
        )
        label = label_state(device, history.binding) + (f", {told}" if told else "")
        yield f"{fit(device.name, MAX_NAME):<{MAX_NAME}}  {box:<{MAX_BOX}}  {first}  {last}  {label}"


def as_json(histories: Iterable[DeviceHistory], day: Day) -> str:
    """The histories as one object, in ASCII."""
    devices = [_json_of(history, day) for history in histories]
    return json.dumps({"schema": SCHEMA, "devices": devices}, indent=2)


def _json_of(history: DeviceHistory, day: Day) -> Mapping[str, Any]:
    span = history.span
    absent = span.absent
    return {
        **device_of(span.device),
        "first_seen": {"run": span.first, "day": day(span.first).isoformat()},
        "last_seen": {"run": span.last, "day": day(span.last).isoformat()},
        "absent": absent.reported.value if absent is not None and absent.reported is not None else None,
        "former": _former(span),
        "stood_before": history.before and history.before.lasting_id,
        "stands_now": history.after and history.after.lasting_id,
        "changes": [
            {
                "run": entry.run,
                "day": entry.day.isoformat(),
                "events": [_without_device(event_of(event)) for event in entry.events],
            }
            for entry in history.entries
        ],
    }


def _without_device(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in event.items() if key != "device"}


def _former(span: LifeSpan) -> list[str]:
    """What the device was called or where it was, and is no more."""
    return sorted(span.words - set(words_of(span.device)))


def _on(day: Day, run: int) -> str:
    return f"{day(run).isoformat()} (run {run})"


def _wrapped(sentence: str, indent: str) -> Iterator[str]:
    yield from wrap(sanitize(sentence, 600), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
