"""A watched maker's box that lies: in one place, or in everything its agent says. It surfaces as long as anything else
says otherwise, and text alone never clears it."""

from dataclasses import dataclass

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import Device, WatchLevel
from fingerprints.model.evidence import Observation, Source, kept
from tests.unit.boxes import capture, entity, introduced, ports, tree

OTHER_TEXT = (
    "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7, RELEASE SOFTWARE (fc2) "
    "Copyright (c) 1986-2018 by Cisco Systems, Inc."
)
OTHER_OBJECT = "1.3.6.1.4.1.9.1.1208"
OTHER_MACS = ("00:1b:54:10:20:01", "00:1b:54:10:20:02")
OTHER_ENGINE = "8000000903001b54102001"
OTHER_BANNER = "SSH-2.0-Cisco-1.25"


@dataclass(frozen=True)
class Box:
    """What an honest box of a watched maker says."""

    text: str
    object_id: str
    mac: str
    private: str
    company: str
    banner: str = ""
    serial: str = ""


FAMILIES = {
    "huawei": Box(
        "S5720-36C-EI-AC Huawei Versatile Routing Platform Software VRP (R) software,Version 5.170",
        "1.3.6.1.4.1.2011.2.23.291",
        "00:e0:fc:10:20:",
        "1.3.6.1.4.1.2011.5.25.31",
        "Huawei",
        "SSH-2.0-HUAWEI-1.5",
        "2102350DMR10J8000345",
    ),
    "zte": Box(
        "ZTE Ethernet Switch  ZXR10 5260-28TM, Version: V2.05.12B10",
        "1.3.6.1.4.1.3902.3.100.40",
        "00:19:c6:10:20:",
        "1.3.6.1.4.1.3902.3.1",
        "ZTE Corporation",
        "SSH-2.0-ZTE_SSH.2.0",
    ),
    "hikvision": Box(
        "Hikvision company products", "1.3.6.1.4.1.39165.1", "bc:9b:5e:10:20:", "1.3.6.1.4.1.39165.1", "Hikvision"
    ),
    "dahua": Box(
        "DH-NVR4108HS-8P-4KS2",
        "1.3.6.1.4.1.1004849.3.2.1",
        "3c:ef:8c:10:20:",
        "1.3.6.1.4.1.1004849.2.1",
        "Dahua Technology",
    ),
    "hytera": Box("Hytera RD985S", "1.3.6.1.4.1.26381", "64:69:bc:10:20:", "1.3.6.1.4.1.40297.1.2.1", "Hytera"),
    "fiberhome": Box(
        "S5800 FHN USP (R) Software, FiberHome",
        "1.3.6.1.4.1.3807.1.5800",
        "48:f9:7c:10:20:",
        "1.3.6.1.4.1.3807.1",
        "FiberHome",
    ),
}

PLACES = ("text", "object id", "engine ID", "banner", "addresses", "agent text")


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def addresses(box: Box) -> tuple[str, ...]:
    return tuple(f"{box.mac}0{port}" for port in (1, 2, 3))


def said_by(box: Box, lies: frozenset[str]) -> tuple[Observation, ...]:
    """All that a box says, with another maker's words in the places where it lies."""
    agent = "agent text" in lies
    number = int(box.object_id.split(".")[6])
    engine = f"{0x80000000 | number:08x}03{box.mac.replace(':', '')}01"
    banner = OTHER_BANNER if agent or "banner" in lies else box.banner
    return (
        *introduced(
            OTHER_TEXT if agent or "text" in lies else box.text,
            OTHER_OBJECT if agent or "object id" in lies else box.object_id,
            OTHER_ENGINE if agent or "engine ID" in lies else engine,
        ),
        *ports(*(OTHER_MACS if "addresses" in lies else addresses(box))),
        *tree(box.private),
        *(entity(1, kind="3", serial=box.serial) if box.serial else ()),
        *((Observation(Source.SSH_IDENT, "22/tcp", banner),) if banner else ()),
    )


def tie_of(device: Device, entity_id: str) -> WatchLevel | None:
    return next((tie.level for tie in device.watched if tie.entity == entity_id), None)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_lie_in_one_place_never_clears_a_watched_makers_box(
    database: FingerprintDatabase, family: str, place: str
) -> None:
    device = identify(capture(said_by(FAMILIES[family], frozenset((place,)))), database)
    assert tie_of(device, family) not in (None, WatchLevel.CLEARED)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_wholly_lying_introduction_is_contradicted_by_the_rest(database: FingerprintDatabase, family: str) -> None:
    device = identify(capture(said_by(FAMILIES[family], frozenset(("agent text",)))), database)
    assert tie_of(device, family) in (WatchLevel.CONFLICTING, WatchLevel.POSSIBLE)


