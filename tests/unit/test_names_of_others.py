"""A watched company's name within another's: streets, hotels, customers and lookalikes tie a box to nobody."""

import pytest

from fingerprints.claims.company_names_in_text import names_in, opens_with_name
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.identify import identify
from fingerprints.model.device import Device, Level
from tests.unit.boxes import capture, entity, introduced, ports, shipped

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
SCALES = "Shanghai Dahua Scale Factory"


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return shipped()


def cisco(text: str) -> Device:
    """A box whose MAC address and chassis are Cisco's, with a description that somebody wrote."""
    chassis = entity(1, kind="3", descr="chassis", model="WS-C3850-48T-E", serial="FOC1841U0AB", maker="Cisco")
    return identify(capture(introduced(text, NET_SNMP), ports("00:00:0c:aa:00:01"), chassis), shipped())


FREE_TEXTS = [
    "uplink to Huawei Road 5",
    "terminal, Hikvision Street 12",
    "gate of Dahua Scale Factory",
    "Dahua Hotel lobby switch",
    "access switch, Dahua Grand Hotel",
    "Hotel Dahua, room 4",
    "router at 12 rue Huawei, Lyon",
    "switch, Calle de la Dahua 3",
    "panel, University of Huawei",
    "node Huawei-Straße 7",
    "ZTE-alike uplink",
    "Huawei lookalike",
    "port of Huawei Technologies customer",
    "desk for ZTE staff",
    SCALES + " industrial weighing terminal",
]


@pytest.mark.parametrize("text", FREE_TEXTS)
def test_a_watched_name_within_anothers_is_nobodys(database: FingerprintDatabase, text: str) -> None:
    assert [party.id for party, _, _ in names_in(text, database) if database.companies.watched_behind(party.id)] == []


@pytest.mark.parametrize("text", FREE_TEXTS)
def test_a_well_identified_box_stays_its_makers_whatever_its_place_is_called(text: str) -> None:
    device = cisco(text)
    assert (device.identity.vendor, device.watched) == (shipped().party("cisco"), ())
    assert device.identity.level in (Level.PROBABLE, Level.CONFIRMED)


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Huawei IPC6325 network camera", "huawei"),
        ("Hikvision company products", "hikvision"),
        ("Hikvision school entrance camera", "hikvision"),
        ("Dahua NVR, hotel lobby", "dahua"),
        ("Recorder, Dahua Factory 2", "dahua"),
        ("ZTE Hotel gateway", "zte"),
        ("Huawei Factory default image", "huawei"),
        ("Huawei customer premises equipment", "huawei"),
        ("Grand Hotel Hikvision recorder", "hikvision"),
        ("St Mary Hospital Hikvision recorder", "hikvision"),
        ("Shenzhen Dahua Electronics Co., Ltd. recorder", "dahua"),
        ("Huawei Technologies Co., Ltd. switch", "huawei"),
    ],
)
def test_a_watched_name_beside_a_place_still_names_the_maker(
    database: FingerprintDatabase, text: str, company: str
) -> None:
    assert [party.id for party, _, _ in names_in(text, database)] == [company]


def test_a_name_that_nobody_watches_is_read_as_before(database: FingerprintDatabase) -> None:
    assert [party.id for party, _, _ in names_in("Juniper Street 5", database)] == ["juniper"]


def test_what_a_factory_wrote_is_no_place(database: FingerprintDatabase) -> None:
    named = names_in("SFP of Huawei Road 5", database, of_factory=True)
    assert [party.id for party, _, _ in named] == ["huawei"]


def test_a_part_whose_field_holds_a_watched_name_stays_suspect() -> None:
    box = entity(1, kind="3", descr="chassis", model="WS-C3850-48T-E", serial="FOC1841U0AB", maker="Cisco")
    optic = entity(2, kind="9", descr="Dahua Hotel optic", model="SFP-1", serial="X1")
    (part,) = identify(capture(box, optic), shipped()).components
    assert [tie.entity for tie in part.watched] == ["dahua"]


def test_a_sys_descr_that_opens_with_the_owner_of_its_mac_address_names_it() -> None:
    device = identify(
        capture(introduced(f"{SCALES} weighing terminal", NET_SNMP), ports("40:2c:76:10:aa:01")), shipped()
    )
    assert device.identity.vendor is not None
    assert (device.identity.vendor.name, device.identity.level) == (SCALES, Level.CONFIRMED)
    assert device.watched == ()


def test_a_sys_descr_with_another_name_than_the_owner_of_its_mac_address_names_nobody() -> None:
    device = identify(
        capture(introduced("Shanghai Dahua Garden weighing terminal", NET_SNMP), ports("40:2c:76:10:aa:01")), shipped()
    )
    assert device.identity.level is Level.POSSIBLE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fair Weigh Systems X1", "Fair Weigh Systems"),
        ("FAIR WEIGH SYSTEMS Co., Ltd. X1", "FAIR WEIGH SYSTEMS"),
        ("Weigh Systems X1", None),
        ("Fair", None),
        ("", None),
    ],
)
def test_the_opening_of_a_text_is_compared_with_a_whole_name(text: str, words: str | None) -> None:
    assert opens_with_name(text, "Fair Weigh Systems Co.,Ltd") == words


def test_a_company_of_one_word_is_no_opening_name() -> None:
    assert opens_with_name("Switch 24 ports", "Switch Inc.") is None
