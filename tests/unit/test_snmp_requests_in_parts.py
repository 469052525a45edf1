"""Requests for many variables go in parts to a device that cannot answer for all at once, and stop at a silence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    MalformedAnswerError,
    NoAnswerError,
    RefusedError,
    SessionError,
    UnreachableError,
)
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.codec import ErrorStatus
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import get_each, get_next_each

TREES: tuple[Oid, ...] = tuple((1, 3, 6, 1, 4, 1, number) for number in range(1, 25))
TOO_BIG, GEN_ERR, NO_SUCH_NAME = ErrorStatus.TOO_BIG, ErrorStatus.GEN_ERR, ErrorStatus.NO_SUCH_NAME

Failure = Callable[[Sequence[Oid]], SessionError | None]


@dataclass
class Device:
    """An SnmpSession that has one variable in each subtree, and fails as `failure` says. It counts its requests."""

    failure: Failure = lambda _oids: None
    asked: list[tuple[Oid, ...]] = field(default_factory=list)

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        return self._answer(oids, oids)

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        return self._answer(oids, [(*oid, 1) for oid in oids])

    def allow(self, requests: int | None) -> None:
        assert requests is None, "nothing here is bounded"

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        raise AssertionError("no GETBULK is sent")

    def close(self) -> None:
        pass

    def _answer(self, oids: Sequence[Oid], names: Sequence[Oid]) -> tuple[Varbind, ...]:
        self.asked.append(tuple(oids))
        error = self.failure(oids)
        if error is not None:
            raise error
        return tuple(Varbind(name, Syntax.OCTETS, "x") for name in names)


def first_of(trees: Sequence[Oid]) -> tuple[Varbind, ...]:
    return tuple(Varbind((*tree, 1), Syntax.OCTETS, "x") for tree in trees)


def more_than(most: int, error: SessionError) -> Failure:
    return lambda oids: error if len(oids) > most else None


def without(bad: Oid, status: int, named: bool) -> Failure:
    def failure(oids: Sequence[Oid]) -> SessionError | None:
        return ErrorAnswerError(status, oids.index(bad) + 1 if named else 0) if bad in oids else None

    return failure


async def test_a_device_that_can_answer_for_all_gets_one_request() -> None:
    device = Device()
    assert await get_next_each(device, TREES) == first_of(TREES)
    assert device.asked == [TREES]


@pytest.mark.parametrize(
    "error", [ErrorAnswerError(TOO_BIG, 0), ErrorAnswerError(TOO_BIG, 1), MalformedAnswerError("")]
)
async def test_a_request_that_is_too_big_is_halved_and_the_size_is_remembered(error: SessionError) -> None:
    device = Device(more_than(6, error))
    assert await get_next_each(device, TREES) == first_of(TREES)
    assert [len(oids) for oids in device.asked] == [24, 12, 6, 6, 6, 6]


async def test_a_variable_that_the_device_names_is_left_out_and_the_rest_requested_again() -> None:
    device = Device(without(TREES[7], GEN_ERR, named=True))
    answers = await get_next_each(device, TREES)
    assert isinstance(answers[7], ErrorAnswerError)
    assert (answers[:7], answers[8:]) == (first_of(TREES[:7]), first_of(TREES[8:]))
    assert [len(oids) for oids in device.asked] == [24, 23, 1]


async def test_a_variable_that_fails_unnamed_is_found_by_halves() -> None:
    device = Device(without(TREES[7], GEN_ERR, named=False))
    answers = await get_next_each(device, TREES)
    assert [place for place, answer in enumerate(answers) if isinstance(answer, SessionError)] == [7]
    assert len(device.asked) <= 12


@pytest.mark.parametrize("named", [True, False])
async def test_no_such_name_is_no_end_of_the_mib_in_an_answer_to_getnext(named: bool) -> None:
    """RFC 3416 section 4.2.2 has endOfMibView there; a v1 session puts it in place of noSuchName itself."""
    device = Device(without(TREES[23], NO_SUCH_NAME, named))
    answers = await get_next_each(device, TREES)
    assert (answers[:23], isinstance(answers[23], ErrorAnswerError)) == (first_of(TREES[:23]), True)


SILENCE = NoAnswerError("no answer")


async def test_silence_ends_it_and_keeps_what_came() -> None:
    too_big = more_than(12, ErrorAnswerError(TOO_BIG, 0))
    device = Device(lambda oids: too_big(oids) or (SILENCE if TREES[12] in oids else None))
    assert await get_next_each(device, TREES) == (*first_of(TREES[:12]), *[SILENCE] * 12)
    assert [len(oids) for oids in device.asked] == [24, 12, 12, 3]


async def test_a_device_that_drops_what_is_too_big_for_it_is_asked_for_less_once() -> None:
    device = Device(more_than(6, SILENCE))
    assert await get_next_each(device, TREES) == first_of(TREES)
    assert [len(oids) for oids in device.asked] == [24, 6, 6, 6, 6]


async def test_a_device_that_is_gone_gets_two_requests() -> None:
    device = Device(lambda _oids: SILENCE)
    assert await get_next_each(device, TREES) == (SILENCE,) * 24
    assert [len(oids) for oids in device.asked] == [24, 6]


async def test_a_device_that_never_answered_gets_one_request() -> None:
    device = Device(lambda _oids: SILENCE)
    with pytest.raises(NoAnswerError):
        await get_each(device, TREES, has_answered=False)
    assert device.asked == [TREES]


@pytest.mark.parametrize("error", [UnreachableError(""), RefusedError("")])
async def test_a_device_that_is_unreachable_or_refuses_gets_one_request(error: SessionError) -> None:
    device = Device(lambda _oids: error)
    assert await get_next_each(device, TREES) == (error,) * 24
    assert len(device.asked) == 1


async def test_a_variable_that_the_device_names_wrongly_is_not_lost() -> None:
    device = Device(lambda oids: ErrorAnswerError(GEN_ERR, 1) if TREES[7] in oids else None)
    answers = await get_next_each(device, TREES)
    assert [place for place, answer in enumerate(answers) if isinstance(answer, SessionError)] == [7]
    assert len(device.asked) <= 20


@pytest.mark.parametrize("index", [0, 1, 99])
async def test_a_device_that_fails_everything_is_given_up_soon(index: int) -> None:
    device = Device(lambda _oids: ErrorAnswerError(GEN_ERR, index))
    assert all(isinstance(answer, ErrorAnswerError) for answer in await get_next_each(device, TREES))
    assert len(device.asked) <= 12


async def test_a_get_returns_what_exists_and_raises_if_nothing_came() -> None:
    device = Device(without(TREES[0], NO_SUCH_NAME, named=True))
    assert [varbind.oid for varbind in await get_each(device, TREES)] == list(TREES[1:])
    with pytest.raises(ErrorAnswerError):
        await get_each(Device(lambda _oids: ErrorAnswerError(GEN_ERR, 0)), TREES)


async def test_nothing_is_requested_for_no_variables() -> None:
    device = Device()
    assert (await get_next_each(device, ()), await get_each(device, ()), device.asked) == ((), (), [])


@given(bad=st.sets(st.integers(0, 23)), most=st.integers(1, 24), index=st.sampled_from(("right", "none", "wrong")))
async def test_every_variable_that_the_device_can_answer_comes_at_a_bounded_cost(
    bad: set[int], most: int, index: str
) -> None:
    def failure(oids: Sequence[Oid]) -> SessionError | None:
        if len(oids) > most:
            return ErrorAnswerError(TOO_BIG, 0)
        faulty = [place for place, oid in enumerate(oids, 1) if TREES.index(oid) in bad]
        named = {"right": faulty[:1], "none": [], "wrong": [99]}[index]
        return ErrorAnswerError(NO_SUCH_NAME, (named or [0])[0]) if faulty else None

    device = Device(failure)
    answers = await get_next_each(device, TREES)
    assert {place for place, answer in enumerate(answers) if isinstance(answer, SessionError)} == bad
    assert [answers[place] for place in range(24) if place not in bad] == list(
        first_of([tree for place, tree in enumerate(TREES) if place not in bad])
    )
    assert len(device.asked) <= 3 * len(TREES)
