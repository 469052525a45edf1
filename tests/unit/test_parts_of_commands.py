"""Parts that commands list, on any platform: transceivers, cards, power supplies; and the box, which is none."""

from collections.abc import Callable
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import load_database
from fingerprints.identity.components import MAX_COMPONENTS, list_parts
from fingerprints.identity.identify import identify
from fingerprints.identity.part_maker import part_maker
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component, Device
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import index_observations
from reports.judgement.incomplete import incompleteness
from tests.unit.boxes import capture

DATABASE = load_database()

Fields = tuple[str, str, str]
"""Maker, part number and serial number of a transceiver; empty where the port has none."""


def outputs(*printed: tuple[str, str]) -> tuple[Observation, ...]:
    return tuple(Observation(Source.SSH_COMMAND, command, text) for command, text in printed)


def parts(*printed: tuple[str, str]) -> tuple[Component, ...]:
    return list_parts(index_observations(capture(outputs(*printed))), DATABASE).kept


def box(*printed: tuple[str, str]) -> Device:
    return identify(capture(outputs(*printed)), DATABASE)


def vrp(port: int, fields: Fields) -> str:
    maker, model, serial = fields
    return (
        f"40GE1/0/{port}:1 transceiver information:\n----------\n Common information:\n   Vendor Name      :{maker}\n"
        f"   Vendor Part Number      :{model}\n----------\n Manufacture information:\n"
        f"   Manu. Serial Number  :{serial}\n"
    )


def nx_os(port: int, fields: Fields) -> str:
    maker, model, serial = fields
    return (
        f"Ethernet1/{port}\n    transceiver is present\n    type is 10Gbase-SR\n    name is {maker}\n"
        f"    part number is {model}\n    serial number is {serial}\n"
    )


def sonic(port: int, fields: Fields) -> str:
    maker, model, serial = fields
    return (
        f"Ethernet{port}: SFP EEPROM detected\n        Vendor Name: {maker}\n        Vendor PN: {model}\n"
        f"        Vendor SN: {serial}\n"
    )


def exos(port: int, fields: Fields) -> str:
    maker, model, serial = fields
    return (
        f"Port :  {port}\n        Vendor                : {maker}\n        Part Number           : {model}\n"
        f"        Serial Number         : {serial}\n"
    )


def ruijie(port: int, fields: Fields) -> str:
    maker, model, serial = fields
    return (
        f"========Interface TenGigabitEthernet 0/{port}========\nVendor Name         :  {maker}\n"
        f"Vendor PN           :  {model}\nVendor SN           :  {serial}\n"
    )


def idprom(port: int, fields: Fields) -> str:
    maker, model, serial = fields
    return (
        f"IDPROM for transceiver GigabitEthernet0/0/{port} :\n  Vendor Name      = {maker}\n"
        f"  Vendor PN      = {model}\n  Serial Number (SN)     = {serial}\n"
    )


SHAPES: tuple[tuple[str, Callable[[int, Fields], str]], ...] = (
    ("display interface transceiver verbose", vrp),
    ("show interface transceiver", nx_os),
    ("show interfaces transceiver eeprom", sonic),
    ("show ports transceiver information detail", exos),
    ("show interfaces transceiver", ruijie),
    ("show hw-module subslot all transceiver all idprom", idprom),
)

EMPTY = ("", "", "")
FIELDS = st.one_of(
    st.just(EMPTY),
    st.tuples(
        st.sampled_from(("HUAWEI", "FINISAR CORP.", "CISCO-AVAGO", "")),
        st.from_regex(r"[A-Z]{3}[0-9]{2}-[0-9]{3}", fullmatch=True),
        st.from_regex(r"[A-Z]{2}[0-9]{7}(-[AB])?", fullmatch=True),
    ),
)


