"""What is remembered, indexed or jumped over for speed's sake is what a plain look each time would find."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import (
    MAX_CACHED_NAMES,
    MAX_CHARACTERS,
    MAX_READINGS,
    FingerprintDatabase,
    load_database,
)
from fingerprints.database.products import ROOT, IdentityObject
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from fingerprints.model.observation_index import ObservationIndex, index_observations
from fingerprints.sources.if_mib import interface_macs
from fingerprints.sources.private_mib.columns import SKIPPED_GROUPS, columns
from fingerprints.sources.registry import COLUMNS, SCALARS, source_of, sources_of
from fingerprints.sources.snmp_system import object_id_items, sys_descr_items

DATABASE = load_database()
"""One for all properties: what it remembers from one example must not turn the next."""

arcs = st.lists(st.integers(0, 40).map(str), max_size=4)
tails = arcs.map(lambda found: "".join(f".{arc}" for arc in found))
enterprises = st.sampled_from(("9", "2011", "259", "8072", "25506", "99999", "0", "12345678901"))
private = st.builds(lambda number, below: f"{ROOT}{number}{below}", enterprises, tails)
ruled = st.sampled_from([rule.at for rule in DATABASE.rules.of(Source.SNMP_OBJECT)])
known = st.sampled_from(
    [f"{ROOT}{number}.{rest}" for number in ("9", "2011", "259") for rest in DATABASE.objects.of_enterprise(number)]
)
oids = st.one_of(
    private, st.builds(str.__add__, ruled, tails), st.builds(str.__add__, known, tails), st.sampled_from(SKIPPED_GROUPS)
)
values = st.sampled_from(("", "1", "ACME", "Acme 100 v1.2"))
objects = st.lists(st.builds(Observation, st.just(Source.SNMP_OBJECT), oids, values), max_size=12)


def device(*observations: Observation) -> ObservationIndex:
    return index_observations((Evidence(Subject("192.0.2.1", "192.0.2.1"), observations),))


@given(st.lists(st.builds(str.__add__, st.sampled_from((*COLUMNS, *SCALARS, "1.3.6.1.4.1", "1")), tails), max_size=12))
def test_a_run_of_object_ids_gets_the_source_that_each_has_alone(run: list[str]) -> None:
    assert list(sources_of(iter(run))) == [source_of(oid) for oid in run]


@given(objects)
def test_objects_are_kept_in_text_order_also_where_one_was_said_twice(observations: list[Observation]) -> None:
    kept = device(*observations)
    assert list(zip(kept.oids, kept.values, strict=True)) == sorted((one.at, one.value) for one in observations)


@given(objects)
def test_a_rule_about_objects_that_finds_any_is_tried(observations: list[Observation]) -> None:
    one, rules = device(*observations), DATABASE.rules
    finding = [rule for rule in rules.of(Source.SNMP_OBJECT) if any(True for _ in one.under(rule.at))]
    tried = rules.of_objects(one.enterprises())
    assert [rule for rule in tried if rule in finding] == finding


@given(objects)
def test_each_object_outside_the_silent_trees_stands_in_one_column_with_its_mibs_name(
    observations: list[Observation],
) -> None:
    one = device(*observations)
    nobodys = tuple(rule.at + "." for rule in DATABASE.rules.of(Source.SNMP_OBJECT) if rule.marks_shared_object)
    silent = tuple(f"{subtree}." for subtree in SKIPPED_GROUPS)
    spoken = [row for row in zip(one.oids, one.values, strict=True) if not row[0].startswith(silent)]
    found = [(row, known) for _, rows, known in columns(one, DATABASE) for row in rows]
    assert found == [(row, plainly(row[0])) for row in spoken if not row[0].startswith(nobodys)]


def plainly(oid: str) -> IdentityObject | None:
    """What an object is an instance of, looked for upwards from it."""
    parent = oid.rpartition(".")[0]
    number, _, rest = parent.removeprefix(ROOT).partition(".") if parent.startswith(ROOT) else ("", "", parent)
    table = DATABASE.objects.of_enterprise(number) if number.isdecimal() or not number else {}
    while rest and rest not in table:
        rest = rest.rpartition(".")[0]
    return table.get(rest)


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=3, max_size=3), st.sampled_from(("", "0050c2", "00005e")))
def test_addresses_alike_in_what_decides_have_one_owner(mac: bytes, other_half: bytes, block: str) -> None:
    one = bytes.fromhex(block) + mac[len(block) // 2 :]
    other = one[:3] + other_half
    if DATABASE.oui.deciding(one) == DATABASE.oui.deciding(other):
        assert mac_owner(one, DATABASE) == mac_owner(other, DATABASE)


def test_no_address_in_a_block_with_gateways_or_hypervisors_is_decided_by_its_first_half() -> None:
    for text in ("00005e000101", "00000c07ac01", "0007b4000101", "001c73000099", "005056000001"):
        mac = bytes.fromhex(text)
        assert DATABASE.oui.deciding(mac) == mac


openings = st.sampled_from(
    ("", "Acme ", "Linux box 4.19.94 #1 SMP ", "Cisco IOS Software, ", "1.3.6.1.4.1.9.1.", "1.3.6.1.4.1.8072.3.2.")
)


@given(st.builds(str.__add__, openings, st.text(st.characters(max_codepoint=255), max_size=30)))
def test_a_text_read_before_is_read_as_at_first(text: str) -> None:
    for read, source in ((sys_descr_items, Source.SNMP_SYS_DESCR), (object_id_items, Source.SNMP_SYS_OBJECT_ID)):
        observation = Observation(source, "1.3.6.1.2.1.1.1.0", text)
        first = DATABASE.reading(read, observation)
        assert DATABASE.reading(read, observation) == first == tuple(read(observation, DATABASE))


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def echo(observation: Observation, _: FingerprintDatabase) -> Iterator[str]:
    yield observation.value


def test_what_is_remembered_of_texts_is_bounded(database: FingerprintDatabase) -> None:
    for number in range(MAX_READINGS + 10):
        assert database.reading(echo, Observation(Source.SNMP_SYS_DESCR, "", str(number))) == (str(number),)
    assert len(database._readings) <= MAX_READINGS
    long = Observation(Source.SNMP_SYS_DESCR, "", "x" * (MAX_CHARACTERS + 1))
    assert database.reading(echo, long) == (long.value,)
    assert (echo, long) not in database._readings


def test_what_is_remembered_of_names_is_bounded(database: FingerprintDatabase) -> None:
    for number in range(MAX_CACHED_NAMES + 10):
        assert database.named(f"Nobody {number}") is None
        assert database.registered(f"Nobody {number}").name == f"Nobody {number}"
    assert max(len(database._by_name), len(database._registered)) <= MAX_CACHED_NAMES


def test_ports_are_read_once_and_by_what_counts_as_one() -> None:
    port = Observation(Source.SNMP_IF_PHYS_ADDRESS, "1.3.6.1.2.1.2.2.1.6.1", "00:11:22:33:44:55")
    one = device(port)
    assert interface_macs(one) is interface_macs(one)
    assert interface_macs(one) == (bytes.fromhex("001122334455"),)


def test_who_is_watched_behind_a_company_is_the_same_when_asked_again() -> None:
    for company in DATABASE.companies:
        first = DATABASE.companies.watched_behind(company.id)
        assert DATABASE.companies.watched_behind(company.id) == first
        assert (company.id in first) == company.watched
    assert DATABASE.companies.watched_behind("nobody-knows") == ()
