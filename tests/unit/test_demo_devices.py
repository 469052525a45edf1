"""The simulated devices as data: they read, they fit together, and every agent can say all it has."""

from collections import Counter
from pathlib import Path

import pytest

from fingerprints.database.yaml_file import parse_yaml
from fingerprints.model.errors import DataFileError
from reports.placement.zones import read_zones
from scanner.demo.demo_device import DemoDevice, read_devices
from scanner.demo.project import ZONES, credentials, targets, write_project
from scanner.protocols.snmp.message.codec import Message, Pdu, PduType, decode, encode
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.protocols.ssh.platforms.platform import Platform
from scanner.simulator.objects import mib_view
from scanner.simulator.passwords import Passwords
from scanner.targets.target import Ports

DEVICES = read_devices()
NETWORK = {device.name: device for device in DEVICES}
EACH = pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)


def test_there_are_at_least_fourteen_devices_of_ten_makers() -> None:
    makers = {device.expected.vendor for device in DEVICES if device.expected.vendor}
    assert (len(DEVICES) >= 14, len(makers) >= 10) == (True, True)


def test_no_two_devices_share_a_name_an_address_or_a_chassis() -> None:
    for words in (
        [d.name for d in DEVICES],
        [d.address for d in DEVICES],
        [d.mac for d in DEVICES],
    ):
        assert [word for word, count in Counter(words).items() if count > 1] == []


def test_one_device_lacks_snmp_one_is_silent_and_one_takes_sha_2_and_aes() -> None:
    cli_only = [d.name for d in DEVICES if d.ssh and not d.snmp]
    silent = [d.name for d in DEVICES if not d.ssh and not d.snmp]
    strong = [d.name for d in DEVICES if d.snmp and d.snmp.auth == "sha256" and d.snmp.priv == "aes128"]
    assert (cli_only, silent, bool(strong)) == (["brs-cpe-1"], ["brs-acc-3"], True)


@EACH
def test_every_cable_has_two_ends_that_agree(device: DemoDevice) -> None:
    for interface in device.interfaces:
        if interface.peer:
            ends = [port.peer for port in NETWORK[interface.peer.device].interfaces if port.name == interface.peer.port]
            assert [(end.device, end.port) for end in ends if end] == [(device.name, interface.name)]


@EACH
def test_an_agent_serves_each_object_once_and_in_order(device: DemoDevice) -> None:
    oids = [varbind.oid for varbind in mib_view(device, NETWORK)]
    assert oids == sorted(set(oids))


@EACH
def test_everything_an_agent_serves_survives_the_wire(device: DemoDevice) -> None:
    observed = Message(1, b"c", Pdu(PduType.RESPONSE, 1, mib_view(device, NETWORK)))
    assert decode(encode(observed)) == observed


@EACH
def test_an_agent_serves_its_system_group(device: DemoDevice) -> None:
    if device.snmp:
        served = {varbind.oid: varbind.value for varbind in mib_view(device, NETWORK)}
        assert served[(1, 3, 6, 1, 2, 1, 1, 5, 0)] == device.name


@EACH
def test_every_secret_of_a_v3_device_can_be_used(device: DemoDevice) -> None:
    snmp = device.snmp
    assert snmp is None or (snmp.auth is None) == (snmp.priv is None)
    assert snmp is None or snmp.auth is None or snmp.engine_id


PLAYED = {
    "huawei_vrp",
    "hp_comware",
    "zte_zxros",
    "cisco_xe",
    "juniper_junos",
    "arista_eos",
    "nokia_sros",
    "linux",
}


def platform_of(device: DemoDevice) -> Platform | None:
    """The platform that a scan takes it for, by its first command and the answer."""
    if device.ssh is None:
        return None
    known, commands = load_platforms(), device.ssh.commands
    found = (known.detect(command, commands.get(command, "")) for command in known.every_detection_command())
    return next((platform for platform in found if platform), None)


def test_the_devices_speak_the_dialects_that_a_scan_knows() -> None:
    assert {platform.name for device in DEVICES if (platform := platform_of(device))} == PLAYED


@EACH
def test_a_command_line_can_be_asked_for_its_hardware_unpaged_and_left(device: DemoDevice) -> None:
    platform, ssh = platform_of(device), device.ssh
    if platform and ssh:
        assert len(set(platform.commands) & set(ssh.commands)) >= 2
        assert not platform.paging_off or set(platform.paging_off) & set(ssh.paging_off)
        assert platform.leave in ssh.leave