@pytest.mark.parametrize(("command", "shape"), SHAPES)
@settings(max_examples=15, deadline=None)
@given(ports=st.lists(FIELDS, min_size=1, max_size=6))
def test_each_port_has_its_own_transceiver_and_an_empty_one_takes_nobody_elses(
    command: str, shape: Callable[[int, Fields], str], ports: list[Fields]
) -> None:
    printed = "".join(shape(number, fields) for number, fields in enumerate(ports, 1))
    found = parts((command, printed))
    assert [(part.model, part.serial) for part in found] == [fields[1:] for fields in ports if fields != EMPTY]
    assert len({part.position for part in found}) == len(found)
    watched = [bool(part.watched) for part in found]
    assert watched == [fields[0] == "HUAWEI" for fields in ports if fields != EMPTY]
    assert {part.kind for part in found} <= {ComponentKind.OPTIC}


MAKER_ALONE = (
    ("display transceiver interface", "Ten-GigabitEthernet1/0/9 transceiver information:\n  Vendor Name   : HUAWEI\n"),
    ("/interface ethernet monitor sfp1 once", "        name: sfp1\n   sfp-vendor-name: HUAWEI\n"),
    ("ethtool -m eth2", "\tIdentifier    : 0x03 (SFP)\n\tVendor name    : HUAWEI\n"),
    ("show ports media_type", "Port   Type               Vendor/PN/SN\n1:9    SFP LC             HUAWEI/-/-\n"),
    (
        "show chassis pic fpc-slot 0 pic-slot 1",
        "FPC slot 0, PIC slot 1 information:\n\nPIC port information:\n"
        "                         Fiber                    Xcvr vendor       Wave-\n"
        "  Port  Cable type        type  Xcvr vendor        part number       length\n"
        "  0     100GBASE LR4      SM    HUAWEI             OQ0000            1302 nm\n",
    ),
    (
        "show inventory",
        "System has 2 switched transceiver slots\n  Port Manufacturer     Model            Serial Number    Rev\n"
        "  ---- ---------------- ---------------- ---------------- ----\n  1    HUAWEI\n  2    Not Present\n",
    ),
)


@pytest.mark.parametrize(("command", "printed"), MAKER_ALONE, ids=[command for command, _ in MAKER_ALONE])
def test_a_watched_maker_is_a_part_whatever_else_is_missing(command: str, printed: str) -> None:
    (part,) = parts((command, printed))
    assert ([tie.entity for tie in part.watched], part.kind) == (["huawei"], ComponentKind.OPTIC)


CARDS = (
    "Mod Ports Card Type                              Model              Serial No.\n"
    "--- ----- -------------------------------------- ------------------ -----------\n"
    "  1    48  QX 48 port 10/100/1000mb Ethernet      QX-X6748-TX        ABC00000001\n"
    "  5     2  Supervisor (SFP) (Active)              QX-SUP-3B          ABC00000002\n"
)
TWO_TABLES = (
    "Mod  Ports  Module-Type                  Model           Status\n"
    "---  -----  ---------------------------- --------------- ------\n"
    "1    36     36p 40G Module               QX-9736         ok\n\n"
    "Mod  Sw               Hw\n---  ---------------  ----\n1    7.3(1)D1(0.10)   0.9\n\n"
    "Mod  MAC-Address(es)                         Serial-Num\n"
    "---  --------------------------------------  ----------\n"
    "1    00-11-22-33-44-00 to 00-11-22-33-44-4f  ABC00000001\n"
)
TWO_LINES = (
    "Line Modules\n============\n\n     Product                          Serial\n"
    "Name Number  Description              Number     Status\n"
    "---- ------- ------------------------ ---------- ------\n"
    "1/3  QX45A   12p 40G/100G QSFP28 Mod  AB00000001 Ready\n"
)
BOARDS = (
    "  ------------------------------------\n  Slot ID    Board Name    Serial Number\n"
    "  ------------------------------------\n  0          QX805GPFD     021QXX0000000001\n"
)


@pytest.mark.parametrize(
    ("command", "printed", "expected"),
    [
        ("show module", CARDS, [("Mod 1", "QX-X6748-TX"), ("Mod 5", "QX-SUP-3B")]),
        ("show module", TWO_TABLES, [("Mod 1", "QX-9736")]),
        ("show module", TWO_LINES, [("1/3", "QX45A")]),
        ("display board serial-number", BOARDS, [("Slot 0", "QX805GPFD")]),
        ("show module", "Switch Number 1\n\n" + CARDS + "\nSwitch Number 2\n\n" + CARDS.replace("ABC", "ABD"), None),
    ],
)
def test_tables_of_cards_are_parts_and_never_the_box(
    command: str, printed: str, expected: list[tuple[str, str]] | None
) -> None:
    device = box((command, printed))
    assert (device.identity.model, device.identity.serial) == (None, None)
    assert {part.kind for part in device.components} == {ComponentKind.CARD}
    found = [(part.position, part.model) for part in device.components]
    if expected is None:
        assert len(set(found)) == 4
    else:
        assert found == expected


