"""What commands print on each SSH platform, as vendors document it: who made the box, and what box it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from fingerprints.evidence import Evidence, Subject
from fingerprints.identify import identify
from fingerprints.knowledge import Knowledge, load_knowledge
from fingerprints.recording import split
from scanner.probes.captures import read_cli

CAPTURES = Path(__file__).with_name("commands")


def _captures() -> Iterator[Any]:
    for path in sorted(CAPTURES.glob("*.yaml")):
        file = yaml.safe_load(path.read_text())
        for number, capture in enumerate(file["captures"], 1):
            vendor = capture["vendor"] if "vendor" in capture else file["vendor"]
            name = f"{file['platform']} {capture['command']} {number}"
            yield pytest.param(file["platform"], vendor, capture, id=name)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.mark.parametrize(("platform", "vendor", "capture"), [*_captures()])
def test_what_a_command_prints_names_the_box(
    platform: str, vendor: str | None, capture: dict[str, Any], knowledge: Knowledge, tmp_path: Path
) -> None:
    (tmp_path / "capture.txt").write_text(capture["text"], encoding="utf-8")
    observations, gaps = split(read_cli(tmp_path / "capture.txt", capture["command"], platform))
    device = identify((Evidence(Subject("capture"), observations, gaps),), knowledge)
    found = {name: getattr(device.identity, name) or "" for name in capture["expect"]}
    assert {name: text for name, text in found.items() if capture["expect"][name] not in text} == {}
    assert (device.identity.vendor.id if device.identity.vendor else None) == vendor
    parts = {(part.kind, part.serial) for part in device.components}
    assert set(capture.get("components", {}).items()) <= parts
