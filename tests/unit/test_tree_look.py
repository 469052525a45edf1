"""A look into an unknown subtree ends, stays inside, yields no OID twice, and finds all scalars of a small tree."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.errors import ErrorAnswerError, NoAnswerError
from scanner.protocols.snmp.message.ber import MAX_ARC, Oid
from scanner.protocols.snmp.message.codec import ErrorStatus
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession
from scanner.protocols.snmp.tree_look import ROWS, look
from tests.unit.snmp_device import Device, silent_above

TREE: Oid = (1, 3, 6, 1, 4, 1, 99998)
BELOW = st.lists(st.integers(0, 4), min_size=1, max_size=5).map(lambda arcs: (*TREE, *arcs))
AROUND = st.sampled_from([(1, 3, 6, 1, 2, 1, 1, 1, 0), (1, 3, 6, 1, 4, 1, 99997, 1), (1, 3, 6, 1, 4, 1, 99999, 1)])
SCALARS: list[Oid] = [(*TREE, 1, number, 0) for number in range(1, 15)]
TABLE: list[Oid] = [(*TREE, 2, 1, column, row) for column in (1, 2) for row in range(1, 200)]


async def looked(session: SnmpSession, requests: int = 6) -> tuple[list[Oid], list[Gap]]:
    items = [item async for answer in look(session, TREE, requests) for item in answer]
    return (
        [item.oid for item in items if isinstance(item, Varbind)],
        [item for item in items if isinstance(item, Gap)],
    )


@given(st.sets(BELOW | AROUND, max_size=80), st.integers(1, 8))
async def test_a_look_ends_inside_the_tree_and_yields_nothing_twice(objects: set[Oid], requests: int) -> None:
    device = Device(objects)
    oids, gaps = await looked(device, requests)
    assert len(device.requests) <= requests
    assert all(oid[: len(TREE)] == TREE for oid in oids)
    assert oids == sorted(set(oids))
    assert gaps == []


@given(st.data(), st.sets(BELOW | AROUND, min_size=1, max_size=30))
async def test_it_ends_at_a_device_in_disorder(data: st.DataObject, objects: set[Oid]) -> None:
    any_of: Callable[[Oid, Oid | None], Oid | None] = lambda _oid, _next: data.draw(st.sampled_from(sorted(objects)))  # noqa: E731
    device = Device(objects, next_of=any_of)
    oids, _ = await looked(device)
    assert len(device.requests) <= 6
    assert oids == sorted(set(oids))


@given(st.sets(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(lambda arcs: (*TREE, *arcs, 0)), max_size=ROWS))
async def test_it_finds_all_scalars_of_a_small_tree(scalars: set[Oid]) -> None:
    oids, _ = await looked(Device(scalars))
    assert set(oids) == scalars


async def test_it_leaves_a_long_table_and_finds_the_scalars_behind_it() -> None:
    behind: list[Oid] = [(*TREE, 3, number, 0) for number in range(1, 5)]
    oids, _ = await looked(Device([*SCALARS, *TABLE, *behind]))
    assert {*SCALARS, *behind} <= set(oids)
    assert len(oids) < len(TABLE)


async def test_a_device_that_answers_only_small_requests_is_asked_for_fewer_rows() -> None:
    oids, gaps = await looked(Device(SCALARS[:10], silent_above(6)))
    assert (oids, gaps) == (SCALARS[:10], [])


async def test_a_second_error_is_a_gap_of_the_tree() -> None:
    oids, gaps = await looked(Device(SCALARS, lambda _oids, _rows: NoAnswerError("no answer")))
    assert (oids, [(gap.at, gap.reason) for gap in gaps]) == ([], [("1.3.6.1.4.1.99998", GapReason.NO_ANSWER)])
    oids, gaps = await looked(Device(SCALARS, lambda _oids, _rows: ErrorAnswerError(ErrorStatus.GEN_ERR, 0)))
    assert len(gaps) == 1


async def test_a_table_under_the_greatest_arc_is_read_on_and_not_jumped_over() -> None:
    rows: list[Oid] = [(*TREE, MAX_ARC, row) for row in range(1, 60)]
    device = Device(set(rows))
    oids, gaps = await looked(device)
    assert (oids, gaps) == (rows, [])
    assert all(arc <= MAX_ARC for asked in device.requests for oid in asked for arc in oid)
