"""Targets: words and lists in, spans of addresses out."""

import json
from collections.abc import Callable
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Subject
from scanner.targets.addresses import AddressBlock, AddressSet, missing
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.registry import recognised
from scanner.targets.read_targets import read_exclusions, read_targets
from scanner.targets.spans import Targets, Unresolved
from scanner.targets.target import Ports, Target, subject_of
from scanner.targets.target_syntax import WordError, parse_word

NAMES = {"core1.example": "192.0.2.77", "six.example": "2001:db8::77", "mapped.example": "::ffff:192.0.2.9"}


def resolve(name: str) -> str:
    if name not in NAMES:
        raise OSError(-2, "Name or service not known")
    return NAMES[name]


def resolve_all(name: str) -> tuple[str, ...]:
    return ("192.0.2.77", "192.0.2.78") if name == "two.example" else (resolve(name),)


def read(*words: str, folder: Path = Path()) -> Targets:
    return read_targets(words, Ports(), resolve, folder)


def keys(targets: Targets) -> list[str]:
    return [target.key for target in targets]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("192.0.2.1", ["192.0.2.1"]),
        ("192.0.2.1:1161", ["192.0.2.1:1161"]),
        ("192.0.2.0/30", ["192.0.2.1", "192.0.2.2"]),
        ("192.0.2.0/31", ["192.0.2.0", "192.0.2.1"]),
        ("192.0.2.7/32", ["192.0.2.7"]),
        ("192.0.2.0/30:1161", ["192.0.2.1:1161", "192.0.2.2:1161"]),
        ("192.0.2.254-192.0.3.1", ["192.0.2.254", "192.0.2.255", "192.0.3.0", "192.0.3.1"]),
        ("192.0.2.1-3", ["192.0.2.1", "192.0.2.2", "192.0.2.3"]),
        ("2001:db8::1", ["2001:db8::1"]),
        ("[2001:db8::1]:1161", ["[2001:db8::1]:1161"]),
        ("[2001:db8::1]", ["2001:db8::1"]),
        ("2001:db8::/126", ["2001:db8::1", "2001:db8::2", "2001:db8::3"]),
        ("2001:db8::a-2001:db8::b", ["2001:db8::a", "2001:db8::b"]),
        ("fe80::1%eth0", ["fe80::1%eth0"]),
        ("::ffff:192.0.2.1", ["192.0.2.1"]),
        ("core1.example", ["192.0.2.77"]),
        ("core1.example:1161", ["192.0.2.77:1161"]),
        ("mapped.example", ["192.0.2.9"]),
    ],
)
def test_every_form_of_a_word_names_its_addresses(word: str, expected: list[str]) -> None:
    assert keys(read(word)) == expected


def test_a_name_is_pinned_to_its_address_and_kept_as_a_label() -> None:
    assert list(read("core1.example")) == [Target("192.0.2.77", labels=("core1.example",))]


def test_a_name_without_an_address_is_kept_as_unresolved() -> None:
    assert read("gone.example", "192.0.2.1").unresolved == (
        Unresolved("gone.example", "command line: target 1", "Name or service not known"),
    )


def test_an_address_of_a_range_remembers_the_range_and_a_named_one_does_not() -> None:
    targets = read("192.0.2.0/30", "192.0.2.2", "192.0.2.9-10")
    assert [(target.address, target.prefix) for target in targets] == [
        ("192.0.2.1", "192.0.2.0/30"),
        ("192.0.2.2", ""),
        ("192.0.2.9", "192.0.2.9-192.0.2.10"),
        ("192.0.2.10", "192.0.2.9-192.0.2.10"),
    ]


def test_overlapping_ranges_give_each_address_once() -> None:
    targets = read("192.0.2.4-9", "192.0.2.0/28", "192.0.2.8-20")
    assert sorted(keys(targets), key=ip_address) == [f"192.0.2.{n}" for n in range(1, 21)]


def test_one_address_at_two_ports_is_two_targets() -> None:
    assert keys(read("127.0.0.1:1161", "127.0.0.1:1162")) == ["127.0.0.1:1161", "127.0.0.1:1162"]


