"""What kitscan reads is asked for, or is declared as read from captures only; every OID is written once."""

import ast
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import fingerprints.sources
from fingerprints.database.fingerprint_database import load_database
from fingerprints.identity.identify import identify
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import ENTERPRISES, CaptureOnly, ScanStep, SourceModule
from fingerprints.sources import registry
from fingerprints.sources.bridge_mib import VLAN_CONTEXTS
from scanner.credentials.book import FileBook
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.target import Target

HOME = Path(__file__).parents[2]
OID = re.compile(r"\.?1(?:\.\d+){4,}\.?")
NOT_READ = {
    "1.3.6.1.2.1.25.3.1.5": "a value of hrDeviceType",
    "1.3.6.1.2.1.47": "ENTITY-MIB, the place of the gap where parts were left out",
    "1.3.6.1.2.1.": "the groups that private_mib skips",
    "1.3.6.1.4.1.9": "the subtree of sysObjectIDs of switches with a bridge table for each VLAN",
    "1.3.6.1.4.1.9.9.46.1.3.1.1.2": "vtpVlanState, which the probe asks of those switches",
    "1.3.6.1.6.3.15.1.1.1.0": "a Report of the SNMPv3 user-based security model",
    "1.3.6.1.6.3.15.1.1.2.0": "a Report",
    "1.3.6.1.6.3.15.1.1.3.0": "a Report",
    "1.3.6.1.6.3.15.1.1.4.0": "a Report",
    "1.3.6.1.6.3.15.1.1.5.0": "a Report",
    "1.3.6.1.6.3.15.1.1.6.0": "a Report",
    "1.3.6.1.6.3.12.1.4.0": "a Report",
    "1.3.6.1.6.3.12.1.5.0": "a Report",
    "1.3.6.1.6.3.": "the tables of users and communities, which no recorded device keeps",
}
"""OIDs in the code that are no declared objects, each with what it is."""

PRINTER = {
    "1.3.6.1.2.1.25.3.2.1.2.1": "1.3.6.1.2.1.25.3.1.5",
    "1.3.6.1.2.1.25.3.2.1.3.1": "Acme LaserMaster M100",
}


def modules() -> Iterator[str]:
    """The names of the modules of fingerprints.sources, as the registry would name them."""
    for module in pkgutil.iter_modules(fingerprints.sources.__path__):
        if module.name not in ("registry", "cli"):
            yield module.name


def literal_oids() -> Iterator[tuple[str, str]]:
    """Every OID that is written in the code of the three packages, with its file; the simulated devices are their own
    agents and write theirs."""
    for package in ("fingerprints", "reports", "scanner"):
        for path in (HOME / package).rglob("*.py"):
            if "demo" not in path.parts:
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str) and OID.fullmatch(node.value):
                        yield node.value, str(path.relative_to(HOME))


def test_every_module_of_the_folder_is_in_the_registry_under_its_own_name() -> None:
    assert sorted(module.name for module in registry.MODULES) == sorted(modules())


def test_a_folder_holds_at_most_twenty_modules() -> None:
    modules_in = Path(fingerprints.sources.__path__[0]).glob("*.py")
    assert len([module for module in modules_in if module.name != "__init__.py"]) <= 20


def test_every_oid_is_written_once() -> None:
    counts = Counter(oid for oid, _ in literal_oids())
    assert {oid: count for oid, count in counts.items() if count > 1} == {}


def test_every_oid_in_the_code_is_a_declared_object_or_listed_here() -> None:
    declared = {mib_object.oid for mib_object in registry.OBJECTS}
    assert {oid for oid, _ in literal_oids()} - declared == set(NOT_READ)


def test_the_oids_of_lldp_are_in_one_module() -> None:
    assert {file for oid, file in literal_oids() if oid.startswith("1.0.8802.1.1.2.")} == {
        "fingerprints/sources/lldp.py"
    }


def test_what_no_scan_asks_for_says_why() -> None:
    reasons = [mib_object.asked.reason for mib_object in registry.OBJECTS if isinstance(mib_object.asked, CaptureOnly)]
    assert reasons
    assert all(reasons)


def test_one_module_reads_the_objects_that_the_database_lists() -> None:
    assert [module.name for module in registry.MODULES if module.listed_objects] == ["private_mib"]


def test_what_captures_alone_hold_is_not_asked_for_and_all_else_is() -> None:
    asked = {mib_object.oid for mib_object in registry.OBJECTS if isinstance(mib_object.asked, ScanStep)}
    assert asked == {*registry.SCALARS, *registry.COLUMNS, *(known.oid for known in registry.SECOND_ROUND)}


