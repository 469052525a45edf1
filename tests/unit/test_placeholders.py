"""Texts that identify no box: placeholders in place of a number, and names that many devices have."""

import random

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.components import list_parts
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.model.evidence import Evidence, Observation, Source
from fingerprints.model.merging import ApartBy, MatchedBy, MergeDecisions
from fingerprints.model.observation_index import index_observations
from tests.unit.boxes import capture, entity, introduced, live, ports

PLACEHOLDERS = (
    "<private>",
    "<OUT OF SPEC>",
    "[REDACTED]",
    "(null)",
    "N/A",
    "n.a.",
    "None",
    "Unknown",
    "Not Specified",
    "Not Available",
    "To be filled by O.E.M.",
    "To Be Filled By O.E.M",
    "System Serial Number",
    "Chassis Serial Number",
    "Base Board Serial Number",
    "Default string",
    "INVALID",
    "SerialNumber",
    "Serial Number",
    "0",
    "0000000000",
    "00-00-00-00",
    "........",
    "AAAAAAAA",
    "1111111111",
    "ffffffff",
    "FFFFFFFFFFFFFFFF",
    "0123456789",
    "123456789",
    "1234567890",
    "SN12345678",
    "12345678",
    "9876543210",
    "XXXXXXXXXXXX",
    "CZXXXXXXXX",
    "##########",
    "************",
    "00000000-0000-0000-0000-000000000000",
    "-1",
)
NUMBERS = (
    "FCW1234A0BC",
    "2102350DMR10J8000345",
    "21980105812SKA600123",
    "CN0G5XM0",
    "JN123AB56AFA",
    "SSI123406KD",
    "4C5E0C123401",
    "1000456",
    "F1234567A90Z2KQ",
)
DEFAULT_NAMES = (
    "(none)",
    "localhost",
    "localhost.localdomain",
    "Switch",
    "router.lan",
    "OpenWrt",
    "sw",
    "d-link",
    "N/A",
)
OWN_NAMES = ("core-1", "sw-lon-03", "edge7.example.net", "fw1", "AR651-12")


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_identifies_no_box(text: str, database: FingerprintDatabase) -> None:
    assert database.attribute_scores.is_placeholder(text)


@pytest.mark.parametrize("text", NUMBERS)
def test_a_serial_number_is_no_placeholder(text: str, database: FingerprintDatabase) -> None:
    assert not database.attribute_scores.is_placeholder(text)


def test_a_default_name_is_told_from_a_box_s_own(database: FingerprintDatabase) -> None:
    is_default = database.attribute_scores.is_default_name
    assert [name for name in DEFAULT_NAMES if not is_default(name)] == []
    assert [name for name in OWN_NAMES if is_default(name)] == []


PRODUCTS = (
    "1.3.6.1.4.1.9.1.1208",
    "1.3.6.1.4.1.2011.2.23.753",
    "1.3.6.1.4.1.8072.3.2.10",
    "1.3.6.1.4.1.14988.1",
    "1.3.6.1.4.1.3902.3.100.8",
)


def box(address: str, draw: random.Random, serial: str, name: str, uptime: int) -> Evidence:
    """A box whose serial number and name are placeholders, and whose port may or may not be told."""
    mac = f"00:1b:54:{draw.randrange(256):02x}:{draw.randrange(256):02x}:{draw.randrange(1, 256):02x}"
    return live(
        address,
        introduced(object_id=draw.choice(PRODUCTS)),
        (
            Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", name),
            Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(uptime)),
        ),
        entity(1, kind="3", contained_in="0", serial=serial),
        ports(mac) if draw.random() < 0.5 else (),
    )


def test_ten_thousand_pairs_with_a_placeholder_each_are_twenty_thousand_boxes(database: FingerprintDatabase) -> None:
    draw, names = random.Random(20261128), (*DEFAULT_NAMES, "<private>", "To be filled by O.E.M.")
    merged = []
    for _ in range(10_000):
        serial, name, uptime = draw.choice(PLACEHOLDERS), draw.choice(names), draw.randrange(10_000_000)
        pair = [box(address, draw, serial, name, uptime) for address in ("192.0.2.1", "192.0.2.2")]
        if len(list(merge_addresses(pair, database))) != 2:
            merged.append(pair)
    assert merged == []


def test_a_run_of_boxes_that_share_a_placeholder_merges_none_and_says_why(database: FingerprintDatabase) -> None:
    draw, decisions = random.Random(7), MergeDecisions()
    evidence = [box(f"192.0.2.{last}", draw, "<private>", "<private>", last) for last in range(1, 31)]
    devices = list(merge_addresses(evidence, database, decisions))
    assert [len(device) for device in devices] == [1] * 30
    said = {(apart.because, apart.by, apart.text, apart.count) for apart in decisions["192.0.2.9"].kept_apart}
    assert (ApartBy.PLACEHOLDER, MatchedBy.SERIAL, "<private>", 29) in said


def test_parts_that_share_a_placeholder_are_parts_of_their_own(database: FingerprintDatabase) -> None:
    rows = [
        entity(number, kind="9", contained_in="1", name=f"slot {number}", model=f"LC-{number}", serial="<private>")
        for number in (2, 3, 4)
    ]
    index = index_observations(capture(entity(1, kind="3", serial="FCW1234A0BC"), *rows))
    assert [part.position for part in list_parts(index, database).kept] == ["slot 2", "slot 3", "slot 4"]
