"""Where evidence of a restricted maker stands in a box: a part, the box itself, a private table, a long output."""

from dataclasses import dataclass
from random import Random

from benchmarks.hostile import snmp_faults
from benchmarks.hostile.faulty_agent import Rows
from fingerprints.identity.components import MAX_COMPONENTS
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of

MANY = 0.02
"""The share of boxes with more parts than are kept, or with a longer output than is read: the last is the one."""

PLACEHOLDER = 0.15
"""The share of networks whose boxes have one default name, and a serial number that nobody filled in."""

RESTRICTED, OTHER = "HUAWEI", "CISCO-ACCELINK"
COMMANDS = ("show version", "show inventory", "show interface transceiver")
VERSION = (
    "Cisco Nexus Operating System (NX-OS) Software\r\nTAC support: http://www.cisco.com/tac\r\nSoftware\r\n"
    "  NXOS: version 10.2(3)\r\nHardware\r\n  cisco Nexus9000 C9336C-FX2 Chassis\r\n  Device name: {name}\r\n"
)
INVENTORY = (
    'NAME: "Chassis", DESCR: "Nexus9000 C9336C-FX2 Chassis"\r\nPID: N9K-C9336C-FX2 , VID: V01 , SN: {serial}\r\n'
)
OPTIC = (
    "Ethernet1/{port}\r\n    transceiver is present\r\n    type is 10Gbase-LR\r\n    name is {maker}\r\n"
    "    part number is X{port}\r\n    serial number is ACW{port:08}\r\n\r\n"
)

_ICX = "Ruckus Wireless, Inc. Stacking System ICX7450-24, IronWare Version 08.0.95gT211 Compiled on Jun 1 2022"
_PRIVATE_OPTICS = oid_of("1.3.6.1.4.1.1991.1.1.3.3.9.1")
"""snIfMediaInfoTable (FOUNDRY-SN-SWITCH-GROUP-MIB): vendor 2, part number 4, serial number 5."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its number in the network, whose name its hidden evidence holds, its own name and serial number."""

    number: int
    maker: str
    name: str
    serial: str


def boxes_of(random: Random) -> tuple[Box, Box]:
    """The box with a part of a restricted maker, and its twin with none."""
    if random.random() < PLACEHOLDER:
        name, serial = (
            random.choice(("switch", "localhost", "sonic")),
            random.choice(("To be filled by O.E.M.", "0000")),
        )
        return Box(2, RESTRICTED, name, serial), Box(3, OTHER, name, serial)
    return Box(2, RESTRICTED, "nx-2", "FDO23190002"), Box(3, OTHER, "nx-3", "FDO23190003")


def rows_of(random: Random, box: Box) -> tuple[Rows, Oid]:
    """The objects of a switch with some parts, and the OID of what names the maker."""
    mac = f"\x00\x1b\x54{chr(box.number % 250)}\x20\x01"
    rows: dict[Oid, tuple[Syntax, str]] = {
        oid_of("1.3.6.1.2.1.1.1.0"): (
            Syntax.OCTETS,
            "Cisco NX-OS(tm) Nexus9000 C9336C-FX2, Software (NXOS 64-bit), Version 10.2(3), RELEASE SOFTWARE",
        ),
        oid_of("1.3.6.1.2.1.1.2.0"): (Syntax.OBJECT_ID, "1.3.6.1.4.1.9.12.3.1.3.1955"),
        oid_of("1.3.6.1.2.1.1.3.0"): (Syntax.TIME_TICKS, str(random.randrange(10**9))),
        oid_of("1.3.6.1.2.1.1.5.0"): (Syntax.OCTETS, box.name),
        oid_of("1.3.6.1.2.1.2.2.1.6.1"): (Syntax.OCTETS, mac),
        oid_of("1.3.6.1.4.1.9.9.13.1.1.0"): (Syntax.INTEGER, "1"),
        oid_of("1.3.6.1.6.3.10.2.1.1.0"): (Syntax.OCTETS, f"\x80\x00\x00\x09\x03{mac}"),
        oid_of("1.3.6.1.6.3.10.2.1.3.0"): (Syntax.INTEGER, "4711"),
    }
    where = random.choice((_among_parts, _among_parts, _in_private_table, _on_badge))
    return rows, where(random, box, rows)


