"""What a segment tells of a device that answers nothing else: its MAC addresses, and its LLDP and CDP frames."""

from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.claims.mac_owner import ADDRESS_KINDS
from fingerprints.database.fingerprint_database import load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import Device, Level, WatchLevel
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.model.observation_place import FieldOfFrame

UNDER_LINUX = "Debian GNU/Linux 12 (bookworm) Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64"
LOCAL = "02:00:00:00:00:01"
MACS = {
    "huawei": "00:e0:fc:12:00:01",
    "zte": "00:19:c6:12:00:01",
    "hikvision": "44:19:b6:12:00:01",
    "dahua": "3c:ef:8c:12:00:01",
    "cisco": "00:00:0c:12:00:01",
    "intel": "00:1b:21:12:00:01",
}


DATABASE = load_database()


def answers_from(mac: str) -> Observation:
    return Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex(mac.replace(":", ""))))


def frame(mac: str = LOCAL, source: Source = Source.LINK_LLDP, **fields: str) -> tuple[Observation, ...]:
    """The fields of a frame with this sender."""
    return tuple(
        Observation(source, FieldOfFrame("eth0", mac, name).to_at(), kept(text)) for name, text in fields.items()
    )


def seen(*observations: Observation, address: str = "192.0.2.9") -> Device:
    return identify((Evidence(Subject(address, address), observations),), DATABASE)


def answer(device: Device) -> tuple[str, Level]:
    return device.identity.vendor.id if device.identity.vendor else "", device.identity.level


@pytest.mark.parametrize("maker", MACS)
def test_a_mac_address_alone_is_a_suspicion_of_the_blocks_owner(maker: str) -> None:
    assert answer(seen(answers_from(MACS[maker]))) == (maker, Level.POSSIBLE)


@pytest.mark.parametrize("maker", ["huawei", "zte", "hikvision", "dahua"])
def test_a_watched_owner_of_a_mac_address_is_reported_as_possible(maker: str) -> None:
    (tie,) = seen(answers_from(MACS[maker])).watched
    assert (tie.entity, tie.level) == (maker, WatchLevel.POSSIBLE)


@given(
    st.lists(
        st.sampled_from([*MACS.values(), LOCAL, "00:00:5e:00:01:01", "52:54:00:12:34:56"]), min_size=1, max_size=6
    ),
    st.lists(st.sampled_from([*MACS.values()]), max_size=3),
    st.booleans(),
)
def test_addresses_and_codes_alone_never_say_more_than_possible(
    answering: list[str], sending: list[str], codes: bool
) -> None:
    frames = [frame(mac, chassis_id=mac, port_id="eth0") for mac in sending]
    if codes:
        frames.append(frame(organisation="00e0fc 1"))
    device = seen(
        *map(answers_from, answering), *(one for each in frames for one in each), address="fe80::2e0:fcff:fe12:1"
    )
    assert device.identity.level in (Level.POSSIBLE, Level.CONFLICTING, Level.UNKNOWN)
    assert {tie.level for tie in device.watched} <= {WatchLevel.POSSIBLE, WatchLevel.CONFLICTING}
    assert {claim.rule for claim in device.identity.claims} <= ADDRESS_KINDS


def test_the_inventory_of_lldp_med_names_maker_model_serial_and_version() -> None:
    device = seen(
        *frame(
            manufacturer_name="Huawei",
            model_name="eSpace 7950",
            serial_number="2102350DKE10D8000012",
            software_revision="V200R003C30",
        )
    )
    assert answer(device) == ("huawei", Level.PROBABLE)
    identity = device.identity
    assert (identity.model, identity.serial, identity.version) == (
        "eSpace 7950",
        "2102350DKE10D8000012",
        "V200R003C30",
    )


def test_a_platform_in_small_letters_names_maker_and_model() -> None:
    device = seen(*frame(source=Source.LINK_CDP, platform="cisco WS-C2960-24TT-L"))
    assert (answer(device), device.identity.model) == (("cisco", Level.PROBABLE), "WS-C2960-24TT-L")


