"""Two nights compared: each event on its own day and once, and none where nothing happened."""

from dataclasses import replace
from datetime import date

import pytest

from fingerprints.model.device import Level
from reports.changes.compare import compare
from reports.changes.lasting import assign_lasting
from reports.changes.state.device_state import DeviceState, GapState
from reports.changes.state.event import Cause, Event, EventKind
from reports.changes.state.run_state import MissingState
from reports.document.document import Place
from reports.policy.verdict import Verdict
from tests.unit.device_states import JUDGED, OPTIC, RULE, box, comparisons, kinds, night, told

ONE, TWO = box(1), box(2)
CARD = replace(OPTIC, position="1/0/2", serial="UYK0B77")


def one_event(before: DeviceState, after: DeviceState) -> Event:
    ((event,),) = told(night(1, before), night(2, after))
    return event


def test_two_equal_nights_tell_nothing() -> None:
    (compared,) = comparisons(night(1, ONE, TWO), night(2, TWO, ONE))
    assert (compared.events, compared.same, compared.same_scope, compared.partial) == ((), 2, True, False)


def test_what_jitters_is_no_event() -> None:
    jittered = replace(ONE, level=Level.PROBABLE, parts=(CARD, OPTIC), gaps=(GapState("web", "no-answer"),))
    assert told(night(1, replace(ONE, parts=(OPTIC, CARD))), night(2, jittered)) == ((),)


def test_a_device_is_new_once() -> None:
    assert [kinds(events) for events in told(night(1, ONE), night(2, ONE, TWO), night(3, ONE, TWO))] == [
        [EventKind.NEW],
        [],
    ]


def test_a_silent_device_is_gone_once_and_returns_as_what_it_was() -> None:
    nights = told(night(1, ONE, TWO), night(2, ONE), night(3, ONE), night(4, ONE, replace(TWO, version="V900")))
    assert [kinds(events) for events in nights] == [
        [EventKind.GONE],
        [],
        [EventKind.VERSION, EventKind.RETURNED][::-1],
    ]
    assert nights[0][0].silent_since == nights[2][0].silent_since == "2026-03-01"


def test_a_target_that_shows_life_and_is_not_read_is_no_longer_covered_and_not_gone() -> None:
    missing = (MissingState("192.0.2.2", "no-credential"),)
    nights = told(
        night(1, ONE, TWO), night(2, ONE, missing=missing), night(3, ONE, missing=missing), night(4, ONE, TWO)
    )
    assert [kinds(events) for events in nights] == [[EventKind.COVERAGE_LOST], [], [EventKind.COVERAGE_GAINED]]
    assert nights[0][0].after == "no-credential"


def test_a_target_that_is_no_longer_in_scope_is_not_gone() -> None:
    narrow = {"targets": ("192.0.2.0/31",), "ranges": ("192.0.2.0/31",)}
    (compared,) = comparisons(night(1, ONE, TWO), night(2, ONE, **narrow))
    assert (kinds(compared.events), compared.same_scope) == ([EventKind.NOT_ASKED], False)


def test_an_excluded_address_is_no_longer_asked() -> None:
    (events,) = told(night(1, ONE, TWO), night(2, ONE, exclusions=("192.0.2.2",)))
    assert kinds(events) == [EventKind.NOT_ASKED]


def test_a_run_that_was_cut_short_calls_nothing_gone_and_the_next_one_does() -> None:
    (first, second) = comparisons(night(1, ONE, TWO), night(2, ONE, complete=False), night(3, ONE))
    assert (first.events, first.partial) == ((), True)
    assert kinds(second.events) == [EventKind.GONE]
    assert second.events[0].silent_since == "2026-03-01"


def test_what_a_run_cut_short_tells_is_not_told_again() -> None:
    changed, three = replace(ONE, version="V900"), box(3)
    nights = told(night(1, ONE, TWO), night(2, changed, three, complete=False), night(3, changed, TWO, three))
    assert [kinds(events) for events in nights] == [[EventKind.VERSION, EventKind.NEW], []]


