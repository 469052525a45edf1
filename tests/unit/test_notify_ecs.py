"""Events for a SIEM: fields of the Elastic Common Schema, those that docs/notify.md lists, one event a line."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.changes.state.event import Cause, Event, EventKind
from reports.policy.verdict import Verdict
from scanner.notify.ecs import ecs_events, line_of
from scanner.notify.notices import Notice, NoticeEvent
from scanner.notify.syslog import MAX_DATAGRAM, datagram_bytes, message_bytes
from tests.unit.hostile_texts import TEXTS
from tests.unit.notify_news import BAD, changed, news, notice

DOCS = Path(__file__).parents[2] / "docs" / "notify.md"
SENT = datetime(2026, 3, 2, 3, 0, 0, 120, tzinfo=UTC)


def flat(event: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    for name, value in event.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def test_an_event_as_it_is_written() -> None:
    event = dict(flat(next(ecs_events(notice(changed())))))
    assert event.pop("event.id")
    assert event == {
        "@timestamp": "2026-03-02T03:00:00+00:00",
        "device.manufacturer": "Huawei",
        "device.model.name": "NE40E",
        "device.serial_number": "SN000001A",
        "ecs.version": "8.11.0",
        "event.action": "verdict",
        "event.category": ["configuration"],
        "event.dataset": "kitscan.audit",
        "event.kind": "event",
        "event.module": "kitscan",
        "event.severity": 4,
        "event.type": ["change"],
        "host.id": "id-1",
        "host.ip": ["192.0.2.1"],
        "host.name": "core-1",
        "kitscan.after": "restricted",
        "kitscan.before": "clear",
        "kitscan.before_run": 1,
        "kitscan.causes": ["network"],
        "kitscan.companies": ["huawei"],
        "kitscan.level": "confirmed",
        "kitscan.partial": False,
        "kitscan.place": "core",
        "kitscan.redacted": False,
        "kitscan.run": 2,
        "kitscan.site": "lon-1",
        "kitscan.verdict": "restricted",
        "kitscan.version": "V800R021",
        "kitscan.zone": "core-pop",
        "message": "core-1: Verdict: clear → restricted (the rest of the network changed)",
        "observer.product": "kitscan",
        "observer.version": "1.0",
    }


def every_kind() -> Notice:
    """One event of each kind, with every text, and a reminder."""
    made = notice(news((BAD,), (BAD,)))
    device = replace(BAD, verdict=Verdict.REVIEW)
    texts = {EventKind.VERDICT: ("clear", "review")}
    events = tuple(
        Event(kind, device, *texts.get(kind, ("old", "new")), at="1/0", causes=tuple(Cause), silent_since="2026-03-01")
        for kind in EventKind
    )
    return replace(made, events=tuple(NoticeEvent(f"{number:032x}", event) for number, event in enumerate(events)))


def test_the_documentation_lists_every_field_that_is_written_and_no_other() -> None:
    written = {name for event in ecs_events(every_kind()) for name, _ in flat(event)}
    table = DOCS.read_text(encoding="utf-8").partition("<!-- fields -->")[2].partition("<!-- end -->")[0]
    listed = set(re.findall(r"(?m)^\| `([^`]+)`", table))
    assert listed == written | {"tags"}


def test_the_documentation_lists_every_action() -> None:
    page = DOCS.read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| `event.action`"))
    assert set(re.findall(r"`([a-z-]+)`", row.split("|")[2])) == {*map(str, EventKind), "reminder"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_an_event_is_one_line_of_ascii_whatever_a_device_says(text: str) -> None:
    device = replace(BAD, name=text, model=text, version=text, serial=text, maker=text, site=text, addresses=(text,))
    for event in ecs_events(notice(news((replace(BAD, version="x"),), (device,)))):
        line = line_of(event)
        assert line.isascii() and line.isprintable()
        assert json.loads(line) == event
        assert message_bytes(event, SENT, text, 1).isascii()
        assert not re.search(rb"[\x00-\x1f\x7f]", message_bytes(event, SENT, text, 1))


def test_a_syslog_message_as_rfc_5424_has_it() -> None:
    event = next(ecs_events(notice(changed())))
    message = message_bytes(event, SENT, "scan host\n1", 4711).decode()
    assert message.startswith("<132>1 2026-03-02T03:00:00.000120Z scanhost1 kitscan 4711 audit - {")
    assert json.loads(message.partition(" - ")[2]) == event


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_datagram_is_small_enough_and_keeps_its_id(name: str, other: str) -> None:
    device = replace(BAD, name=name, model=other, site=name, zone=other, version=name, maker=other)
    for event in ecs_events(notice(news((), (device,)))):
        message = datagram_bytes(event, SENT, "h" * 300, 4711)
        kept = json.loads(message.partition(b" - ")[2])
        assert kept["event"] == event["event"]
        assert kept == event or kept["tags"] == ["cut"]
        assert len(message) <= MAX_DATAGRAM


def test_a_datagram_drops_fields_in_order_until_it_fits() -> None:
    device = replace(BAD, name="\U0001f600" * 500, maker="\U0001f600" * 500, companies=("\U0001f600" * 500,) * 16)
    event = next(ecs_events(notice(news((), (device,)))))
    assert len(message_bytes(event, SENT, "h", 1)) > MAX_DATAGRAM
    message = datagram_bytes(event, SENT, "h", 1)
    assert len(message) <= MAX_DATAGRAM
    assert json.loads(message.partition(b" - ")[2])["tags"] == ["cut"]
