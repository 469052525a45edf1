"""Inventories: each kind is recognised by its content, and read into targets, attributes and what is skipped."""

from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError
from scanner.targets.entry import InventoryContent, InventoryEntry, InventoryNote, ListedPrefix, NoteKind, SkipReason
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.kept_values import host_word
from scanner.targets.inventories.recognition import Confidence
from scanner.targets.inventories.registry import INVENTORIES, KINDS, read_inventory, read_recognised
from scanner.targets.read_targets import read_exclusions, read_targets
from scanner.targets.target import Ports
from tests.unit.inventory_samples import NETBOX, SAMPLES, Sample, workbook

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)


def understood(text: str, name: str = "list", kind: str = "") -> InventoryContent:
    content = content_of(text.encode(), Path(name))
    return KINDS[kind].read(content) if kind else read_recognised(content).content


def words(content: InventoryContent) -> list[str]:
    return [entry.word for entry in content.entries]


def unknown(_name: str) -> str:
    raise OSError(-2, "Name or service not known")


def test_there_is_a_sample_of_every_kind() -> None:
    assert {sample.kind for sample in SAMPLES} == set(KINDS)


@EACH
def test_an_inventory_is_recognised_by_its_content_whatever_its_name(sample: Sample) -> None:
    read = read_recognised(content_of(sample.octets, Path("any")))
    assert (read.kind.name, bool(read.because)) == (sample.kind, True)


@EACH
def test_only_one_reader_is_sure_of_an_inventory(sample: Sample) -> None:
    content = content_of(sample.octets, Path("any"))
    sure = [kind.name for kind in INVENTORIES if kind.recognise(content).confidence >= Confidence.LIKELY]
    assert sure == [sample.kind]


