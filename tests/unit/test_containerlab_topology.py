"""Topologies of containerlab: who is a target, at which word, and what a node inherits."""

from pathlib import Path
from textwrap import dedent

import pytest

from fingerprints.model.errors import DataFileError
from scanner.targets.entry import DeclaredLink, InventoryContent, InventoryEntry, NoteKind
from scanner.targets.inventories.containerlab.links import LabLink, LinkEnd, LinkType
from scanner.targets.inventories.containerlab.topology import LabNode, LabTopology, read_lab, resolve_topology
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.registry import KINDS, read_recognised

NOWHERE = Path("any.clab.yml")


def lab(text: str, **environment: str) -> LabTopology:
    return resolve_topology(dedent(text), NOWHERE, environment)


def understood(text: str, name: str = "any.clab.yml") -> InventoryContent:
    read = read_recognised(content_of(dedent(text).encode(), Path(name)))
    assert read.kind.name == "containerlab"
    return read.content


def refused(text: str, name: str = "any.clab.yml") -> str:
    with pytest.raises(DataFileError) as error:
        understood(text, name)
    return str(error.value)


def words(content: InventoryContent) -> dict[str, str]:
    return {entry.labels[0]: entry.word for entry in content.entries}


def skipped(content: InventoryContent) -> list[tuple[str, str, str]]:
    return [(entry.name, entry.reason.value, entry.detail) for entry in content.skipped]


def attributes(content: InventoryContent, name: str) -> dict[str, str]:
    return dict(next(entry for entry in content.entries if entry.labels[0] == name).attributes)


def test_bridges_hosts_clusters_and_shared_networks_are_no_targets() -> None:
    content = understood("""
        name: lab
        topology:
          kinds: {ovs-bridge: {}, linux: {image: x}}
          groups: {cards: {kind: nokia_srsim, network-mode: "container:r1"}}
          nodes:
            br1: {kind: bridge}
            br2|ns1: {kind: ovs-bridge}
            me: {kind: host}
            k1: {kind: k8s-kind}
            quiet: {kind: linux, network-mode: none}
            inside: {kind: linux, network-mode: host}
            card: {group: cards}
            r1: {kind: nokia_srsim}
        """)
    assert words(content) == {"r1": "clab-lab-r1"}
    assert skipped(content) == [
        ("br1", "no-device", "bridge"),
        ("br2|ns1", "no-device", "ovs-bridge"),
        ("me", "no-device", "host"),
        ("k1", "no-device", "k8s-kind, a cluster"),
        ("quiet", "no-address", "network-mode none"),
        ("inside", "local", "network-mode host"),
        ("card", "no-address", "network-mode container: it shares that of r1"),
    ]


@pytest.mark.parametrize(
    ("prefix", "word"),
    [
        ("", "clab-lab-r1"),
        ("prefix:", "clab-lab-r1"),
        ("prefix: null", "clab-lab-r1"),
        ('prefix: ""', "r1"),
        ("prefix: __lab-name", "lab-r1"),
        ("prefix: own", "own-lab-r1"),
        ("prefix: ${CLAB_TEST_PREFIX:=''}", "r1"),
    ],
)
def test_the_prefix_makes_the_name_of_a_container(prefix: str, word: str) -> None:
    content = understood(f"name: lab\n{prefix}\ntopology: {{nodes: {{r1: {{kind: linux}}}}}}\n")
    assert words(content) == {"r1": word}


def test_a_container_of_somebody_else_has_its_bare_name() -> None:
    content = understood("name: lab\ntopology: {nodes: {radius: {kind: ext-container}}}\n")
    assert content.entries == (
        InventoryEntry("topology.nodes.radius", "radius", ("radius",), (("clab-kind", "ext-container"),)),
    )


def test_a_lab_without_a_name_is_called_as_its_file() -> None:
    assert words(understood("topology: {nodes: {r1: }}", "fabric.clab.yml")) == {"r1": "clab-fabric-r1"}


def test_only_the_node_itself_has_an_address() -> None:
    content = understood("""
        name: lab
        topology:
          defaults: {kind: linux, mgmt-ipv4: 192.0.2.99}
          nodes:
            four: {mgmt-ipv4: 192.0.2.1, mgmt-ipv6: "2001:db8::1"}
            six: {mgmt-ipv6: "2001:db8::2"}
            earlier: {mgmt_ipv4: 192.0.2.3}
            long: {mgmt-ipv4: 192.0.2.4/24}
            wrong: {mgmt-ipv4: some-host}
            none:
        """)
    assert words(content) == {
        "four": "192.0.2.1",
        "six": "2001:db8::2",
        "earlier": "192.0.2.3",
        "long": "192.0.2.4",
        "wrong": "clab-lab-wrong",
        "none": "clab-lab-none",
    }


