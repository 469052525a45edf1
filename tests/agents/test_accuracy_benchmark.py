"""`python -m benchmarks.accuracy` on two recordings of our own: imported, and served as agents that a scan asks."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.agents.responses import Kind

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[2]
RECORDINGS = {
    "switch/first": [
        "1.3.6.1.2.1.1.1.0|4|Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1208",
        "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3",
        "1.3.6.1.2.1.47.1.1.1.1.11.1|4|FOC0000097A",
    ],
    "switch/second": [
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.23.427",
        "1.3.6.1.2.1.1.1.0|4x|53353732302d3238502d53492d4143",
    ],
}
TRUTH = """recording,vendor,restricted_entity,also_accept,version,serial
switch/first,Cisco,,,15.2(7)E3,FOC0000097A
switch/second,Huawei,huawei,,,
"""


def measure(folder: Path, *options: str) -> str:
    command = (sys.executable, "-m", "benchmarks.accuracy", "--recordings", str(folder / "recordings"))
    places = ("--truth", str(folder / "truth.csv"), "--cache", str(folder / "cache"))
    done = subprocess.run((*command, *places, *options), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(output: str) -> dict[str, list[str]]:
    """The first table: each figure with its cells."""
    lines = [line.strip("| ").split("|") for line in output.partition("\n\n")[0].splitlines()]
    return {name.strip(): [cell.strip() for cell in cells] for name, *cells in lines}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of one run of the whole, and what it printed."""
    folder = tmp_path_factory.mktemp("accuracy")
    for label, lines in RECORDINGS.items():
        path = folder / "recordings" / f"{label}.snmprec"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "truth.csv").write_text(TRUTH, encoding="utf-8")
    (folder / "page.md").write_text("<!-- accuracy:figures -->\n<!-- /accuracy:figures -->\n", encoding="utf-8")
    return folder, measure(folder, "--wrong", "--into", str(folder / "page.md"))


def test_captures_and_wire_stand_side_by_side(measured: tuple[Path, str]) -> None:
    folder, output = measured
    found = rows(output)
    assert found["figure"] == ["captures", "wire"]
    for figure in ("accuracy", "present"):
        assert found[figure] == ["100.0% (2/2)"] * 2
    for figure in ("watched recall", "watched precision", "serial right", "version right"):
        assert found[figure] == ["100.0% (1/1)"] * 2
    assert found["serial as in the capture"] == ["-", "100.0% (1/1)"]
    page = (folder / "page.md").read_text(encoding="utf-8")
    assert rows(page.partition("-->\n")[2]) == found


def test_each_agent_is_counted(measured: tuple[Path, str]) -> None:
    folder, output = measured
    with (folder / "cache" / "own-wire.packets.csv").open(encoding="utf-8", newline="") as file:
        sent = list(csv.DictReader(file))
    assert [row["name"] for row in sent] == list(RECORDINGS)
    assert [min(int(row[Kind.GET]), int(row[Kind.GETNEXT])) > 0 for row in sent] == [True] * len(RECORDINGS)
    assert [int(row[Kind.GETBULK]) > 0 for row in sent] == [True, False]  # the second has no table
    assert all(int(row[Kind.SET]) == int(row[Kind.MALFORMED]) == 0 for row in sent)
    most = max(sum(int(row[kind]) for kind in Kind) for row in sent)
    assert rows(output)["packets a device: median, p95, largest"][1].endswith(f", {most}, {most}")


def test_one_column_can_be_judged_again_alone(measured: tuple[Path, str]) -> None:
    folder, output = measured
    wire = rows(measure(folder, "--only", "wire", "--reuse"))
    assert wire["figure"] == ["wire"]
    assert wire["accuracy"] == rows(output)["accuracy"][1:]