@EACH
def test_an_inventory_names_its_targets_and_what_is_none_with_the_reason(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / sample.file
    path.write_bytes(sample.octets)
    content = read_inventory(path).content
    assert tuple(words(content)) == sample.words
    assert tuple((entry.name, entry.reason.value) for entry in content.skipped) == sample.skipped
    assert sorted(content.secret_names) == sorted(sample.secrets)


@EACH
def test_a_truncated_inventory_is_read_in_part_or_refused_with_its_place(sample: Sample) -> None:
    for length in range(0, len(sample.octets), max(1, len(sample.octets) // 40)):
        try:
            read_recognised(content_of(sample.octets[:length], Path("any")))
        except DataFileError as error:
            assert error.flaws and error.next_step


@EACH
def test_a_reader_refuses_what_is_no_inventory_of_its_kind(sample: Sample) -> None:
    for octets in (b"<a/>", b"[1]", b'{"a": 1}', b"a: {b: c}\n", b"PK\x03\x04 no archive", b"? ?\n"):
        try:
            content = KINDS[sample.kind].read(content_of(octets, Path("any")))
        except DataFileError as error:
            assert error.flaws
        else:
            assert words(content) in ([], ["a"], ["?"], ["? ?"], ["<a/>"], ["[1]"], ['{"a": 1}'], ["a: {b: c}"])


def entry_of(kind: str, word: str) -> InventoryEntry:
    sample = next(sample for sample in SAMPLES if sample.kind == kind)
    content = read_recognised(content_of(sample.octets, Path("any"))).content
    return next(entry for entry in content.entries if entry.word == word)


def test_a_host_of_ansible_has_its_port_user_groups_and_the_nearest_value_of_a_variable() -> None:
    assert entry_of("ansible", "192.0.2.9") == InventoryEntry(
        "line 5",
        "192.0.2.9",
        ("core9",),
        (
            ("group", "net"),
            ("group", "core"),
            ("platform", "cisco_ios"),
            ("tenant", "red"),
            ("role", "edge router"),
        ),
        None,
        2222,
        ("ansible_become_pass", "ansible_password"),
        "audit",
    )
    assert entry_of("ansible", "192.0.2.30").ssh_port == 2022


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("r[1:3]", ["r1", "r2", "r3"]),
        ("r[08:10].example", ["r08.example", "r09.example", "r10.example"]),
        ("r[a:c]", ["ra", "rb", "rc"]),
        ("r[1:5:2]", ["r1", "r3", "r5"]),
        ("r[1:2]-[a:b]", ["r1-a", "r1-b", "r2-a", "r2-b"]),
        ("r[3:1]", []),
        ("r[1:999999999]-[3:1]", []),
    ],
)
def test_ranges_of_ansible_are_written_out(line: str, names: list[str]) -> None:
    assert words(understood(f"[all]\n{line}\n", kind="ansible")) == names


def test_a_range_of_too_many_hosts_is_refused_at_once() -> None:
    with pytest.raises(DataFileError, match=r"line 2: stands for more than 100,000 hosts"):
        understood("[all]\nr[1:999999999]-[1:999999999]\n", kind="ansible")


def test_variables_of_ansible_come_from_the_folders_beside_the_inventory_too(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("[core]\nr1\nr2\n")
    for name, text in (
        ("group_vars/all.yml", "site: ams\nansible_network_os: junos\n"),
        ("group_vars/core/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n"),
        ("group_vars/core/vars.yml", "role: core\n"),
        ("host_vars/r1.yml", "ansible_host: 192.0.2.1\nrole: edge\n"),
        ("host_vars/r2.yml", "- no mapping\n"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    content = read_inventory(tmp_path / "hosts").content
    assert [(entry.word, dict(entry.attributes)) for entry in content.entries] == [
        ("192.0.2.1", {"group": "core", "platform": "juniper_junos", "site": "ams", "role": "edge"}),
        ("r2", {"group": "core", "platform": "juniper_junos", "site": "ams", "role": "core"}),
    ]
    assert set(content.notes) == {
        InventoryNote(NoteKind.ALSO_READ, "group_vars/all.yml"),
        InventoryNote(NoteKind.ENCRYPTED, "core/vault.yml"),
        InventoryNote(NoteKind.ALSO_READ, "core/vars.yml"),
        InventoryNote(NoteKind.ALSO_READ, "host_vars/r1.yml"),
        InventoryNote(NoteKind.NOT_READ, "host_vars/r2.yml"),
    }


def test_the_configuration_of_a_plugin_is_refused_with_the_way_to_its_hosts() -> None:
    with pytest.raises(DataFileError, match=r"plugin netbox.netbox.nb_inventory.*--inventory ansible-inventory:nb.yml"):
        understood("plugin: netbox.netbox.nb_inventory\napi_endpoint: https://netbox.example\n", "nb.yml")


def test_what_a_host_of_nornir_lacks_comes_from_its_groups_in_order_then_from_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "hosts.yaml").write_text("r1: {hostname: 192.0.2.1, groups: [ams, all]}\nr2: {hostname: 192.0.2.2}\n")
    (tmp_path / "groups.yaml").write_text(
        "ams: {groups: [eu], data: {site: ams}}\nall: {platform: ios, data: {site: any}}\neu: {data: {region: eu}}\n"
    )
    (tmp_path / "defaults.yaml").write_text("platform: nxos\nport: 2222\ndata: {tenant: blue}\n")
    content = read_inventory(tmp_path / "hosts.yaml").content
    assert [(entry.ssh_port, entry.attributes) for entry in content.entries] == [
        (
            2222,
            (
                ("group", "ams"),
                ("group", "eu"),
                ("group", "all"),
                ("platform", "cisco_ios"),
                ("tenant", "blue"),
                ("site", "ams"),
                ("region", "eu"),
            ),
        ),
        (2222, (("platform", "cisco_nxos"), ("tenant", "blue"))),
    ]


def test_a_device_of_netbox_keeps_what_zones_and_reports_read() -> None:
    entry = entry_of("netbox", "192.0.2.1")
    assert entry.labels == ("core1",)
    assert dict(entry.attributes) == {
        "site": "ams",
        "role": "core",
        "manufacturer": "Arista",
        "device_type": "DCS-7050",
        "status": "active",
        "serial": "JPE1",
        "tag": "5g",
        "cf_end_of_life": "2030-01-01",
    }


def test_a_page_of_an_answer_is_noted_as_a_part() -> None:
    sample = next(sample for sample in SAMPLES if sample.kind == "netbox")
    content = read_recognised(content_of(sample.octets, Path("any"))).content
    assert content.notes == (InventoryNote(NoteKind.MORE_PAGES, f"{len(NETBOX['results'])} of 7"),)  # type: ignore[arg-type]


def test_prefixes_of_netbox_are_no_targets_but_proposals_of_zones() -> None:
    content = understood(
        '{"count": 1, "results": [{"id": 1, "prefix": "10.0.0.0/24", "role": {"slug": "core"}, '
        '"scope": {"slug": "ams"}, "vrf": {"name": "blue"}}]}'
    )
    assert content == InventoryContent(prefixes=(ListedPrefix("10.0.0.0/24", "core", "ams", "blue"),))


NETBOX_VIEW = (
    "Name,Status,Tenant,Site,Rack,Role,Manufacturer,Type,IP Address\n"
    "core1,Active,,ams,R1,Core,Arista,DCS-7050,192.0.2.1/24\n"
    "PP:B117,Active,,ams,R1,Patch Panel,Panduit,48-Pair,\n"
    "r105-torsw:1,Active,,ams,R1,ToR,Juniper,EX4300,\n"
    "old,Planned,,ams,R1,Core,Arista,DCS-7050,192.0.2.9/24\n"
)


def test_the_current_view_of_netbox_is_read_although_a_patch_panel_stands_in_it() -> None:
    content = understood(NETBOX_VIEW)
    assert words(content) == ["192.0.2.1"]
    assert [(entry.name, entry.reason) for entry in content.skipped] == [
        ("PP:B117", SkipReason.NO_ADDRESS),
        ("r105-torsw:1", SkipReason.NO_ADDRESS),
        ("old", SkipReason.NOT_ACTIVE),
    ]


@pytest.mark.parametrize("name", ["PP:B117", "r105-torsw:1", "a b", "1.2.3", "10.0.0.0/8", "192.0.2.1-9", "x/y", ""])
def test_a_name_that_no_host_can_have_names_no_host_and_no_port(name: str) -> None:
    assert host_word(name) == ""


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Name;IP-Adresse;Standort", "ip_adresse"),
        ("Nom;Adresse IP;Site", "adresse_ip"),
        ("name,mgmt_ip,site", "mgmt_ip"),
        ("name,primary_ip4,site", "primary_ip4"),
        ("Name,Management IP,Site", "management_ip"),
        ("Name,IPv4 Address,Site", "ipv4_address"),
        ("name\tloopback\tsite", "loopback"),
        ("name,oob_ip,site", "oob_ip"),
        ("Gerät,Standort der Kiste,Netz", "standort_der_kiste"),
    ],
)
def test_a_column_of_addresses_is_known_by_its_name_or_by_what_it_holds(header: str, column: str) -> None:
    delimiter = next(mark for mark in "\t;," if mark in header)
    content = understood(f"{header}\n{delimiter.join(('core1', '192.0.2.5/24', 'ams'))}\n")
    assert [(entry.word, entry.labels) for entry in content.entries] == [("192.0.2.5", ("core1",))]
    assert content.notes == (InventoryNote(NoteKind.ADDRESS_COLUMN, column),)


def test_two_unnamed_columns_of_addresses_are_refused_for_nobody_knows_which() -> None:
    with pytest.raises(DataFileError, match=r"the columns wan and lan hold addresses; expected one of them named addr"):
        understood("name,wan,lan\nr1,192.0.2.1,192.0.2.2\n")


def test_a_primary_address_comes_before_one_out_of_band() -> None:
    content = understood("name,oob_ip,primary_ip4\nr1,192.0.2.9,192.0.2.1\nr2,192.0.2.8,\n")
    assert words(content) == ["192.0.2.1", "192.0.2.8"]


@pytest.mark.parametrize(("encoding", "shown"), [("utf-16", "UTF-16"), ("latin-1", "Windows-1252 (Latin-1)")])
def test_a_table_in_another_encoding_is_read_with_a_note(encoding: str, shown: str) -> None:
    content = read_recognised(content_of("Gerät;IP\nMünchen;192.0.2.1\n".encode(encoding), Path("a"))).content
    assert content.entries[0].labels == ("München",)
    assert InventoryNote(NoteKind.ENCODING, shown) in content.notes


def test_a_workbook_of_the_old_format_is_refused_with_what_to_do() -> None:
    with pytest.raises(DataFileError, match=r"old format XLS; expected the same list saved as XLSX or CSV"):
        content_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Path("list.xls"))


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    import io
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 140_000_000)
    with pytest.raises(DataFileError, match=r"unpacks to more than"):
        read_recognised(content_of(held.getvalue(), Path("bomb.xlsx")))


