"""Who is behind a box: roles kept apart, contradictions kept, watched makers never lost."""

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import (
    Device,
    Level,
    Role,
    WatchLevel,
)
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.sources.registry import COLUMNS, SCALARS
from tests.unit.boxes import capture, entity, introduced, objects, ports, tree

CISCO_TEXT = (
    "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7, RELEASE SOFTWARE (fc2) "
    "Copyright (c) 1986-2018 by Cisco Systems, Inc."
)
CISCO_OBJECT = "1.3.6.1.4.1.9.1.1208"
CISCO_MACS = ("00:1b:54:10:20:01", "00:1b:54:10:20:02", "00:1b:54:10:20:03")
HUAWEI_TEXT = (
    "S5720-36C-EI-AC Huawei Versatile Routing Platform Software VRP (R) software,Version 5.170 "
    "(S5720 V200R011C10SPC600) Copyright (C) 2007 Huawei Technologies Co., Ltd."
)
HUAWEI_OBJECT = "1.3.6.1.4.1.2011.2.23.291"
HUAWEI_MACS = ("00:e0:fc:10:20:01", "00:e0:fc:10:20:02", "00:e0:fc:10:20:03")
HUAWEI_SERIAL = "2102350DMR10J8000345"
LINUX_TEXT = "Linux web-3 5.10.0-28-amd64 #1 SMP Debian 5.10.209-2 (2024-01-31) x86_64"


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def watched(device: Device) -> dict[str, WatchLevel]:
    return {tie.entity: tie.level for tie in device.watched}


def named(device: Device) -> tuple[str | None, str | None, str | None]:
    identity = device.identity
    return tuple(party.id if party else None for party in (identity.vendor, identity.made_by, identity.platform))  # type: ignore[return-value]


def test_a_watched_maker_whose_groups_agree_is_confirmed(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced(HUAWEI_TEXT, HUAWEI_OBJECT),
        entity(1, kind="3", maker="Huawei", serial=HUAWEI_SERIAL, model="S5720-36C-EI-AC"),
        ports(*HUAWEI_MACS),
    )
    device = identify(evidence, database)
    identity = device.identity
    assert (identity.level, identity.model, identity.version, identity.serial, identity.os) == (
        Level.CONFIRMED,
        "S5720-36C-EI-AC",
        "V200R011C10SPC600",
        HUAWEI_SERIAL,
        "VRP",
    )
    assert (named(device), watched(device)) == (("huawei", None, None), {"huawei": WatchLevel.CONFIRMED})


def test_texts_of_one_maker_over_hardware_of_a_watched_one_are_a_contradiction(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced(CISCO_TEXT, CISCO_OBJECT),
        entity(1, kind="3", maker="Cisco Systems", serial=HUAWEI_SERIAL),
        ports(*HUAWEI_MACS),
    )
    device = identify(evidence, database)
    assert (device.identity.level, watched(device)) == (Level.CONFLICTING, {"huawei": WatchLevel.CONFLICTING})


def test_a_badge_on_another_makers_documented_hardware_is_no_contradiction(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("HPE Comware Platform Software, Software Version 7.1.070", "1.3.6.1.4.1.25506.11.1.120"),
        entity(1, kind="3", maker="H3C", serial="CN12ABC3DE", model="5900AF-48XG"),
        tree("1.3.6.1.4.1.25506.2.6.1"),
    )
    device = identify(evidence, database)
    assert (named(device), device.identity.conflicts, device.watched) == (("hpe", "h3c", "h3c"), (), ())


def test_the_joint_ventures_old_arc_is_no_sign_of_the_former_parent(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("H3C Comware Platform Software, Software Version 5.20, Release 2202", "1.3.6.1.4.1.25506.1.246"),
        entity(1, kind="3", maker="H3C", serial="210235A0CEX08C000123"),
        tree("1.3.6.1.4.1.2011.10.2.6"),
        tree("1.3.6.1.4.1.2011.2.23.1"),
        tree("1.3.6.1.4.1.2011.5.25.22"),
    )
    device = identify(evidence, database)
    assert (named(device)[0], device.watched) == ("h3c", ())


def test_a_general_purpose_host_is_nobodys(database: FingerprintDatabase) -> None:
    device = identify(capture(introduced(LINUX_TEXT, "1.3.6.1.4.1.8072.3.2.10")), database)
    identity = device.identity
    assert (identity.level, identity.vendor, identity.os, identity.version, identity.claims) == (
        Level.UNKNOWN,
        None,
        "Linux",
        "5.10.0-28-amd64",
        (),
    )