def test_a_network_of_sixteen_million_is_counted_and_begun_without_being_written_out() -> None:
    targets = read("10.0.0.0/8")
    assert targets.count == 2**24 - 2
    assert [target.address for target in islice(targets, 2)] == ["10.0.0.1", "10.0.0.2"]


def test_a_large_ipv6_network_is_refused_with_what_to_do_instead() -> None:
    with pytest.raises(
        DataFileError, match=r"2001:db8::/64 holds 18,446,744,073,709,551,616 addresses.*list of the addr"
    ):
        read("2001:db8::/64")


def test_the_largest_ipv6_network_that_is_asked_through_has_1024_addresses() -> None:
    assert read("2001:db8::/118").count == 1_023


def test_a_csv_gives_labels_attributes_and_ports(tmp_path: Path) -> None:
    (tmp_path / "devices.csv").write_text(
        "\ufeffName;Address;Site;VLAN;Tags;SNMP port\r\n"
        "core1;192.0.2.1;lon-1;120;5g core;1161\r\n\r\n"
        "core2;192.0.2.2/24;;;;\r\n"
        "core1.example;;lon-1;;;\r\n",
        encoding="utf-8",
    )
    assert list(read("devices.csv", folder=tmp_path)) == [
        Target(
            "192.0.2.1",
            1161,
            labels=("core1",),
            attributes=(("site", "lon-1"), ("vlan", "120"), ("tag", "5g"), ("tag", "core")),
        ),
        Target("192.0.2.2", labels=("core2",)),
        Target("192.0.2.77", labels=("core1.example",), attributes=(("site", "lon-1"),)),
    ]


def test_a_csv_row_may_hold_a_whole_network(tmp_path: Path) -> None:
    (tmp_path / "networks.csv").write_text("address,site\n192.0.2.0/30,lon-1\n")
    assert [(one.address, one.prefix, one.attributes) for one in read("networks.csv", folder=tmp_path)] == [
        ("192.0.2.1", "192.0.2.0/30", (("site", "lon-1"),)),
        ("192.0.2.2", "192.0.2.0/30", (("site", "lon-1"),)),
    ]


