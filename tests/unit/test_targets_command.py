"""`kitscan targets show` and --inventory: what is understood of a list, and what is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run
from tests.unit.inventory_samples import SAMPLES

Show = Callable[..., str]


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Show:
    """Runs `kitscan targets show` in a folder that holds a list of each name given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: pytest.fail("a name is resolved"))

    def shown(*arguments: str, code: int = 0, **files: str) -> str:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        assert run(["targets", "show", *arguments]) == code
        captured = capsys.readouterr()
        return captured.err if code else captured.out

    return shown


def test_the_text_says_what_was_read_and_what_was_not(show: Show) -> None:
    table = (
        "name,IP-Adresse,site,snmp_community\n"
        "r1,192.0.2.1/24,ams,public1\nr1b,192.0.2.1,lon,public2\nr2.example,,ams,\nPP:B117,,ams,\nr3,192.0.2.300,ams,\n"
    )
    assert show("devices", devices=table) == (
        "devices: csv, because its first line names columns, one of them of addresses\n"
        "  5 rows: 4 targets, 1 skipped\n"
        "  2 addresses, 1 name to resolve\n"
        "    name to resolve: r2.example\n"
        "  attributes: site (4)\n"
        "  note: the column ip_adresse is read as an address\n"
        "  skipped, 1: has no address\n"
        "    row 5: PP:B117\n"
        "    not understood: row 6: '192.0.2.300' is not an IP address; expected an address, a CIDR (192.0.2.0/24), a "
        "range (192.0.2.1-40), a host name, or one of these with :port\n"
        "  named twice: 192.0.2.1 in row 2, row 3; they differ in site\n"
        "  secret, not kept: snmp_community, for 4 hosts\n"
        "    write env:KITSCAN_SNMP_COMMUNITY into credentials.yaml, for prefixes: [192.0.2.1/32]\n"
    )


LAB = """
name: lab
mgmt: {ipv4-subnet: 192.0.2.0/25}
topology:
  nodes:
    r1: {kind: huawei_vrp, mgmt-ipv4: 192.0.2.1, labels: {site: $KITSCAN_TEST_SITE, own: ams}}
    r2: {kind: linux, mgmt-ipv4: 192.0.2.200}
    br1: {kind: bridge}
  links: [{endpoints: ["r1:eth1", "r2:eth1"]}, {endpoints: ["r2:eth2", "br1:r2"]}, {endpoints: [r1]}]
"""


def test_a_lab_is_shown_with_its_links_and_what_does_not_fit(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITSCAN_TEST_SITE", "hunter2-canary")
    assert show("lab", lab=LAB) == (
        "lab: containerlab, because it has topology.nodes\n"
        "  3 rows: 2 targets, 1 skipped\n"
        "  2 addresses, 0 names to resolve\n"
        "  attributes: clab-kind (2), own (1)\n"
        "  2 links declared between them\n"
        "  note: not kept, because it comes from an environment variable: site\n"
        "  note: not read: topology.links[2]\n"
        "  note: outside the management network that the lab declares: r2 (192.0.2.200)\n"
        "  skipped, 1: is no device\n"
        "    topology.nodes.br1: br1 (bridge)\n"
    )
    assert json.loads(show("lab", "--format", "json"))["lists"][0]["links"] == [
        {"a": ["r1", "eth1"], "b": ["r2", "eth1"]},
        {"a": ["r2", "eth2"], "b": ["br1", "r2"]},
    ]


def test_prefixes_are_proposed_as_zones(show: Show) -> None:
    listed = [{"prefix": "10.0.0.0/24", "role": {"slug": "core"}}, {"prefix": "10.1.0.0/24", "vrf": None}]
    answer = json.dumps({"results": listed})
    assert show("prefixes", prefixes=answer).splitlines()[3:] == [
        "  networks: 2, 1 of them with a role or a site",
        "  zones to consider; add the tier that each has:",
        '    - {name: "core 10.0.0.0/24", match: {prefix: "10.0.0.0/24"}}',
    ]


def test_json_has_every_row(show: Show) -> None:
    rows = "".join(f"r{number},192.0.2.{number}\n" for number in range(1, 60))
    (read,) = json.loads(show("--format", "json", "--inventory", "csv:devices", devices=f"name,ip\n{rows}"))["lists"]
    assert (read["kind"], read["because"], len(read["targets"]), read["addresses"]) == ("csv", None, 59, 59)
    assert read["targets"][0] == {
        "place": "row 2",
        "word": "192.0.2.1",
        "labels": ["r1"],
        "attributes": [],
        "snmp_port": None,
        "ssh_port": None,
    }


def test_many_hosts_with_a_secret_are_covered_by_few_networks(show: Show) -> None:
    rows = "".join(f"192.0.{number}.{2 * number + 1},x\n" for number in range(100))
    (read,) = json.loads(show("--format", "json", "devices", devices=f"ip,password\n{rows}"))["lists"]
    (secret,) = read["secrets"]
    assert secret == {
        "name": "password",
        "user": None,
        "hosts": 100,
        "prefixes": ["192.0.0.0/18", "192.0.64.0/19", "192.0.96.0/22"],
        "reference": "env:KITSCAN_PASSWORD",
    }


def test_texts_of_a_list_cannot_write_on_the_terminal(show: Show) -> None:
    devices = [{"device_id": 1, "hostname": "\x1b[2Jevil\u202e", "sysName": "x", "\x1b[31mkey": "\x1b"}]
    shown = show("devices", devices=json.dumps({"devices": devices}))
    assert "\x1b" not in shown and "\u202e" not in shown and "evil" in shown


def test_the_targets_of_the_project_are_shown_where_no_list_is_named(show: Show) -> None:
    config = "targets: [list, 10.0.0.0/24]\n"
    shown = show(**{"kitscan.yaml": config, "list": "192.0.2.1\n"})
    assert [line for line in shown.splitlines() if not line.startswith(" ")] == [
        "list: list, because its first line is an address",
        "command line: a target",
    ]


def test_no_list_at_all_is_an_error(show: Show) -> None:
    assert "no list is named" in show(code=2)


@pytest.mark.parametrize("word", ["devices", "unknown:devices", "csv:", "161"])
def test_an_inventory_without_a_known_kind_is_refused_with_the_kinds(show: Show, word: str) -> None:
    shown = show("--inventory", word, code=2)
    assert "write KIND:FILE; the kinds are csv, xlsx" in shown and "ansible-inventory" in shown


def dry_run(folder: Path, *arguments: str) -> Any:
    return run(["scan", *arguments, "--dry-run", "--probe", "snmp"])


def test_a_scan_takes_inventories_beside_its_targets_and_says_what_it_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "db").write_text("192.0.2.1;cisco;up\n192.0.2.2;cisco;down\n")
    assert dry_run(tmp_path, "192.0.2.9", "--inventory", "rancid:db") == 0
    captured = capsys.readouterr()
    assert "192.0.2.1\n" in captured.out and "192.0.2.9\n" in captured.out and "192.0.2.2" not in captured.out
    assert captured.err == "db: 1 read as rancid, 1 skipped (1: is down). See kitscan targets show\n"


def test_a_discovery_takes_inventories_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    nmap = next(sample for sample in SAMPLES if sample.kind == "nmap")
    (tmp_path / "scan.xml").write_bytes(nmap.octets)
    assert run(["discover", "--inventory", "nmap:scan.xml", "--dry-run"]) == 0
    captured = capsys.readouterr()
    assert "192.0.2.1\n" in captured.out and "1 skipped (1: is down)" in captured.err
