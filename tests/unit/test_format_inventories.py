"""Inventories for Ansible, nornir and Oxidized: our own readers read them, and no name in them is taken apart."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from reports.document.document import Document, ReportedDevice, build
from reports.document.redaction.redact import redact
from reports.formats.registry import render
from scanner.targets.entry import InventoryContent
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.registry import ReadInventory, read_recognised
from tests.unit import documents

KINDS = {"ansible": "ansible-yaml", "nornir": "nornir", "oxidized": "oxidized"}
EACH = pytest.mark.parametrize("form", KINDS)


def boxes(*given: tuple[str, str, str], site: str = "lon-1") -> Document:
    """A document of devices, each of a name, an address and the platform of its command line."""
    return build(documents.HEADER, (_box(number, *box, site) for number, box in enumerate(given)), ())


def _box(number: int, name: str, address: str, command_line: str, site: str) -> ReportedDevice:
    judged = documents.huawei_core()
    addresses = tuple(address.split())
    device = replace(
        judged.device, id=f"dev-{number:02d}", name=name, addresses=addresses, labels=(), command_line=command_line
    )
    return replace(judged, device=device, placement=replace(judged.placement, site=site))


def read_back(document: Document, form: str) -> ReadInventory:
    return read_recognised(content_of(str(render(document, form)).encode(), Path("any")))


def targets(content: InventoryContent) -> list[tuple[str, str, str | None]]:
    return [(entry.labels[0], entry.word, dict(entry.attributes).get("platform")) for entry in content.entries]


TWO = boxes(("lon-1", "10.0.0.1", "huawei_vrp"), ("par-1", "10.0.0.2", "arista_eos"))


@EACH
def test_our_own_reader_recognises_an_inventory_and_reads_names_addresses_and_platforms(form: str) -> None:
    read = read_back(TWO, form)
    platform = {"ansible": None}.get(form, "huawei_vrp")  # no network OS of Ansible is VRP
    assert read.kind.name == KINDS[form]
    assert targets(read.content) == [("lon-1", "10.0.0.1", platform), ("par-1", "10.0.0.2", "arista_eos")]
    assert (read.content.skipped, read.content.secret_names) == ((), ())


@EACH
def test_what_a_scan_found_out_is_not_read_back_as_the_operators_own_word(form: str) -> None:
    names = {name for entry in read_back(TWO, form).content.entries for name, _ in entry.attributes}
    assert names <= {"group", "platform"}


def test_ansible_is_told_the_network_os_the_connection_and_the_groups() -> None:
    tree = yaml.safe_load(render(TWO, "ansible"))["all"]
    own = {name: text for name, text in tree["hosts"]["par-1"].items() if name.startswith("ansible_")}
    assert own == {
        "ansible_host": "10.0.0.2",
        "ansible_network_os": "arista.eos.eos",
        "ansible_connection": "ansible.netcommon.network_cli",
    }
    assert tree["children"] == {
        name: {"hosts": {"lon-1": {}, "par-1": {}}} for name in ("maker_huawei", "site_lon_1", "zone_core_pop")
    }


def test_a_platform_that_ansible_has_no_name_for_leaves_it_out_and_is_counted() -> None:
    written = render(TWO, "ansible")
    assert "ansible_connection" not in yaml.safe_load(written)["all"]["hosts"]["lon-1"]
    assert "2 of 2 devices have an address and stand here; 1 without a platform that Ansible has a name for" in written


def test_nornir_names_no_group_that_another_file_must_have() -> None:
    hosts = yaml.safe_load(render(TWO, "nornir"))
    assert (hosts["lon-1"]["platform"], "groups" in hosts["lon-1"]) == ("huawei_vrp", False)
    assert hosts["lon-1"]["data"]["kitscan_groups"] == ["zone_core_pop", "site_lon_1", "maker_huawei"]


def test_oxidized_logs_in_to_no_device_whose_model_is_not_known_or_whose_address_the_colons_cut() -> None:
    document = boxes(
        ("a", "10.0.0.1", ""),
        ("b", "2001:db8::2", "cisco_xe"),
        ("c", "2001:db8::3 10.0.0.3", "cisco_xe"),
        ("d", "10.0.0.4", "zte_zxros"),
    )
    lines = [line for line in str(render(document, "oxidized")).splitlines() if "report" not in line][-4:]
    assert lines == [
        "# without a model: a 10.0.0.1",
        "# ios, an address with colons: b 2001:db8::2",
        "c:10.0.0.3:ios:lon-1",
        "# without a model: d 10.0.0.4 (zte_zxros)",
    ]


@EACH
def test_names_are_legal_and_no_two_devices_share_one(form: str) -> None:
    document = boxes(
        ("core", "10.0.0.1", "cisco_ios"),
        ("CORE", "10.0.0.2", "cisco_ios"),
        ("localhost", "10.0.0.3", "cisco_ios"),
        ("web[01:99]", "10.0.0.4", "cisco_ios"),
        ("a:b\nc:10.9.9.9:ios", "10.0.0.5", "cisco_ios"),
        ("site_lon_1", "10.0.0.6", "cisco_ios"),
        ("!vault", "10.0.0.7", "cisco_ios"),
        ("..", "10.0.0.8", "cisco_ios"),
    )
    found = {word: label for label, word, _ in targets(read_back(document, form).content)}
    assert found == {
        "10.0.0.1": "core-dev-00",
        "10.0.0.2": "CORE-dev-01",
        "10.0.0.3": "localhost-dev-02",
        "10.0.0.4": "web_01_99",
        "10.0.0.5": "a_b_c_10.9.9.9_ios",
        "10.0.0.6": "site_lon_1-dev-05",
        "10.0.0.7": "vault",
        "10.0.0.8": "device-dev-07",
    }


def test_a_device_that_takes_the_name_which_another_one_gets_stays_apart() -> None:
    document = boxes(("x", "10.0.0.1", ""), ("x", "10.0.0.2", ""), ("x-dev-00", "10.0.0.3", ""))
    assert sorted(yaml.safe_load(render(document, "nornir"))) == ["x-dev-00", "x-dev-00-", "x-dev-01"]


def test_what_a_device_says_is_no_template_of_ansible() -> None:
    document = boxes(("r", "10.0.0.1", ""), site="{{ lookup('pipe', 'reboot') }} {% raw %}")
    written = str(render(document, "ansible"))
    assert yaml.safe_load(written)["all"]["hosts"]["r"]["kitscan_site"] == "(( lookup('pipe', 'reboot') )) (% raw %)"
    assert "{%" not in written


def test_sites_that_would_share_a_group_keep_one_each() -> None:
    document = build(
        documents.HEADER, (_box(0, "a", "10.0.0.1", "", "lon-1"), _box(1, "b", "10.0.0.2", "", "lon 1")), ()
    )
    groups = yaml.safe_load(render(document, "ansible"))["all"]["children"]
    assert [list(groups[name]["hosts"]) for name in groups if name.startswith("site_lon_1_")] == [["b"], ["a"]]


def test_a_device_without_an_address_is_counted_and_left_out() -> None:
    document = boxes(("a", "10.0.0.1", "cisco_ios"), ("b", "", "cisco_ios"))
    written = str(render(document, "nornir"))
    assert "1 of 2 devices have an address and stands here" in written
    assert list(yaml.safe_load(written)) == ["a"]


@EACH
def test_a_redacted_inventory_holds_pseudonyms(form: str) -> None:
    written = str(render(redact(TWO), form))
    assert "10.0.0." not in written
    assert "lon-1" not in written
    assert {"address-0003", "device-0001"} <= set(re.findall(r"[a-z]+-\d{4}", written))


@EACH
def test_an_inventory_without_devices_is_read_by_the_tool(form: str) -> None:
    written = render(boxes(), form)
    read = yaml.safe_load(written)
    assert {"ansible": {"hosts": {}, "children": {}}, "nornir": {}, "oxidized": None}[form] == (
        read if form != "ansible" else {key: read["all"][key] for key in ("hosts", "children")}
    )