TREE = (
    "Hardware inventory:\nItem             Version  Part number  Serial number     Description\n"
    "Chassis                                JN0000000AFA      MX240\n"
    "Midplane         REV 07   760-000000   ABAA0001          MX240 Backplane\n"
    "FPM Board        REV 08   760-000001   ABAA0002          Front Panel Display\n"
    "PDM 0            REV 01   740-000002   1EFD0000001       DC Power Dist Module\n"
    "Fan Tray 0       REV 04   760-000003   ABAA0003          Fan Tray\n"
    "FPC 1            REV 35   750-000004   ABAA0004          MPC 3D\n"
    "  MIC 0          REV 19   750-000005   ABAA0005          2X10GE\n"
    "    PIC 0                 BUILTIN      BUILTIN           2X10GE\n"
    "      Xcvr 0     REV 01   740-000006   ABAA0006          SFP+-10G-SR\n"
    "    PIC 1                 BUILTIN      BUILTIN           2X10GE\n"
    "      Xcvr 0              NON-JNPR     ABAA0007          SFP+-10G-SR\n"
)
PORTS = (
    "FPC slot 1, PIC slot 1 information:\n\nPIC port information:\n"
    "                         Fiber                    Xcvr vendor\n"
    "  Port  Cable type        type  Xcvr vendor        part number\n"
    "  0     10GBASE SR        MM    HUAWEI             OMX0000\n"
)


def test_parts_of_one_name_keep_apart_by_their_place_and_each_has_its_kind() -> None:
    assert [(part.kind, part.position) for part in parts(("show chassis hardware", TREE))] == [
        ("backplane", "Midplane"),
        ("card", "FPM Board"),
        ("power-supply", "PDM 0"),
        ("fan", "Fan Tray 0"),
        ("card", "FPC 1"),
        ("card", "FPC 1/MIC 0"),
        ("optic", "FPC 1/PIC 0/Xcvr 0"),
        ("optic", "FPC 1/PIC 1/Xcvr 0"),
    ]


def test_two_commands_that_name_one_place_name_one_part() -> None:
    found = parts(("show chassis hardware", TREE), ("show chassis pic fpc-slot 1 pic-slot 1", PORTS))
    known = {part.position: (part.serial, part.made_by and part.made_by.id) for part in found}
    assert (len(found), known["FPC 1/PIC 1/Xcvr 0"]) == (8, ("ABAA0007", "huawei"))
    assert known["FPC 1/PIC 0/Xcvr 0"] == ("ABAA0006", None)


INVENTORY = (
    'NAME: "Chassis", DESCR: "Cisco QX Chassis"\n\nPID: QX-32C         , VID: V01  , SN: ABC0000L6CG\n\n'
    'NAME: "FortyGigabitEthernet1/0/4", DESCR: "QSFP 40GE CU3M"\n\n'
    "PID: QSFP-H40G-CU3M  , VID: V03  , SN: ABD0000K3A4-A\n\n"
    'NAME: "FortyGigabitEthernet1/0/5", DESCR: "QSFP 40GE CU3M"\n\n'
    "PID: QSFP-H40G-CU3M  , VID: V03  , SN: ABD0000K3A4-B\n\n"
    'NAME: "GigabitEthernet0/0/0/1", DESCR: "Non-Cisco Methode Elec. SFP 1G Pluggable Optics Module"\n'
    "PID: QX7041            , VID: N/A, SN: 90000001\n\n"
    "NAME: Ethernet1/46,  DESCR: CISCO-AVAGO\nPID: 10Gbase-SR   ,  VID: QX-709,  SN: ABE00000001\n"
)