def test_a_network_card_does_not_make_a_general_purpose_host_its_makers_product(database: FingerprintDatabase) -> None:
    device = identify(capture(introduced(LINUX_TEXT, "1.3.6.1.4.1.8072.3.2.10"), ports("00:25:90:10:20:01")), database)
    assert (device.identity.level, named(device)) == (Level.UNKNOWN, (None, "super_micro", None))


def test_an_address_alone_gives_an_answer_with_its_level(database: FingerprintDatabase) -> None:
    observations = (Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("001b54102001"))),)
    device = identify(capture(observations), database)
    assert (named(device)[0], device.identity.level) == ("cisco", Level.POSSIBLE)


def test_a_host_of_no_maker_that_serves_a_watched_makers_tree_is_theirs(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("Linux GSE200M 2.6.32 #1 armv5tejl", "1.3.6.1.4.1.8072.3.2.10"), tree("1.3.6.1.4.1.2011.6.164.1")
    )
    device = identify(evidence, database)
    assert (named(device)[0], list(watched(device))) == ("huawei", ["huawei"])


def test_a_camera_without_introduction_is_known_by_its_own_objects(database: FingerprintDatabase) -> None:
    evidence = capture(
        objects(
            o1_3_6_1_4_1_39165_1_1_0="DS-2CD2T43G2-4I",
            o1_3_6_1_4_1_39165_1_3_0="V5.7.12 build 230112",
        )
    )
    device = identify(evidence, database)
    identity = device.identity
    assert (named(device)[0], identity.model, identity.version, list(watched(device))) == (
        "hikvision",
        "DS-2CD2T43G2-4I",
        "V5.7.12 build 230112",
        ["hikvision"],
    )


def test_a_shared_number_alone_does_not_make_a_time_server_a_watched_makers(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("Linux SyncServer 2.6.10 #18 i686", "1.3.6.1.4.1.39165.1.6"),
        tree("1.3.6.1.4.1.9070.1.2.3"),
        ports("00:a0:69:0b:61:70"),
    )
    assert named(identify(evidence, database))[0] == "microsemi"


def test_a_squatted_number_with_a_second_sign_names_the_squatter(database: FingerprintDatabase) -> None:
    device = identify(capture(introduced("Hikvision company products", "1.3.6.1.4.1.50001")), database)
    assert (named(device)[0], list(watched(device))) == ("hikvision", ["hikvision"])


def test_a_dahua_recorder_is_known_by_a_number_beyond_the_registry(database: FingerprintDatabase) -> None:
    device = identify(
        capture(
            introduced("DH-NVR5216-16P-4KS2E", "1.3.6.1.4.1.1004849.3.2.1"),
            objects(o1_3_6_1_4_1_1004849_2_1_2_4_0="4F0012APAG00123"),
        ),
        database,
    )
    assert (named(device)[0], device.identity.serial) == ("dahua", "4F0012APAG00123")


def test_an_access_point_whose_model_ends_like_a_watched_brand_is_not_theirs(database: FingerprintDatabase) -> None:
    device = identify(capture(introduced("Cisco AP Software, AIR-CAP1602I-DH", CISCO_OBJECT)), database)
    assert (named(device)[0], device.watched) == ("cisco", ())


def test_a_repeater_behind_a_network_stacks_number_is_known_by_its_own_tree(database: FingerprintDatabase) -> None:
    device = identify(
        capture(introduced("", "1.3.6.1.4.1.26381.1"), tree("1.3.6.1.4.1.40297.1.2.1")),
        database,
    )
    assert (named(device)[0], list(watched(device))) == ("hytera", ["hytera"])


def test_a_neighbour_or_an_alias_that_names_a_watched_maker_says_nothing_of_the_box(
    database: FingerprintDatabase,
) -> None:
    evidence = capture(
        introduced(CISCO_TEXT, CISCO_OBJECT),
        ports(*CISCO_MACS),
        (
            Observation(Source.SNMP_IF_ALIAS, "1.3.6.1.2.1.31.1.1.1.18.1", "to Huawei NE40E core"),
            Observation(Source.SNMP_LLDP_REMOTE, "1.0.8802.1.1.2.1.4.1.1.10.0.1.1", HUAWEI_TEXT),
            Observation(Source.SNMP_CDP_REMOTE, "1.3.6.1.4.1.9.9.23.1.2.1.1.8.1.1", "HUAWEI S5720"),
        ),
    )
    device = identify(evidence, database)
    assert (named(device)[0], device.identity.level, device.watched) == ("cisco", Level.CONFIRMED, ())
    assert [(one.protocol, one.platform) for one in device.neighbours] == [
        ("lldp", HUAWEI_TEXT),
        ("cdp", "HUAWEI S5720"),
    ]


