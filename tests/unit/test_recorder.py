"""A recorded device: what is kept, what is hidden, and that its own check finds what is left."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.database.yaml_file import parse_yaml
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.sources.registry import source_of
from reports.document.redaction.private_kind import PrivateKind
from scanner.recorder.instances import Instances
from scanner.recorder.leaks import LeakSearch
from scanner.recorder.record import Recorded, record
from scanner.recorder.stand_ins import StandIns
from scanner.simulator.device import SimulatedDevice

SYS, ENTITY = "1.3.6.1.2.1.1.", "1.3.6.1.2.1.47.1.1.1.1."
DESCR = "S5720-56C\r\nHuawei Versatile Routing Platform Software\r\nVRP (R) software,Version 5.170 (S5720 V200R019C10)"
DATABASE = load_database()


def said(oid: str, value: str) -> Observation:
    return Observation(source_of(oid), oid, kept(value))


def octets(oid: str, value: bytes) -> Observation:
    return Observation(source_of(oid), oid, kept(value))


SYSTEM = (said(SYS + "1.0", DESCR), said(SYS + "2.0", "1.3.6.1.4.1.2011.2.23.282"))


def recorded(
    *observations: Observation, database: FingerprintDatabase = DATABASE, all_objects: bool = False
) -> Recorded:
    return record((Evidence(Subject("capture"), (*SYSTEM, *observations)),), "box", database, all_objects)


def walk_of(made: Recorded) -> dict[str, str]:
    device = parse_yaml(made.text, SimulatedDevice, "box.yaml")
    return {".".join(map(str, row.oid)): row.value for row in device.walk}


def test_a_name_is_the_same_stand_in_in_every_object_and_in_oids() -> None:
    vrf = "1.3.6.1.2.1.10.166.11.1.2.1.1.2."
    name = "lon-core-1"
    arcs = ".".join((str(len(name)), *(str(ord(letter)) for letter in name)))
    made = recorded(
        said(SYS + "5.0", f"{name}.bank.example"), said("1.0.8802.1.1.2.1.3.3.0", name), said(f"{vrf}{arcs}.7", "2")
    )
    walk = walk_of(made)
    stand_in = walk["1.0.8802.1.1.2.1.3.3.0"]
    shown = ".".join((str(len(stand_in)), *(str(ord(letter)) for letter in stand_in)))
    assert walk[SYS + "5.0"].startswith(f"{stand_in}.domain-")
    assert f"{vrf}{shown}.7" in walk
    assert name not in made.text and "bank.example" not in made.text and not made.leaks


def test_a_serial_number_of_a_scheme_is_read_as_before() -> None:
    made = recorded(
        said(ENTITY + "2.7", "optical module"), said(ENTITY + "5.7", "9"), said(ENTITY + "11.7", "030PTF10D4000077")
    )
    serial = walk_of(made)[ENTITY + "11.7"]
    assert serial != "030PTF10D4000077" and len(serial) == 16 and serial.startswith("030PTF")
    assert made.differences == ()


def test_a_serial_number_of_twelve_digits_is_hidden() -> None:
    assert "731946300021" not in recorded(said(ENTITY + "5.1", "3"), said(ENTITY + "11.1", "731946300021")).text


def test_a_mac_address_keeps_its_maker_in_tables_engine_ids_and_ipv6_addresses() -> None:
    mac = bytes.fromhex("00e0fc112233")
    address = IPv6Address("fe80::2e0:fcff:fe11:2233").packed
    by_address = "1.3.6.1.2.1.4.34.1.3.2.16." + ".".join(map(str, address))
    made = recorded(
        octets("1.3.6.1.2.1.2.2.1.6.1", mac),
        octets("1.3.6.1.6.3.10.2.1.1.0", bytes.fromhex("800007db03") + mac),
        said(by_address, "1"),
    )
    walk = walk_of(made)
    other = walk["1.3.6.1.2.1.2.2.1.6.1"].encode("latin-1")
    assert other[:3] == mac[:3] and other != mac
    assert walk["1.3.6.1.6.3.10.2.1.1.0"].encode("latin-1") == bytes.fromhex("800007db03") + other
    tail = bytes((other[0] ^ 2, *other[1:3], 0xFF, 0xFE, *other[3:]))
    assert any(oid.endswith(".".join(map(str, tail))) for oid in walk)


def test_an_address_is_the_same_stand_in_in_oids_and_values() -> None:
    made = recorded(
        said("1.3.6.1.2.1.4.20.1.2.10.20.30.40", "1"),
        said("1.3.6.1.2.1.4.20.1.3.10.20.30.40", "255.255.255.0"),
        octets("1.3.6.1.4.1.9.9.23.1.2.1.1.4.1.1", IPv4Address("10.20.30.40").packed),
    )
    walk = walk_of(made)
    (oid,) = [oid for oid in walk if oid.startswith("1.3.6.1.2.1.4.20.1.2.")]
    address = oid.removeprefix("1.3.6.1.2.1.4.20.1.2.")
    assert address.startswith("198.18.")
    assert walk["1.3.6.1.2.1.4.20.1.3." + address] == "255.255.255.0"
    assert walk["1.3.6.1.4.1.9.9.23.1.2.1.1.4.1.1"].encode("latin-1") == IPv4Address(address).packed


def test_objects_that_identification_does_not_read_are_left_out() -> None:
    community = said("1.3.6.1.6.3.18.1.1.1.2.1", "s3cret-word")
    counter, routes = said("1.3.6.1.2.1.11.1.0", "4711"), said("1.3.6.1.2.1.4.21.1.7.8.8.8.0", "9.9.9.9")
    few, more = recorded(community, counter, routes), recorded(community, counter, routes, all_objects=True)
    assert few.unread == 3 and "1.3.6.1.2.1.11.1.0" not in walk_of(few)
    assert more.unread == 2 and walk_of(more)["1.3.6.1.2.1.11.1.0"] == "4711"
    assert "s3cret-word" not in more.text and "8.8.8.0" not in more.text


def test_what_people_write_is_replaced_and_what_makers_write_stays() -> None:
    made = recorded(
        said(SYS + "4.0", "anna@bank.example"),
        said(SYS + "6.0", "Cellar 3, 7 High Street"),
        said("1.3.6.1.2.1.31.1.1.1.18.1", "to customer Smith"),
        said("1.3.6.1.2.1.31.1.1.1.1.1", "GigabitEthernet0/0/1"),
    )
    walk = walk_of(made)
    assert walk[SYS + "1.0"] == DESCR and walk["1.3.6.1.2.1.31.1.1.1.1.1"] == "GigabitEthernet0/0/1"
    assert not any(word in made.text for word in ("anna", "bank", "Cellar", "High Street", "Smith"))


def test_a_host_in_uname_is_hidden_whatever_word_it_is() -> None:
    linux = (said(SYS + "1.0", "Linux teapot 5.10.0-8-amd64 #1 SMP"), said(SYS + "2.0", "1.3.6.1.4.1.8072.3.2.10"))
    assert "teapot" not in record((Evidence(Subject("capture"), linux),), "box", DATABASE).text


def test_the_command_line_loses_names_serials_and_lines_with_secrets() -> None:
    output = (
        "lon-cpe-9 uptime is 3 weeks\nHuawei Versatile Routing Platform\nVRP (R) software, Version 5.160 (AR1200)\n"
        "BarCode=2102350DLS10H5000341\nsnmp-server community s3cret-word RO\naddress 192.0.2.77\n"
    )
    made = recorded(
        Observation(Source.SSH_PROMPT, "22/tcp", "<lon-cpe-9>"),
        Observation(Source.SSH_GREETING, "22/tcp", "Property of Bank AG, user anna"),
        Observation(Source.SSH_COMMAND, "display version", output),
    )
    hidden = ("lon-cpe-9", "2102350DLS10H5000341", "s3cret-word", "192.0.2.77", "Bank AG", "anna")
    assert not any(word in made.text for word in hidden)
    device = parse_yaml(made.text, SimulatedDevice, "box.yaml")
    assert device.ssh is not None and "VRP (R) software" in device.ssh.commands["display version"]
    assert device.ssh.prompt.startswith("<device-")


def test_algorithms_of_ssh_are_nobodys_mail_addresses() -> None:
    offer = Observation(Source.SSH_KEX, "algorithms 22/tcp", "curve25519-sha256 aes128-gcm@openssh.com")
    shell = (
        Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-OpenSSH_8.8"),
        Observation(Source.SSH_PROMPT, "22/tcp", "A:core-lon-7#"),
        Observation(Source.SSH_COMMAND, "show version", "TiMOS-C-22.10.R4 cpm/hops64 Nokia 7750 SR\n"),
    )
    assert '"OpenSSH_8.8"' in recorded(offer, *shell).text


def test_the_same_evidence_gives_the_same_file() -> None:
    serial = said(ENTITY + "11.7", "030PTF10D4000077")
    assert recorded(serial).text == recorded(serial).text


def test_what_no_device_plays_is_counted() -> None:
    made = recorded(Observation(Source.WEB_TITLE, "443/tcp", "Bank AG"))
    assert made.not_played == ((Source.WEB_TITLE, 1),) and "Bank AG" not in made.text


@pytest.mark.parametrize(
    ("kind", "value", "line"),
    [
        (PrivateKind.NAME, "lon-core-1", "1.3.6.1.2.1.1.5.0|4|my LON-CORE-1 here"),
        (PrivateKind.MAC, "00e0fc112233", "1.3.6.1.2.1.1.5.0|4|00-E0-FC-11-22-33"),
        (PrivateKind.MAC, "00e0fc112233", "1.3.6.1.2.1.1.5.0|4x|ff00e0fc112233"),
        (PrivateKind.MAC, "00e0fc112233", "1.3.6.1.2.1.17.4.3.1.2.0.224.252.17.34.51|2|1"),
        (PrivateKind.MAC, "00e0fc112233", "1.3.6.1.2.1.1.5.0|4|fe80::2e0:fcff:fe11:2233"),
        (PrivateKind.ADDRESS, "10.20.30.40", "1.3.6.1.2.1.4.20.1.2.10.20.30.40|2|1"),
        (PrivateKind.ADDRESS, "10.20.30.40", "1.3.6.1.2.1.1.5.0|4x|0a141e28"),
        (PrivateKind.SERIAL, "030ptf10d4000077", "1.3.6.1.2.1.1.5.0|4|SN:030PTF10D4000077"),
    ],
)
def test_the_check_finds_what_is_left_in_any_writing(kind: PrivateKind, value: str, line: str) -> None:
    text = f"name: a\nmac: 02:00:00:00:00:09\nsnmp: {{}}\nwalk: |\n  {line}\n"
    device = parse_yaml(text, SimulatedDevice, "a.yaml")
    leaks = list(LeakSearch({value: kind}, Instances(frozenset(), ())).leaks(device, text))
    assert {leak.kind for leak in leaks} == {kind}


_WRITINGS: tuple[Callable[[bytes], str], ...] = (
    lambda mac: mac.hex(":"),
    lambda mac: mac.hex("-").upper(),
    lambda mac: mac.hex(),
    lambda mac: ".".join((mac.hex()[:4], mac.hex()[4:8], mac.hex()[8:])),
    lambda mac: mac.hex("-", 3),
)


@settings(max_examples=40, deadline=None)
@given(
    name=st.from_regex(r"[a-z]{3}[0-9]-[a-z]{3,6}-[0-9]{2}", fullmatch=True),
    number=st.integers(1, 0xFFFFFE),
    address=st.integers(int(IPv4Address("10.0.0.1")), int(IPv4Address("10.255.255.254"))).map(IPv4Address),
    serial=st.from_regex(r"[A-Z]{3}[0-9]{4}[A-Z0-9]{4}", fullmatch=True),
)
def test_planted_values_are_never_in_the_file(name: str, number: int, address: IPv4Address, serial: str) -> None:
    mac = bytes.fromhex("00e0fc") + number.to_bytes(3, "big")
    writings = [write(mac) for write in _WRITINGS]
    text = f"{name} at {address} ({address.packed.hex(':')}), {', '.join(writings)}, no. {serial}"
    made = recorded(
        said(SYS + "5.0", name),
        said(ENTITY + "2.1", text),
        said(ENTITY + "5.1", "3"),
        said(ENTITY + "11.1", serial),
        octets("1.3.6.1.2.1.2.2.1.6.1", mac),
        said(f"1.3.6.1.2.1.4.20.1.2.{address}", "1"),
        said(f"1.3.6.1.2.1.17.4.3.1.2.{'.'.join(map(str, mac))}", "1"),
        octets("1.0.8802.1.1.2.1.4.1.1.5.0.1.1", mac),
    )
    folded = made.text.lower()
    assert not made.leaks
    assert not any(word.lower() in folded for word in (name, serial, *writings))
    walk = walk_of(made)
    values = "\n".join(walk.values())
    assert str(address) not in values and address.packed.hex(":") not in values
    assert not any(oid.endswith((f".{address}", "." + ".".join(map(str, mac)))) for oid in walk)


def test_stand_ins_are_no_values_of_the_device() -> None:
    kinds = {f"198.18.0.{number}": PrivateKind.ADDRESS for number in range(1, 20)}
    stand_ins = StandIns(kinds, DATABASE)
    made = [stand_ins.of(value) for value in kinds]
    assert len(set(made)) == len(kinds) and not set(made) & set(kinds)


@pytest.mark.parametrize("address", ["2A02:DB9::1", "2a00:1450:77::5", "fd01:2:3::a05"])
def test_an_ipv6_address_with_a_padded_number_is_hidden_in_texts(address: str) -> None:
    made = recorded(said(ENTITY + "2.1", f"board, management at {address}"))
    assert address.lower() not in made.text.lower() and "2001:db8::" in made.text


CONFIGURATION = """! Last configuration change at 10:11:12 CET Mon Nov 2 2026 by hwurst
hostname muc-xyzpe-03
radius-server host 10.1.1.1 auth-port 1812 acct-port 1813 timeout 5 retransmit 3 key 7 Zq7xRadius
snmp-server host 10.2.2.2 version 2c Zq7xTrap
snmp-server location Obergiesing
snmp-agent sys-info contact Zq7xContact
 standby 1 authentication Zq7xStandby
 local-user joe cipher Zq7xCipher
 ssh-rsa AAAAZq7xPublic joe