def test_a_device_that_a_run_did_not_read_to_its_end_is_compared_when_it_is() -> None:
    cut = replace(
        ONE, parts=(), serial="", read=("snmp",), verdict=Verdict.NOT_ASSESSED, gaps=(GapState("scan", "interrupted"),)
    )
    new = replace(box(3), gaps=(GapState("scan", "interrupted"),))
    last = replace(ONE, version="V900")
    nights = told(night(1, ONE), night(2, cut, new, complete=False), night(3, last, box(3)))
    assert [kinds(events) for events in nights] == [[], [EventKind.VERSION, EventKind.NEW]]


def test_a_rename_is_no_new_device() -> None:
    event = one_event(ONE, replace(ONE, name="edge-1"))
    assert (event.kind, event.before, event.after) == (EventKind.RENAMED, "core-1", "edge-1")


def test_a_renumbering_is_no_new_device() -> None:
    event = one_event(ONE, replace(ONE, addresses=("192.0.2.77",)))
    assert (event.kind, event.before, event.after) == (EventKind.READDRESSED, "192.0.2.1", "192.0.2.77")


def test_another_box_at_an_address_replaces_the_one_before() -> None:
    other = replace(box(9), addresses=ONE.addresses, name=ONE.name)
    nights = told(night(1, ONE), night(2, other), night(3, other))
    assert [kinds(events) for events in nights] == [[EventKind.REPLACED], []]
    assert (nights[0][0].before, nights[0][0].after) == ("Huawei NE40E SN000001A", "Huawei NE40E SN000009A")


def test_two_boxes_that_trade_places_are_renumbered() -> None:
    (events,) = told(
        night(1, ONE, TWO), night(2, replace(ONE, addresses=TWO.addresses), replace(TWO, addresses=ONE.addresses))
    )
    assert kinds(events) == [EventKind.READDRESSED, EventKind.READDRESSED]


def test_another_maker_or_model_is_another_identity_by_the_box() -> None:
    event = one_event(ONE, replace(ONE, maker="Cisco", evidence="other"))
    assert (event.kind, event.before, event.after, event.causes) == (
        EventKind.IDENTITY,
        "Huawei NE40E",
        "Cisco NE40E",
        (Cause.BOX,),
    )


def test_a_guess_that_follows_an_optic_is_no_other_identity() -> None:
    guessed = replace(ONE, maker="Sharp", level=Level.POSSIBLE)
    (events,) = told(night(1, guessed), night(2, replace(guessed, maker="Avago", evidence="other")))
    assert kinds(events) == []
    assert one_event(guessed, replace(ONE, evidence="other")).kind is EventKind.IDENTITY


def test_data_that_know_a_maker_by_another_name_are_the_cause() -> None:
    updated = replace(JUDGED, as_of=date(2026, 3, 2), data="data-2")
    ((event,),) = told(night(1, ONE), night(2, replace(ONE, maker="Huawei Technologies"), judged=updated))
    assert (event.kind, event.causes) == (EventKind.IDENTITY, (Cause.DATA,))


@pytest.mark.parametrize(("name", "kind"), [("version", EventKind.VERSION), ("serial", EventKind.SERIAL)])
def test_a_text_of_its_own_changes(name: str, kind: EventKind) -> None:
    event = one_event(ONE, replace(ONE, **{name: "other"}))  # type: ignore[arg-type]  # both are texts
    assert (event.kind, event.before, event.after) == (kind, getattr(ONE, name), "other")


def test_a_swapped_part_tells_its_slot_and_both_makers() -> None:
    event = one_event(ONE, replace(ONE, parts=(replace(OPTIC, maker="Hisense", model="LTF1303", serial="HS991"),)))
    assert (event.kind, event.at, event.before, event.after) == (
        EventKind.PART_SWAPPED,
        "1/0/1",
        "Finisar FTLX1471D3BCL UYK0A12",
        "Hisense LTF1303 HS991",
    )


def test_parts_come_and_go() -> None:
    assert one_event(ONE, replace(ONE, parts=(OPTIC, CARD))).kind is EventKind.PART_ADDED
    assert one_event(replace(ONE, parts=(OPTIC, CARD)), ONE).kind is EventKind.PART_REMOVED


def test_a_part_in_another_slot_is_moved_by_its_serial_number() -> None:
    event = one_event(ONE, replace(ONE, parts=(replace(OPTIC, position="1/0/9"),)))
    assert (event.kind, event.before, event.after) == (EventKind.PART_MOVED, "1/0/1", "1/0/9")


