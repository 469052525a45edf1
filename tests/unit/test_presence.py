"""What a device lacks and has: no subtree with an object is ruled out, and few requests find those that have one."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import GapReason
from scanner.protocols.snmp.empty_spans import END_OF_MIB, EmptySpans
from scanner.protocols.snmp.errors import ErrorAnswerError, NoAnswerError
from scanner.protocols.snmp.message.ber import Oid
from scanner.protocols.snmp.message.codec import ErrorStatus
from scanner.protocols.snmp.presence import SUBTREES_A_REQUEST, Presence
from tests.unit.snmp_device import Device, ending_at_each_subtree, silent_above

OIDS = st.lists(st.integers(0, 3), min_size=1, max_size=4).map(lambda arcs: (1, 3, *arcs))
OBJECTS = st.sets(OIDS, max_size=12)
MANY = [(1, 3, number) for number in range(60)]
OF_MANY: list[Oid] = [(*subtree, 1, 0) for subtree in MANY[::7]]


def following(objects: Iterable[Oid], oid: Oid) -> Oid:
    return min((one for one in objects if one > oid), default=END_OF_MIB)


def has_any(objects: Iterable[Oid], subtree: Oid) -> bool:
    return any(one[: len(subtree)] == subtree and one != subtree for one in objects)


@given(OBJECTS, st.lists(OIDS, max_size=10), OIDS)
def test_no_subtree_with_an_object_is_ruled_out(objects: set[Oid], asked: list[Oid], subtree: Oid) -> None:
    spans = EmptySpans()
    for oid in asked:
        spans.note(oid, following(objects, oid))
    assert not (spans.hold(subtree) and has_any(objects, subtree))
    assert spans.next_after(subtree) in (None, following(objects, subtree))


@given(OBJECTS, st.lists(OIDS, max_size=10), OIDS)
def test_an_empty_subtree_is_ruled_out_once_it_was_asked(objects: set[Oid], asked: list[Oid], subtree: Oid) -> None:
    spans = EmptySpans()
    for oid in (*asked, subtree):
        spans.note(oid, following(objects, oid))
    assert spans.hold(subtree) == (not has_any(objects, subtree))


def test_an_answer_that_goes_back_rules_out_nothing_any_more() -> None:
    spans = EmptySpans()
    spans.note((1, 3, 1), (1, 3, 9, 0))
    assert spans.hold((1, 3, 5))
    spans.note((1, 3, 9), (1, 3, 2))
    assert not spans.hold((1, 3, 5))


@pytest.mark.parametrize("wrong_first", [True, False])
def test_an_answer_that_another_contradicts_rules_out_nothing(wrong_first: bool) -> None:
    answers: list[tuple[Oid, Oid]] = [((1, 3, 2), (1, 3, 9, 0)), ((1, 3, 5), (1, 3, 5, 1, 0)), ((1, 3, 9, 0), (1, 4))]
    spans = EmptySpans()
    for asked, answered in answers if wrong_first else reversed(answers):
        spans.note(asked, answered)
    assert not spans.hold((1, 3, 6))  # an octet of the first answer was changed on its way: it skipped (1, 3, 5, 1, 0)
    assert spans.hold((1, 3, 10))


@pytest.mark.parametrize("ends_first", [True, False])
def test_an_end_before_a_known_object_is_no_end(ends_first: bool) -> None:
    answers: list[tuple[Oid, Oid]] = [((1, 3, 2), END_OF_MIB), ((1, 3, 6), (1, 3, 6, 1, 0))]
    spans = EmptySpans()
    for asked, answered in answers if ends_first else reversed(answers):
        spans.note(asked, answered)
    assert not spans.hold((1, 3, 4))
    spans.note((1, 3, 8), END_OF_MIB)
    assert not spans.hold((1, 3, 9))  # it has been seen to end too early
    spans.note((1, 3, 3), (1, 3, 6, 1, 0))
    assert spans.hold((1, 3, 4))  # what lies between two objects it lacks all the same


async def found_by(presence: Presence, subtrees: Sequence[Oid], spread: int = 0) -> list[Oid]:
    return [first.subtree async for found in presence.first_objects(subtrees, spread) for first in found]


@given(OBJECTS, st.lists(OIDS, unique=True, max_size=60), st.integers(0, 3))
async def test_each_subtree_with_an_object_is_found_once(objects: set[Oid], subtrees: list[Oid], spread: int) -> None:
    device = Device(objects)
    presence = Presence(device)
    found = await found_by(presence, subtrees, spread)
    assert sorted(found) == sorted(subtree for subtree in subtrees if has_any(objects, subtree))
    assert await found_by(presence, subtrees) == []
    assert len(device.requests) <= -(-len(subtrees) // SUBTREES_A_REQUEST) + spread
    asked = [oid for oids in device.requests for oid in oids]
    assert len(asked) == len(set(asked))
    assert presence.unanswered == {}


@given(OBJECTS.filter(bool), st.lists(OIDS, unique=True, max_size=40), st.data())
async def test_of_a_device_in_disorder_each_subtree_is_asked_for(
    objects: set[Oid], subtrees: list[Oid], data: st.DataObject
) -> None:
    """Before the disorder is seen, some are ruled out by what turns out to prove nothing."""
    device = Device(objects, next_of=lambda _oid, _following: data.draw(st.sampled_from(sorted(objects))))
    presence = Presence(device)
    await found_by(presence, subtrees, spread=2)
    asked = {oid for oids in device.requests for oid in oids}
    assert asked == set(subtrees) or presence.spans.ordered
    assert len(device.requests) <= len(subtrees)


async def test_a_device_that_ends_at_each_subtree_is_asked_for_all() -> None:
    device = Device(OF_MANY, next_of=ending_at_each_subtree(3))
    assert sorted(await found_by(Presence(device), MANY, spread=1)) == MANY[::7]


async def test_a_device_that_is_silent_at_twenty_subtrees_answers_for_five() -> None:
    device = Device(OF_MANY, silent_above(5))
    presence = Presence(device)
    assert sorted(await found_by(presence, MANY)) == MANY[::7]
    assert (presence.silent, presence.unanswered) == (False, {})
    assert len(device.requests) <= 2 * len(MANY) / 5


async def test_a_device_that_goes_silent_is_asked_little_more_and_each_subtree_left_has_a_gap() -> None:
    device = Device([], lambda _oids, _rows: NoAnswerError("no answer"))
    presence = Presence(device)
    assert await found_by(presence, MANY) == []
    assert presence.silent
    assert {gap.reason for gap in presence.gaps(MANY)} == {GapReason.NO_ANSWER}
    assert len(presence.gaps(MANY)) == len(MANY)
    assert len(device.requests) <= 4


async def test_an_error_over_one_subtree_is_a_gap_of_that_subtree() -> None:
    bad = MANY[14]

    def failing(oids: Sequence[Oid], _rows: int) -> ErrorAnswerError | None:
        return ErrorAnswerError(ErrorStatus.GEN_ERR, 0) if bad in oids else None

    device = Device(OF_MANY, failing)
    presence = Presence(device)
    found = await found_by(presence, MANY)
    assert sorted(found) == [subtree for subtree in MANY[::7] if subtree != bad]
    assert [gap.at for gap in presence.gaps(MANY)] == ["1.3.14"]
    assert len(device.requests) <= 20


async def test_what_answered_beside_a_silence_is_kept() -> None:
    silent = MANY[3]
    device = Device(
        [(*subtree, 1, 0) for subtree in MANY[:5]],
        lambda oids, _rows: NoAnswerError("no answer") if silent in oids else None,
    )
    presence = Presence(device)
    assert await found_by(presence, MANY[:5]) == MANY[:3]
    assert {gap.at for gap in presence.gaps(MANY)} == {"1.3.3", "1.3.4"}
