"""A watched name in any field that an EEPROM fills is a part; the same name where people or other boxes speak is none.

The outputs have the shape of vendors' documents and values of our own.
"""

import pytest

from fingerprints.identity.identify import identify
from fingerprints.identity.part_maker import part_maker
from fingerprints.model.device import Device, WatchLevel
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.transcript import inner_outputs
from tests.unit.boxes import capture, entity, introduced, shipped

VERSION = (
    "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7, RELEASE SOFTWARE (fc2)\n"
    "Copyright (c) 1986-2018 by Cisco Systems, Inc.\nsw1 uptime is 1 week\n"
    "cisco WS-C2960X-24TS-L (APM86XXX) processor (revision A0) with 524288K bytes of memory.\n"
    "Processor board ID FOC1010X104\n"
)
CLEAN = introduced(VERSION.split("\n", 1)[0], "1.3.6.1.4.1.9.1.1208")
CHASSIS = entity(1, kind="3", descr="chassis", model="WS-C2960X-24TS-L", serial="FOC1010X104", maker="Cisco")


def printed(command: str, text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SSH_COMMAND, command, text),)


def ties(device: Device) -> list[tuple[str, WatchLevel]]:
    return [(tie.entity, tie.level) for part in device.components for tie in part.watched]


def box(command: str, text: str) -> Device:
    return identify(capture(printed("show version", VERSION), printed(command, text)), shipped())


@pytest.mark.parametrize(
    ("command", "text", "level"),
    [
        ("ethtool -m eth1", "\tVendor name    : HUAWEI          \n\tVendor OUI  : 00:18:82\n", "confirmed"),
        ("ethtool -m eth1", "\tVendor name    : OEM\n\tVendor OUI  : 00:18:82\n\tVendor PN  : SFP-10G\n", "possible"),
        ("show port 1/1/1", "Interface : 1/1/1\nModel Number : 3HE00\nConnector Code : LC   Vendor OUI  : 00:18:82\n",
         "possible"),
        ("show idprom interface gi1/0/25", "  Vendor Name  = 48 55 41 57 45 49 20 20 20 20\n", "confirmed"),
        ("show idprom interface gi1/0/25", "  Vendor OUI (IEEE company ID)  = 00.18.82 (6274)\n", "possible"),
        ("show inventory all", 'NAME: "Ethernet1/3", DESCR: "HUAWEI"\nPID: SFP-10G-LR , VID: A , SN: \n', "possible"),
        ("show inventory", 'NAME: "power supply 1", DESCR: "Huawei AC supply"\nPID: PWR-1 , VID: A , SN: 2CS1AX\n',
         "possible"),
        ("show platform psustatus", "PSU    Model          Serial\n-----  -------------  ------------\n"
         "PSU 1  HUAWEI-PAC600  21021311ABCD\n", "possible"),
        ("show interfaces te 0/1 transceiver", "SFP+ is present\nSFP+ 1 Vendor Name   = HUAWEI\n", "confirmed"),
        ("port xcvr show port 1", "| Vendor Name | HUAWEI |\n| Vendor P/N | 02318169 |\n", "confirmed"),
        ("ipmitool fru", "FRU Device Description : PSU1 (ID 3)\n Product Manufacturer  : HUAWEI\n", "confirmed"),
    ],
)  # fmt: skip
def test_a_watched_name_in_any_field_of_a_part_is_a_part(command: str, text: str, level: str) -> None:
    device = box(command, text)
    assert ties(device) == [("huawei", level)]
    assert (device.identity.vendor and device.identity.vendor.id, device.watched) == ("cisco", ())


def test_a_form_with_a_column_for_each_port_is_one_for_each() -> None:
    device = box(
        "/interface ethernet monitor sfp1,sfp2 once",
        "                   name: sfp1        sfp2\n"
        "        sfp-vendor-name: MikroTik    HUAWEI\n"
        "      sfp-vendor-serial: 123456789   PQ80AB1234\n",
    )
    assert [(part.position, part.made_by and part.made_by.id, part.serial) for part in device.components] == [
        ("sfp1", "mikrotik", "123456789"),
        ("sfp2", "huawei", "PQ80AB1234"),
    ]


def test_numbered_labels_are_of_as_many_transceivers() -> None:
    device = box(
        "show interfaces transceiver",
        "SFP+ 49 Vendor Name = ACME\nSFP+ 49 Vendor SN = AB1234567\n"
        "SFP+ 50 Vendor Name = HUAWEI\nSFP+ 50 Vendor SN = AB1234568\n",
    )
    assert [(part.position, part.serial, bool(part.watched)) for part in device.components] == [
        ("SFP 49", "AB1234567", False),
        ("SFP 50", "AB1234568", True),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"kind": "10", "descr": "HUAWEI SFP-10G-LR transceiver"}, ("optic", "possible")),
        ({"kind": "6", "descr": "Huawei power supply"}, ("power-supply", "possible")),
        ({"kind": "10", "maker": "HUAWEI"}, ("optic", "confirmed")),
        ({"kind": "8", "maker": "HUAWEI"}, ("other", "confirmed")),
        ({"kind": "9", "descr": "LTE modem", "model": "ME909s-120"}, ("modem", "probable")),
    ],
)
def test_any_row_of_the_entity_mib_that_names_a_watched_maker_is_a_part(
    row: dict[str, str], told: tuple[str, str]
) -> None:
    device = identify(capture(CLEAN, CHASSIS, entity(1001, **row)), shipped())
    assert [(part.kind, tie.level) for part in device.components for tie in part.watched] == [told]