crypto pki certificate chain own
 certificate self-signed 01
  30820330 Zq7xHex
  quit
-----BEGIN RSA PRIVATE KEY-----
Zq7xBody
-----END RSA PRIVATE KEY-----
interface GigabitEthernet0/1
 description Kunde Musterbank
set snmp location "Haus Sieben"
end
"""


def test_a_configuration_keeps_no_secret_and_no_words_of_people() -> None:
    made = recorded(Observation(Source.SSH_COMMAND, "show running-config", CONFIGURATION))
    for word in ("Zq7x", "hwurst", "muc-xyzpe-03", "Obergiesing", "Musterbank", "Haus Sieben", "30820330"):
        assert word not in made.text
    assert "interface GigabitEthernet0/1" in made.text and "description port-0001" in made.text and "end" in made.text
    assert not made.leaks


@pytest.mark.parametrize("oid", [SYS + "1.0", ENTITY + "2.9", "1.0.8802.1.1.2.1.4.1.1.10.0.2.1"])
def test_what_a_maker_text_calls_a_serial_number_is_hidden(oid: str) -> None:
    assert "FNS12345678" not in recorded(said(oid, "Linux nbgsrv99 5.10 SFP-10G-LR, sn FNS12345678")).text
    assert "nbgsrv99" not in recorded(said(oid, "Linux nbgsrv99 5.10 SFP-10G-LR, sn FNS12345678")).text


def test_a_prompt_in_another_script_is_hidden() -> None:
    made = recorded(Observation(Source.SSH_PROMPT, "22/tcp", kept("<北京核心>")))
    assert "北京" not in made.text and "\\u5317" not in made.text


@pytest.mark.parametrize("oid", ["1.3.6.1.2.1.2.2.1.2.1", "1.3.6.1.2.1.31.1.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.18.1"])
@pytest.mark.parametrize(
    "text", ["lan 203.0.113.77", "203.0.113.77", "vlan 2001:470:1::5", "e 4917155544433", "00:11:22:33:44:56"]
)
def test_a_number_behind_a_ports_word_is_hidden(oid: str, text: str) -> None:
    assert text not in recorded(said(oid, text)).text


@pytest.mark.parametrize("all_objects", [True, False])
def test_an_address_that_numbers_the_rows_of_an_unknown_table_is_hidden(all_objects: bool) -> None:
    made = recorded(said("1.3.6.1.4.1.2011.99.1.1.203.0.113.66", "7"), all_objects=all_objects)
    assert "203.0.113.66" not in made.text


def test_columns_and_rows_of_an_unknown_table_are_no_address() -> None:
    """Four arcs such as 200.1.2.1: a table, its entry, a column and a row."""
    oid = "1.3.6.1.4.1.2011.99.1.200.1.2.1"
    assert oid in walk_of(recorded(said(oid, "7"), all_objects=True))


def test_letters_that_number_the_rows_of_an_unknown_table_are_hidden_as_letters() -> None:
    made = recorded(said("1.3.6.1.4.1.6666.1.4.1.1.80.82.73.49", "7"), all_objects=True)
    assert "80.82.73.49" not in made.text and "198.18." not in made.text


def test_a_command_names_no_address() -> None:
    made = recorded(Observation(Source.SSH_COMMAND, "show version host 10.99.88.77", "Version 5.170"))
    assert "10.99.88.77" not in made.text and "show version host 198.18." in made.text


def test_a_secret_in_a_description_is_left_out() -> None:
    made = recorded(said(ENTITY + "2.9", "Board, http://admin:Zq7xUrl@mgmt/, password Zq7xWord"))
    assert "Zq7x" not in made.text and "Board" in made.text


def test_an_ipv6_address_that_nobody_noted_is_found() -> None:
    text = 'name: "box"\nmac: "02:00:00:00:00:01"\nabout: "2a02:db9::7 and 2001:db8::1"\n'
    device = parse_yaml(text, SimulatedDevice, "box.yaml")
    found = [leak.place for leak in LeakSearch({}, Instances(frozenset(), ())).leaks(device, text)]
    assert found == ["line 3"]