def _among_parts(random: Random, box: Box, rows: dict[Oid, tuple[Syntax, str]]) -> Oid:
    count = random.choice((1, 3, 3, 12, 40)) if box.maker == OTHER or random.random() > MANY else 2_100
    part = random.randrange(count) if count < MAX_COMPONENTS else count - 1
    _add_chassis(rows, box, "Cisco")
    same_port = random.random() < 0.1
    for place in range(count):
        port = f"Ethernet1/{max(part - 1, 0) if same_port and place == part else place}"
        serial = f"AC{'HW'[place == part]}{place:07}"
        kind = random.choice(("9", "10", "6"))
        own = box.maker if place == part else OTHER
        _add_part(rows, 300_000_001 + place, "QSFP-100G-SR4 transceiver", kind, port, serial, own, "QSFP-100G-SR4")
    return (*snmp_faults.ENTITY, 12, 300_000_001 + part)


def _in_private_table(random: Random, box: Box, rows: dict[Oid, tuple[Syntax, str]]) -> Oid:
    rows[oid_of("1.3.6.1.2.1.1.1.0")] = (Syntax.OCTETS, _ICX)
    rows[oid_of("1.3.6.1.2.1.1.2.0")] = (Syntax.OBJECT_ID, "1.3.6.1.4.1.1991.1.3.62.1.1.1")
    del rows[oid_of("1.3.6.1.4.1.9.9.13.1.1.0")]
    count = random.choice((1, 3, 12, 40))
    part = random.randrange(count)
    for place in range(count):
        texts = (box.maker if place == part else OTHER, f"SFP-10G-{place}", f"ACW{place:08}")
        for column, text in zip((2, 4, 5), texts, strict=True):
            rows[*_PRIVATE_OPTICS, column, 1 + place] = (Syntax.OCTETS, text)
    return (*_PRIVATE_OPTICS, 2, 1 + part)


def _on_badge(_random: Random, box: Box, rows: dict[Oid, tuple[Syntax, str]]) -> Oid:
    _add_chassis(rows, box, "Huawei Technologies Co., Ltd." if box.maker == RESTRICTED else "Cisco")
    return (*snmp_faults.ENTITY, 12, 10)


def _add_chassis(rows: dict[Oid, tuple[Syntax, str]], box: Box, maker: str) -> None:
    _add_part(rows, 10, "Nexus9000 C9336C-FX2 Chassis", "3", "Chassis", box.serial, maker, "N9K-C9336C-FX2")


def _add_part(rows: dict[Oid, tuple[Syntax, str]], index: int, descr: str, kind: str, *texts: str) -> None:
    rows[*snmp_faults.ENTITY, 2, index] = (Syntax.OCTETS, descr)
    rows[*snmp_faults.ENTITY, 5, index] = (Syntax.INTEGER, kind)
    for column, text in zip((7, 11, 12, 13), texts, strict=True):
        rows[*snmp_faults.ENTITY, column, index] = (Syntax.OCTETS, text)


def outputs_of(random: Random, box: Box) -> dict[str, str]:
    """The honest outputs of a switch with some optics, one of them of the maker; of many it is the last."""
    count = random.choice((1, 4, 4, 20, 60)) if box.maker == OTHER or random.random() > MANY else 2_300
    part = random.randrange(count) if count < MAX_COMPONENTS // 2 and random.random() < 0.5 else count - 1
    optics = "".join(
        OPTIC.format(port=port, maker=box.maker if port == part + 1 else OTHER) for port in range(1, count + 1)
    )
    return {
        "show version": VERSION.format(name=box.name),
        "show inventory": INVENTORY.format(serial=box.serial),
        "show interface transceiver": optics,
        "terminal length 0": "",
    }