def test_the_platform_of_a_host_is_no_model() -> None:
    device = seen(*frame(source=Source.LINK_CDP, platform="Linux"))
    assert (answer(device), device.identity.model) == (("", Level.UNKNOWN), None)


def test_a_tlv_that_a_watched_company_defined_is_a_suspicion() -> None:
    device = seen(*frame(organisation="00e0fc 1"))
    assert (answer(device), [tie.level for tie in device.watched]) == (("huawei", Level.POSSIBLE), ["possible"])


def test_a_watched_company_named_inside_a_description_is_a_suspicion() -> None:
    device = seen(*frame(system_description="Ethernet switch, OEM of Huawei Technologies, 8 ports"))
    assert [(tie.entity, tie.level) for tie in device.watched] == [("huawei", WatchLevel.POSSIBLE)]


@pytest.mark.parametrize("name", ["HUAWEI", "Huawei"])
def test_a_name_that_a_factory_set_is_a_suspicion(name: str) -> None:
    assert [(tie.entity, tie.level) for tie in seen(*frame(system_name=name)).watched] == [("huawei", "possible")]


def test_a_box_whose_description_and_mac_address_differ_is_conflicting() -> None:
    ios = "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE11, RELEASE SOFTWARE (fc3)"
    device = seen(answers_from(MACS["huawei"]), *frame(MACS["huawei"], system_description=ios))
    assert (answer(device), [tie.level for tie in device.watched]) == (("cisco", Level.CONFLICTING), ["conflicting"])


def test_a_linux_hosts_card_is_not_its_vendor_and_its_inventory_is() -> None:
    host = (answers_from(MACS["intel"]), *frame(MACS["intel"], system_description=UNDER_LINUX))
    assert (answer(seen(*host)), seen(*host).identity.os) == (("", Level.UNKNOWN), "Linux")
    assert answer(seen(*host, *frame(MACS["intel"], manufacturer_name="Dell Inc."))) == ("dell", Level.PROBABLE)


def test_a_device_is_named_as_it_announces_itself() -> None:
    cdp = frame(source=Source.LINK_CDP, device_id="FOC1234")
    assert seen(*cdp).name == "FOC1234"
    assert seen(*cdp, *frame(system_name="sw\x1b[2J-1")).name == "sw [2J-1"


@pytest.mark.parametrize(
    ("capabilities", "kind"),
    [("mac_bridge telephone", "voice"), ("mac_bridge router", "router"), ("station_only", None)],
)
def test_the_most_telling_capability_is_the_kind(capabilities: str, kind: str | None) -> None:
    assert seen(*frame(capabilities=capabilities)).identity.kind == kind


def test_the_chassis_address_of_a_frame_counts_beside_its_senders() -> None:
    device = seen(*frame(LOCAL, chassis_id=MACS["zte"]))
    assert (answer(device), device.l2_l3_tables.macs) == (("zte", Level.POSSIBLE), (MACS["zte"], LOCAL))


def test_a_brand_that_a_watched_company_builds_is_suspected_whatever_its_address() -> None:
    device = seen(answers_from("9c:8e:cd:12:00:01"))
    assert answer(device) == ("amcrest", Level.POSSIBLE)
    assert [(tie.entity, tie.level) for tie in device.watched] == [("dahua", WatchLevel.POSSIBLE)]
    other = seen(*frame(system_description="Amcrest IP camera"), answers_from(MACS["cisco"]))
    assert [(tie.entity, tie.level) for tie in other.watched] == [("dahua", WatchLevel.POSSIBLE)]


FIELDS = (
    "system_name",
    "system_description",
    "platform",
    "manufacturer_name",
    "organisation",
    "capabilities",
    "serial_number",
)


@given(
    st.lists(st.tuples(st.sampled_from(FIELDS), st.text(printable + "\x00\x1b\u202e\xff", max_size=600)), max_size=8)
)
def test_no_text_in_a_frame_raises_or_outweighs_a_frame(fields: list[tuple[str, str]]) -> None:
    device = seen(*(one for name, text in fields for one in frame(**{name: text})))
    assert device.identity.level is not Level.CONFIRMED
    assert all(claim.weight <= 2.5 for claim in device.identity.claims)