def test_an_inventory_names_the_box_both_ends_of_a_cable_and_foreign_makers() -> None:
    device = box(("show inventory", INVENTORY))
    assert (device.identity.model, device.identity.serial) == ("QX-32C", "ABC0000L6CG")
    assert [(part.serial, part.made_by and part.made_by.id) for part in device.components] == [
        ("ABD0000K3A4-A", None),
        ("ABD0000K3A4-B", None),
        ("90000001", "methode"),
        ("ABE00000001", "avago"),
    ]


def test_the_ends_of_a_cable_with_one_serial_number_are_two_parts_in_every_source() -> None:
    ends = "".join(sonic(port, ("FINISAR CORP.", "FCB-100", "AB0000001")) for port in (0, 4))
    found = parts(("show interfaces transceiver eeprom", ends), ("show interface transceiver", ends))
    assert [part.position for part in found] == ["Ethernet0", "Ethernet4"]


@pytest.mark.finding(7)
def test_two_transceivers_below_one_port_are_both_kept() -> None:
    printed = "Ethernet0: SFP EEPROM detected\n  Vendor SN: AB0000001\n  Vendor SN: AB0000002\n"
    assert [part.serial for part in parts(("show interfaces transceiver eeprom", printed))] == [
        "AB0000001",
        "AB0000002",
    ]


STACK = (
    "Switch  Ports    Model                Serial No.   MAC address     Hw Ver.\n"
    "------  -----   ---------             -----------  --------------  -------\n"
    " 1       41     QX300-24UX            ABC0000Y9CG  0011.2233.4400  V01\n"
    " 2       41     QX300-24UX            ABC0000Y9CH  0011.2233.4500  V01\n"
)


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["plain", "doubled line ends"])
def test_the_first_of_a_stacks_members_is_the_box_and_the_others_are_parts(gap: str) -> None:
    device = box(("show platform", STACK.replace("\n", gap)))
    assert (device.identity.model, device.identity.serial) == ("QX300-24UX", "ABC0000Y9CG")
    assert [(part.kind, part.serial) for part in device.components] == [("stack-member", "ABC0000Y9CH")]


@pytest.mark.parametrize(
    ("words", "company"),
    [
        ("CISCO-TYCO", "te_connectivity"),
        ("OPNEXT,INC", "opnext"),
        ("Methode Elec.", "methode"),
        ("FINISAR CORP.", "finisar"),
        ("CISCO-OEM", None),
        ("OEM", None),
        ("HUAWEI-FINISAR", "huawei"),
        ("NOBODY KNOWN", None),
    ],
)
def test_makers_of_parts_are_read_as_eeproms_shorten_them(words: str, company: str | None) -> None:
    party = part_maker(words, DATABASE)
    assert (party and party.id) == company


@pytest.mark.parametrize("command", ["show running-config", "show lldp neighbors detail", "show ap database"])
def test_what_other_devices_or_people_say_is_no_part(command: str) -> None:
    assert parts((command, sonic(1, ("HUAWEI", "ABC12-345", "AB1234567")))) == ()


@pytest.mark.finding(7)
def test_parts_above_the_limit_are_counted() -> None:
    def cells(first: int) -> tuple[str, str]:
        rows = range(first, first + 500)
        printed = "".join(sonic(number, ("HUAWEI", "ABC12-345", f"AB{number:07d}")) for number in rows)
        return f"show interfaces transceiver eeprom {'x' * (first // 500)}", printed

    evidence = capture(outputs(*(cells(first) for first in range(0, 2500, 500))))
    listed = list_parts(index_observations(evidence), DATABASE)
    assert (len(listed.kept), listed.left_out) == (MAX_COMPONENTS, 500)
    assert incompleteness(identify(evidence, DATABASE)) is not None


@pytest.mark.parametrize(
    "line",
    [
        "Port  Vendor  Model  Serial Number",
        "a  " * 99,
        "Serial Number  " * 19,
        "Vendor Name " + " " * 250 + ":",
        "- " * 149,
        "1/" * 149,
        "Vendor" + "-" * 200,
    ],
)
def test_hostile_output_costs_seconds_at_most(line: str) -> None:
    begun = perf_counter()
    parts(("show interface transceiver", f"{line}\n" * 4000), ("show module", f"{line}\n" * 4000))
    assert perf_counter() - begun < 60
