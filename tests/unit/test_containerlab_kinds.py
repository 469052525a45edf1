"""containerlab's kinds: the list is that of the published schema, and a kind only orders what is asked."""

import json
from pathlib import Path

import pytest

from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.targets.inventories.containerlab.kinds import (
    EARLIER_NAMES,
    EXTERNAL,
    KUBERNETES,
    NO_CONTAINER,
    PLATFORMS_OF_KINDS,
    platform_of_kind,
)
from scanner.targets.platform_hints import platform_hints
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports

SCHEMA = Path(__file__).parents[1] / "schemas" / "clab.schema.json"


def kinds_of_schema() -> set[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    node = schema["definitions"]["node-config"]["properties"]["kind"]["enum"]
    return {*node, *schema["properties"]["topology"]["properties"]["kinds"]["properties"]}


def test_every_kind_of_the_schema_is_known_and_no_other() -> None:
    assert set(PLATFORMS_OF_KINDS) == kinds_of_schema()
    assert {*NO_CONTAINER, KUBERNETES, EXTERNAL} <= kinds_of_schema()
    assert set(EARLIER_NAMES.values()) <= kinds_of_schema()
    assert not set(EARLIER_NAMES) & kinds_of_schema()


def test_every_hint_is_a_platform_that_kitscan_has() -> None:
    platforms = load_platforms()
    unknown = {name for name in PLATFORMS_OF_KINDS.values() if name and platforms.named(name) is None}
    assert unknown == set()


@pytest.mark.parametrize(
    ("kind", "platform"),
    [("huawei_vrp", "huawei_vrp"), ("srl", "nokia_srl"), ("vr-xrv9k", "cisco_xr"), ("linux", ""), ("unheard-of", "")],
)
def test_a_kind_gives_the_platform_to_try_first(kind: str, platform: str) -> None:
    assert platform_of_kind(kind) == platform


def test_hints_are_given_by_target_and_are_no_attribute_that_counts_as_evidence(tmp_path: Path) -> None:
    nodes = "r1: {kind: huawei_vrp, mgmt-ipv4: 192.0.2.1}, h1: {kind: linux, mgmt-ipv4: 192.0.2.2}"
    (tmp_path / "lab.clab.yml").write_text(f"name: lab\ntopology: {{nodes: {{{nodes}}}}}\n")
    targets = read_targets(("lab.clab.yml", "192.0.2.0/29"), Ports(1161, 22), lambda name: name, tmp_path)
    assert platform_hints(targets) == {"192.0.2.1:1161": "huawei_vrp"}
    named = {name for target in targets for name, _ in target.attributes}
    assert named == {"clab-kind"}