def test_the_same_address_in_two_lists_is_one_target_with_all_that_both_say(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("address,name,site\n192.0.2.1,core1,lon-1\n")
    (tmp_path / "b.csv").write_text("address,name,role\n192.0.2.1,core1.old,core\n")
    assert list(read("a.csv", "b.csv", folder=tmp_path)) == [
        Target("192.0.2.1", labels=("core1", "core1.old"), attributes=(("site", "lon-1"), ("role", "core")))
    ]


def test_what_one_list_says_of_the_ssh_port_holds_wherever_the_address_is_named(tmp_path: Path) -> None:
    (tmp_path / "ports.csv").write_text("address,ssh_port\n192.0.2.1,2222\n")
    for words in (("192.0.2.1", "ports.csv"), ("ports.csv", "192.0.2.1")):
        assert [(target.key, target.ssh_port) for target in read(*words, folder=tmp_path)] == [("192.0.2.1", 2222)]


def test_an_address_with_two_ssh_ports_is_refused_for_one_would_never_be_asked(tmp_path: Path) -> None:
    (tmp_path / "ports.csv").write_text("address,ssh_port\n192.0.2.1,2222\n192.0.2.1,2223\n")
    with pytest.raises(DataFileError, match=r"row 3: 192.0.2.1 has SSH port 2223 here and 2222 in .*ports.csv: row 2"):
        read("ports.csv", folder=tmp_path)


def test_two_devices_behind_one_address_are_two_targets_each_with_its_ports(tmp_path: Path) -> None:
    (tmp_path / "nat.csv").write_text("address,snmp_port,ssh_port\n192.0.2.1,1161,2221\n192.0.2.1,1162,2222\n")
    found = [(target.key, target.ssh_port) for target in read("nat.csv", folder=tmp_path)]
    assert found == [("192.0.2.1:1161", 2221), ("192.0.2.1:1162", 2222)]


def test_an_address_in_two_namespaces_at_one_port_is_refused_for_nobody_knows_which_would_answer(
    tmp_path: Path,
) -> None:
    (tmp_path / "two.csv").write_text("address,namespace\n192.0.2.0/30,blue\n192.0.2.1,red\n")
    with pytest.raises(DataFileError, match=r"192.0.2.1-192.0.2.2: is named in namespace red and in blue, at one port"):
        read("two.csv", folder=tmp_path)


def test_an_address_in_two_namespaces_is_two_targets_where_each_has_its_port(tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text("address,snmp_port,namespace\n192.0.2.1,1161,blue\n192.0.2.1,1162,red\n")
    assert [(target.key, target.attributes) for target in read("two.csv", folder=tmp_path)] == [
        ("192.0.2.1:1161", (("namespace", "blue"),)),
        ("192.0.2.1:1162", (("namespace", "red"),)),
    ]


def test_a_plain_list_has_one_word_a_line(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# the core\n192.0.2.1\n\n192.0.2.8-9  # spare\ncore1.example:1161\n")
    assert keys(read("list.txt", folder=tmp_path)) == ["192.0.2.1", "192.0.2.8", "192.0.2.9", "192.0.2.77:1161"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("address,site\n192.0.2.1,lon\n", "csv"),
        ("ip;name\n192.0.2.1;r1\n", "csv"),
        ('"address"\t"name"\n', "csv"),
        ("\ufeffaddress\n192.0.2.1\n", "csv"),
        ("host,site\n", "csv"),
        ("192.0.2.1\n", "list"),
        ("# address, name\n192.0.2.1 # core, spare\n", "list"),
        ("[2001:db8::1]:1161\n", "list"),
        ("core1.example:1161\n", "list"),
        ("# nothing yet\n", "list"),
        ("", "list"),
        ("---\n# lab\nname: lab\ntopology:\n", "containerlab"),
        ('{"name": "lab", "topology": {"nodes": {}}}', "containerlab"),
        ('{"nodes": {}}', "containerlab-data"),
        ("[]", None),
        ("<hosts/>\n", None),
        ("[core]\nr1\n", "ansible"),
        ("[core]\nhost = r1\n", None),
        ("\x7fELF\0\0", None),
    ],
)
def test_the_kind_of_an_inventory_shows_in_its_content(tmp_path: Path, text: str, kind: str | None) -> None:
    try:
        found = recognised(content_of(text.encode(), tmp_path / "any"))[0].name
    except DataFileError:
        found = None
    assert found == kind


def test_an_inventory_of_any_name_is_read_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "export").write_text("address,name\n192.0.2.1,r1\n")
    assert [target.labels for target in read("export", folder=tmp_path)] == [("r1",)]


def test_a_declared_kind_comes_before_what_the_content_shows(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("name\ncore1.example\n")
    assert keys(read("csv:hosts", folder=tmp_path)) == ["192.0.2.77"]
    assert [one.name for one in read("list:hosts", folder=tmp_path).unresolved] == ["name"]
    with pytest.raises(DataFileError, match=r"there is no file .*gone"):
        read("csv:gone", folder=tmp_path)


def test_content_of_no_known_kind_is_refused_with_the_kinds(tmp_path: Path) -> None:
    (tmp_path / "hosts.ini").write_text("[core]\nhost = r1\n")
    with pytest.raises(DataFileError, match=r"no inventory of a known kind.*csv .*list ") as refused:
        read("hosts.ini", folder=tmp_path)
    assert "csv:" in str(refused.value)


def test_topology_data_of_containerlab_gives_addresses_labels_and_groups(tmp_path: Path) -> None:
    node = {
        "index": "0",
        "shortname": "leaf1",
        "longname": "clab-lab-leaf1",
        "group": "access",
        "kind": "linux",
        "image": "x",
        "mgmt-ipv4-address": "172.20.20.3",
        "mgmt-ipv4-prefix-length": 24,
        "mgmt-ipv6-address": "2001:172:20:20::3",
        "labels": {"clab-node-name": "leaf1", "site": "lab-1"},
    }
    data = {"name": "lab", "type": "clab", "nodes": {"leaf1": node}, "links": []}
    (tmp_path / "topology-data.json").write_text(json.dumps(data))
    assert list(read("topology-data.json", folder=tmp_path)) == [
        Target(
            "172.20.20.3",
            labels=("leaf1", "clab-lab-leaf1"),
            attributes=(("clab-kind", "linux"), ("group", "access"), ("clab-node-name", "leaf1"), ("site", "lab-1")),
        )
    ]


TOPOLOGY = """
name: lab
topology:
  defaults: {labels: {site: lab-1}}
  kinds: {linux: {image: x, labels: {role: host}}}
  groups: {core: {kind: linux, labels: {role: router}}}
  nodes:
    r1: {group: core, mgmt-ipv4: 172.20.20.11}
    h1: {kind: linux}
  links: [{endpoints: ["r1:eth1", "h1:eth1"]}]
"""


def test_a_topology_gives_nodes_with_what_they_inherit(tmp_path: Path) -> None:
    (tmp_path / "lab.clab.yml").write_text(TOPOLOGY)
    targets = read("lab.clab.yml", folder=tmp_path)
    assert list(targets) == [
        Target(
            "172.20.20.11",
            labels=("r1", "clab-lab-r1"),
            attributes=(("clab-kind", "linux"), ("group", "core"), ("site", "lab-1"), ("role", "router")),
        )
    ]


def test_a_node_without_an_address_is_looked_for_under_its_containers_name(tmp_path: Path) -> None:
    (tmp_path / "lab.clab.yml").write_text(TOPOLOGY)
    assert [one.name for one in read("lab.clab.yml", folder=tmp_path).unresolved] == ["clab-lab-h1"]


@pytest.mark.parametrize(("prefix", "container"), [('""', "h1"), ("__lab-name", "lab-h1"), ("net", "net-lab-h1")])
def test_container_names_follow_the_topologys_prefix(tmp_path: Path, prefix: str, container: str) -> None:
    (tmp_path / "lab.clab.yml").write_text(
        f"name: lab\nprefix: {prefix}\ntopology: {{nodes: {{h1: {{kind: linux}}}}}}\n"
    )
    assert [one.name for one in read("lab.clab.yml", folder=tmp_path).unresolved] == [container]


def test_an_excluded_network_takes_its_first_and_last_address_with_it() -> None:
    excluded = read_exclusions(("192.0.2.0/24",), resolve_all)
    assert read("192.0.2.0-192.0.3.0").without(excluded.addresses).count == 1


def test_an_excluded_name_takes_all_its_addresses_with_it() -> None:
    excluded = read_exclusions(("two.example",), resolve_all)
    assert keys(read("192.0.2.76-79").without(excluded.addresses)) == ["192.0.2.76", "192.0.2.79"]


def test_an_ipv6_network_of_any_size_may_be_excluded() -> None:
    assert ip_address("2001:db8:1::1") in read_exclusions(("2001:db8::/32",), resolve_all).addresses


def test_an_excluded_name_without_an_address_is_refused() -> None:
    with pytest.raises(DataFileError, match=r"command line: exclusion 1: the name gone.example has no address"):
        read_exclusions(("gone.example",), resolve_all)


def test_a_subject_has_the_labels_and_attributes_of_the_lists() -> None:
    target = Target("127.0.0.5", 1161, labels=("core1",), attributes=(("site", "lon-1"),))
    assert subject_of(target) == Subject("127.0.0.5:1161", "127.0.0.5", ("core1",), (("site", "lon-1"),))


@given(st.text(max_size=60))
def test_any_text_is_a_word_or_a_word_error(text: str) -> None:
    try:
        parse_word(text)
    except WordError as error:
        assert error.problem and error.expected


blocks = st.lists(
    st.builds(
        lambda version, first, length: AddressBlock(version, first, first + length),
        st.sampled_from((4, 6)),
        st.integers(0, 60),
        st.integers(0, 20),
    ),
    max_size=8,
)


def members(held: list[AddressBlock] | tuple[AddressBlock, ...]) -> set[tuple[int, int]]:
    return {(block.version, number) for block in held for number in range(block.first, block.last + 1)}


@given(blocks, blocks)
def test_an_address_set_holds_what_a_set_of_numbers_would(held: list[AddressBlock], other: list[AddressBlock]) -> None:
    addresses = AddressSet(held)
    assert members(addresses.blocks) == members(held)
    assert addresses.count == len(members(held))
    for block in other:
        assert members(tuple(missing(addresses.blocks, block))) == members([block]) - members(held)


def write(folder: Path, text: str) -> Callable[[], Targets]:
    (folder / "list.csv").write_text(text)
    return lambda: read("list.csv", folder=folder)


def test_every_wrong_row_of_a_csv_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataFileError) as caught:
        write(tmp_path, "address,snmp_port\n192.0.2.1,70000\n192.0.2.2\n")()
    assert [flaw.place for flaw in caught.value.flaws] == ["row 2, column snmp_port", "row 3"]


PIECES = st.sampled_from(
    (
        "address",
        "name",
        "192.0.2.1",
        "192.0.2.0/30",
        ",",
        ";",
        '"',
        "\n",
        "\r",
        "tags",
        "snmp_port",
        "70000",
        "\u00e9",
        "#",
    )
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=30), st.sampled_from(("list.csv", "list.txt")))
def test_any_list_is_read_or_refused_with_its_flaws(pieces: list[str], name: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes("".join(pieces).encode("utf-8", "surrogatepass"))
        try:
            assert read(name, folder=Path(folder)).count >= 0
        except DataFileError as error:
            assert error.flaws and error.next_step


NODE_KEYS = st.sampled_from(
    ("nodes", "topology", "r1", "labels", "kind", "kinds", "group", "groups", "defaults", "prefix", "name", "mgmt-ipv4")
)
nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NODE_KEYS | st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(NODE_KEYS, nested, max_size=4), st.sampled_from(("topology-data.json", "lab.clab.yml")))
def test_any_topology_is_read_or_refused_with_its_flaws(data: dict[str, Any], name: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(json.dumps(data))
        try:
            assert read(name, folder=Path(folder)).count >= 0
        except DataFileError as error:
            assert error.flaws and error.next_step


def test_a_target_typed_by_hand_keeps_what_the_operators_list_says_of_it(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("address,name,site\n192.0.2.5,r5,lon\n192.0.2.9,r9,par\n192.0.2.77,r77,rom\n")
    listed = read_targets(("list.csv",), Ports(), resolve, tmp_path)
    typed = read_targets(("192.0.2.5", "192.0.2.8/30"), Ports(), resolve, tmp_path)
    message = {target.address: (target.labels, target.attributes) for target in typed.described(listed)}
    assert message["192.0.2.5"] == (("r5",), (("site", "lon"),))
    assert message["192.0.2.9"] == (("r9",), (("site", "par"),))
    assert message["192.0.2.10"] == ((), ())
    assert "192.0.2.77" not in message


def test_what_the_operators_list_says_of_an_address_in_another_zone_adds_no_target(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("address,name\nfe80::1%eth1,other\nfe80::1%eth0,same\n")
    listed = read_targets(("list.csv",), Ports(), resolve, tmp_path)
    typed = read_targets(("fe80::1%eth0",), Ports(), resolve, tmp_path)
    assert {target.address: target.labels for target in typed.described(listed)} == {"fe80::1%eth0": ("same",)}


def test_a_target_typed_by_hand_is_asked_at_the_ssh_port_that_the_operators_list_says(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("address,ssh_port\n192.0.2.5,2222\n192.0.2.9,2223\n")
    listed = read_targets(("list.csv",), Ports(), resolve, tmp_path)
    typed = read_targets(("192.0.2.5", "192.0.2.8/30"), Ports(), resolve, tmp_path)
    ports = {target.address: target.ssh_port for target in typed.described(listed)}
    assert (ports["192.0.2.5"], ports["192.0.2.9"], ports["192.0.2.10"]) == (2222, 2223, 22)