def test_slots_that_are_numbered_otherwise_are_no_event() -> None:
    fans = tuple(replace(OPTIC, serial="", position=f"fan {number}") for number in (1, 2))
    renumbered = tuple(replace(fan, position=f"FAN-{number}") for number, fan in enumerate(fans))
    assert told(night(1, replace(ONE, parts=fans)), night(2, replace(ONE, parts=renumbered))) == ((),)


def test_another_place_is_a_move() -> None:
    event = one_event(ONE, replace(ONE, place=Place.NON_CORE, stands="Access", zone="metro", site=""))
    assert (event.kind, event.after) == (EventKind.MOVED, "Non-core · Access · zone metro")


def test_a_zone_that_is_called_otherwise_is_no_move() -> None:
    judged = replace(JUDGED, as_of=date(2026, 3, 2), zones="zones-2")
    assert told(night(1, ONE), night(2, replace(ONE, zone="core-london"), judged=judged)) == ((),)
    assert one_event(ONE, replace(ONE, zone="core-london")).kind is EventKind.MOVED


RESTRICTED = replace(ONE, verdict=Verdict.RESTRICTED, findings=(RULE,))


@pytest.mark.parametrize(
    ("change", "judged", "cause"),
    [
        ({"evidence": "other"}, {}, Cause.BOX),
        ({"place": Place.CORE, "zone": "core-2"}, {"zones": "zones-2"}, Cause.PLACE),
        ({}, {"data": "data-2"}, Cause.DATA),
        ({}, {"tool": "1.1"}, Cause.DATA),
        ({}, {"law": "law-2"}, Cause.LAW),
        ({}, {}, Cause.NETWORK),
    ],
)
def test_a_verdict_has_its_cause(change: dict[str, str], judged: dict[str, str], cause: Cause) -> None:
    later = replace(JUDGED, as_of=date(2026, 3, 2), **judged)  # type: ignore[arg-type]  # all texts
    after = replace(RESTRICTED, **change)  # type: ignore[arg-type]  # as above
    (events,) = told(night(1, ONE), night(2, after, judged=later))
    assert kinds(events) == [EventKind.VERDICT, EventKind.FINDING_NEW]
    assert {event.causes for event in events} == {(cause,)}


def test_a_day_of_the_law_is_a_cause_of_its_own() -> None:
    ahead = replace(RULE, verdict=Verdict.CONDITIONAL, deadline=date(2026, 3, 1))
    before = replace(ONE, verdict=Verdict.CONDITIONAL, findings=(ahead,))
    after = replace(ONE, verdict=Verdict.RESTRICTED, findings=(replace(ahead, verdict=Verdict.RESTRICTED),))
    (events,) = told(night(1, before), night(2, after))
    assert [(event.kind, event.causes) for event in events] == [
        (EventKind.VERDICT, (Cause.DAY,)),
        (EventKind.FINDING_CHANGED, (Cause.DAY,)),
    ]


def test_the_first_day_of_a_rule_is_a_day_of_the_law() -> None:
    ahead = replace(RULE, verdict=Verdict.CONDITIONAL, deadline=None, starts=date(2026, 3, 2))
    before = replace(ONE, verdict=Verdict.CONDITIONAL, findings=(ahead,))
    (events,) = told(night(1, before), night(2, replace(RESTRICTED, findings=(replace(RULE, deadline=None),))))
    assert events[0].causes == (Cause.DAY,)


def test_a_waiver_that_ends_is_a_day_of_the_law() -> None:
    waived = replace(ONE, findings=(replace(RULE, waived=True),))
    (events,) = told(night(1, waived), night(2, RESTRICTED))
    assert [(event.kind, event.causes) for event in events] == [
        (EventKind.VERDICT, (Cause.DAY,)),
        (EventKind.FINDING_NEW, (Cause.DAY,)),
    ]


def test_a_finding_goes() -> None:
    (events,) = told(night(1, RESTRICTED), night(2, replace(ONE, evidence="other")))
    assert [(event.kind, event.at, event.before) for event in events] == [
        (EventKind.VERDICT, "", "restricted"),
        (EventKind.FINDING_GONE, "gb-dvd-huawei-2022/core", "restricted, last day 2027-12-31"),
    ]