def test_kind_and_group_come_from_where_containerlab_takes_them() -> None:
    content = understood("""
        name: lab
        topology:
          defaults: {kind: linux, group: servers, labels: {from: defaults, d: "1"}}
          kinds:
            linux: {labels: {from: kind, k: "1"}}
            Arista_cEOS: {group: leaf}
          groups:
            servers: {labels: {from: group-servers, s: "1"}}
            leaf: {kind: nokia_srlinux, type: " ixrd2 ", labels: {from: group-leaf, l: "1"}}
          nodes:
            plain:
            own: {group: leaf}
            kinded: {kind: Arista_cEOS}
            alone: {group: nowhere, labels: {from: node}}
        """)
    assert attributes(content, "plain") == {
        "clab-kind": "linux",
        "group": "servers",
        "from": "group-servers",
        "d": "1",
        "k": "1",
        "s": "1",
    }
    assert attributes(content, "own") == {
        "clab-kind": "nokia_srlinux",
        "group": "leaf",
        "type": "ixrd2",
        "from": "group-leaf",
        "d": "1",
        "l": "1",
    }
    # the kind names a group, so the group's template holds too; kinds are shown in lower case
    assert attributes(content, "kinded") == {
        "clab-kind": "arista_ceos",
        "group": "leaf",
        "type": "ixrd2",
        "from": "group-leaf",
        "d": "1",
        "l": "1",
    }
    # a group without a template keeps its name, and its kind is that of the defaults
    assert attributes(content, "alone") == {
        "clab-kind": "linux",
        "group": "nowhere",
        "from": "node",
        "d": "1",
        "k": "1",
    }


def test_a_group_of_the_defaults_gives_the_kind_where_the_own_group_has_none() -> None:
    content = understood("""
        name: lab
        topology:
          defaults: {kind: linux, group: base}
          groups: {base: {kind: arista_ceos}, mine: {labels: {a: b}}}
          nodes: {r1: {group: mine}}
        """)
    assert attributes(content, "r1") == {"clab-kind": "arista_ceos", "group": "mine", "a": "b"}


def test_the_text_of_a_label_stays_as_written() -> None:
    labels = "{v: 1.10, b: true, n: 0310, e: 1e3, none: null, x: ''}"
    text = f"name: lab\ntopology: {{nodes: {{r1: {{kind: linux, labels: {labels}}}}}}}"
    assert attributes(understood(text), "r1") == {
        "clab-kind": "linux",
        "v": "1.10",
        "b": "true",
        "n": "0310",
        "e": "1e3",
    }


def test_a_topology_in_json_keeps_its_texts_too() -> None:
    text = '{"name": "lab", "topology": {"nodes": {"r1": {"kind": "linux", "labels": {"v": 1.10, "b": true}}}}}'
    assert attributes(understood(text), "r1") == {"clab-kind": "linux", "v": "1.10", "b": "true"}


def test_labels_of_viewers_and_the_type_are_attributes_and_secrets_are_none() -> None:
    content = understood("""
        name: lab
        topology:
          nodes:
            r1:
              kind: nokia_srlinux
              type: ixr-d3
              labels: {topoViewer-role: spine, graph-level: 3, snmp_community: hunter2-canary, tpl: "{{ .X }}"}
        """)
    assert attributes(content, "r1") == {
        "clab-kind": "nokia_srlinux",
        "type": "ixr-d3",
        "topoViewer-role": "spine",
        "graph-level": "3",
    }
    assert content.secret_names == ("snmp_community",)
    assert "hunter2" not in repr(content)


LINKS = """
    name: lab
    topology:
      nodes: {a: {kind: linux}, b: {kind: linux}, b-1: {kind: linux, network-mode: "container:b"}}
      links:
        - endpoints: ["a:eth1", "b:1/1/c1/1"]
        - {endpoints: [a:eth2, "host:a-eth2"], mtu: 1500}
        - endpoints: ["mgmt-net:x", "a:eth3"]
        - endpoints: [a:eth4, "macvlan:enp0s3"]
        - endpoints: [a:eth5, dummy]
        - type: veth
          endpoints: [{node: a, interface: eth6}, {node: b-1, interface: "2/1/c1/1", mac: "02:00:00:00:00:01"}]
        - {type: veth-stitch, endpoints: [{node: a, interface: eth7}, {node: b, interface: eth7}]}
        - {type: host, endpoint: {node: a, interface: eth8}, host-interface: tap8}
        - {type: vxlan, endpoint: {node: a, interface: eth9}, remote: 192.0.2.9, vni: 9, dst-port: 4789}
        - {type: dummy, endpoint: {node: b, interface: eth10}}
        - {type: wormhole, endpoint: {node: b, interface: eth11}}
        - endpoints: [a:eth12]
"""


