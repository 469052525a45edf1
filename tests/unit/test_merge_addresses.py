"""Several addresses, one device: what joins evidence, and what keeps it apart."""

from collections.abc import Iterator

import pytest

from fingerprints.matching.merge_addresses import device_id, disambiguate_ids, merge_addresses
from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.model.merging import ApartBy, JoinedBy, KeptApart, MatchedBy, MergeDecisions, Merging
from fingerprints.model.observation_index import index_observations
from reports.document.reasons.merging_wording import describe_joined, describe_kept_apart
from tests.unit.boxes import capture, entity, introduced, live, ports, shipped

HOST_KEY = (Observation(Source.SSH_HOST_KEY, "22/tcp", "ssh-ed25519 SHA256:2kTq0Zb1Yc"),)
ENGINE = introduced(engine_id="800007db0300e0fc102001")


def name(text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", text),)


def own(*addresses: str) -> tuple[Observation, ...]:
    return tuple(Observation(Source.SNMP_IP_ADDRESS, f"1.3.6.1.2.1.4.20.1.2.{address}", "1") for address in addresses)


def grouped(*evidence: Evidence) -> list[tuple[str, ...]]:
    return [tuple(one.subject.key for one in device) for device in merge_addresses(evidence, shipped())]


def test_two_addresses_with_one_host_key_are_one_device() -> None:
    assert grouped(live("192.0.2.1", HOST_KEY), live("192.0.2.2"), live("192.0.2.3", HOST_KEY)) == [
        ("192.0.2.1", "192.0.2.3"),
        ("192.0.2.2",),
    ]


def test_saved_captures_are_never_merged() -> None:
    one, other = capture(HOST_KEY, ENGINE, label="a")[0], capture(HOST_KEY, ENGINE, label="b")[0]
    assert grouped(one, other) == [("a",), ("b",)]


def test_saved_captures_are_handed_on_before_the_next_is_read() -> None:
    read: list[str] = []

    def captures() -> Iterator[Evidence]:
        for label in ("a", "b"):
            read.append(label)
            yield from capture(ENGINE, label=label)

    devices = merge_addresses(captures(), shipped())
    next(devices)
    assert read == ["a"]


def test_a_cloned_engine_id_does_not_join_chassis_with_different_serials() -> None:
    one = live("192.0.2.1", ENGINE, entity(1, kind="3", serial="FCW1234A0BC"))
    other = live("192.0.2.2", ENGINE, entity(1, kind="3", serial="FCW1234A0BD"))
    assert grouped(one, other) == [("192.0.2.1",), ("192.0.2.2",)]


def test_a_chassis_and_its_logical_systems_stay_apart() -> None:
    one, other = live("192.0.2.1", ENGINE, name("pe-1")), live("192.0.2.2", ENGINE, name("pe-1-lsys-a"))
    assert grouped(one, other) == [("192.0.2.1",), ("192.0.2.2",)]


def test_an_engine_id_whose_mac_was_never_filled_in_joins_nothing() -> None:
    blank = introduced(engine_id="80000f3e03000000000000")
    assert grouped(live("192.0.2.1", blank), live("192.0.2.2", blank)) == [("192.0.2.1",), ("192.0.2.2",)]


def test_a_key_that_too_many_names_share_is_demoted() -> None:
    named = [live(f"192.0.2.{number}", HOST_KEY, name(f"sw-{number}")) for number in range(1, 6)]
    nameless = live("192.0.2.9", HOST_KEY)
    assert grouped(*named, nameless) == [(one.subject.key,) for one in (*named, nameless)]


def test_a_router_with_many_addresses_is_one_device() -> None:
    evidence = [live(f"192.0.2.{number}", ENGINE, name("core-1")) for number in range(1, 41)]
    assert grouped(*evidence) == [tuple(one.subject.key for one in evidence)]


def test_the_same_ports_are_the_same_box() -> None:
    macs = ports("00:1b:54:10:20:01", "00:1b:54:10:20:02", "00:1b:54:10:20:03")
    assert grouped(live("192.0.2.1", macs), live("192.0.2.2", macs)) == [("192.0.2.1", "192.0.2.2")]


def test_each_others_address_and_the_same_name_make_one_device() -> None:
    one = live("192.0.2.1", name("core-1"), own("192.0.2.1", "192.0.2.2"))
    other = live("192.0.2.2", name("core-1"), own("192.0.2.1", "192.0.2.2"))
    stranger = live("192.0.2.3", name("core-1"), own("192.0.2.1", "192.0.2.3"))
    assert grouped(one, other, stranger) == [("192.0.2.1", "192.0.2.2"), ("192.0.2.3",)]


def test_an_id_follows_the_strongest_key_and_not_the_address() -> None:
    serial = entity(1, kind="3", serial="FCW1234A0BC")
    first, later = live("192.0.2.1", serial, HOST_KEY), live("198.51.100.7", serial)
    ids = [device_id((one,), index_observations((one,)), shipped()) for one in (first, later)]
    assert ids[0] == ids[1]


def test_a_captures_id_is_that_of_its_label() -> None:
    one, same, other = capture(label="a"), capture(HOST_KEY, label="a"), capture(HOST_KEY, label="b")
    ids = [device_id(evidence, index_observations(evidence), shipped()) for evidence in (one, same, other)]
    assert (ids[0] == ids[1], ids[1] == ids[2]) == (True, False)


def test_a_blank_serial_number_joins_nothing() -> None:
    blank = entity(1, kind="3", serial=kept("0000000000"))
    assert grouped(live("192.0.2.1", blank), live("192.0.2.2", blank)) == [("192.0.2.1",), ("192.0.2.2",)]


def certificate(subject: str, fingerprint: str = "ab" * 32) -> tuple[Observation, ...]:
    return (
        Observation(Source.WEB_CERTIFICATE, "fingerprint 443", fingerprint),
        Observation(Source.WEB_CERTIFICATE, "subject 443", subject),
    )


def uptime(hundredths: int) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(hundredths)),)


