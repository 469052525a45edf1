"""What a destination is told of a night: only what changed, quiet when nothing did, with ids that stay the same."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.changes.state.event import EventKind
from reports.policy.verdict import Verdict, severity
from scanner.notify.destination import EVERYTHING, NoticeFilter
from scanner.notify.ecs import ecs_events, line_of
from scanner.notify.message import MAX_LINES, inert, message_of
from scanner.notify.notices import notice_of
from scanner.notify.redaction import redacted_news
from scanner.notify.reminders import rows_of
from tests.unit.device_states import box
from tests.unit.hostile_texts import TEXTS
from tests.unit.notify_news import BAD, PLAIN, changed, first_news, news, notice


def test_a_night_on_which_nothing_changed_tells_nothing() -> None:
    assert notice_of(news((PLAIN,), (PLAIN,)), EVERYTHING) is None


def test_a_message_says_what_changed_and_what_to_do_next() -> None:
    title, body = message_of(notice(changed()))
    assert title == "kitscan run 2: 4 changes, 1 device restricted, 1 reminder"
    assert body.splitlines() == [
        "Run 2 of 2026-03-02, since run 1:",
        "- Restricted: core-1: Verdict: clear → restricted (the rest of the network changed)",
        "- Restricted: core-1: New finding gb-dvd-huawei-2022/core: restricted, last day 2026-04-01 "
        "(the rest of the network changed)",
        "- Clear: core-two: Renamed: core-2 → core-two",
        "- Clear: core-two: Part swapped 1/0/1: Finisar FTLX1471D3BCL UYK0A12 → Huawei SFP-10G HW0000117 "
        "(the box is not as it was)",
        "- Due: Within 30 days, on 2026-04-01, is the last day for 1 device by gb-dvd-huawei-2022/core: core-1.",
        "In all 2 devices: 1 restricted, 1 clear. 0 as they were.",
        "Next: kitscan diff 1 2",
    ]


def test_the_first_night_says_that_it_is_the_first() -> None:
    title, body = message_of(notice(first_news(PLAIN, BAD)))
    assert title == "kitscan run 1: first audit, 1 device restricted, 1 reminder"
    assert body.splitlines()[:3] == [
        "Run 1 of 2026-03-01, the first audit of this scope:",
        "- Restricted: core-1: New: restricted by gb-dvd-huawei-2022/core",
        "- Clear: core-2: New",
    ]
    assert body.endswith("Next: kitscan assess 1")


def test_a_message_lists_few_and_counts_all() -> None:
    _, body = message_of(notice(news((), tuple(box(number) for number in range(1, 60)))))
    assert sum(line.endswith(": New") for line in body.splitlines()) == MAX_LINES
    assert "- and 39 more" in body


@pytest.mark.parametrize(("at", "devices"), [(Verdict.RESTRICTED, {"core-1"}), (Verdict.CLEAR, {"core-1", "core-two"})])
def test_a_destination_is_told_of_its_verdict_and_worse(at: Verdict, devices: set[str]) -> None:
    made = notice(changed(), NoticeFilter(at))
    assert {entry.event.device.name for entry in made.events} == devices


def test_that_a_device_is_no_longer_restricted_is_told_too() -> None:
    better = news((BAD,), (replace(BAD, verdict=Verdict.CLEAR, findings=()),))
    assert {entry.event.kind for entry in notice(better, NoticeFilter(Verdict.RESTRICTED)).events} == {
        EventKind.VERDICT,
        EventKind.FINDING_GONE,
    }


def test_a_destination_is_reminded_of_its_own_devices_alone() -> None:
    mild = replace(box(3, verdict=Verdict.CONDITIONAL), findings=BAD.findings)
    both = news((BAD, mild), (BAD, mild))
    assert [len(entry.reminder.devices) for entry in notice(both).reminders] == [2]
    assert [len(entry.reminder.devices) for entry in notice(both, NoticeFilter(Verdict.RESTRICTED)).reminders] == [1]
    assert notice_of(news((mild,), (mild,)), NoticeFilter(Verdict.RESTRICTED)) is None


def test_a_reminder_that_was_recorded_is_told_no_more() -> None:
    rows = rows_of(news((BAD,), (BAD,)).reminders)
    assert notice_of(news((BAD,), (BAD,), rows), EVERYTHING) is None


def test_ids_are_the_same_when_a_night_is_repeated_and_others_on_another_night() -> None:
    first, again = notice(changed()), notice(changed())
    other = notice(news((BAD,), (BAD, PLAIN)))
    assert first == again
    ids = [entry.id for entry in (*first.events, *first.reminders)]
    assert len({first.id, other.id, *ids}) == len(ids) + 2


def test_an_event_that_a_later_run_tells_again_keeps_its_id() -> None:
    """The night was killed before it was noted that it had been told; the next run is compared with the same one."""
    made = changed()
    later = replace(made, after=replace(made.after, run=3))
    assert [entry.id for entry in notice(later).events] == [entry.id for entry in notice(made).events]
    assert notice(later).id != notice(made).id


PRIVATE = ("core-1", "core-2", "core-two", "192.0.2.", "SN00000", "UYK0A12", "HW0000117", "lon-1", "core-pop", "id-1")


def test_a_redacted_notice_names_nothing_of_the_network_and_hides_what_was_before() -> None:
    hidden = notice(redacted_news(changed()), NoticeFilter(redact=True))
    text = " ".join((*message_of(hidden), *map(line_of, ecs_events(hidden))))
    assert [value for value in PRIVATE if value in text] == []
    assert "Huawei" in text and "gb-dvd-huawei-2022" in text
    plain = notice(changed())
    assert [entry.event.kind for entry in hidden.events] == [entry.event.kind for entry in plain.events]
    assert len(hidden.reminders) == len(plain.reminders) == 1
    (reminded,) = hidden.reminders[0].reminder.devices
    assert reminded.lasting_id in {entry.event.device.lasting_id for entry in hidden.events}
    assert notice(redacted_news(changed()), NoticeFilter(redact=True)) == hidden


def test_a_redacted_first_night() -> None:
    text = message_of(notice(redacted_news(first_news(PLAIN, BAD))))[1]
    assert [value for value in PRIVATE if value in text] == []


MARKUP = set("<>@[]`|*&\r\n\x1b")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_no_text_of_a_device_becomes_markup_or_a_line(text: str) -> None:
    device = replace(BAD, name=text, model=text, version=text, serial=text, site=text, zone=text, labels=(text,))
    made = notice(news((replace(BAD, model="x"),), (device, replace(PLAIN, name=text))))
    title, body = message_of(made)
    for line in (title, *body.split("\n")):
        assert not MARKUP & set(line), line
        assert "://" not in line
    assert len(body.splitlines()) == len(body.split("\n"))


@given(st.text())
@settings(max_examples=300)
def test_what_is_inert_is_one_line_without_markup(text: str) -> None:
    assert not MARKUP & set(inert(text))
    assert "://" not in inert(text)
    assert inert(text).isprintable()


@given(st.lists(st.sampled_from(Verdict), min_size=1, max_size=6), st.sampled_from(Verdict))
def test_a_filter_lets_through_what_is_at_least_as_bad(verdicts: list[Verdict], at: Verdict) -> None:
    devices = tuple(box(number, verdict=verdict) for number, verdict in enumerate(verdicts, 1))
    made = notice_of(news((), devices), NoticeFilter(at))
    told = [] if made is None else [entry.event.device.verdict for entry in made.events]
    expected = [verdict for verdict in verdicts if severity(verdict) <= severity(at)]
    assert sorted(told, key=severity) == sorted(expected, key=severity)
