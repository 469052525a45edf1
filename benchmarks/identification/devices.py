"""Made-up devices with 200 observations each, the same in every run: switches, routers and hosts of known and unknown
makers, with ports, parts, neighbours and private objects."""

from collections.abc import Iterator
from dataclasses import dataclass

from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept

OBSERVATIONS = 200

_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_IF = "1.3.6.1.2.1.2.2.1"
_LLDP = "1.0.8802.1.1.2.1.4.1.1"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of device: its sysDescr (`{}` is the release), sysObjectID, MAC prefix, its maker's name in
    ENTITY-MIB, and the private subtree that it serves."""

    descr: str
    object_id: str
    prefix: str
    maker: str
    tree: str


KINDS = (
    Kind(
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E{}, RELEASE SOFTWARE (fc2)",
        "1.3.6.1.4.1.9.1.1208",
        "001b54",
        "Cisco",
        "1.3.6.1.4.1.9.9.13.1",
    ),
    Kind(
        "S5720-36C-EI-AC Huawei Versatile Routing Platform Software VRP (R) software,Version 5.17{}",
        "1.3.6.1.4.1.2011.2.23.291",
        "00e0fc",
        "Huawei",
        "1.3.6.1.4.1.2011.5.25.31.1",
    ),
    Kind(
        "Juniper Networks, Inc. mx80 internet router, kernel JUNOS 12.3R{}",
        "1.3.6.1.4.1.2636.1.1.1.2.57",
        "000585",
        "Juniper",
        "1.3.6.1.4.1.2636.3.1",
    ),
    Kind("Linux edge-{} 4.19.94 #1 SMP x86_64", "1.3.6.1.4.1.8072.3.2.10", "0050b6", "", "1.3.6.1.4.1.8072.1.2"),
    Kind("Acme Gateway AG-300 firmware 2.{}", "1.3.6.1.4.1.57999.1.4", "0090c2", "Acme", "1.3.6.1.4.1.57999.2.1"),
)


def devices(count: int) -> Iterator[Evidence]:
    """`count` devices, the kinds in turn, each at an address of its own."""
    for number in range(count):
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        observations = tuple(_observations(number, KINDS[number % len(KINDS)]))
        yield Evidence(Subject(address, address), observations[:OBSERVATIONS])


def _observations(number: int, kind: Kind) -> Iterator[Observation]:
    yield Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", kind.descr.format(number % 90))
    yield Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", kind.object_id)
    yield Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", f"box-{number}")
    yield Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-OpenSSH_8.4")
    for place in range(1, 4):
        yield from _part(place, number, kind)
    for index in range(1, 25):
        yield from _port(index, number, kind)
    for index in range(1, 9):
        yield from _neighbour(index, number)
    for index in range(OBSERVATIONS):
        yield Observation(Source.SNMP_OBJECT, f"{kind.tree}.{index % 5 + 1}.{index}", f"{number % 7}{index}")


def _part(place: int, number: int, kind: Kind) -> Iterator[Observation]:
    columns = (
        (Source.SNMP_ENTITY_DESCR, 2, f"unit {place}"),
        (Source.SNMP_ENTITY_CLASS, 5, "3" if place == 1 else "9"),
        (Source.SNMP_ENTITY_NAME, 7, f"slot {place}"),
        (Source.SNMP_ENTITY_SERIAL, 11, f"SN{number:08d}{place}"),
        (Source.SNMP_ENTITY_MFG_NAME, 12, kind.maker),
        (Source.SNMP_ENTITY_MODEL, 13, f"MX-{place}00"),
    )
    yield from (Observation(source, f"{_ENTITY}.{column}.{place}", value) for source, column, value in columns)


def _port(index: int, number: int, kind: Kind) -> Iterator[Observation]:
    mac = bytes.fromhex(f"{kind.prefix}{number % 0xFFFF:04x}{index:02x}")
    yield Observation(Source.SNMP_IF_DESCR, f"{_IF}.2.{index}", f"GigabitEthernet0/{index}")
    yield Observation(Source.SNMP_IF_TYPE, f"{_IF}.3.{index}", "6")
    yield Observation(Source.SNMP_IF_PHYS_ADDRESS, f"{_IF}.6.{index}", kept(mac))


def _neighbour(index: int, number: int) -> Iterator[Observation]:
    row = f"0.{index}.1"
    yield Observation(Source.SNMP_LLDP_REMOTE, f"{_LLDP}.9.{row}", f"box-{number + index}")
    yield Observation(Source.SNMP_LLDP_REMOTE, f"{_LLDP}.10.{row}", "Acme Gateway AG-300 firmware 2.1")
