"""The second round at one device: what it reads, that it asks for nothing twice, its bound, and that what it leaves out
is a gap."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Gap, GapReason
from fingerprints.sources.private_mib.second_round import WantedObject
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.errors import ErrorAnswerError, NoAnswerError, SessionError
from scanner.protocols.snmp.message.ber import Oid, dotted
from scanner.protocols.snmp.message.codec import ErrorStatus
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.presence import Presence
from scanner.protocols.snmp.second_round import MAX_ENTERPRISES, PRIVATE, SecondRound
from scanner.rate_limit.profiles import PROFILES
from tests.agents.snmp_scripted import WantedOf
from tests.unit.snmp_device import Device, ending_at_each_subtree, silent_above

OWN: Oid = (*PRIVATE, 99998)
SERIAL, MODELS, PARTS = (*OWN, 5, 1), (*OWN, 5, 2, 1, 7), (*OWN, 6, 1, 4)
OBJECTS: list[Oid] = [
    (*SERIAL, 0),
    *((*MODELS, row) for row in range(1, 10)),
    *((*PARTS, row) for row in range(1, 31)),
    (*OWN, 9, 4, 0),
]
WANTED = WantedOf(
    standard=(WantedObject("1.3.6.1.2.1.33.1.1.2", 4),),
    objects=(
        WantedObject(dotted(SERIAL), 4, "serial"),
        WantedObject(dotted(MODELS), 4, "model"),
        WantedObject(dotted(PARTS), None),
    ),
    own=(99998,),
)


async def asked(
    device: Device, wanted: WantedOf = WANTED, requests: int = 120, sys_object_id: str = ""
) -> tuple[list[Oid], list[Gap]]:
    second = SecondRound(Presence(device), wanted, Budget(PROFILES["lab"], lambda: 0.0), requests)
    items = [item async for answer in second.ask(sys_object_id) for item in answer]
    assert device.allowed is None
    return (
        [item.oid for item in items if isinstance(item, Varbind)],
        [item for item in items if isinstance(item, Gap)],
    )


def below(oids: Sequence[Oid], column: Oid) -> list[Oid]:
    return [oid for oid in oids if oid[: len(column)] == column]


@pytest.mark.parametrize("most", [1000, 40, 5, 1])
async def test_it_reads_the_rows_that_are_wanted_and_yields_none_twice(most: int) -> None:
    """Also of a device that is silent at requests for more variables than it can answer for."""
    wanted = replace(WANTED, own=())
    oids, gaps = await asked(Device(OBJECTS, silent_above(most)), wanted)
    assert (below(oids, SERIAL), gaps) == ([(*SERIAL, 0)], [])
    assert below(oids, MODELS) == [(*MODELS, row) for row in range(1, 5)]
    assert sorted(below(oids, PARTS)) == [(*PARTS, row) for row in range(1, 31)]
    assert len(oids) == len(set(oids))


async def test_a_look_at_the_own_tree_finds_what_no_mib_names_unless_the_device_is_identified() -> None:
    oids, _ = await asked(Device(OBJECTS))
    assert (*OWN, 9, 4, 0) in oids
    assert len(oids) == len(set(oids))
    told = (*WANTED.objects, WantedObject(dotted((*OWN, 9, 4)), 1, "version"))
    device = Device(OBJECTS)
    await asked(device, replace(WANTED, objects=told))
    assert (OWN,) not in device.requests


@pytest.mark.parametrize("last", [(*MODELS, 2), (*PARTS, 2)])
async def test_a_device_may_end_with_the_last_row_of_a_column(last: Oid) -> None:
    """The endOfMibView after its last row does not deny the rows before it (RFC 3416, section 4.2.2)."""
    objects = [oid for oid in OBJECTS if oid <= last]
    oids, gaps = await asked(Device(objects), replace(WANTED, own=()))
    assert (last in oids, gaps) == (True, [])


async def test_no_request_repeats_another() -> None:
    device = Device(OBJECTS)
    await asked(device)
    assert max(Counter(device.requests).values()) == 1


class Trouble:
    """A device that fails as the test's data say."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def __call__(self, _oids: Sequence[Oid], _rows: int) -> SessionError | None:
        kind = self._data.draw(st.sampled_from(["", "", "silence", "genErr", "tooBig"]))
        if kind == "silence":
            return NoAnswerError("no answer")
        return ErrorAnswerError(ErrorStatus.GEN_ERR if kind == "genErr" else ErrorStatus.TOO_BIG, 0) if kind else None


