"""Walks end whatever the agent answers. The tests use sessions of our own Protocol, without a socket."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.budget import ANSWER_OCTETS, FIRST_ROWS, MAX_ROWS, SMALL_ANSWER_OCTETS, Budget, RowCount
from scanner.protocols.snmp.errors import ErrorAnswerError, MalformedAnswerError, NoAnswerError, SessionError
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.walk import Walker
from scanner.rate_limit.profiles import PROFILES, Profile

TABLE: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
DESCR, TYPE, MAC = (*TABLE, 2), (*TABLE, 3), (*TABLE, 6)
LAB = PROFILES["lab"]

Answer = Callable[[Oid], Varbind]


@dataclass
class Agent:
    """An SnmpSession whose next variable is what `answer` returns. It keeps every requested OID."""

    answer: Answer
    failures: Callable[[Sequence[Oid], int], SessionError | None] = lambda _oids, _rows: None
    asked: list[Oid] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        raise AssertionError("a walk sends no GET")

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        return await self._answered(oids, 0)

    def allow(self, requests: int | None) -> None:
        assert requests is None, "nothing here is bounded"

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        return await self._answered(oids, repetitions)

    def close(self) -> None:
        pass

    async def _answered(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        self.asked += oids
        self.rows.append(repetitions)
        failure = self.failures(oids, repetitions)
        if failure is not None:
            raise failure
        varbinds: list[Varbind] = []
        row = list(oids)
        for _ in range(max(1, repetitions)):
            varbinds += [self.answer(oid) for oid in row]
            row = [varbind.oid for varbind in varbinds[-len(oids) :]]
        return tuple(varbinds)


def octets(oid: Oid, value: str = "x") -> Varbind:
    return Varbind(oid, Syntax.OCTETS, value)


def serving(*oids: Oid) -> Answer:
    """An honest agent that has these variables."""
    held = sorted(oids)
    return lambda oid: next((octets(one) for one in held if one > oid), Varbind(oid, Syntax.END_OF_MIB_VIEW))


async def walked(agent: Agent, *columns: Oid, profile: Profile = LAB) -> list[Varbind | Gap]:
    walker = Walker(agent, Budget(profile, lambda: 0.0))
    return [observed async for observed in walker.table(columns)]


def oids_of(observed: list[Varbind | Gap]) -> list[Oid]:
    return [one.oid for one in observed if isinstance(one, Varbind)]


def gaps_of(observed: list[Varbind | Gap]) -> list[tuple[str, GapReason]]:
    return [(one.at, one.reason) for one in observed if isinstance(one, Gap)]


async def test_all_instances_of_the_columns_come_and_nothing_else() -> None:
    rows = [(*column, row) for column in (DESCR, TYPE, MAC) for row in range(1, 26)]
    agent = Agent(serving((*TABLE, 1, 1), *rows, (*TABLE, 7, 1), (1, 3, 6, 1, 4, 1, 9)))
    observed = await walked(agent, DESCR, TYPE, MAC)
    assert sorted(oids_of(observed)) == rows
    assert gaps_of(observed) == []


async def test_columns_with_holes_are_walked_each_by_its_own_rows() -> None:
    rows = [(*DESCR, 1), (*DESCR, 2), (*DESCR, 30), (*TYPE, 7), (*MAC, 2)]
    assert sorted(oids_of(await walked(Agent(serving(*rows)), DESCR, TYPE, MAC))) == sorted(rows)


async def test_only_a_column_or_what_the_device_returned_is_asked_for() -> None:
    rows = [(*column, row) for column in (DESCR, TYPE) for row in range(1, 40)]
    agent = Agent(serving(*rows))
    await walked(agent, DESCR, TYPE)
    assert set(agent.asked) <= {DESCR, TYPE, *rows}


async def test_an_agent_that_repeats_an_oid_ends_the_column() -> None:
    agent = Agent(lambda oid: octets((*DESCR, 1)))
    observed = await walked(agent, DESCR)
    assert oids_of(observed) == [(*DESCR, 1)]
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.2", GapReason.NOT_INCREASING)]
    assert len(agent.rows) == 2


async def test_an_agent_that_goes_round_in_a_circle_ends_the_column() -> None:
    first, second = (*DESCR, 1), (*DESCR, 2)
    observed = await walked(Agent(lambda oid: octets(first if oid in (DESCR, second) else second)), DESCR)
    assert oids_of(observed) == [first, second]
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.2", GapReason.NOT_INCREASING)]


async def test_an_agent_that_answers_with_what_was_asked_ends_the_column() -> None:
    observed = await walked(Agent(octets), DESCR)
    assert observed == [
        Gap(
            "snmp",
            "1.3.6.1.2.1.2.2.1.2",
            GapReason.NOT_INCREASING,
            "the device answered with no other rows than before",
        )
    ]


async def test_an_agent_that_jumps_back_out_of_the_column_is_no_end_but_a_gap() -> None:
    observed = await walked(Agent(lambda oid: octets((*DESCR, 1) if oid == DESCR else (1, 3, 6))), DESCR)
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.2", GapReason.NOT_INCREASING)]


async def test_rows_that_are_sorted_as_text_come_all() -> None:
    rows = sorted([(*DESCR, row) for row in range(1, 121)], key=lambda oid: str(oid[-1]))
    following = dict(zip([DESCR, *rows], [*rows, (*TYPE, 1)], strict=True))
    observed = await walked(Agent(lambda oid: octets(following.get(oid, (*MAC, 1)))), DESCR)
    assert (sorted(oids_of(observed)), gaps_of(observed)) == (sorted(rows), [])


async def test_a_device_that_missorts_may_leave_a_column_backwards() -> None:
    rows = [(*TYPE, row) for row in (1, 10, 2, 9)]
    following = dict(zip([TYPE, *rows], [*rows, (*DESCR, 1)], strict=True))
    observed = await walked(Agent(lambda oid: octets(following.get(oid, (*DESCR, 1)))), TYPE)
    assert (oids_of(observed), gaps_of(observed)) == (rows, [])


async def test_a_row_that_comes_late_and_turns_back_does_not_end_the_column() -> None:
    """The agent answers GETNEXT in numeric order, but begins with a row in the middle."""
    honest = serving(*[(*DESCR, row) for row in range(1, 31)])
    first = {DESCR: octets((*DESCR, 5)), (*DESCR, 5): octets((*DESCR, 2)), (*DESCR, 4): octets((*DESCR, 5))}
    agent = Agent(lambda oid: first.get(oid) or honest(oid), lambda _, rows: ErrorAnswerError(5, 0) if rows else None)
    assert sorted(oids_of(await walked(agent, DESCR)))[:4] == [(*DESCR, row) for row in (2, 3, 4, 5)]


async def test_a_row_that_comes_twice_in_an_answer_is_taken_once() -> None:
    rows = [(*DESCR, row) for row in (1, 2, 2, 3, 4)]

    class Repeating(Agent):
        async def _answered(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
            self.rows.append(repetitions)
            return tuple(octets(oid) for oid in (rows if oids == [DESCR] else [(*TYPE, 1)]))

    observed = await walked(Repeating(octets), DESCR)
    assert (oids_of(observed), gaps_of(observed)) == (sorted(set(rows)), [])


@given(st.permutations([*range(1, 40)]), st.integers(0, 3))
async def test_a_walk_in_any_order_ends_and_has_every_row_once(order: list[int], loop: int) -> None:
    rows = [(*DESCR, row) for row in order]
    after = rows[loop - 1] if loop else (*TYPE, 1)
    following = dict(zip([DESCR, *rows], [*rows, after], strict=True))
    agent = Agent(lambda oid: octets(following.get(oid, (*TYPE, 2))))
    observed = await walked(agent, DESCR)
    assert sorted(oids_of(observed)) == sorted(rows)
    assert len(agent.rows) <= 12
    assert bool(gaps_of(observed)) == bool(loop)


async def test_an_endless_column_out_of_order_ends_with_its_budget() -> None:
    def sawtooth(oid: Oid) -> Varbind:
        step = oid[-1] if oid != DESCR else 0
        return octets((*DESCR, step + 3 if step % 2 else max(1, step - 1)))

    observed = await walked(Agent(sawtooth), DESCR, profile=replace(LAB, table_varbinds=200))
    assert len(oids_of(observed)) <= 200
    assert len(gaps_of(observed)) == 1


async def test_one_lying_column_does_not_stop_its_neighbours() -> None:
    honest = serving(*[(*TYPE, row) for row in range(1, 30)])
    observed = await walked(
        Agent(lambda oid: octets((*DESCR, 1)) if oid[: len(DESCR)] == DESCR else honest(oid)), DESCR, TYPE
    )
    assert oids_of(observed) == [(*DESCR, 1), *[(*TYPE, row) for row in range(1, 30)]]
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.2", GapReason.NOT_INCREASING)]


def endless(oid: Oid) -> Varbind:
    return octets((*DESCR, oid[-1] + 1 if oid != DESCR else 1))


async def test_an_endless_column_ends_with_its_budget_of_variables() -> None:
    profile = replace(LAB, table_varbinds=100)
    observed = await walked(Agent(endless), DESCR, profile=profile)
    assert len(oids_of(observed)) == 100
    assert observed[-1] == Gap(
        "snmp", "1.3.6.1.2.1.2.2.1.2", GapReason.BUDGET_SPENT, "the number of variables for a column ran out"
    )


async def test_an_endless_column_does_not_take_the_rows_of_its_neighbours() -> None:
    honest = serving(*[(*MAC, row) for row in range(1, 30)])
    agent = Agent(lambda oid: endless(oid) if oid[: len(DESCR)] == DESCR else honest(oid))
    observed = await walked(agent, DESCR, MAC, profile=replace(LAB, table_varbinds=50))
    assert sorted(oids_of(observed)) == [(*DESCR, row) for row in range(1, 51)] + [(*MAC, row) for row in range(1, 30)]


async def test_endless_columns_end_with_the_budget_of_the_device() -> None:
    profile = replace(LAB, walk_varbinds=100)
    observed = await walked(Agent(lambda oid: octets((*oid[: len(DESCR)], oid[-1] + 1))), DESCR, TYPE, profile=profile)
    assert len(oids_of(observed)) <= 100 + 2 * MAX_ROWS
    assert {reason for _, reason in gaps_of(observed)} == {GapReason.BUDGET_SPENT}


async def test_ever_longer_oids_end_with_the_budget_of_octets() -> None:
    observed = await walked(Agent(lambda oid: octets((*oid, 1))), DESCR, profile=replace(LAB, walk_octets=10_000))
    assert len(oids_of(observed)) < 100
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.2", GapReason.BUDGET_SPENT)]


async def test_huge_values_end_with_the_budget_of_octets() -> None:
    agent = Agent(lambda oid: octets(endless(oid).oid, "x" * 60_000))
    observed = await walked(agent, DESCR, profile=replace(LAB, walk_octets=8 * 60_000))
    assert len(oids_of(observed)) <= MAX_ROWS
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.2", GapReason.BUDGET_SPENT)]


async def test_a_walk_ends_when_its_time_is_over() -> None:
    seconds = iter(range(1_000))
    walker = Walker(Agent(endless), Budget(replace(LAB, walk_seconds=20.0), lambda: float(next(seconds))))
    observed = [one async for one in walker.table((DESCR,))]
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.2", GapReason.BUDGET_SPENT)]


async def test_rows_are_halved_until_the_device_can_answer_and_the_column_is_whole() -> None:
    rows = [(*DESCR, row) for row in range(1, 30)]
    agent = Agent(serving(*rows), lambda _, asked: ErrorAnswerError(1, 0) if asked > 3 else None)
    assert oids_of(await walked(agent, DESCR)) == rows
    assert agent.rows[:3] == [10, 5, 2]


async def test_a_device_that_cannot_getbulk_is_walked_by_getnext() -> None:
    rows = [(*DESCR, row) for row in range(1, 30)]
    agent = Agent(serving(*rows), lambda _, asked: NoAnswerError("no answer") if asked else None)
    assert oids_of(await walked(agent, DESCR)) == rows


TOO_BIG = ErrorAnswerError(1, 0)


def answering(rows: RowCount, count: int) -> RowCount:
    for _ in range(count):
        rows.succeeded(max(1, rows.most), 0)
    return rows


def test_the_size_grows_back_after_a_run_of_answers_that_each_failure_makes_longer() -> None:
    rows = answering(RowCount(), 4)
    rows.failed(MAX_ROWS, ANSWER_OCTETS, TOO_BIG)
    assert answering(rows, 7).octets == SMALL_ANSWER_OCTETS
    assert answering(rows, 1).octets == 2 * SMALL_ANSWER_OCTETS
    rows.failed(MAX_ROWS, ANSWER_OCTETS, TOO_BIG)
    assert answering(rows, 15).octets == SMALL_ANSWER_OCTETS


def test_rows_double_with_each_answer_while_none_fails() -> None:
    rows, asked = RowCount(), []
    for _ in range(4):
        asked.append(rows.most)
        answering(rows, 1)
    assert asked == [FIRST_ROWS, 20, 40, MAX_ROWS]


def test_requests_that_failed_together_lower_the_size_once() -> None:
    rows = answering(RowCount(), 1)
    for _ in range(4):
        rows.failed(FIRST_ROWS, 300.0, TOO_BIG)
    assert (rows.octets, rows.most) == (150.0, 2 * FIRST_ROWS)


def test_an_error_over_one_variable_says_nothing_of_the_size() -> None:
    rows = answering(RowCount(), 1)
    assert rows.failed(FIRST_ROWS, 300.0, ErrorAnswerError(5, 0))
    assert (rows.octets, rows.most) == (ANSWER_OCTETS, 2 * FIRST_ROWS)


async def test_a_column_that_the_device_cannot_answer_for_leaves_the_others() -> None:
    honest = serving((*DESCR, 1), (*MAC, 1))
    agent = Agent(honest, lambda oids, _: ErrorAnswerError(5, 1) if TYPE in oids else None)
    observed = await walked(agent, DESCR, TYPE, MAC)
    assert oids_of(observed) == [(*DESCR, 1), (*MAC, 1)]
    assert gaps_of(observed) == [("1.3.6.1.2.1.2.2.1.3", GapReason.NO_ANSWER)]


async def test_rubbish_becomes_a_gap_that_says_so() -> None:
    observed = await walked(Agent(endless, lambda _oids, _rows: MalformedAnswerError("no SNMP")), DESCR)
    assert observed == [Gap("snmp", "1.3.6.1.2.1.2.2.1.2", GapReason.MALFORMED, "no SNMP")]


async def test_a_device_that_fell_silent_twice_is_asked_nothing_more() -> None:
    agent = Agent(endless, lambda _oids, _rows: NoAnswerError("no answer to 3 requests"))
    walker = Walker(agent, Budget(LAB, lambda: 0.0))
    for column in (DESCR, TYPE):
        assert gaps_of([one async for one in walker.table((column,))])[0][1] is GapReason.NO_ANSWER
    assert walker.gone
    sent = len(agent.rows)
    assert gaps_of([one async for one in walker.table((MAC,))]) == [("1.3.6.1.2.1.2.2.1", GapReason.NO_ANSWER)]
    assert len(agent.rows) == sent


@pytest.mark.parametrize("ending", [Syntax.END_OF_MIB_VIEW, Syntax.NO_SUCH_OBJECT, Syntax.NO_SUCH_INSTANCE])
async def test_an_exception_value_ends_a_column_without_a_gap(ending: Syntax) -> None:
    assert await walked(Agent(lambda oid: Varbind(oid, ending)), DESCR) == []


async def test_rows_grow_to_what_one_unfragmented_answer_holds() -> None:
    rows = [(*DESCR, row) for row in range(1, 400)]
    agent = Agent(serving(*rows))
    await walked(agent, DESCR)
    assert agent.rows[0] == FIRST_ROWS
    assert agent.rows == sorted(agent.rows)
    assert all(asked * (6 + len(DESCR) + 2) <= ANSWER_OCTETS for asked in agent.rows)


async def test_long_values_are_asked_for_a_few_at_a_time() -> None:
    agent = Agent(lambda oid: octets((*DESCR, oid[-1] + 1 if oid != DESCR else 1), "x" * 400))
    await walked(agent, DESCR, profile=replace(LAB, table_varbinds=60))
    assert set(agent.rows[1:]) == {ANSWER_OCTETS // (6 + len(DESCR) + 1 + 400)}


@dataclass
class Crowded(Agent):
    """An agent that lets others go first, and knows how many it was answering at once."""

    answering: int = 0
    most: int = 0

    async def _answered(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        self.answering += 1
        self.most = max(self.most, self.answering)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.answering -= 1
        return await super()._answered(oids, repetitions)


MANY = [[(*TABLE[:-1], table, column) for column in range(1, 9)] for table in range(1, 11)]
MANY_ROWS = [(*column, row) for columns in MANY for column in columns for row in range(1, 20)]


@pytest.mark.parametrize("in_flight", [1, 2, 4])
async def test_tables_of_a_big_device_are_walked_so_many_requests_at_once_and_come_whole(in_flight: int) -> None:
    agent = Crowded(serving(*MANY_ROWS))
    walker = Walker(agent, Budget(LAB, lambda: 0.0), in_flight=in_flight)
    observed = [one async for answer in walker.tables(MANY) for one in answer]
    assert (agent.most, gaps_of(observed)) == (in_flight, [])
    assert sorted(oids_of(observed)) == MANY_ROWS


async def test_each_columns_rows_come_in_their_order_however_many_requests_are_out() -> None:
    walker = Walker(Crowded(serving(*MANY_ROWS)), Budget(LAB, lambda: 0.0), in_flight=4)
    observed = [one async for answer in walker.tables(MANY) for one in answer]
    for column in (column for columns in MANY for column in columns):
        mine = [oid for oid in oids_of(observed) if oid[: len(column)] == column]
        assert mine == sorted(mine)


async def test_a_budget_holds_for_all_requests_that_are_out_together() -> None:
    agent = Crowded(lambda oid: octets((*oid[: len(MANY[0][0])], oid[-1] + 1) if len(oid) > 10 else (*oid, 1)))
    walker = Walker(agent, Budget(replace(LAB, walk_varbinds=500), lambda: 0.0), in_flight=4)
    observed = [one async for answer in walker.tables(MANY) for one in answer]
    assert 500 <= len(oids_of(observed)) <= 500 + 4 * ANSWER_OCTETS // 20
    assert {reason for _, reason in gaps_of(observed)} == {GapReason.BUDGET_SPENT}


async def test_a_walk_that_nobody_reads_on_asks_for_no_more() -> None:
    agent = Crowded(serving(*MANY_ROWS))
    walker = Walker(agent, Budget(LAB, lambda: 0.0), in_flight=4)
    answers = walker.tables(MANY)
    await anext(answers)
    for _ in range(200):
        await asyncio.sleep(0)
    assert len(agent.rows) <= 2 * 4
    await answers.aclose()
    sent = len(agent.rows)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(agent.rows) == sent


async def test_an_error_nobody_foresaw_ends_the_walk_and_what_else_is_out() -> None:
    agent = Crowded(serving(*MANY_ROWS), lambda _oids, _rows: KeyError("a defect"))  # type: ignore[arg-type,return-value]
    walker = Walker(agent, Budget(LAB, lambda: 0.0), in_flight=4)
    with pytest.raises(KeyError):
        [one async for one in walker.tables(MANY)]
    assert len(asyncio.all_tasks()) == 1


async def test_a_small_device_is_asked_one_thing_at_a_time_whatever_may_be_in_flight() -> None:
    rows = [(*column, row) for column in MANY[0] for row in range(1, 4)]
    agent = Crowded(serving(*rows))
    walker = Walker(agent, Budget(LAB, lambda: 0.0), in_flight=4)
    observed = [one async for answer in walker.tables(MANY[:1]) for one in answer]
    assert (agent.most, sorted(oids_of(observed))) == (1, rows)
