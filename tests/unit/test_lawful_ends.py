"""A table that ends otherwise than RFC 3416 allows is a gap; one that is short, or absent, is none."""

import asyncio
from collections.abc import Callable

import pytest

from benchmarks.hostile.faulty_agent import Asked, Fault, Reply, Rows, honest
from benchmarks.reliability.false_clear import asked_by_snmp
from fingerprints.model.evidence import Gap, GapReason
from scanner.credentials.credential import CommunityVersion
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.codec import PduType
from scanner.protocols.snmp.message.variables import Varbind

ENTITY = oid_of("1.3.6.1.2.1.47.1.1.1.1")
MAKER = (*ENTITY, 12)


def box(columns: dict[int, tuple[int, ...]], *more: str) -> Rows:
    """A box whose entPhysicalTable has these rows in each column, and some objects more."""
    told = {
        "1.3.6.1.2.1.1.1.0": (Syntax.OCTETS, "Cisco IOS Software, C2960X Software, Version 15.2(2)E"),
        "1.3.6.1.2.1.1.2.0": (Syntax.OBJECT_ID, "1.3.6.1.4.1.9.1.1208"),
        "1.3.6.1.2.1.1.3.0": (Syntax.TIME_TICKS, "100"),
        "1.3.6.1.2.1.31.1.1.1.1.1": (Syntax.OCTETS, "Gi0/1"),
        **dict.fromkeys(more, (Syntax.OCTETS, "x")),
    }
    cells = {(*ENTITY, column, row): (Syntax.OCTETS, "x") for column, rows in columns.items() for row in rows}
    return {**{oid_of(oid): value for oid, value in told.items()}, **cells}


BEYOND = "1.3.6.1.4.1.9.9.13.1.1.0"
FULL = dict.fromkeys((2, 5, 7, 11, 12, 13), (1, 2, 3))
SPARSE = {2: (1, 2, 3), 5: (1, 2, 3), 7: (1, 3), 11: (1,), 13: ()}
ONE_COLUMN = {2: (1, 2, 3)}


def gaps_of(
    rows: Rows, fault: Fault = honest, version: CommunityVersion = CommunityVersion.V2C
) -> set[tuple[str, str]]:
    items = asyncio.run(asked_by_snmp(rows, fault, version))
    return {(item.at, item.reason.value) for item in items if isinstance(item, Gap)}


def instead(tree: Oid, reply: Callable[[Oid], Varbind]) -> Fault:
    """Another variable in place of each of a subtree."""

    def fault(asked: Asked) -> Reply:
        if asked.kind is PduType.GET:
            return asked.honest
        return tuple(reply(one.oid) if one.oid[: len(tree)] == tree else one for one in asked.honest)

    return fault


def status(number: int, tree: Oid) -> Fault:
    """An error-status over the first variable of a subtree."""

    def fault(asked: Asked) -> Reply:
        held = [one.oid[: len(tree)] == tree for one in asked.honest]
        return (number, held.index(True) % len(asked.oids) + 1) if any(held) else asked.honest

    return fault


@pytest.mark.parametrize("version", CommunityVersion)
@pytest.mark.parametrize(
    "rows", [box(FULL), box(FULL, BEYOND), box(SPARSE, BEYOND), box(ONE_COLUMN), box({}, BEYOND), box({})]
)
def test_an_honest_box_has_no_gap_however_sparse_its_columns_are(rows: Rows, version: CommunityVersion) -> None:
    assert gaps_of(rows, version=version) == set()


@pytest.mark.finding(9)
@pytest.mark.parametrize("syntax", [Syntax.NO_SUCH_OBJECT, Syntax.NO_SUCH_INSTANCE])
@pytest.mark.parametrize("tree", [ENTITY, MAKER, (*MAKER, 2)])
def test_an_exception_that_only_a_get_may_have_is_a_gap(syntax: Syntax, tree: Oid) -> None:
    gaps = gaps_of(box(FULL, BEYOND), instead(tree, lambda oid: Varbind(oid, syntax)))
    assert ("1.3.6.1.2.1.47.1.1.1.1.12", GapReason.MALFORMED) in gaps