def test_links_have_one_form_whatever_their_notation() -> None:
    def end(node: str, interface: str) -> LinkEnd:
        return LinkEnd(node, interface)

    read = lab(LINKS)
    assert read.links == (
        LabLink(LinkType.VETH, end("a", "eth1"), end("b", "1/1/c1/1")),
        LabLink(LinkType.HOST, end("a", "eth2"), None, "a-eth2"),
        LabLink(LinkType.MGMT_NET, end("a", "eth3"), None, "x"),
        LabLink(LinkType.MACVLAN, end("a", "eth4"), None, "enp0s3"),
        LabLink(LinkType.DUMMY, end("a", "eth5")),
        LabLink(LinkType.VETH, end("a", "eth6"), end("b-1", "2/1/c1/1")),
        LabLink(LinkType.VETH_STITCH, end("a", "eth7"), end("b", "eth7")),
        LabLink(LinkType.HOST, end("a", "eth8"), None, "tap8"),
        LabLink(LinkType.VXLAN, end("a", "eth9")),
        LabLink(LinkType.DUMMY, end("b", "eth10")),
    )
    assert read.unknown_links == (10, 11)


def test_links_between_nodes_are_declared_and_those_of_a_line_card_are_its_routers() -> None:
    content = understood(LINKS)
    assert content.links == (
        DeclaredLink("a", "eth1", "b", "1/1/c1/1"),
        DeclaredLink("a", "eth6", "b", "2/1/c1/1"),
        DeclaredLink("a", "eth7", "b", "eth7"),
    )
    assert [note.subject for note in content.notes if note.kind is NoteKind.NOT_READ] == [
        "topology.links[10]",
        "topology.links[11]",
    ]


def test_line_cards_that_share_each_others_network_in_a_ring_end() -> None:
    read = lab("""
        name: lab
        topology:
          nodes: {a: {network-mode: "container:b"}, b: {network-mode: "container:a"}, c: {network-mode: "container:a"}}
        """)
    assert set(read.network_owners()) == {"a", "b", "c"}


def test_addresses_outside_the_labs_own_networks_are_told() -> None:
    content = understood("""
        name: lab
        mgmt: {network: m, ipv4-subnet: 192.0.2.0/25, ipv6-subnet: auto}
        topology:
          nodes:
            inside: {kind: linux, mgmt-ipv4: 192.0.2.1}
            outside: {kind: linux, mgmt-ipv4: 198.51.100.1}
            six: {kind: linux, mgmt-ipv6: "2001:db8::1"}
        """)
    assert [(note.kind, note.subject) for note in content.notes] == [
        (NoteKind.OUTSIDE_NETWORK, "outside (198.51.100.1)")
    ]
    assert content.networks == ("192.0.2.0/25",)


def test_the_notes_of_a_large_lab_are_counted() -> None:
    nodes = ", ".join(f"r{number}: {{mgmt-ipv4: 198.51.100.{number}}}" for number in range(1, 30))
    content = understood(f"name: lab\nmgmt: {{ipv4-subnet: 192.0.2.0/24}}\ntopology: {{nodes: {{{nodes}}}}}\n")
    assert [note.subject for note in content.notes][-2:] == ["r10 (198.51.100.10)", "19 more"]


def test_a_lab_may_have_several_management_networks_and_their_keys_are_not_read() -> None:
    read = lab("""
        name: lab
        mgmt:
          - {network: main, ipv4-subnet: 198.51.100.0/24, ipv6-subnet: "2001:db8:35::/64"}
          - {network: far, ipv4-subnet: 203.0.113.0/24, tailscale: {auth-key: hunter2-canary}}
        topology: {nodes: {r1: {kind: linux, mgmt-ipv4: 203.0.113.9}}}
        """)
    assert (read.network, [str(subnet) for subnet in read.subnets]) == (
        "main",
        ["198.51.100.0/24", "2001:db8:35::/64", "203.0.113.0/24"],
    )
    assert "hunter2" not in repr(read)