def boots(count: int) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_ENGINE_BOOTS, "1.3.6.1.6.3.10.2.1.2.0", str(count)),)


def product(oid: str) -> tuple[Observation, ...]:
    return introduced(object_id=oid)


def arp(mac: str) -> tuple[Observation, ...]:
    """The MAC address that answered ARP."""
    return (Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex(mac.replace(":", "")))),)


def bridge(mac: str) -> tuple[Observation, ...]:
    """The address of a bridge, in hexadecimal."""
    return (Observation(Source.SNMP_BRIDGE_ADDRESS, "1.3.6.1.2.1.17.1.1.0", kept(bytes.fromhex(mac))),)


CATALYST, VRP, HOST = "1.3.6.1.4.1.9.1.1208", "1.3.6.1.4.1.2011.2.23.753", "1.3.6.1.4.1.8072.3.2.10"
NUMBER = entity(1, kind="3", serial="FCW1234A0BC")
FACTORY = certificate("serialNumber=2102350DMR10J8000345,O=Acme,CN=acme")
JOINED = {
    "a certificate with the box's serial number": (FACTORY, FACTORY),
    "a certificate with its MAC address": (certificate("CN=00:1b:54:10:20:01"), certificate("CN=00:1b:54:10:20:01")),
    "the serial number in a certificate and in ENTITY-MIB": (
        certificate("serialNumber=PID:WS-C2960X SN:FCW1234A0BC,CN=x"),
        entity(1, kind="3", serial="FCW1234A0BC"),
    ),
    "a name, a product and an uptime": (
        (*name("core-1"), *product("1.3.6.1.4.1.9.1.1208"), *uptime(500_000)),
        (*name("core-1"), *product("1.3.6.1.4.1.9.1.1208"), *uptime(503_000)),
    ),
    "an engine ID and a start of the agent": ((*ENGINE, *boots(4), *uptime(900)), (*ENGINE, *boots(4), *uptime(4_000))),
    "a serial number, asked at two addresses": ((*NUMBER, *product(CATALYST)), (*NUMBER, *product(CATALYST))),
    "a serial number, where one has told no product": ((*NUMBER, *product(CATALYST)), NUMBER),
    "an engine ID and the ports, some of them": (
        (*ENGINE, *ports("00:1b:54:10:20:01", "00:1b:54:10:20:02")), (*ENGINE, *ports("00:1b:54:10:20:01")),
    ),
    "a host key, of a host with an agent and one without": ((*HOST_KEY, *product(HOST)), HOST_KEY),
    "the serial numbers of a stack, one of which is new": (
        (*entity(1, kind="3", serial="FCW1234A0BC"), *entity(2, kind="3", serial="FCW1234A0BD")), NUMBER,
    ),
    "an address that only ARP answers, which an agent lists with the port that it answers from": (
        (*own("192.0.2.1", "192.0.2.2"), *ports("00:1b:54:10:20:01", "00:1b:54:10:20:02")),
        arp("00:1b:54:10:20:02"),
    ),
    "each other's address in the newer table": (
        (*name("core-1"), Observation(Source.SNMP_IP_ADDRESS, "1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.2", "1"),
         *own("192.0.2.1")),
        (*name("core-1"), *own("192.0.2.1", "192.0.2.2")),
    ),
}  # fmt: skip


