"""What neighbours say of each other: whom a row is about, what it weighs, and what it can never do."""

from dataclasses import replace

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.matching.neighbour_reports import MAX_OF_REPORTER
from fingerprints.model.device import Device, Level, WatchLevel
from fingerprints.model.evidence import Evidence, Observation, Source, kept
from tests.unit.boxes import capture, grouped, introduced, live, ports, shipped

VRP = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180"
CISCO = introduced("Cisco IOS Software, C2960 Software, Version 15.0(2)SE4", "1.3.6.1.4.1.9.1.1208")
REMOTE = "1.0.8802.1.1.2.1.4.1.1"
CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1"


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def name(text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", text),)


def octets(mac: str) -> str:
    return kept(bytes.fromhex(mac.replace(":", "")))


def sees(number: int = 1, mac: str = "", named: str = "", says: str = "", at: str = "") -> tuple[Observation, ...]:
    """An LLDP neighbour on a port: its chassis address, system name, description and management address."""
    row = f"0.7.{number}"
    observations = [Observation(Source.SNMP_LLDP_LOCAL, "1.0.8802.1.1.2.1.3.7.1.3.7", "Gi0/7")]
    if mac:
        observations.append(Observation(Source.SNMP_LLDP_REMOTE, f"{REMOTE}.4.{row}", "4"))
        observations.append(Observation(Source.SNMP_LLDP_REMOTE, f"{REMOTE}.5.{row}", octets(mac)))
    if named:
        observations.append(Observation(Source.SNMP_LLDP_REMOTE, f"{REMOTE}.9.{row}", named))
    if says:
        observations.append(Observation(Source.SNMP_LLDP_REMOTE, f"{REMOTE}.10.{row}", says))
    if at:
        observations.append(Observation(Source.SNMP_LLDP_REMOTE, f"1.0.8802.1.1.2.1.4.2.1.3.{row}.1.4.{at}", "2"))
    return tuple(observations)


def heard_of(address: str, *evidence: Evidence) -> list[tuple[str, str, str]]:
    """What the others are heard to say of the device at an address."""
    devices = grouped(evidence, shipped())
    (device,) = (one for one in devices if one[0].subject.address == address)
    return [
        (observation.source.value, observation.at, observation.value)
        for one in device
        for observation in one.observations
        if observation.source.startswith("neighbour.")
    ]


ABOUT = {
    "its chassis address": (sees(mac="00:e0:fc:10:20:01", says=VRP), ports("00:e0:fc:10:20:01")),
    "its management address": (sees(at="192.0.2.2", says=VRP), CISCO),
    "its system name": (sees(named="edge-7", says=VRP), name("Edge-7")),
}


@pytest.mark.parametrize("by", ABOUT)
def test_a_row_is_about_the_device_that_it_names(by: str) -> None:
    row, observations = ABOUT[by]
    reported = heard_of("192.0.2.2", live("192.0.2.1", name("core-1"), row), live("192.0.2.2", observations))
    assert ("neighbour.lldp", "core-1/Gi0/7/system_description", VRP) in reported


NOBODY = {
    "a name that two devices have": (sees(named="edge-7", says=VRP), name("edge-7"), name("edge-7")),
    "a name that many come with": (sees(named="Switch", says=VRP), name("Switch"), name("core-2")),
    "an address that two devices bear": (
        sees(mac="00:e0:fc:10:20:01", named="edge-7", says=VRP),
        (*name("edge-7"), *ports("00:e0:fc:10:20:01", "00:e0:fc:10:20:02")),
        (*name("edge-8"), *ports("00:e0:fc:10:20:01", "00:e0:fc:10:20:03")),
    ),
}


@pytest.mark.parametrize("why", NOBODY)
def test_a_row_that_might_be_about_several_is_about_nobody(why: str) -> None:
    row, one, other = NOBODY[why]
    evidence = (live("192.0.2.1", name("core-1"), row), live("192.0.2.2", one), live("192.0.2.3", other))
    assert heard_of("192.0.2.2", *evidence) == []


def test_a_cdp_row_is_about_the_device_at_its_address() -> None:
    row = (
        Observation(Source.SNMP_CDP_REMOTE, f"{CDP}.4.3.1", kept(bytes((192, 0, 2, 2)))),
        Observation(Source.SNMP_CDP_REMOTE, f"{CDP}.6.3.1", "edge-7"),
        Observation(Source.SNMP_CDP_REMOTE, f"{CDP}.8.3.1", "cisco WS-C2960"),
    )
    assert heard_of("192.0.2.2", live("192.0.2.1", name("core-1"), row), live("192.0.2.2", CISCO)) == [
        ("neighbour.cdp", "core-1/3/platform", "cisco WS-C2960")
    ]


def test_a_row_is_about_the_device_whose_newer_address_table_lists_the_management_address() -> None:
    own = Observation(Source.SNMP_IP_ADDRESS, "1.3.6.1.2.1.4.34.1.3.1.4.198.51.100.2", "1")
    evidence = (live("192.0.2.1", name("core-1"), sees(at="198.51.100.2", says=VRP)), live("192.0.2.2", (own,)))
    assert len(heard_of("192.0.2.2", *evidence)) == 1


def test_a_row_with_a_link_local_management_address_is_about_nobody() -> None:
    own = Observation(Source.SNMP_IP_ADDRESS, "1.3.6.1.2.1.4.20.1.2.169.254.1.1", "1")
    evidence = (live("192.0.2.1", name("core-1"), sees(at="169.254.1.1", says=VRP)), live("192.0.2.2", (own,)))
    assert heard_of("192.0.2.2", *evidence) == []


def test_an_address_in_another_namespace_is_another_device() -> None:
    teller, other = live("192.0.2.1", sees(says=VRP, at="192.0.2.2")), live("192.0.2.2", CISCO)
    moved = replace(other, subject=replace(other.subject, attributes=(("namespace", "customer-a"),)))
    assert (heard_of("192.0.2.2", teller, moved), len(heard_of("192.0.2.2", teller, other))) == ([], 1)


def test_what_a_device_says_of_itself_is_not_hearsay() -> None:
    observations = (*name("core-1"), *sees(named="core-1", says=VRP))
    assert heard_of("192.0.2.1", live("192.0.2.1", observations)) == []


def test_saved_captures_say_nothing_of_each_other() -> None:
    one, other = capture(sees(named="edge-7", says=VRP), label="a"), capture(name("edge-7"), label="b")
    devices = grouped((*one, *other), shipped())
    assert list(devices) == [one, other]


def test_a_flood_of_rows_about_one_device_is_cut() -> None:
    flood = [
        observation for number in range(500) for observation in sees(number, named="edge-7", says=f"Acme {number}")
    ]
    evidence = (live("192.0.2.1", name("core-1"), tuple(flood)), live("192.0.2.2", name("edge-7")))
    assert len(heard_of("192.0.2.2", *evidence)) == MAX_OF_REPORTER


def test_a_flood_does_not_drown_what_another_says() -> None:
    flood = [
        observation for number in range(500) for observation in sees(number, named="edge-7", says=f"Acme {number}")
    ]
    honest = live("192.0.2.3", name("core-2"), sees(named="edge-7", says=VRP))
    evidence = (live("192.0.2.1", name("core-1"), tuple(flood)), live("192.0.2.2", name("edge-7")), honest)
    assert VRP in [value for _, _, value in heard_of("192.0.2.2", *evidence)]


def judged(database: FingerprintDatabase, *evidence: Evidence, address: str = "192.0.2.2") -> Device:
    devices = (identify(one, database) for one in grouped(evidence, database))
    return next(device for device in devices if address in device.addresses)


def tie(device: Device) -> WatchLevel | None:
    return next((one.level for one in device.watched if one.entity == "huawei"), None)


def test_a_neighbour_surfaces_a_device_that_lies_in_all_it_says(database: FingerprintDatabase) -> None:
    teller = live("192.0.2.1", name("core-1"), sees(mac="00:e0:fc:10:20:01", says=VRP, at="192.0.2.2"))
    device = judged(database, teller, live("192.0.2.2", CISCO, ports("00:1b:54:10:20:01")))
    assert (device.identity.level, tie(device)) == (Level.CONFLICTING, WatchLevel.CONFLICTING)


def test_who_tells_is_named_in_the_claim(database: FingerprintDatabase) -> None:
    teller = live("192.0.2.1", name("core-1"), sees(says=VRP, at="192.0.2.2"))
    claims = judged(database, teller, live("192.0.2.2", CISCO)).identity.claims
    reported = [(claim.company, claim.at) for claim in claims if claim.source == "neighbour.lldp"]
    assert reported == [("huawei", "core-1/Gi0/7/system_description")]


def test_one_teller_makes_nobody_restricted(database: FingerprintDatabase) -> None:
    """However many devices it slanders: each is at most suspected, and keeps its maker."""
    slander = [observation for last in range(2, 40) for observation in sees(last, says=VRP, at=f"192.0.2.{last}")]
    others = [live(f"192.0.2.{last}", CISCO) for last in range(2, 40)]
    told = (live("192.0.2.1", tuple(slander)), *others)
    devices = [identify(one, database) for one in grouped(told, database)]
    slandered = [device for device in devices if device.addresses != ("192.0.2.1",)]
    assert {tie(device) for device in slandered} == {WatchLevel.CONFLICTING}
    assert {device.identity.vendor.id for device in slandered if device.identity.vendor} == {"cisco"}


def test_many_tellers_of_a_silent_device_only_suspect_it(database: FingerprintDatabase) -> None:
    tellers = [live(f"192.0.2.{last}", name(f"core-{last}"), sees(says=VRP, at="192.0.2.2")) for last in range(10, 30)]
    device = judged(database, *tellers, live("192.0.2.2", name("edge-7")))
    assert (device.identity.level, tie(device)) == (Level.POSSIBLE, WatchLevel.POSSIBLE)


BANNER = (Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-HUAWEI-1.5"),)
WIRE = (Observation(Source.LINK_MAC, "eth0", octets("00:1b:54:10:20:01")),)
PRAISE = live("192.0.2.1", name("core-1"), sees(says="Cisco IOS Software, C2960 Software", at="192.0.2.2"))


def test_a_neighbour_alone_clears_nobody(database: FingerprintDatabase) -> None:
    device = judged(database, PRAISE, live("192.0.2.2", CISCO, BANNER))
    assert tie(device) is WatchLevel.CONFLICTING


def test_a_neighbour_supports_what_two_other_channels_say(database: FingerprintDatabase) -> None:
    device = judged(database, PRAISE, live("192.0.2.2", CISCO, BANNER, WIRE))
    assert tie(device) is WatchLevel.CLEARED


def sent_by(site: str, evidence: Evidence) -> Evidence:
    """The same evidence as the centre of a fleet has it from a site."""
    subject = replace(evidence.subject, key=f"{site}/{evidence.subject.key}")
    return replace(evidence, subject=subject)


@pytest.mark.parametrize("by", ABOUT)
def test_no_row_of_one_site_of_a_fleet_is_about_a_device_of_another(by: str) -> None:
    row, observations = ABOUT[by]
    device, reporter = live("192.0.2.2", observations), live("192.0.2.1", row, name("core"))
    assert heard_of("192.0.2.2", sent_by("LON", device), sent_by("LON", reporter))
    assert not heard_of("192.0.2.2", sent_by("LON", device), sent_by("PAR", reporter))