def test_two_ports_of_many_with_a_watched_makers_addresses_do_not_taint_the_chassis(
    database: FingerprintDatabase,
) -> None:
    own = [f"00:05:85:00:00:{number:02x}" for number in range(1, 28)]
    evidence = capture(
        introduced("Juniper Networks, Inc. mx80 internet router, kernel JUNOS 12.3R6.6", "1.3.6.1.4.1.2636.1.1.1.2.57"),
        ports(*own, "00:19:c6:00:00:01", "00:19:c6:00:00:02"),
    )
    device = identify(evidence, database)
    assert (named(device)[0], device.watched) == ("juniper", ())


def test_a_forgeable_banner_alone_never_confirms(database: FingerprintDatabase) -> None:
    observations = ((Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-HUAWEI-1.5"),),)
    device = identify(capture(*observations), database)
    assert (named(device)[0], device.identity.level) == ("huawei", Level.POSSIBLE)
    assert watched(device) == {"huawei": WatchLevel.POSSIBLE}


def test_the_name_on_the_box_outranks_the_holder_of_its_agents_number(database: FingerprintDatabase) -> None:
    evidence = capture(introduced("FS Switch", "1.3.6.1.4.1.13464.1.3.32.1"), ports("00:0a:5a:94:17:e3"))
    device = identify(evidence, database)
    assert named(device)[0] == "fs_com"


def test_what_an_inventory_says_is_a_claim_of_people(database: FingerprintDatabase) -> None:
    device = identify(capture((Observation(Source.INVENTORY, "vendor", "ZTE"),)), database)
    assert [(claim.source, claim.role) for claim in device.identity.claims] == [("inventory", Role.BRAND)]


def test_hostile_text_neither_raises_nor_grows(database: FingerprintDatabase) -> None:
    noise = kept("\x00\x1b[31m" + "A1-" * 20_000 + "é")
    evidence = capture(
        introduced(noise, "1.3.6.1.4.1.999999999999999999999"),
        entity(1, kind="3", maker=noise, serial=noise, model=noise),
        tuple(Observation(source, "1.3.x", noise) for source in Source),
    )
    device = identify(evidence, database)
    assert all(len(claim.text) <= 200 for claim in device.identity.claims)


ANY_OID = st.one_of(
    st.lists(st.integers(0, 2**32), max_size=12).map(lambda arcs: ".".join(map(str, arcs))),
    st.builds(
        "{}.{}".format, st.sampled_from([*COLUMNS, *SCALARS, "1.3.6.1.4.1.2011", "1.3.6.1.4.1"]), st.text(max_size=8)
    ),
)
ANYTHING = st.lists(
    st.builds(Observation, st.sampled_from(Source), ANY_OID, st.binary(max_size=80).map(kept)), max_size=30
)


@settings(max_examples=150)
@given(observations=ANYTHING)
def test_nothing_a_device_can_say_raises(database: FingerprintDatabase, observations: list[Observation]) -> None:
    device = identify(capture(tuple(observations)), database)
    assert 0 <= device.identity.confidence <= 1


def test_the_same_evidence_gives_the_same_device(database: FingerprintDatabase) -> None:
    evidence = capture(introduced(HUAWEI_TEXT, HUAWEI_OBJECT), ports(*HUAWEI_MACS), tree("1.3.6.1.4.1.2011.5.2.1"))
    assert asdict(identify(evidence, database)) == asdict(identify(evidence, database))


TRAPS = {
    "a description cut to nothing": (introduced("", "1.3.6.1.4.1.2011.2.89.5"), "huawei", {"huawei"}),
    "a description cut to its first word": (introduced("S12704", "1.3.6.1.4.1.2011.2.279.3"), "huawei", {"huawei"}),
    "an engine ID whose MAC was never filled in": (
        introduced("", "1.3.6.1.4.1.3902.3.100.1", "80000f3e03000000000000"),
        "zte",
        {"zte"},
    ),
    "a watched maker's switch with another's addresses": (
        introduced("ZTE Ethernet Switch  ZXR10 5260-28TM, Version: V2.05.12B10", "1.3.6.1.4.1.3902.15.2.1.4")
        + ports("00:40:43:00:00:01", "00:40:43:00:00:02"),
        "zte",
        {"zte"},
    ),
    "a virtual appliance on a hypervisor's card": (
        introduced("Palo Alto Networks PA-VM", "1.3.6.1.4.1.25461.2.3.29") + ports("00:50:56:00:00:01"),
        "palo_alto_networks",
        set(),
    ),
    "another badge under a watched maker's own arc": (
        introduced("", "1.3.6.1.4.1.2011.2.379.5"),
        "futurematrix",
        {"huawei"},
    ),
    "another holder's number on a watched maker's platform": (
        introduced(
            "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180", "1.3.6.1.4.1.56813.2.1"
        ),
        "huawei",
        {"huawei"},
    ),
    "one brand on another's hardware": (
        introduced("MyPower S3220 Maipu", "1.3.6.1.4.1.5651.1.102.1") + ports("00:03:0f:00:00:01"),
        "maipu",
        set(),
    ),
    "an object id wrapped in a reference firmware's": (
        introduced("", "1.3.6.1.4.1.89.1.1.1.3.6.1.4.1.4526.100.4.25"),
        "netgear",
        set(),
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_known_trap_is_not_fallen_into(database: FingerprintDatabase, trap: str) -> None:
    observations, vendor, tied = TRAPS[trap]
    device = identify(capture(observations), database)
    assert (named(device)[0], set(watched(device))) == (vendor, tied)


FLIPS = {
    "sysDescr": introduced(CISCO_TEXT, HUAWEI_OBJECT, "800007db0300e0fc102001"),
    "sysObjectID": introduced(HUAWEI_TEXT, CISCO_OBJECT, "800007db0300e0fc102001"),
    "engine ID": introduced(HUAWEI_TEXT, HUAWEI_OBJECT, "8000000903001b54102001"),
    "all agent text": introduced(CISCO_TEXT, CISCO_OBJECT, "8000000903001b54102001"),
}


@pytest.mark.parametrize("flipped", FLIPS)
def test_a_watched_box_that_lies_in_one_place_still_surfaces(database: FingerprintDatabase, flipped: str) -> None:
    evidence = capture(
        FLIPS[flipped],
        entity(1, kind="3", serial=HUAWEI_SERIAL),
        ports(*HUAWEI_MACS),
        tree("1.3.6.1.4.1.2011.5.2.1"),
    )
    assert watched(identify(evidence, database)).get("huawei") not in (None, WatchLevel.CLEARED)


def test_addresses_seen_on_the_wire_surface_behind_a_wholly_lying_agent(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced(CISCO_TEXT, CISCO_OBJECT),
        entity(1, kind="3", maker="Cisco Systems", serial="FCW1234A0BC"),
        ports(*CISCO_MACS),
        (Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("00e0fc102001"))),),
    )
    assert watched(identify(evidence, database)).get("huawei") not in (None, WatchLevel.CLEARED)


def test_a_mention_that_a_second_channel_refutes_is_cleared(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("Switch of the Huawei lab", CISCO_OBJECT),
        ports(*CISCO_MACS),
        (
            Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-Cisco-1.25"),
            Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("001b54102001"))),
        ),
    )
    assert watched(identify(evidence, database)) == {"huawei": WatchLevel.CLEARED}