def pair(observations: tuple[tuple[Observation, ...], tuple[Observation, ...]]) -> int:
    """How many devices two addresses are."""
    return len(grouped(live("192.0.2.1", observations[0]), live("192.0.2.2", observations[1])))


@pytest.mark.parametrize("by", JOINED)
def test_two_addresses_are_one_device_by(by: str) -> None:
    assert pair(JOINED[by]) == 1


DEFAULT = certificate("CN=localhost,O=Acme")
OTHER_KEY = (Observation(Source.SSH_HOST_KEY, "22/tcp", "ssh-ed25519 SHA256:9sPq0Zb1Yc"),)
APART = {
    "a certificate that a firmware brings along": (DEFAULT, DEFAULT),
    "a certificate for a whole domain": (certificate("CN=*.example.net"), certificate("CN=*.example.net")),
    "a certificate, but host keys differ": ((*FACTORY, *HOST_KEY), (*FACTORY, *OTHER_KEY)),
    "an engine ID, but its agent started at other times": ((*ENGINE, *boots(4)), (*ENGINE, *boots(9))),
    "an engine ID, but one has run for days": ((*ENGINE, *uptime(900)), (*ENGINE, *uptime(90_000_000))),
    "an engine ID, but host keys differ": ((*ENGINE, *HOST_KEY), (*ENGINE, *OTHER_KEY)),
    "a name that many come with": (
        (*name("Switch"), *product("1.3.6.1.4.1.9.1.1208"), *uptime(500_000)),
        (*name("Switch"), *product("1.3.6.1.4.1.9.1.1208"), *uptime(500_000)),
    ),
    "a name, a product and an uptime, but their engine IDs differ": (
        (*name("core-1"), *product(CATALYST), *uptime(500_000), *introduced(engine_id="800007db0300e0fc102001")),
        (*name("core-1"), *product(CATALYST), *uptime(500_000), *introduced(engine_id="800007db0300e0fc102002")),
    ),
    "a name, a product and an uptime, but the MAC addresses of their chassis differ": (
        (*name("core-1"), *product(CATALYST), *uptime(500_000), *bridge("001b54a0b0c0")),
        (*name("core-1"), *product(CATALYST), *uptime(500_000), *bridge("001b54a0b0c1")),
    ),
    "a host key of a cloned image, but their engine IDs differ": (
        (*HOST_KEY, *introduced(engine_id="800007db0300e0fc102001")),
        (*HOST_KEY, *introduced(engine_id="800007db0300e0fc102002")),
    ),
    "a pair with one name and an uptime of its own": (
        (*name("fw-1"), *product("1.3.6.1.4.1.9.1.1208"), *uptime(500_000)),
        (*name("fw-1"), *product("1.3.6.1.4.1.9.1.1208"), *uptime(900_000)),
    ),
    "a serial number, but their enterprises differ": ((*NUMBER, *product(CATALYST)), (*NUMBER, *product(VRP))),
    "a serial number, but one is a general host": ((*NUMBER, *product(VRP)), (*NUMBER, *product(HOST))),
    "a serial number, but their products differ": ((*NUMBER, *product(CATALYST)), (*NUMBER, *product(f"{CATALYST}9"))),
    "a serial number, but their models differ": (
        entity(1, kind="3", serial="FCW1234A0BC", model="S5735"),
        entity(1, kind="3", serial="FCW1234A0BC", model="S6730"),
    ),
    "a copied serial number, but no port": (
        (*NUMBER, *ports("00:1b:54:10:20:01")),
        (*NUMBER, *ports("00:1b:54:10:20:09")),
    ),
    "an engine ID, but no port": ((*ENGINE, *ports("00:1b:54:10:20:01")), (*ENGINE, *ports("00:1b:54:10:20:09"))),
    "an engine ID, but their products differ": ((*ENGINE, *product(CATALYST)), (*ENGINE, *product(VRP))),
    "an engine ID that counts": (introduced(engine_id="800007db05000102030405"),) * 2,
    "a host key that a firmware brings along, of two companies": (
        (*HOST_KEY, *product(CATALYST)),
        (*HOST_KEY, *product(VRP)),
    ),
    "a name that is the model's": (
        (*introduced("C2960X-48 Switch, Version 15.2", CATALYST), *name("C2960X-48"), *uptime(500_000)),
        (*introduced("C2960X-48 Switch, Version 15.2", CATALYST), *name("C2960X-48"), *uptime(500_000)),
    ),
    "a default name with a domain": (
        (*name("openwrt.lan"), *product(HOST), *uptime(500_000)),
        (*name("openwrt.lan"), *product(HOST), *uptime(500_000)),
    ),
    "a MAC address, where the agent does not list the address (proxy ARP)": (
        (*own("192.0.2.1"), *ports("00:1b:54:10:20:01")),
        arp("00:1b:54:10:20:01"),
    ),
    "an address that an agent lists, but another MAC address answers there": (
        (*own("192.0.2.1", "192.0.2.2"), *ports("00:1b:54:10:20:01")),
        arp("00:1b:54:10:20:09"),
    ),
    "the virtual router's address and MAC address (RFC 9568)": (
        (*own("192.0.2.1", "192.0.2.2"), *ports("00:00:5e:00:01:0a")),
        arp("00:00:5e:00:01:0a"),
    ),
    "an address and its port, but their serial numbers differ": (
        (*own("192.0.2.1", "192.0.2.2"), *ports("00:1b:54:10:20:01"), *NUMBER),
        (*arp("00:1b:54:10:20:01"), *entity(1, kind="3", serial="FCW1234A0BD")),
    ),
    "the address that a pair of routers shares": (
        (Observation(Source.SNMP_BRIDGE_ADDRESS, "1.3.6.1.2.1.17.1.1.0", kept(bytes.fromhex("00005e00010a"))),),
        (Observation(Source.SNMP_BRIDGE_ADDRESS, "1.3.6.1.2.1.17.1.1.0", kept(bytes.fromhex("00005e00010a"))),),
    ),
}


