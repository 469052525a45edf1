"""The boxes of the simulated network, and what each says on one night: some 6 to 12 kB, and no two the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject, kept
from fingerprints.sources.lldp import REM_PORT_ID, REM_SYS_NAME

_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_IF = "1.3.6.1.2.1.2.2.1"
_SYSTEM = "1.3.6.1.2.1.1"
HUNDREDTHS_A_DAY = 8_640_000


@dataclass(frozen=True, slots=True)
class BoxKind:
    """One kind of box: its sysDescr (`{}` is the release), sysObjectID, MAC prefix, its maker as ENTITY-MIB has it, and
    a private subtree that it serves."""

    descr: str
    object_id: str
    prefix: str
    maker: str
    tree: str


HUAWEI, ACME = 1, 3
"""The kind whose maker the law names, and the one whose maker only the later data know."""

KINDS = (
    BoxKind(
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E{}, RELEASE SOFTWARE (fc2)",
        "1.3.6.1.4.1.9.1.1208",
        "001b54",
        "Cisco",
        "1.3.6.1.4.1.9.9.13.1",
    ),
    BoxKind(
        "S5720-36C-EI-AC Huawei Versatile Routing Platform Software VRP (R) software,Version 5.17{}",
        "1.3.6.1.4.1.2011.2.23.291",
        "00e0fc",
        "Huawei",
        "1.3.6.1.4.1.2011.5.25.31.1",
    ),
    BoxKind(
        "Juniper Networks, Inc. mx80 internet router, kernel JUNOS 12.3R{}",
        "1.3.6.1.4.1.2636.1.1.1.2.57",
        "000585",
        "Juniper",
        "1.3.6.1.4.1.2636.3.1",
    ),
    BoxKind("Zyntex Gateway ZG-300 firmware 2.{}", "1.3.6.1.4.1.8072.3.2.10", "0250b6", "", "1.3.6.1.4.1.8072.1.2"),
)

OPTIC_MAKERS = ("FINISAR CORP.", "AVAGO", "JDSU", "CISCO-FINISAR")


@dataclass(frozen=True, slots=True)
class Optic:
    """An optic in a slot, as the box reads its EEPROM."""

    slot: str
    maker: str
    serial: str


@dataclass(frozen=True, slots=True)
class Box:
    """One box on one night. `kind` is a place in KINDS; `answers` is False while it is silent, `reads` False while no
    credential opens it."""

    number: int
    kind: int
    name: str
    address: str
    site: str
    group: str
    release: int
    optics: tuple[Optic, ...]
    answers: bool = True
    reads: bool = True

    def subject(self) -> Subject:
        """The subject of its evidence."""
        return Subject(self.address, self.address, (), (("site", self.site), ("group", self.group)))

    def evidence(self, night: int, names: Mapping[int, str]) -> tuple[Observation | Gap, ...]:
        """What a scan of that night has of it; `names` are all boxes' names, which its neighbour table repeats."""
        if not self.reads:
            return (
                Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-OpenSSH_8.4"),
                Gap("snmp", "161/udp", GapReason.NO_CREDENTIAL, "no credential is accepted"),
            )
        return tuple(self._observations(night, names))

    def _observations(self, night: int, names: Mapping[int, str]) -> Iterator[Observation]:
        kind = KINDS[self.kind]
        up_time = self.number * 1_000 + night * HUNDREDTHS_A_DAY
        yield Observation(Source.SNMP_SYS_DESCR, f"{_SYSTEM}.1.0", kind.descr.format(self.release))
        yield Observation(Source.SNMP_SYS_OBJECT_ID, f"{_SYSTEM}.2.0", kind.object_id)
        yield Observation(Source.SNMP_SYS_UP_TIME, f"{_SYSTEM}.3.0", str(up_time))
        yield Observation(Source.SNMP_SYS_NAME, f"{_SYSTEM}.5.0", self.name)
        yield Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-OpenSSH_8.4")
        yield from self._part(1, "3", "unit 1", "chassis", kind.maker, f"SN{self.number:08d}1", "MX-100")
        yield from self._part(2, "9", "line card", "slot 2", kind.maker, f"SN{self.number:08d}2", "MX-200")
        for place, optic in enumerate(self.optics, 10):
            yield from self._part(place, "9", "SFP-10GBase-LR", optic.slot, optic.maker, optic.serial, "FTLX1471D3BCL")
        for index in range(1, 9 + self.number % 24):
            mac = bytes.fromhex(f"{kind.prefix}{self.number:04x}{index:02x}")
            yield Observation(Source.SNMP_IF_DESCR, f"{_IF}.2.{index}", f"TenGigabitEthernet1/1/{index}")
            yield Observation(Source.SNMP_IF_TYPE, f"{_IF}.3.{index}", "6")
            yield Observation(Source.SNMP_IF_PHYS_ADDRESS, f"{_IF}.6.{index}", kept(mac))
        for step in (1, 2):
            if name := names.get(self.number + step):
                yield Observation(Source.SNMP_LLDP_REMOTE, f"{REM_SYS_NAME.oid}.0.{step}.1", name)
                yield Observation(Source.SNMP_LLDP_REMOTE, f"{REM_PORT_ID.oid}.0.{step}.1", f"Te1/1/{step}")
        for index in range(30 + self.number % 30):
            yield Observation(Source.SNMP_OBJECT, f"{kind.tree}.{index % 5 + 1}.{index}", f"{self.number % 97}{index}")

    def _part(
        self, place: int, kind: str, descr: str, name: str, maker: str, serial: str, model: str
    ) -> Iterator[Observation]:
        columns = (
            (Source.SNMP_ENTITY_DESCR, 2, descr),
            (Source.SNMP_ENTITY_CONTAINED_IN, 4, "0" if place == 1 else "1"),
            (Source.SNMP_ENTITY_CLASS, 5, kind),
            (Source.SNMP_ENTITY_NAME, 7, name),
            (Source.SNMP_ENTITY_SERIAL, 11, serial),
            (Source.SNMP_ENTITY_MFG_NAME, 12, maker),
            (Source.SNMP_ENTITY_MODEL, 13, model),
        )
        yield from (Observation(source, f"{_ENTITY}.{column}.{place}", text) for source, column, text in columns)


SITES, GROUPS = ("lon-1", "ber-2", "prg-3"), ("core", "access", "offices")


def make_box(number: int) -> Box:
    """The box of a number, as it is when it is first seen."""
    optics = tuple(
        Optic(f"Te1/1/{slot}", OPTIC_MAKERS[(number + slot) % len(OPTIC_MAKERS)], f"OP{number:06d}{slot}A")
        for slot in range(1, 3 + number % 3)
    )
    address = f"10.{number >> 8 & 255}.0.{number & 255}" if number & 255 else f"10.{number >> 8 & 255}.1.1"
    kind, place = number % len(KINDS), number // len(KINDS)
    return Box(number, kind, f"box-{number}", address, SITES[place % 3], GROUPS[place % 3], 1 + number % 5, optics)
