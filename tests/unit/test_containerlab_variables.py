"""Environment variables in a topology: replaced as containerlab does, and none of their values becomes an attribute."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from scanner.targets.entry import InventoryContent, NoteKind
from scanner.targets.inventories.containerlab.topology import resolve_topology
from scanner.targets.inventories.containerlab.variables import is_marked, unmarked, with_variables
from scanner.targets.inventories.content import content_of
from scanner.targets.inventories.registry import read_recognised

SET: Mapping[str, str] = {
    "BAR": "bar",
    "FOO": "foo",
    "EMPTY": "",
    "MY_TOKEN": "hunter2-canary",
    "ODD": "a: {b",
    "_": "x",
}


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("no variable", "no variable"),
        ("$BAR$FOO ${BAR}baz", "barfoo barbaz"),
        ("$UNSET ${UNSET}", "$UNSET ${UNSET}"),
        ("a${EMPTY}b", "ab"),
        ("${UNSET-d} ${UNSET=d} ${UNSET:-d} ${UNSET:=d}", "d d d d"),
        ("${EMPTY-d}|${EMPTY=d}|${EMPTY:-d}|${EMPTY:=d}", "||d|d"),
        ("${BAR-d} ${BAR:=d}", "bar bar"),
        ("${BAR+d}|${BAR:+d}|${UNSET+d}|${UNSET:+d}", "d|d||"),
        ("${UNSET:-$BAR} ${UNSET:=${FOO}}", "bar foo"),
        ('${UNSET:=""}', '""'),
        ("${UNSET:=ghcr.io/nokia/srlinux:24.10}", "ghcr.io/nokia/srlinux:24.10"),
        ("$$BAR $${BAR} $$$BAR", "$BAR ${BAR} $bar"),
        ("$1 ${1} $_ ${_} 100$ ${", "$1 ${1} $_ ${_} 100$ ${"),
        ("$MY_TOKEN ${MY_TOKEN} ${MY_TOKEN:=d} ${MY_TOKEN+d}", "$MY_TOKEN ${MY_TOKEN} ${MY_TOKEN:=d} ${MY_TOKEN+d}"),
        ("$ODD ${ODD:=d}", "$ODD ${ODD:=d}"),
    ],
)
def test_variables_are_replaced_as_containerlab_replaces_them(text: str, replaced: str) -> None:
    assert unmarked(with_variables(text, SET)) == replaced


@given(st.text(alphabet="$${}:-=+_ABx1 \n\ue000\ue001", max_size=60), st.sampled_from(("v", "", "v-1")))
def test_any_text_is_replaced_and_only_values_are_marked(text: str, value: str) -> None:
    replaced = with_variables(text, {"A": value})
    assert is_marked(with_variables(text, {})) is False
    assert unmarked(with_variables(text.replace("$", ""), {"A": value})) == unmarked(text.replace("$", ""))
    assert unmarked(replaced) == unmarked(with_variables(text, {"A": value}))


def understood(text: str, monkeypatch: pytest.MonkeyPatch, **environment: str) -> InventoryContent:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_recognised(content_of(text.encode(), Path("any.clab.yml"))).content


TOPOLOGY = """
name: ${CLAB_TEST_LAB:=lab}
prefix: ${CLAB_TEST_PREFIX:=""}
topology:
  defaults: {kind: "${CLAB_TEST_KIND:-linux}"}
  nodes:
    r1:
      mgmt-ipv4: $CLAB_TEST_ADDRESS
      group: $CLAB_TEST_GROUP
      labels: {site: $CLAB_TEST_SITE, own: "${UNSET_9:=text}"}
    r2: {type: $CLAB_TEST_TYPE}
  links:
    - endpoints: ["${CLAB_TEST_NODE}:eth1", "r2:eth1"]
"""


def test_values_make_names_addresses_and_links_and_no_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    content = understood(
        TOPOLOGY,
        monkeypatch,
        CLAB_TEST_LAB="blue",
        CLAB_TEST_PREFIX="x",
        CLAB_TEST_ADDRESS="192.0.2.1",
        CLAB_TEST_GROUP="hunter2-canary",
        CLAB_TEST_SITE="hunter2-canary",
        CLAB_TEST_TYPE="hunter2-canary",
        CLAB_TEST_NODE="r1",
        CLAB_TEST_KIND="arista_ceos",
    )
    assert [(entry.word, entry.labels, dict(entry.attributes)) for entry in content.entries] == [
        ("192.0.2.1", ("r1", "x-blue-r1"), {"clab-kind": "arista_ceos", "own": "text"}),
        ("x-blue-r2", ("r2", "x-blue-r2"), {"clab-kind": "arista_ceos"}),
    ]
    assert "hunter2" not in repr(content)
    assert [note.subject for note in content.notes if note.kind is NoteKind.OF_ENVIRONMENT] == [
        "group",
        "site",
        "type",
    ]


def test_a_kind_of_the_environment_that_containerlab_does_not_have_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    content = understood(TOPOLOGY, monkeypatch, CLAB_TEST_KIND="hunter2-canary", CLAB_TEST_ADDRESS="192.0.2.1")
    assert "hunter2" not in repr(content)


@given(
    st.sampled_from(("", "name: lab\n", "name: $A\nprefix: ${B:=''}\n")),
    st.recursive(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.sampled_from(("$A", "${A:-x}", "a:b", "linux", "{{ x }}"))
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    ("nodes", "links", "kinds", "groups", "defaults", "kind", "group", "labels", "endpoints")
                ),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=12,
    ),
)
def test_whatever_a_topology_holds_it_is_read_or_refused(head: str, topology: object) -> None:
    import yaml

    text = head + yaml.safe_dump({"topology": topology})
    try:
        read = resolve_topology(text, Path("any.clab.yml"), {"A": "v"})
    except DataFileError:
        return
    assert read.nodes
    assert not any(is_marked(text) for node in read.nodes for pair in node.labels for text in pair)