@pytest.mark.parametrize("by", APART)
def test_two_addresses_stay_apart_that_share(by: str) -> None:
    assert pair(APART[by]) == 2


def test_a_text_that_boxes_of_different_enterprises_have_is_nobody_s() -> None:
    """Not even of the two that are alike: the serial number of a reference design, written into all that follow it."""
    others = [live(f"192.0.2.{last}", NUMBER, product(CATALYST)) for last in (1, 2)]
    assert len(grouped(*others)) == 1
    assert len(grouped(*others, live("192.0.2.3", NUMBER, product(VRP)))) == 3


def test_a_name_that_boxes_of_different_enterprises_have_is_nobody_s() -> None:
    alike = [live(f"192.0.2.{last}", name("gw-1"), product(CATALYST), uptime(500_000)) for last in (1, 2)]
    assert len(grouped(*alike)) == 1
    assert len(grouped(*alike, live("192.0.2.3", name("gw-1"), product(VRP)))) == 3


def test_holders_of_a_key_join_those_that_they_may_join() -> None:
    """One box at two addresses is one device, though the first holder of its serial number is another."""
    other = live("192.0.2.1", NUMBER, name("core-9"))
    assert grouped(other, live("192.0.2.2", NUMBER, name("core-1")), live("192.0.2.3", NUMBER, name("core-1"))) == [
        ("192.0.2.1",),
        ("192.0.2.2", "192.0.2.3"),
    ]