@pytest.mark.finding(9)
@pytest.mark.parametrize("number", [2, 5])
@pytest.mark.parametrize("tree", [ENTITY, MAKER])
def test_an_error_status_is_no_end_in_v2c(number: int, tree: Oid) -> None:
    gaps = gaps_of(box(FULL, BEYOND), status(number, tree))
    assert ("1.3.6.1.2.1.47.1.1.1.1.12", GapReason.NO_ANSWER) in gaps


@pytest.mark.finding(9)
@pytest.mark.parametrize(
    "reply",
    [
        lambda oid: Varbind(oid, Syntax.END_OF_MIB_VIEW),
        lambda _oid: Varbind(oid_of("1.3.6.1.2.1.99.1.1.1.1.1"), Syntax.INTEGER, "1"),
    ],
)
@pytest.mark.parametrize("tree", [MAKER, (*MAKER, 2), (*ENTITY, 2, 3)])
def test_a_column_that_ends_where_its_table_goes_on_is_a_gap(reply: Callable[[Oid], Varbind], tree: Oid) -> None:
    gaps = gaps_of(box(FULL, BEYOND), instead(tree, reply))
    assert (".".join(map(str, tree[: len(MAKER)])), GapReason.MALFORMED) in gaps


@pytest.mark.finding(9)
def test_the_last_column_that_ends_before_its_sisters_with_more_behind_it_is_a_gap() -> None:
    last = (*ENTITY, 13)
    gaps = gaps_of(box(FULL, BEYOND), instead((*last, 2), lambda oid: Varbind(oid, Syntax.END_OF_MIB_VIEW)))
    assert ("1.3.6.1.2.1.47.1.1.1.1.13", GapReason.MALFORMED) in gaps


@pytest.mark.finding(9)
def test_a_table_that_an_agent_denies_while_it_goes_past_tables_is_a_gap() -> None:
    gaps = gaps_of(box(FULL, BEYOND), instead(ENTITY, lambda oid: Varbind(oid, Syntax.END_OF_MIB_VIEW)))
    assert any(at.startswith("1.3.6.1.2.1.47.") and reason == GapReason.MALFORMED for at, reason in gaps)


@pytest.mark.finding(9)
@pytest.mark.parametrize("version", CommunityVersion)
def test_an_end_before_private_objects_that_other_answers_show_is_a_gap(version: CommunityVersion) -> None:
    own = (1, 3, 6, 1, 4, 1, 9)

    def fault(asked: Asked) -> Reply:
        is_private = asked.kind is not PduType.GET and asked.oids[0][:6] == own[:6]
        if not is_private:
            return asked.honest
        if version is CommunityVersion.V1:
            return 2, 1
        return tuple(Varbind(oid, Syntax.END_OF_MIB_VIEW) for oid in asked.oids)

    assert ("1.3.6.1.4.1", "malformed") in gaps_of(box(FULL, BEYOND), fault, version)


@pytest.mark.finding(9)
@pytest.mark.parametrize("version", CommunityVersion)
def test_an_end_inside_a_private_column_that_objects_follow_is_a_gap(version: CommunityVersion) -> None:
    vendors = oid_of("1.3.6.1.4.1.1991.1.1.3.3.9.1.2")
    icx = {oid_of("1.3.6.1.2.1.1.2.0"): (Syntax.OBJECT_ID, "1.3.6.1.4.1.1991.1.3.62.1.1.1")}
    rows = {
        **box({}, "1.3.6.1.6.3.10.2.1.1.0"),
        **icx,
        **{(*vendors, row): (Syntax.OCTETS, "x") for row in range(1, 9)},
    }

    def fault(asked: Asked) -> Reply:
        if asked.kind is PduType.GET or (*vendors, 5) not in [one.oid for one in asked.honest]:
            return asked.honest
        if version is CommunityVersion.V1:
            return 2, 1
        first = [one.oid for one in asked.honest].index((*vendors, 5))
        return (*asked.honest[:first], *(Varbind(one.oid, Syntax.END_OF_MIB_VIEW) for one in asked.honest[first:]))

    assert gaps_of(rows, honest, version) == set()
    assert ("1.3.6.1.4.1", "malformed") in gaps_of(rows, fault, version)