def test_neighbours_see_each_other() -> None:
    served = {varbind.oid: varbind.value for varbind in mib_view(NETWORK["lon-core-1"], NETWORK)}
    remote_name = (1, 0, 8802, 1, 1, 2, 1, 4, 1, 1, 9)
    seen = sorted(value for oid, value in served.items() if oid[:11] == remote_name)
    assert seen == ["lon-core-2", "lon-core-3", "man-agg-1"]


def test_the_box_that_lies_says_one_maker_and_carries_the_parts_of_another() -> None:
    liar = NETWORK["man-agg-2"]
    assert liar.system is not None
    assert liar.system.object_id.startswith("1.3.6.1.4.1.9.")
    assert all(entity.serial.startswith(("21", "03")) for entity in liar.entities)


def test_zones_name_exactly_what_the_devices_expect() -> None:
    expected = {device.expected.zone for device in DEVICES if device.expected.zone}
    assert {zone.name for zone in read_zones(ZONES).zones} == expected


def test_an_unknown_key_in_a_device_is_refused_with_its_line() -> None:
    text = "name: x\ncolour: blue\n"
    with pytest.raises(DataFileError, match="line 2: unknown key colour"):
        parse_yaml(text, DemoDevice, "x.yaml")


def test_a_mac_of_five_octets_is_refused() -> None:
    with pytest.raises(DataFileError, match="six octets"):
        parse_yaml('mac: "00:11:22:33:44"\n', DemoDevice, "x.yaml")


def test_the_inventory_has_every_device_with_its_ports() -> None:
    rows = targets(DEVICES, Ports(11_161, 11_122)).splitlines()
    assert (len(rows), rows[1]) == (
        len(DEVICES) + 1,
        "127.0.1.1,lon-core-1,London,p-router,core,11161,11122",
    )


def test_the_credentials_file_holds_no_secret(tmp_path: Path) -> None:
    passwords = Passwords("CANARY-1", "CANARY-2", "CANARY-3", "CANARY-4")
    write_project(tmp_path, DEVICES, passwords, Ports(1, 2))
    excerpt = "".join(path.read_text() for path in tmp_path.iterdir() if path.is_file())
    assert "CANARY" not in excerpt + repr(passwords)


def test_secret_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    write_project(tmp_path, DEVICES, Passwords(), Ports(1, 2))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()}
    assert modes == dict.fromkeys(("community", "ssh-password", "v3-authentication", "v3-privacy"), 0o600)


def test_a_second_demonstration_in_one_folder_forgets_the_first_ones_host_keys(tmp_path: Path) -> None:
    write_project(tmp_path, DEVICES, Passwords(), Ports(1, 2))
    (tmp_path / "known_hosts").write_text("127.0.1.1 ssh-ed25519 AAAA\n")
    write_project(tmp_path, DEVICES, Passwords(), Ports(1, 2))
    assert not (tmp_path / "known_hosts").exists()


@pytest.mark.parametrize("name", ["kitscan.yaml", "credentials.yaml", "zones.yaml", "targets.csv", "known_hosts"])
def test_a_project_of_the_users_own_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine\n")
    with pytest.raises(FileExistsError, match="a project of your own"):
        write_project(tmp_path, DEVICES, Passwords(), Ports(1, 2))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine\n"]


def test_the_ordinary_readers_take_the_files(tmp_path: Path) -> None:
    from scanner.config import read_config
    from scanner.credentials.book import read_credentials
    from scanner.targets.read_targets import read_targets, resolve_name
    from scanner.targets.target import USUAL_PORTS

    write_project(tmp_path, DEVICES, Passwords(), Ports(11_161, 11_122))
    config = read_config(tmp_path)
    assert config.credentials is not None
    assert config.zones is not None
    read_zones(config.zones)
    book = read_credentials(config.credentials, lambda _name: "")
    found = {target.address for target in read_targets(config.targets, USUAL_PORTS, resolve_name, tmp_path)}
    assert found == {device.address for device in DEVICES}
    assert [user.user for user in book.usm_users("127.0.1.1")] == ["audit"]


def test_a_community_is_not_meant_for_devices_that_have_a_user() -> None:
    excerpt = credentials(DEVICES).partition("name: read-only")[2].partition("- name:")[0]
    named = [d.name for d in DEVICES if f"{d.address}/32" in excerpt]
    assert named == [d.name for d in DEVICES if not (d.snmp and d.snmp.auth)]