def left_over(box: Box) -> dict[str, tuple[Observation, ...]]:
    """Each single thing that may still tell the truth of a box that lies in all else."""
    mac = kept(bytes.fromhex(f"{box.mac}01".replace(":", "")))
    left = {
        "private tree": tree(box.private),
        "addresses of the ports": ports(*addresses(box)),
        "address on the wire": (Observation(Source.LINK_MAC, "eth0", mac),),
    }
    if box.serial:
        left["serial number"] = entity(1, kind="3", serial=box.serial)
    left["certificate"] = (
        Observation(Source.WEB_CERTIFICATE, "subject 443", f"CN=box-1,O={box.company}"),
        Observation(Source.WEB_CERTIFICATE, "issuer 443", f"CN=Device CA,O={box.company}"),
    )
    left["a neighbour's LLDP"] = (
        Observation(Source.NEIGHBOUR_LLDP, "core-1/Gi0/7/system_description", box.text),
        Observation(Source.NEIGHBOUR_LLDP, "core-1/Gi0/7/chassis_id", f"{box.mac}01"),
    )
    left["the maker's name in a part of the chassis"] = entity(1, kind="3", maker=box.company)
    if box.banner:
        left["banner"] = (Observation(Source.SSH_IDENT, "22/tcp", box.banner),)
    return left


TRUTHS = [(family, place) for family, box in FAMILIES.items() for place in left_over(box)]


@pytest.mark.parametrize(("family", "place"), TRUTHS)
def test_one_true_sign_surfaces_behind_an_agent_that_lies_in_all_else(
    database: FingerprintDatabase, family: str, place: str
) -> None:
    lie = introduced(OTHER_TEXT, OTHER_OBJECT, OTHER_ENGINE)
    if not place.startswith("address"):
        lie += ports(*OTHER_MACS)
    device = identify(capture(lie, left_over(FAMILIES[family])[place]), database)
    assert tie_of(device, family) in (WatchLevel.CONFLICTING, WatchLevel.POSSIBLE)


def test_a_banner_is_not_cleared_by_what_the_same_channel_carries(database: FingerprintDatabase) -> None:
    banner = (
        Observation(Source.SSH_IDENT, "22/tcp", FAMILIES["huawei"].banner),
        Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("001b54102001"))),
    )
    device = identify(capture(introduced(OTHER_TEXT, OTHER_OBJECT), ports(*OTHER_MACS), banner), database)
    assert tie_of(device, "huawei") is WatchLevel.CONFLICTING


MENTIONS = {
    "a neighbour's introduction": (
        Observation(
            Source.SNMP_LLDP_REMOTE, "1.0.8802.1.1.2.1.4.1.1.10.0.7.1", "Huawei Versatile Routing Platform Software"
        ),
    ),
    "a neighbour's address": (Observation(Source.SNMP_NEIGHBOUR_MAC, "10.0.0.2", "00:e0:fc:10:20:01"),),
    "the text of a port": (Observation(Source.SNMP_IF_ALIAS, "1.3.6.1.2.1.31.1.1.1.18.7", "to Huawei NE40 core"),),
    "a driver's name": (Observation(Source.SNMP_IF_DESCR, "1.3.6.1.2.1.2.2.1.2.9", "Huawei Mobile Connect"),),
    "an optic": entity(9, kind="10", maker="HUAWEI", model="SFP-10G-LR", serial="HW12345678"),
    "a name with the words in it": (Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", "zte-huawei-lab-sw1"),),
    "a place with the words in it": (Observation(Source.SNMP_SYS_LOCATION, "1.3.6.1.2.1.1.6.0", "next to ZTE OLT"),),
}


@pytest.mark.parametrize("mention", MENTIONS)
def test_another_makers_box_that_mentions_a_watched_one_is_not_theirs(
    database: FingerprintDatabase, mention: str
) -> None:
    honest = introduced(OTHER_TEXT, OTHER_OBJECT, OTHER_ENGINE) + ports(*OTHER_MACS)
    chassis = entity(1, kind="3", maker="Cisco Systems", serial="FCW1234A0BC", model="WS-C2960X-24TS-L")
    device = identify(capture(honest, chassis, MENTIONS[mention]), database)
    vendor = device.identity.vendor
    assert (vendor.id if vendor else None, list(device.watched)) == ("cisco", [])


def watched_with_a_number() -> dict[str, int]:
    """Every watched company that holds an enterprise number of its own, by id."""
    companies = load_companies()
    known = ((name, companies.get(name)) for name in companies.watched())
    return {name: one.enterprise_numbers[0] for name, one in known if one is not None and one.enterprise_numbers}


@pytest.mark.parametrize("entity_id", watched_with_a_number())
@pytest.mark.parametrize("place", ["text", "object id", "both"])
def test_any_watched_makers_private_tree_surfaces_behind_a_lie(
    database: FingerprintDatabase, entity_id: str, place: str
) -> None:
    number = watched_with_a_number()[entity_id]
    own = database.party(entity_id).name
    text = OTHER_TEXT if place in ("text", "both") else f"{own} X100 software 1.2"
    object_id = OTHER_OBJECT if place in ("object id", "both") else f"1.3.6.1.4.1.{number}.1.5"
    device = identify(capture(introduced(text, object_id), tree(f"1.3.6.1.4.1.{number}.2.1")), database)
    assert tie_of(device, entity_id) not in (None, WatchLevel.CLEARED)