def test_decisions_say_what_joined_and_what_kept_apart() -> None:
    decisions: MergeDecisions = {}
    first, second = live("192.0.2.1", HOST_KEY, NUMBER), live("192.0.2.2", HOST_KEY)
    third = live("192.0.2.3", HOST_KEY, entity(1, kind="3", serial="FCW1234A0BD"))
    assert len(list(merge_addresses((first, second, third), shipped(), decisions))) == 2
    key = "ssh-ed25519 SHA256:2kTq0Zb1Yc"
    assert decisions["192.0.2.1"] == Merging(
        (JoinedBy(MatchedBy.HOST_KEY, key, ("192.0.2.1", "192.0.2.2")),),
        (KeptApart(ApartBy.SERIAL, MatchedBy.HOST_KEY, key, ("192.0.2.3",), 1),),
    )
    assert describe_joined(decisions["192.0.2.1"].joined[0]) == (
        "192.0.2.1 and 192.0.2.2 share the SSH host key (ssh-ed25519 SHA256:2kTq0Zb1Yc)"
    )
    assert describe_kept_apart(decisions["192.0.2.1"].kept_apart[0]) == (
        "192.0.2.3 shares the SSH host key (ssh-ed25519 SHA256:2kTq0Zb1Yc), but their serial numbers differ"
    )


@pytest.mark.parametrize(
    ("macs", "shown"),
    [
        (("00:1b:54:10:20:01",), "00:1b:54:10:20:01"),
        (("00:1b:54:10:20:02", "00:1b:54:10:20:01"), "00:1b:54:10:20:01 to 00:1b:54:10:20:02, 2 in all"),
    ],
)
def test_ports_that_join_are_told_as_a_range(macs: tuple[str, ...], shown: str) -> None:
    decisions: MergeDecisions = {}
    list(merge_addresses((live("192.0.2.1", ports(*macs)), live("192.0.2.2", ports(*macs))), shipped(), decisions))
    (joined,) = decisions["192.0.2.1"].joined
    assert describe_joined(joined) == f"192.0.2.1 and 192.0.2.2 share the MAC addresses of all ports ({shown})"


def test_devices_with_a_copied_key_have_ids_of_their_own() -> None:
    devices = [
        Device("same", (), (address,), address, (), Identity(Level.UNKNOWN, 0.0))
        for address in ("192.0.2.1", "192.0.2.2")
    ]
    other = Device("own", (), ("192.0.2.3",), "x", (), Identity(Level.UNKNOWN, 0.0))
    ids = [device.id for device in disambiguate_ids((*devices, other))]
    assert (len(set(ids)), "same" in ids, ids[2]) == (3, False, "own")


def spaced(key: str, namespace: str, *observations: Observation) -> Evidence:
    subject = Subject(key, key.partition(":")[0], (), (("namespace", namespace),))
    return Evidence(subject, observations)


def test_addresses_that_each_lists_of_the_other_join_only_in_one_namespace() -> None:
    observations = (*name("r1"), *own("192.0.2.1", "192.0.2.2"))
    blue, red = spaced("192.0.2.1:1161", "blue", *observations), spaced("192.0.2.2:1162", "red", *observations)
    assert grouped(blue, red) == [("192.0.2.1:1161",), ("192.0.2.2:1162",)]
    assert grouped(blue, spaced("192.0.2.2:1162", "blue", *observations)) == [("192.0.2.1:1161", "192.0.2.2:1162")]


def test_one_address_in_two_namespaces_is_two_devices_of_different_ids() -> None:
    ids = {device_id((spaced("192.0.2.1", space),), index_observations(()), shipped()) for space in ("blue", "red")}
    assert len(ids) == 2


def sent_by(site: str, key: str, *observations: Observation) -> Evidence:
    return Evidence(Subject(f"{site}/{key}", key), observations)


def test_what_two_sites_of_a_fleet_sent_is_never_one_device_and_has_two_ids() -> None:
    serial = entity(1, kind="3", serial="FCW1234A0BC")
    lon, par = sent_by("LON", "192.0.2.1", *serial), sent_by("PAR", "192.0.2.2", *serial)
    assert grouped(lon, par) == [("LON/192.0.2.1",), ("PAR/192.0.2.2",)]
    other = sent_by("LON", "192.0.2.2", *serial)
    assert grouped(lon, par, other) == [("LON/192.0.2.1", "LON/192.0.2.2"), ("PAR/192.0.2.2",)]
    ids = [device_id((one,), index_observations((one,)), shipped()) for one in (lon, par, other)]
    assert ids[0] == ids[2] != ids[1]
