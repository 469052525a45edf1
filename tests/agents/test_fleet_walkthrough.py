"""The walk-through of docs/fleet.md, typed as it stands there: three sites, two with the same addresses, one silent."""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.free_ports import free_ports
from fingerprints.model.evidence import GapReason
from scanner.sink import RunOutcome
from scanner.store.store import open_store
from tests.agents.typed_script import typed
from tests.project.docs_examples import blocks
from tests.project.source_code import ROOT

pytestmark = pytest.mark.timeout(180)


@dataclass(frozen=True)
class Walked:
    """The folder in which everything was typed, and how each command of the centre ended, with what it printed."""

    folder: Path
    ends: tuple[tuple[int, str], ...]

    def report(self, name: str) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.folder / "centre" / name).read_text())
        return report


def script() -> str:
    """The commands of the page. Devices get ports that are free, and the centre's commands leave their exit codes."""
    page = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")
    text = "".join(blocks(page[page.index("## Try it") : page.index("## The centre's folder")], "sh"))
    lon, man = free_ports(), free_ports()
    text = text.replace("--out lon", f"--snmp-port {lon.snmp} --ssh-port {lon.ssh} --out lon")
    text = text.replace("12161", str(man.snmp)).replace("12122", str(man.ssh))
    kept = r"n=$((n+1)); code=0; \1 > ../printed.$n 2>&1 || code=$?; echo $code >> ../codes"
    return re.sub(r"(?m)^(kitscan fleet (?:scan|status).*)$", kept, text)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp("fleet")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with typed(f"set -e\nn=0\n{script()}", folder / "script", _made(folder / "work"), environment) as shell:
        assert shell.wait(150) == 0, [path.read_text() for path in sorted((folder / "work").rglob("*.log"))]
        codes = (folder / "work" / "codes").read_text().split()
        printed = [(folder / "work" / f"printed.{number}").read_text() for number in range(1, len(codes) + 1)]
        yield Walked(folder / "work", tuple(zip(map(int, codes), printed, strict=True)))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_sites_that_all_came_make_a_complete_run(walked: Walked) -> None:
    assert walked.ends[0][0] == 1, walked.ends[0][1]
    assert "Run 1: 2 of 2 slices of 2 sites came" in walked.ends[0][1]
    report = walked.report("both.json")
    with open_store(str(walked.folder / "centre" / "kitscan.sqlite")) as store:
        assert store.run(1).outcome is RunOutcome.COMPLETE
    assert report["devices"]


def test_one_address_in_two_sites_is_two_devices(walked: Walked) -> None:
    for name in ("both.json", "all.json"):
        at = [device for device in walked.report(name)["devices"] if "127.64.0.1" in device["addresses"]]
        found = [[value for key, value in device["attributes"] if key == "namespace"] for device in at]
        assert sorted(found) == [["LON"], ["MAN"]]


def test_a_silent_site_is_not_assessed_and_never_clear(walked: Walked) -> None:
    code, printed = walked.ends[1]
    assert (code, "nothing of PAR" in printed) == (1, True), printed
    missing = [one for one in walked.report("all.json")["not_assessed"] if one["target"].startswith("PAR/")]
    assert [one["reason"] for one in missing] == [GapReason.NOT_RECEIVED.value]
    with open_store(str(walked.folder / "centre" / "kitscan.sqlite")) as store:
        assert store.run(2).outcome is RunOutcome.INTERRUPTED


def test_the_status_names_the_collector_that_was_never_heard(walked: Walked) -> None:
    code, printed = walked.ends[2]
    assert (code, "Not heard for 24 hours: PAR/par1" in printed) == (3, True), printed


def test_nothing_that_is_kept_or_carried_holds_a_secret_of_a_site(walked: Walked) -> None:
    secrets = [line.split("=")[1].encode() for line in (walked.folder / "lon" / "lab.env").read_text().splitlines()[1:]]
    assert len(secrets) > 3
    kept = [path for place in ("centre", "carried", "lon/spool") for path in (walked.folder / place).rglob("*")]
    files = [path for path in kept if path.is_file()]
    assert len(files) > 5
    assert [path for path in files for secret in secrets if secret in path.read_bytes()] == []
