"""The traps that other tools fall into: numbers, texts and addresses that point to the wrong maker, or to none."""

from dataclasses import dataclass

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.model.device import Device, Level
from fingerprints.model.evidence import Observation, Source
from tests.unit.boxes import capture, entity, introduced, live, objects, ports, tree

BANNER = (Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-HUAWEI-1.5"),)
TELNET = (Observation(Source.TELNET_BANNER, "23/tcp", "Welcome to ZXDSL 831\r\n\r\nLogin: "),)
NEXUS = (
    "Cisco NX-OS(tm) n7000, Software (n7000-s1-dk9), Version 6.2(8), RELEASE SOFTWARE Copyright (c) 2002-2013 by Cisco"
)
HPE_TEXT = "HPE Comware Platform Software, Software Version 7.1.070, Release 2422P01 HPE 5900AF-48XG-4QSFP+"


@dataclass(frozen=True)
class Trap:
    """What a box says; then its brand, its platform and its builder where they are others, and its watched ties."""

    observations: tuple[Observation, ...]
    vendor: str | None
    platform: str | None = None
    made_by: str | None = None
    tied: tuple[str, ...] = ()


TRAPS = {
    "T01 the joint venture's agent under its former parent's number": Trap(
        introduced("H3C Comware Platform Software, Software Version 5.20, Release 2202", "1.3.6.1.4.1.25506.1.246")
        + tree("1.3.6.1.4.1.2011.10.2.6")
        + tree("1.3.6.1.4.1.2011.2.23.1")
        + tree("1.3.6.1.4.1.2011.5.25.22")
        + tree("1.3.6.1.4.1.2011.6.7.1"),
        "h3c",
    ),
    "T02 its serial numbers follow its former parent's scheme": Trap(
        introduced("H3C Comware Platform Software", "1.3.6.1.4.1.25506.1.246")
        + entity(1, kind="3", maker="H3C", serial="210235A0CEX08C000123")
        + entity(2, kind="9", maker="H3C", serial="210231A0CEX08C000124"),
        "h3c",
    ),
    "T03 one brand on a documented maker's chassis": Trap(
        introduced(HPE_TEXT, "1.3.6.1.4.1.25506.11.1.120")
        + entity(1, kind="3", maker="H3C", serial="CN12ABC3DE", model="5900AF-48XG"),
        "hpe",
        "h3c",
        "h3c",
    ),
    "T04 a site monitor behind an agent toolkit's number": Trap(
        introduced("Linux GSE200M 2.6.34 #1 armv5tejl", "1.3.6.1.4.1.8072.3.2.10") + tree("1.3.6.1.4.1.2011.6.164.1"),
        "huawei",
        tied=("huawei",),
    ),
    "T05 a description cut to nothing": Trap(introduced("", "1.3.6.1.4.1.2011.2.89.5"), "huawei", tied=("huawei",)),
    "T06 a description cut to its first word": Trap(
        introduced("S12704", "1.3.6.1.4.1.2011.2.279.3"), "huawei", tied=("huawei",)
    ),
    "T07 two foreign addresses among many": Trap(
        introduced("Juniper Networks, Inc. mx80 internet router, kernel JUNOS 12.3R6.6", "1.3.6.1.4.1.2636.1.1.1.2.57")
        + ports(*(f"00:05:85:00:00:{last:02x}" for last in range(1, 28)), "00:19:c6:00:00:01", "00:19:c6:00:00:02"),
        "juniper",
    ),
    "T09 a camera with no object id": Trap(
        objects(o1_3_6_1_4_1_39165_1_1_0="DS-2CD2T43G2-4I"), "hikvision", tied=("hikvision",)
    ),
    "T10 a recorder with somebody else's number": Trap(
        introduced("Hikvision company products", "1.3.6.1.4.1.50001"), "hikvision", tied=("hikvision",)
    ),
    "T11 a recorder with a number beyond the registry": Trap(
        introduced("", "1.3.6.1.4.1.1004849.3.2.1") + objects(o1_3_6_1_4_1_1004849_2_1_2_4_0="4F0012APAG00123"),
        "dahua",
        tied=("dahua",),
    ),
    "T12 a network stack's number says nothing": Trap(introduced("", "1.3.6.1.4.1.26381.1"), None),
    "T12 a repeater's own tree tells": Trap(
        introduced("", "1.3.6.1.4.1.26381.1") + tree("1.3.6.1.4.1.40297.1.2.1"), "hytera", tied=("hytera",)
    ),
    "T13 an engine ID whose address was never filled in": Trap(
        introduced("", "1.3.6.1.4.1.3902.3.100.1", "80000f3e03000000000000"), "zte", tied=("zte",)
    ),
    "T14 a watched maker's switch with another's addresses": Trap(
        introduced("ZTE Ethernet Switch  ZXR10 5250-52TM-H, Version: V2.05.12B10", "1.3.6.1.4.1.3902.15.2.1.4")
        + ports(*(f"00:40:43:00:00:{last:02x}" for last in range(1, 53))),
        "zte",
        made_by="nokia",
        tied=("zte",),
    ),
    "T15 optics of others": Trap(
        introduced(NEXUS, "1.3.6.1.4.1.9.12.3.1.3.1038")
        + entity(1, kind="3", maker="Cisco Systems, Inc.", serial="JAF1234ABCD")
        + entity(5, kind="10", maker="CISCO-ACCELINK", model="SFP-10G-LR", serial="ACW12345678")
        + entity(6, kind="10", maker="Hisense", model="LTF8502-BC+", serial="H12345678"),
        "cisco",
    ),
    "T16 a virtual appliance on a hypervisor's card": Trap(
        introduced("Palo Alto Networks PA-VM", "1.3.6.1.4.1.25461.2.3.29") + ports("00:50:56:00:00:01"),
        "palo_alto_networks",
    ),
    "T17 a model that ends like a watched brand begins": Trap(
        introduced("Cisco AP Software, AIR-CAP1602I-DH", "1.3.6.1.4.1.9.1.1657"), "cisco"
    ),
    "T18 a login text that others take for another maker's": Trap(TELNET, "zte", tied=("zte",)),
    "T19 one maker's software on another's hardware": Trap(
        introduced("Cumulus-Linux 4.2.1 (Linux Kernel 4.19.94-1+cl4u1)", "1.3.6.1.4.1.40310.1")
        + entity(1, kind="3", maker="Edgecore", model="AS5812-54X", serial="EC1234567890")
        + ports("a8:2b:b5:00:00:01", "a8:2b:b5:00:00:02"),
        "cumulus",
        made_by="edgecore",
    ),
    "T20 another badge under a watched maker's arc": Trap(
        introduced("", "1.3.6.1.4.1.2011.2.379.5"), "futurematrix", "huawei", "huawei", tied=("huawei",)
    ),
    "T20 another holder's number on a watched maker's platform": Trap(
        introduced(
            "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180", "1.3.6.1.4.1.56813.2.1"
        ),
        "huawei",
        tied=("huawei",),
    ),
    "T21 a forgeable banner": Trap(BANNER, "huawei", tied=("huawei",)),
    "T22 a brand on another's hardware": Trap(
        introduced("MyPower S3220 Maipu", "1.3.6.1.4.1.5651.1.102.1") + ports("00:03:0f:00:00:01", "00:03:0f:00:00:02"),
        "maipu",
        made_by="dcn",
    ),
    "T23 an object id wrapped in a reference firmware's": Trap(
        introduced("", "1.3.6.1.4.1.89.1.1.1.3.6.1.4.1.4526.100.4.25"), "netgear"
    ),
}


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def answered(device: Device) -> tuple[str | None, str | None, str | None, tuple[str, ...]]:
    identity = device.identity
    vendor, platform, builder = (
        party.id if party else None for party in (identity.vendor, identity.platform, identity.made_by)
    )
    return vendor, platform, builder, tuple(tie.entity for tie in device.watched)


@pytest.mark.parametrize("name", TRAPS)
def test_a_known_trap_is_not_fallen_into(database: FingerprintDatabase, name: str) -> None:
    trap = TRAPS[name]
    device = identify(capture(trap.observations), database)
    assert answered(device) == (trap.vendor, trap.platform, trap.made_by, trap.tied)


def test_a_time_server_with_a_watched_makers_number_is_at_most_suspected(database: FingerprintDatabase) -> None:
    """T08."""
    observations = introduced("Linux SyncServer 2.6.10 #18 i686", "1.3.6.1.4.1.39165.1.6")
    identity = identify(capture(observations), database).identity
    assert identity.level not in (Level.CONFIRMED, Level.PROBABLE)


def test_a_contradicting_address_is_told(database: FingerprintDatabase) -> None:
    """T14."""
    identity = identify(
        capture(TRAPS["T14 a watched maker's switch with another's addresses"].observations), database
    ).identity
    assert [claim.company for claim in identity.claims if claim.rule == "mac-majority"] == ["nokia"]


def test_a_foreign_optic_is_a_part_of_its_own(database: FingerprintDatabase) -> None:
    """T15."""
    device = identify(capture(TRAPS["T15 optics of others"].observations), database)
    makers = [part.made_by.id for part in device.components if part.kind == "optic" and part.made_by]
    assert makers == ["accelink", "hisense"]


def test_a_forgeable_banner_is_never_more_than_possible(database: FingerprintDatabase) -> None:
    """T21."""
    assert identify(capture(BANNER), database).identity.level is Level.POSSIBLE


def test_two_addresses_with_one_engine_id_are_one_device(database: FingerprintDatabase) -> None:
    """T24."""
    observations = introduced(NEXUS, "1.3.6.1.4.1.9.12.3.1.3.1038", "80000009038c604f191620")
    one, other = live("192.0.2.1", observations), live("192.0.2.2", observations)
    devices = merge_addresses((one, other), database)
    assert [[evidence.subject.key for evidence in device] for device in devices] == [["192.0.2.1", "192.0.2.2"]]
