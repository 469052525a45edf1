"""What the second round asks of which device: its own tree first, rules and parts, siblings, and within bounds."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.database.products import enterprise_of
from fingerprints.sources import registry
from fingerprints.sources.private_mib.objects import MAX_INSTANCES
from fingerprints.sources.private_mib.second_round import (
    MAX_IDENTITY_OBJECTS,
    MAX_PART_COLUMNS,
    WantedObject,
    WantedObjects,
)

NET_SNMP, EDGE_CORE = 8072, 259
TREE = "1.3.6.1.4.1"


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


@pytest.fixture(scope="module")
def wanted(database: FingerprintDatabase) -> WantedObjects:
    return registry.wanted_objects(database)


def test_the_objects_of_the_own_enterprise_come_first(wanted: WantedObjects) -> None:
    for own, other in ((9, 2636), (2636, 9)):
        objects = wanted.private((9, 2636), f"{TREE}.{own}.1.1")
        named = [enterprise_of(one.oid) for one in objects if one.kind and not one.instance]
        assert named[0] == own
        assert {own, other} <= {enterprise_of(one.oid) for one in objects}


def test_the_subtree_of_each_rule_of_a_watched_maker_is_asked_for(
    database: FingerprintDatabase, wanted: WantedObjects
) -> None:
    rules = [rule for rule in database.rules.all() if enterprise_of(rule.at) is not None and rule.component is None]
    assert rules
    for rule in rules:
        number = enterprise_of(rule.at)
        if number is not None and not rule.marks_shared_object:
            objects = {one.oid: one for one in wanted.private((number,), "")}
            assert objects[rule.at].instance
    assert {f"{TREE}.2011", f"{TREE}.39165"} <= set(wanted.watched_trees)


def test_all_rows_are_read_of_columns_about_parts_and_a_few_of_the_others(wanted: WantedObjects) -> None:
    for number in (9, 2011, 2636, 25506):
        objects = wanted.private((number,), f"{TREE}.{number}.1")
        parts = [one for one in objects if one.rows is None]
        assert len(parts) <= MAX_PART_COLUMNS + 20
        assert {one.rows for one in objects if one.rows is not None} <= {MAX_INSTANCES}
        assert all(not one.kind for one in parts)


def test_what_a_device_is_asked_for_is_bounded(database: FingerprintDatabase, wanted: WantedObjects) -> None:
    numbers = tuple(range(1, 3000))
    objects = wanted.private(numbers, f"{TREE}.9.1.1")
    pointed = sum(len(database.companies.arcs_of(number)) for number in numbers) + sum(1 for _ in database.rules.all())
    assert len([one for one in objects if one.rows is not None]) <= MAX_IDENTITY_OBJECTS + pointed
    assert len({one.oid for one in wanted.standard}) == len(wanted.standard) <= 200


def test_the_parts_of_one_enterprise_are_asked_for_however_many_another_has(wanted: WantedObjects) -> None:
    """Cisco has more columns about parts than any other; beside them stands the table of another maker's optics."""
    parts = {one.oid for one in wanted.private((2011,), f"{TREE}.9.1.1") if one.rows is None}
    both = {one.oid for one in wanted.private((9, 171, 2011), f"{TREE}.9.1.1") if one.rows is None}
    assert len(parts) > 50
    assert parts <= both


def test_nothing_standard_is_asked_for_that_the_first_round_walks(wanted: WantedObjects) -> None:
    assert not {one.oid for one in wanted.standard} & set(registry.COLUMNS)


@pytest.mark.parametrize(
    ("enterprises", "sys_object_id", "own"),
    [
        ((9, NET_SNMP), f"{TREE}.9.1.1", (9,)),
        ((9, NET_SNMP), f"{TREE}.{NET_SNMP}.3.2.10", (9,)),  # generic: any other may be the device's own
        ((9, 2636, NET_SNMP), "", (9, 2636)),
        ((NET_SNMP,), f"{TREE}.{NET_SNMP}.3.2.10", ()),
        ((2636, NET_SNMP), f"{TREE}.9.1.1", (2636,)),  # the holder of a foreign sysObjectID has nothing here
        ((11, 25506), f"{TREE}.11.2.3", (11,)),
    ],
)
def test_own_enterprises(
    wanted: WantedObjects, enterprises: tuple[int, ...], sys_object_id: str, own: tuple[int, ...]
) -> None:
    assert wanted.own_enterprises(enterprises, sys_object_id) == own


def test_another_number_of_the_same_company_is_the_devices_own(
    database: FingerprintDatabase, wanted: WantedObjects
) -> None:
    held: dict[object, list[int]] = {}
    for number in sorted(number for company in database.companies for number in company.enterprise_numbers):
        if number not in database.companies.generic_enterprises:
            held.setdefault(database.holder(number), []).append(number)
    several = next(numbers for holder, numbers in held.items() if holder is not None and len(numbers) > 1)
    assert wanted.own_enterprises((*several[:2], 99998), f"{TREE}.{several[0]}.1") == tuple(several[:2])


def test_objects_of_sibling_products_are_asked_for_at_the_products_own_place(wanted: WantedObjects) -> None:
    """No MIB is known for this product, and its siblings repeat theirs below arcs of their own."""
    place = f"{TREE}.{EDGE_CORE}.10.1.9999"
    objects = wanted.private((EDGE_CORE,), place)
    assert {one.kind for one in objects if one.oid.startswith(f"{place}.")} >= {"serial"}
    assert not any(one.oid.startswith(f"{place}.") for one in wanted.private((EDGE_CORE,), f"{TREE}.9.1.1"))


def test_the_same_question_has_the_same_answer(database: FingerprintDatabase) -> None:
    one, other = registry.wanted_objects(database), registry.wanted_objects(database)
    first: tuple[WantedObject, ...] = one.private((9,), "")
    assert first == other.private((9,), "") == one.private((9,), "")