def test_the_resolved_lab_is_what_a_runner_starts(tmp_path: Path) -> None:
    path = tmp_path / "small.clab.yml"
    path.write_text(
        dedent("""
        name: small
        mgmt: {network: small-mgmt, ipv4-subnet: 172.30.1.0/24}
        topology:
          defaults: {env-files: [base.env]}
          kinds: {linux: {image: "kitscan:latest", cmd: lab device /lab/devices, binds: [".:/lab:ro", "a:/x"]}}
          nodes:
            core1:
              kind: linux
              mgmt-ipv4: 172.30.1.11
              env-files: [lab.env]
              binds: ["b:/x"]
              labels: {kitscan-expect-maker: cisco, site: ams}
        """)
    )
    read = read_lab(path, {})
    assert read.nodes == (
        LabNode(
            "core1",
            "clab-small-core1",
            "linux",
            image="kitscan:latest",
            cmd="lab device /lab/devices",
            management=("172.30.1.11",),
            labels=(("kitscan-expect-maker", "cisco"), ("site", "ams")),
            env_files=("base.env", "lab.env"),
            binds=(".:/lab:ro", "b:/x"),
        ),
    )
    assert (read.name, read.network) == ("small", "small-mgmt")


CLABERNETES = """
apiVersion: clabernetes.containerlab.dev/v1alpha1
kind: Topology
metadata: {name: lab}
spec:
  definition:
    containerlab: |
      name: lab
      topology:
        nodes: {r1: {kind: nokia_srlinux, mgmt-ipv4: 192.0.2.1}}
"""

CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
data:
  lab.clab.yml: "topology: {}"
"""


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (CLABERNETES, "Topology"),
        (CONFIG_MAP, "ConfigMap"),
        (f"{CONFIG_MAP}---{CLABERNETES}", "ConfigMap, Topology"),
        ('{"apiVersion": "c9s.run/v1alpha1", "kind": "Topology"}', "Topology"),
    ],
)
def test_a_kubernetes_object_is_told_for_what_it_is(text: str, kinds: str) -> None:
    error = refused(text, "lab.yaml")
    assert f"is Kubernetes' ({kinds})" in error
    assert "kubectl get services" in error


def test_a_topology_that_quotes_a_kubernetes_object_is_a_topology() -> None:
    content = understood(f"""
name: lab
topology:
  nodes:
    r1:
      kind: linux
      startup-config: |
{CONFIG_MAP.replace(chr(10), chr(10) + "        ")}
""")
    assert words(content) == {"r1": "clab-lab-r1"}


@pytest.mark.parametrize(
    "text",
    [
        "name: lab\ntopology:\n  nodes:\n{{ range .nodes }}\n    {{ .name }}: {kind: linux}\n{{ end }}\n",
        "{{- $n := 4 }}\nname: lab\ntopology:\n  nodes:\n    r1: {kind: linux}\n",
        "{% set n = 4 %}\nname: lab\ntopology:\n  nodes:\n    r{{ n }}: {kind: linux}\n",
        "name: lab\ntopology: # of four\n  nodes:\n{% for n in range(4) %}\n    r{{ n }}:\n{% endfor %}\n",
        'name: "{{ .name }}"\ntopology:\n  nodes:\n    r1: {kind: linux}\n',
        'name: lab\ntopology:\n  nodes:\n    "{{ cookiecutter.node }}": {kind: linux}\n',
    ],
)
def test_a_template_is_told_with_the_way_out(text: str) -> None:
    error = refused(text, "lab.clab.gotmpl")
    assert "is a template (Go or Jinja) that is not filled in" in error
    assert "topology-data.json of the deployed lab" in error


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name: lab\ntopology:\n  nodes: {}\n", "topology.nodes: there are no nodes"),
        ("name: lab\ntopology:\n  nodes: {r1: linux}\n", "topology.nodes.r1: is not a mapping"),
        ("name: lab\ntopology:\n  nodes: [\n", "line 4"),
    ],
)
def test_what_is_no_topology_is_refused_with_its_place(text: str, place: str) -> None:
    assert place in refused(text)


def test_a_name_that_no_host_may_have_is_skipped_and_the_rest_read() -> None:
    content = understood(
        "name: my lab\ntopology: {nodes: {r1: {kind: linux}, r2: {kind: linux, mgmt-ipv4: 192.0.2.2}}}"
    )
    assert (words(content), skipped(content)) == ({"r2": "192.0.2.2"}, [("r1", "not-a-host", "")])


def test_the_kind_may_be_declared_for_a_file_of_any_name() -> None:
    content = content_of(b"name: lab\ntopology: {nodes: {r1: {kind: linux}}}\n", Path("x"))
    assert [entry.word for entry in KINDS["containerlab"].read(content).entries] == ["clab-lab-r1"]