def test_a_workbook_tells_which_sheets_are_not_read() -> None:
    content = read_recognised(content_of(workbook([["address"], ["192.0.2.1"]]), Path("a.xlsx"))).content
    assert content.notes == (InventoryNote(NoteKind.NOT_READ, "the sheet notes"),)


XML_BOMBS = (
    '<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><nmaprun><host>&b;</host></nmaprun>',
    '<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd"><nmaprun/>',
    '<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]><nmaprun>&x;</nmaprun>',
)


@pytest.mark.parametrize("text", XML_BOMBS)
def test_entities_and_document_types_of_xml_are_refused(text: str) -> None:
    with pytest.raises(DataFileError, match=r"has a document type definition or entities"):
        understood(text)


def test_an_error_about_no_kind_names_what_came_nearest_and_what_was_looked_for() -> None:
    with pytest.raises(DataFileError) as caught:
        understood("<hosts/>\n")
    assert "as nmap, its root is not nmaprun" in str(caught.value)
    assert [kind.name for kind in INVENTORIES if f"{kind.name} (" not in str(caught.value)] == []
    assert "--inventory csv:list" in str(caught.value)


def test_a_list_that_names_only_what_is_skipped_is_refused(tmp_path: Path) -> None:
    (tmp_path / "view.csv").write_text("\n".join(NETBOX_VIEW.splitlines()[:1] + NETBOX_VIEW.splitlines()[2:4]))
    with pytest.raises(DataFileError, match=r"names no target: all of it is skipped \(no-address 2\)"):
        read_targets(("view.csv",), Ports(), unknown, tmp_path)


