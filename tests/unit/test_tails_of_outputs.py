"""The last part of a long output is read like the first, or the output is a gap: no reader stops in silence."""

from collections.abc import Callable

import pytest

from fingerprints.database.fingerprint_database import load_database
from fingerprints.identity.identify import identify
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.cli.tables import MAX_TEMPLATE_TEXT, rows_of
from reports.judgement.incomplete import incompleteness

DATABASE = load_database()


def optic(number: int, maker: str) -> str:
    return (
        f"Ethernet1/{number}\n    transceiver is present\n    type is 10Gbase-LR\n    name is {maker}\n"
        f"    part number is X{number}\n    serial number is ACW{number:08}\n\n"
    )


def entity(number: int, maker: str) -> str:
    return f'NAME: "Slot {number}", DESCR: "{maker} card"\nPID: X-{number} , VID: V01 , SN: FDO{number:08}\n\n'


def unit(number: int, maker: str) -> str:
    return (
        f"FRU Device Description : CARD{number} (ID {number % 250})\n Board Mfg             : {maker}\n"
        f" Board Product         : X{number}\n Board Serial          : FDO{number:08}\n\n"
    )


def row(number: int, maker: str) -> str:
    heading = "Port      Vendor Name       Part Number       Serial Number\n" if number == 1 else ""
    rule = "--------- ----------------- ----------------- ----------------\n" if number == 1 else ""
    return f"{heading}{rule}{number:<9} {maker:<17} {'X' + str(number):<17} FDO{number:08}\n"


def label(number: int, maker: str) -> str:
    fields = f"Manufacturer: {maker}  Model: X{number}  Type: card  Rev: 1  Serial Number: FDO{number:08}"
    return f"Slot {number}:\n  {fields}\n"


def usb(number: int, maker: str) -> str:
    return f"Bus 001 Device {number % 1000:03}: ID 12d1:1506 {maker} Technologies Co., Ltd. Modem\n"


LISTS: tuple[tuple[str, str, Callable[[int, str], str], str], ...] = (
    ("cisco_nxos", "show interface transceiver", optic, "FINISAR"),
    ("cisco_nxos", "show inventory", entity, "Cisco"),
    ("linux", "ipmitool fru", unit, "FINISAR"),
    ("linux", "show transceivers", row, "FINISAR"),
    ("linux", "show modules", label, "FINISAR"),
    ("linux", "lsusb", usb, "Intel"),
)


@pytest.mark.finding(7)
@pytest.mark.parametrize("count", [700, 2300])
@pytest.mark.parametrize(("platform", "command", "listed", "other"), LISTS)
def test_the_last_part_of_a_long_output_is_read_or_the_output_is_a_gap(
    platform: str, command: str, listed: Callable[[int, str], str], other: str, count: int
) -> None:
    text = "".join(listed(number, other) for number in range(1, count)) + listed(count, "HUAWEI")
    observations = (
        Observation(Source.SSH_PLATFORM, "22/tcp", platform),
        Observation(Source.SSH_COMMAND, command, text),
    )
    device = identify((Evidence(Subject("192.0.2.1", "192.0.2.1"), observations),), DATABASE)
    is_seen = any(tie.entity == "huawei" for part in device.components for tie in part.watched)
    assert is_seen or incompleteness(device) is not None
    assert is_seen or count > 700


def test_a_template_reads_every_row_of_a_long_output() -> None:
    text = "".join(entity(number, "Acme") for number in range(1_500))
    output = Observation(Source.SSH_COMMAND, "show inventory", text)
    platform = Observation(Source.SSH_PLATFORM, "22/tcp", "cisco_ios")
    index = index_observations((Evidence(Subject("box"), (platform, output)),))
    read = rows_of(index, output, DATABASE)
    assert len(output.value) > MAX_TEMPLATE_TEXT
    assert sorted(row["sn"] for row in read) == [f"FDO{number:08}" for number in range(1_500)]
