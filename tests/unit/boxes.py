"""Evidence of made-up boxes, written as a few values: what the tests of identification say a device said."""

from collections.abc import Iterable
from functools import cache

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.matching.grouping import gather_evidence, plan_devices, rows_together
from fingerprints.matching.subject_facts import facts_of
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"

_ENTITY = {
    "descr": (Source.SNMP_ENTITY_DESCR, 2),
    "vendor_type": (Source.SNMP_ENTITY_VENDOR_TYPE, 3),
    "contained_in": (Source.SNMP_ENTITY_CONTAINED_IN, 4),
    "kind": (Source.SNMP_ENTITY_CLASS, 5),
    "name": (Source.SNMP_ENTITY_NAME, 7),
    "firmware": (Source.SNMP_ENTITY_FIRMWARE_REV, 9),
    "software": (Source.SNMP_ENTITY_SOFTWARE_REV, 10),
    "serial": (Source.SNMP_ENTITY_SERIAL, 11),
    "maker": (Source.SNMP_ENTITY_MFG_NAME, 12),
    "model": (Source.SNMP_ENTITY_MODEL, 13),
}


def grouped(evidence: Iterable[Evidence], database: FingerprintDatabase) -> list[tuple[Evidence, ...]]:
    """All evidence of each device, the neighbours' reports with the first part."""
    held = tuple(evidence)
    facts = (facts_of(part, database) for part in held)
    plans = plan_devices(facts, lambda devices: rows_together(devices, held), database.attribute_scores)
    return [group for _, group in gather_evidence(plans, held)]


def introduced(descr: str = "", object_id: str = "", engine_id: str = "") -> tuple[Observation, ...]:
    """What an agent says of itself; `engine_id` in hexadecimal."""
    observations = []
    if descr:
        observations.append(Observation(Source.SNMP_SYS_DESCR, SYS_DESCR, kept(descr)))
    if object_id:
        observations.append(Observation(Source.SNMP_SYS_OBJECT_ID, SYS_OBJECT_ID, object_id))
    if engine_id:
        observations.append(Observation(Source.SNMP_ENGINE_ID, ENGINE_ID, kept(bytes.fromhex(engine_id))))
    return tuple(observations)


def ports(*macs: str) -> tuple[Observation, ...]:
    """Ethernet ports with these addresses, in colon form."""
    observations = []
    for index, mac in enumerate(macs, 1):
        observations.append(Observation(Source.SNMP_IF_TYPE, f"1.3.6.1.2.1.2.2.1.3.{index}", "6"))
        value = kept(bytes.fromhex(mac.replace(":", "")))
        observations.append(Observation(Source.SNMP_IF_PHYS_ADDRESS, f"1.3.6.1.2.1.2.2.1.6.{index}", value))
    return tuple(observations)


def entity(index: int, **columns: str) -> tuple[Observation, ...]:
    """One row of entPhysicalTable: `kind` is the class in decimal (3 chassis, 9 module, 10 port)."""
    return tuple(
        Observation(_ENTITY[name][0], f"{ENTITY}.{_ENTITY[name][1]}.{index}", kept(text))
        for name, text in columns.items()
    )


def objects(**values: str) -> tuple[Observation, ...]:
    """Other objects; a key is an OID with underscores for dots behind a letter: o1_3_6_1=..."""
    return tuple(Observation(Source.SNMP_OBJECT, oid[1:].replace("_", "."), kept(text)) for oid, text in values.items())


def tree(oid: str, count: int = 6) -> tuple[Observation, ...]:
    """Some numbers under an OID, as a GETNEXT walk finds them."""
    return tuple(Observation(Source.SNMP_OBJECT, f"{oid}.{number}.0", str(number)) for number in range(1, count + 1))


def capture(*observations: tuple[Observation, ...], label: str = "box") -> tuple[Evidence, ...]:
    """A saved capture of one box."""
    return (Evidence(Subject(label, labels=(label,)), tuple(one for group in observations for one in group)),)


def live(address: str, *observations: tuple[Observation, ...]) -> Evidence:
    """A box that answered at an address."""
    return Evidence(Subject(address, address), tuple(one for group in observations for one in group))


@cache
def shipped() -> FingerprintDatabase:
    """The fingerprint database that ships, for tests that pass it on from outside a test function."""
    return load_database()