LESS = replace(
    ONE,
    read=("ssh",),
    keys=ONE.keys[1:],
    serial="",
    version="",
    parts=(),
    gaps=(GapState("snmp", "refused"),),
)


def test_a_revoked_credential_is_one_event_and_its_return_another() -> None:
    nights = told(night(1, ONE), night(2, LESS), night(3, LESS), night(4, ONE))
    assert [kinds(events) for events in nights] == [[EventKind.COVERAGE_LOST], [], [EventKind.COVERAGE_GAINED]]
    assert (nights[0][0].at, nights[0][0].after) == ("command line, snmp, version, serial", "refused")
    assert nights[2][0].before == "refused"


def test_what_changed_while_less_was_read_is_told_when_it_is_read_again() -> None:
    swapped = replace(ONE, parts=(replace(OPTIC, maker="Hisense", model="LTF1303", serial="HS991"),), version="V900")
    nights = told(night(1, ONE), night(2, LESS), night(3, swapped), night(4, swapped))
    assert [kinds(events) for events in nights] == [
        [EventKind.COVERAGE_LOST],
        [EventKind.VERSION, EventKind.PART_SWAPPED, EventKind.COVERAGE_GAINED],
        [],
    ]


def test_what_a_new_credential_reads_for_the_first_time_is_one_event() -> None:
    assert kinds(told(night(1, LESS), night(2, replace(ONE, keys=LESS.keys)))[0]) == [EventKind.COVERAGE_GAINED]


def test_an_address_that_no_longer_answers_is_less_covered_and_no_renumbering() -> None:
    both = replace(ONE, addresses=("192.0.2.1", "192.0.2.5"))
    nights = told(night(1, both), night(2, ONE), night(3, ONE), night(4, both))
    assert [kinds(events) for events in nights] == [[EventKind.COVERAGE_LOST], [], [EventKind.COVERAGE_GAINED]]
    assert nights[0][0].at == "192.0.2.5"


def test_gaps_of_before_are_no_event() -> None:
    gap = (GapState("snmp", "budget-spent"),)
    assert kinds(told(night(1, ONE), night(2, replace(ONE, gaps=gap)))[0]) == [EventKind.COVERAGE_LOST]
    assert told(night(1, replace(ONE, gaps=gap)), night(2, replace(ONE, gaps=gap))) == ((),)


def test_the_worst_device_comes_first() -> None:
    clear, bad = replace(box(1), version="V900"), replace(box(2), version="V900", verdict=Verdict.RESTRICTED)
    (events,) = told(night(1, box(1), replace(box(2), verdict=Verdict.RESTRICTED)), night(2, clear, bad))
    assert [event.device.name for event in events] == ["core-2", "core-1"]


def test_the_order_of_targets_makes_no_other_scope() -> None:
    words = {"targets": ("a.csv", "b.csv")}, {"targets": ("b.csv", "a.csv")}
    (compared,) = comparisons(night(1, ONE, **words[0]), night(2, ONE, **words[1]))
    assert (compared.events, compared.same_scope) == ((), True)


def test_what_came_and_went_between_two_runs_is_not_gone_from_the_first() -> None:
    first = assign_lasting(night(1, ONE), None)
    last = assign_lasting(night(3, ONE), assign_lasting(night(2, ONE, TWO), first))
    assert compare(first, last).events == ()


def test_a_silent_device_that_its_list_calls_otherwise_now_is_gone_and_was_asked() -> None:
    """Its list names single addresses, and gave this one another label on the day on which it fell silent."""
    named = {"targets": ("a.csv",), "ranges": ()}
    missing = (MissingState("renamed", "no-answer", "192.0.2.2"),)
    (events,) = told(night(1, ONE, TWO, **named), night(2, ONE, missing=missing, **named))
    assert [(event.kind, event.after) for event in events] == [(EventKind.GONE, "no-answer")]


def test_a_device_that_calls_itself_as_another_target_is_gone_for_its_own_reason() -> None:
    missing = (MissingState("192.0.2.9", "no-credential"), MissingState("core", "no-answer", "192.0.2.2"))
    (events,) = told(night(1, ONE, replace(TWO, name="192.0.2.9")), night(2, ONE, missing=missing))
    assert [(event.kind, event.after) for event in events] == [(EventKind.GONE, "no-answer")]