def test_ports_of_a_watched_makers_own_box_are_no_parts() -> None:
    chassis = entity(1, kind="3", descr="S5720", model="S5720", serial="2102350DMR10J8000345", maker="Huawei")
    assert identify(capture(chassis, entity(2, kind="10", maker="Huawei")), shipped()).components == ()


@pytest.mark.parametrize("name", ["HANGZHOU HIKVISI", "ZHEJIANG DAHUA T", "0x485541574549", "48 55 41 57 45 49 20"])
def test_a_maker_that_is_cut_off_or_printed_as_octets_is_read(name: str) -> None:
    party = part_maker(name, shipped())
    assert party is not None and shipped().companies.watched_behind(party.id)


@pytest.mark.parametrize("name", ["DE AD BE EF 00 11", "0x00000000", "SHENZHEN", "HANGZHOU OPTICAL"])
def test_other_octets_and_beginnings_name_nobody_watched(name: str) -> None:
    party = part_maker(name, shipped())
    assert party is None or not shipped().companies.watched_behind(party.id)


NEIGHBOUR = (
    "Local Intf: Gi1/0/1\nChassis id: 00e0.fc11.2233\nSystem Name: far-1\n\nSystem Description:\n"
    "Huawei Versatile Routing Platform Software\nMED Information:\n    Manufacturer: Huawei\n    Model: S5720\n"
    "    Serial number: 2102350DMR10J8000345\n"
)
SUPPORT = (
    f"------------------ show version ------------------\n\n{VERSION}\n"
    f"------------------ show lldp neighbors detail ------------------\n\n{NEIGHBOUR}\n"
    "------------------ show idprom all ------------------\n\nIDPROM for transceiver GigabitEthernet1/0/25:\n"
    "  Vendor Name      = FINISAR CORP.\n  Serial Number (SN)  = PQ80AB1234\n"
)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("show lldp neighbors detail", NEIGHBOUR),
        ("show tech-support", SUPPORT),
        ("show radius dictionary", "VENDOR Huawei 2011\nVendor Name: Huawei\nVendor ID: 2011\n"),
        ("show device-tracking database details", "Vendor: Huawei\n"),
        ("show power inline detail", "Device Type: Huawei AP\n Manufacturer: Huawei\n IEEE Class: 4\n"),
        ("show hosts", "far-1 10.0.0.1\nVendor: Huawei\n"),
        ("show interfaces transceiver supported-list", "Vendor Name : HUAWEI\nHUAWEI SFP  ALL\n"),
        ("show inventory", 'NAME: "Gi1/0/25", DESCR: "SFP compatible with Huawei"\nPID: SFP , VID: , SN: AGM1234\n'),
        ("show interfaces transceiver detail", "Transceiver in 1\n Interface description: HUAWEI uplink\n"
         " Vendor Name : FINISAR\n Serial Number : AB1234567\n"),
        ("show running-config", "banner motd ^C Vendor: Huawei ^C\nsnmp-server contact ZTE support\n"),
    ],
)  # fmt: skip
def test_no_other_place_of_the_name_makes_a_part_or_a_tie(command: str, text: str) -> None:
    device = box(command, text)
    assert (ties(device), device.watched) == ([], ())
    assert device.identity.vendor is not None and device.identity.vendor.id == "cisco"


def test_a_neighbour_in_the_output_for_support_staff_is_a_neighbour() -> None:
    device = identify(capture(printed("show tech-support", SUPPORT)), shipped())
    assert [neighbour.name for neighbour in device.neighbours] == ["far-1"]


@pytest.mark.parametrize(
    "text", ["Acme monitoring Huawei", "Milestone XProtect (Hikvision driver)", "OptiView XG tablet"]
)
def test_a_description_of_what_a_box_serves_ties_it_to_nobody(text: str) -> None:
    assert identify(capture(introduced(text)), shipped()).watched == ()


@pytest.mark.parametrize(
    ("command", "text", "commands"),
    [
        ("show tech-support", SUPPORT, ["show version", "show lldp neighbors detail", "show idprom all"]),
        ("show tech", "`show version`\nAcme\n`show inventory`\nb\n", ["show version", "show inventory"]),
        ("show tech", "====\nCommand : show version\n====\nAcme\n", ["show tech", "show version"]),
        ("show tech", "no headings\n", ["show tech"]),
        ("show version", SUPPORT, ["show version"]),
    ],
)
def test_a_command_that_runs_others_is_read_command_by_command(command: str, text: str, commands: list[str]) -> None:
    assert [output.command for output in inner_outputs(command, text)] == commands


def test_an_electronic_label_below_a_command_about_power_is_a_part() -> None:
    output = "Model : PSU-48-12\nElectronic Label : [Board Properties]\nBoardType=PSU-48\nBarCode=101590000777\n"
    device = identify(capture(printed("show power_supply general", f"{output}VendorName=Huawei\n")), shipped())
    assert [part.kind for part in device.components] == ["power-supply"]
    assert ties(device) == [("huawei", WatchLevel.CONFIRMED)]