def test_each_source_belongs_to_one_module() -> None:
    def sources_of(module: SourceModule) -> set[Source]:
        return {*module.sources, *(mib_object.source for mib_object in module.objects)} - {Source.SNMP_OBJECT}

    owners = Counter(source for module in registry.MODULES for source in sources_of(module))
    assert owners == Counter(source for source in Source if source is not Source.SNMP_OBJECT)


def test_the_plan_of_the_probe_is_that_of_the_registry() -> None:
    wanted = registry.wanted_objects(load_database())
    probe = SnmpProbe(FileBook((), Path(), lambda name: ""), PROFILES["normal"], wanted, VLAN_CONTEXTS)
    (planned,) = probe.plan(Target("192.0.2.1"))
    probe.close()
    sends = [send.split(" ") for send in planned.sends]
    listed = [oid for kind, *oids in sends if kind in ("get", "walk", "getnext") for oid in oids]
    asked = [mib_object.oid for mib_object in registry.OBJECTS if isinstance(mib_object.asked, ScanStep)]
    assert sorted(oid for oid in listed if oid in asked) == sorted(asked)
    assert {*wanted.watched_trees, *(known.oid for known in wanted.standard)} <= set(listed)
    others = {*listed} - {*asked, *wanted.watched_trees, *(known.oid for known in wanted.standard)}
    assert others == {
        "1.3.6.1.4.1.9.9.46.1.3.1.1.2",
        "1.3.6.1.2.1.17.1.4.1.2@vlan",
        "1.3.6.1.2.1.17.4.3.1.2@vlan",
    }
    assert [send for send in planned.sends if send.split(" ")[0] not in ("get", "walk", "getnext")] == [
        "engine-id",
        "then at most 120 requests of its own MIB",
    ]


def test_scalars_are_asked_for_in_a_fixed_order_and_growing_tables_last() -> None:
    assert list(registry.SCALARS)[6:] == [
        "1.3.6.1.6.3.10.2.1.1.0",
        "1.3.6.1.6.3.10.2.1.2.0",
        "1.3.6.1.2.1.17.1.1.0",
        "1.0.8802.1.1.2.1.3.1.0",
        "1.0.8802.1.1.2.1.3.2.0",
        "1.0.8802.1.1.2.1.3.3.0",
        "1.0.8802.1.1.2.1.3.4.0",
    ]
    growing = {registry.COLUMNS[column] for column in registry.GROWING_COLUMNS}
    assert growing == {Source.SNMP_NEIGHBOUR_MAC, Source.SNMP_FORWARDING_ENTRY}


def test_subtrees_are_read_only_below_declared_objects_and_where_rules_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """Identifies a device that has everything, and notes each subtree that a module looks into."""
    read: set[str] = set()
    under, holds = ObservationIndex.under, ObservationIndex.holds

    def noted_under(index: ObservationIndex, prefix: str) -> Iterator[tuple[str, str]]:
        read.add(prefix)
        return under(index, prefix)

    def noted_holds(index: ObservationIndex, prefix: str) -> bool:
        read.add(prefix)
        return holds(index, prefix)

    monkeypatch.setattr(ObservationIndex, "under", noted_under)
    monkeypatch.setattr(ObservationIndex, "holds", noted_holds)
    database = load_database()
    columns = [Observation(mib_object.source, f"{mib_object.oid}.1", "1") for mib_object in registry.OBJECTS]
    objects = [Observation(Source.SNMP_OBJECT, oid, value) for oid, value in PRINTER.items()]
    identify((Evidence(Subject("box"), (*columns, *objects)),), database)
    declared = tuple(f"{mib_object.oid}." for mib_object in registry.OBJECTS if mib_object.oid != ENTERPRISES)
    ruled = {rule.at for rule in database.rules.of(Source.SNMP_OBJECT)}
    undeclared = {prefix for prefix in read - ruled if not f"{prefix}.".startswith(declared)}
    assert {prefix for prefix in undeclared if not prefix.startswith(f"{ENTERPRISES}.")} == set()
    others = {mib_object.oid for mib_object in registry.OBJECTS if mib_object.source is Source.SNMP_OBJECT}
    read_below = tuple(f"{prefix}." for prefix in read)
    assert {oid for oid in others if not f"{oid}.".startswith(read_below)} <= {ENTERPRISES, "1.3.6.1.2.1.25.3.2.1.3"}
