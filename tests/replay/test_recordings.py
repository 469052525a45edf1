"""Whole recordings, written by hand, from the file to the answer: each file's name says what it is."""

from pathlib import Path

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.identify import identify
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.model.device import Device, Level
from fingerprints.model.evidence import Evidence, Subject
from fingerprints.model.recording import split_items
from scanner.captures import read_snmprec

FOLDER = Path(__file__).with_name("recordings")

EXPECTED = {
    "huawei-ne40e-x8": (Level.CONFIRMED, "huawei", None, "NE40E-X8", {"huawei"}, set()),
    "cisco-with-a-huawei-optic": (Level.CONFIRMED, "cisco", None, "N9K-C9336C-FX2", set(), {"huawei"}),
    "cisco-texts-on-huawei-hardware": (Level.CONFLICTING, "cisco", "huawei", "cat29xxStack", {"huawei"}, set()),
    "hpe-badge-on-h3c": (Level.CONFIRMED, "hpe", "h3c", "5130-48G-4SFP+", set(), set()),
    "nobody-linux-host": (Level.UNKNOWN, None, None, "x86_64", set(), set()),
}


def replayed(name: str, database: FingerprintDatabase) -> Device:
    observations, gaps = split_items(read_snmprec(FOLDER / f"{name}.snmprec"))
    (gathered,) = merge_addresses([Evidence(Subject(name, labels=(name,)), observations, gaps)], database)
    return identify(gathered, database)


def test_every_recording_has_an_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.snmprec")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recording_is_what_its_name_says(name: str, database: FingerprintDatabase) -> None:
    device = replayed(name, database)
    identity = device.identity
    vendor, made_by = identity.vendor, identity.made_by
    assert (
        identity.level,
        vendor and vendor.id,
        made_by and made_by.id,
        {tie.entity for tie in device.watched},
        {tie.entity for part in device.components for tie in part.watched if tie.entity == "huawei"},
    ) == (EXPECTED[name][:3] + EXPECTED[name][4:])
    assert identity.model == EXPECTED[name][3]


def test_the_id_of_a_recording_is_stable(database: FingerprintDatabase) -> None:
    assert [replayed("nobody-linux-host", database).id for _ in range(2)] == [device_id() for _ in range(2)]


def device_id() -> str:
    """The first sixteen digits of SHA-256 over `capture`, a zero octet and the label."""
    import hashlib

    return hashlib.sha256(b"capture\0nobody-linux-host").hexdigest()[:16]