@given(st.data(), st.integers(0, 40))
async def test_it_ends_within_its_requests_whatever_the_device_does(data: st.DataObject, requests: int) -> None:
    device = Device(OBJECTS, Trouble(data))
    oids, gaps = await asked(device, requests=requests)
    assert len(device.requests) <= requests
    assert len(oids) == len(set(oids))
    assert len(gaps) == len(set(gaps))
    wanted = {*(below(OBJECTS, SERIAL)), *below(OBJECTS, MODELS)[:4], *below(OBJECTS, PARTS)}
    assert gaps or wanted <= set(oids)


@pytest.mark.parametrize("requests", range(12))
async def test_what_the_requests_did_not_suffice_for_is_a_gap_of_the_own_tree(requests: int) -> None:
    device = Device(OBJECTS)
    _, gaps = await asked(device, requests=requests)
    _, none = await asked(whole := Device(OBJECTS))
    assert none == []
    if requests < len(whole.requests):
        assert {gap.reason for gap in gaps} == {GapReason.BUDGET_SPENT}
        assert {gap.at for gap in gaps} & {dotted(PRIVATE), dotted(OWN)}


async def test_more_enterprises_than_the_bound_are_a_gap_and_the_own_one_is_asked_all_the_same() -> None:
    others: list[Oid] = [(*PRIVATE, number, 1, 0) for number in range(1, MAX_ENTERPRISES + 5)]
    oids, gaps = await asked(Device([*others, *OBJECTS]), sys_object_id=f"{dotted(OWN)}.1")
    assert (*SERIAL, 0) in oids
    (gap,) = gaps
    assert (gap.at, gap.reason) == (dotted(PRIVATE), GapReason.BUDGET_SPENT)


async def test_the_own_tree_of_a_device_that_ends_at_each_subtree_is_found() -> None:
    device = Device([(*PRIVATE, 9, 1, 0), *OBJECTS], next_of=ending_at_each_subtree(len(OWN)))
    oids, _ = await asked(device, sys_object_id=f"{dotted(OWN)}.1")
    assert (*SERIAL, 0) in oids


async def test_a_device_that_goes_back_has_a_gap_for_its_private_trees() -> None:
    first: Oid = (1, 3, 6, 1, 2, 1, 1, 1, 0)
    _, gaps = await asked(Device(OBJECTS, next_of=lambda _oid, _following: first))
    assert (dotted(PRIVATE), GapReason.NOT_INCREASING) in {(gap.at, gap.reason) for gap in gaps}


async def test_an_error_over_one_column_costs_that_column_alone_and_is_a_gap() -> None:
    def failing(oids: Sequence[Oid], _rows: int) -> SessionError | None:
        return ErrorAnswerError(ErrorStatus.GEN_ERR, 0) if (*MODELS, 1) in oids else None

    oids, gaps = await asked(Device(OBJECTS, failing), replace(WANTED, own=()))
    assert below(oids, MODELS) == [(*MODELS, 1)]
    assert len(below(oids, PARTS)) == 30
    assert [(gap.at, gap.reason) for gap in gaps] == [(dotted(OWN), GapReason.NO_ANSWER)]


@pytest.mark.parametrize("before", range(8))
async def test_a_device_that_goes_silent_at_any_time_leaves_a_gap_and_gets_few_requests_more(before: int) -> None:
    whole = Device(OBJECTS)
    await asked(whole)
    device = Device(OBJECTS)
    device.failure = lambda _oids, _rows: NoAnswerError("no answer") if len(device.requests) > before else None
    _, gaps = await asked(device)
    assert {gap.reason for gap in gaps} == ({GapReason.NO_ANSWER} if before < len(whole.requests) else set())
    assert len(device.requests) <= before + 20