def test_what_a_list_of_exclusions_skips_is_an_error_for_it_would_be_touched(tmp_path: Path) -> None:
    (tmp_path / "view.csv").write_text(NETBOX_VIEW)
    with pytest.raises(DataFileError, match=r"row 5: old is skipped \(not-active\), so it would not be excluded"):
        read_exclusions(("view.csv",), lambda name: (unknown(name),), tmp_path)


def test_targets_count_what_was_read_and_skipped_of_each_list(tmp_path: Path) -> None:
    (tmp_path / "view.csv").write_text(NETBOX_VIEW)
    (found,) = read_targets(("view.csv",), Ports(), unknown, tmp_path).lists
    assert (found.kind, found.entries) == ("csv", 1)
    assert found.skipped == ((SkipReason.NO_ADDRESS, 2), (SkipReason.NOT_ACTIVE, 1))


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        ("ansible", "[a]\nr1 'x\n", "line 2"),
        ("ansible", "[a:vars]\nnothing\n", "line 2"),
        ("ansible", "[a]\nr1 word\n", "line 2"),
        ("ansible-yaml", "all: [r1]\n", "group all"),
        ("rancid", "r1;cisco;up\nr2\n", "line 2"),
        ("oxidized", "r1:ios\nr2\n", "line 2"),
        ("hosts", "192.0.2.1 r1\nr2 192.0.2.2\n", "line 2"),
        ("nmap", "<nmaprun><host>\n", "line 2"),
        ("nmap", "<other/>", "whole file"),
        ("masscan", "#masscan\n", "whole file"),
        ("mrtg", "WorkDir: /x\n", "whole file"),
        ("netbox", '{"results": []}', "results"),
        ("librenms", '{"devices": []}', "whole file"),
        ("suzieq", "sources: []\n", "sources"),
        ("xlsx", "no workbook", "whole file"),
    ],
)
def test_a_broken_inventory_is_refused_with_its_place(kind: str, text: str, place: str) -> None:
    with pytest.raises(DataFileError) as caught:
        understood(text, kind=kind)
    assert caught.value.flaws[0].place == place