def test_a_hardware_address_alone_suspects_and_never_confirms(database: FingerprintDatabase) -> None:
    """A block of addresses says who registered it: a watched maker's network card sits in many other people's boxes."""
    wire = Observation(Source.LINK_MAC, "eth1", "\x44\x19\xb6\x00\x00\x11")
    device = identify((Evidence(Subject("192.0.2.9", "192.0.2.9"), (wire,)),), database)
    assert [(tie.entity, tie.level) for tie in device.watched] == [("hikvision", WatchLevel.POSSIBLE)]


DMI = "cat /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name /sys/class/dmi/id/board_vendor"
HP_MACS = ("94:3f:c2:10:20:01", "94:3f:c2:10:20:02", "94:3f:c2:10:20:03")
HP_TEXT = "HPE Comware Platform Software, Software Version 7.1.070 HPE 5130-24G-4SFP+ EI Switch JG932A"


def test_the_addresses_of_the_brand_do_not_outweigh_the_builder_that_an_eeprom_names(
    database: FingerprintDatabase,
) -> None:
    """The block of a MAC address belongs to whom it was assigned to (IEEE RA), which is often who ordered the box."""
    shown = (
        Observation(Source.SSH_COMMAND, "display device manuinfo", "VENDOR_NAME          : HPE"),
        Observation(Source.LINK_MAC, "eth0", "94:3f:c2:10:20:00"),
    )
    board = entity(2, kind="3", maker="H3C", model="JG932A")
    evidence = capture(introduced(HP_TEXT, "1.3.6.1.4.1.25506.11.1.184"), board, ports(*HP_MACS), shown)
    assert named(identify(evidence, database)) == ("hpe", "h3c", "h3c")


def test_the_address_of_a_network_card_names_no_builder(database: FingerprintDatabase) -> None:
    shown = (
        Observation(Source.SSH_COMMAND, DMI, "Dell Inc.\nPowerEdge R640\nDell Inc."),
        Observation(Source.LINK_MAC, "eth0", "00:1b:21:10:20:01"),
    )
    evidence = capture(introduced(LINUX_TEXT), ports("00:1b:21:10:20:02"), shown)
    assert named(identify(evidence, database))[:2] == ("dell", None)
