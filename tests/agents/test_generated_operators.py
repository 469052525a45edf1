"""A generated operator from end to end: written, served by one process, scanned, and held to what must be found."""

import json
from pathlib import Path

import pytest

from benchmarks.free_ports import free_ports
from benchmarks.generated.running import generated, scanned, served
from tests.warm_kitscan import run_kitscan


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty devices of every role, which were scanned."""
    folder = tmp_path_factory.mktemp("operator")
    generated(folder, "mixed", 60, 6, free_ports("127.64.0.1"))
    with served(folder):
        scanned(folder)
    return folder


def kitscan(*words: str) -> tuple[int, str, str]:
    done = run_kitscan("lab", *words, cwd=Path.cwd(), timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_a_scan_finds_of_every_device_what_it_must(folder: Path) -> None:
    code, printed, message = kitscan("compare", str(folder))
    assert (code, printed, "60 of 60 devices are as expected" in message) == (0, "", True)


def test_a_report_that_finds_something_else_is_told_by_device_and_fails(folder: Path, tmp_path: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    wrong = next(device for device in report["devices"] if device["verdict"] == "restricted")
    wrong["verdict"] = "clear"
    (tmp_path / "wrong.json").write_text(json.dumps(report))
    code, printed, _ = kitscan("compare", str(folder), "--report", str(tmp_path / "wrong.json"))
    assert (code, printed) == (1, f"{wrong['labels'][0]}: verdict: expected restricted, found clear\n")


def test_a_cable_that_no_neighbour_shows_is_told(folder: Path, tmp_path: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    names = {device["id"]: device["labels"][0] for device in report["devices"]}
    link = next(link for link in report["links"] if "lldp" in link["protocols"])
    report["links"].remove(link)
    (tmp_path / "wrong.json").write_text(json.dumps(report))
    code, printed, _ = kitscan("compare", str(folder), "--report", str(tmp_path / "wrong.json"))
    ends = " - ".join(sorted((names[link["device"]], names[link["other"]])))
    assert (code, printed) == (1, f"{ends}: link: expected link, found no neighbour\n")


def test_a_file_that_is_no_report_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text("[]")
    code, _, message = kitscan("compare", str(folder), "--report", str(tmp_path / "wrong.json"))
    assert (code, "no JSON report" in message) == (2, True)


def test_a_folder_of_somebody_elses_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "zones.yaml").write_text("zones: []\n")
    code, _, message = kitscan("generate", "--shape", "mobile", "--devices", "5", "--out", str(tmp_path))
    assert (code, (tmp_path / "zones.yaml").read_text()) == (2, "zones: []\n")
    assert "a project of your own" in message


@pytest.mark.parametrize("network", ["127.64.0.0/24", "127.64.0.1/16", "x"])
def test_a_network_that_has_no_room_is_refused(network: str, tmp_path: Path) -> None:
    words = ("--shape", "mobile", "--devices", "255", "--out", str(tmp_path / "new"), "--network", network)
    code, _, message = kitscan("generate", *words)
    assert (code, (tmp_path / "new").exists()) == (2, False)
    assert network in message


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("cables.csv", "a,a_port,a_address,b,b_port,b_address\nnone-1,x,,none-2,y,\n", "row 2"),
        ("operator.yaml", "colour: blue\n", "colour"),
        ("lab.env", "LAB_SSH top-secret\n", "line 1"),
        ("devices.csv", "name,address\na,127.64.0.1\n", "no column"),
    ],
)
def test_a_file_with_a_mistake_is_named_with_its_place(tmp_path: Path, file: str, text: str, problem: str) -> None:
    generated(tmp_path, "mobile", 5, 1, free_ports("127.64.0.1"))
    (tmp_path / file).write_text(text)
    code, _, message = kitscan("serve", str(tmp_path))
    assert (code, file in message, problem in message) == (2, True, True), message
    assert "top-secret" not in message


@pytest.mark.parametrize("command", ["serve", "compare"])
def test_a_folder_that_was_not_generated_is_told_as_such(command: str, tmp_path: Path) -> None:
    code, _, message = kitscan(command, str(tmp_path))
    assert (code, "no folder that kitscan lab generate wrote" in message) == (2, True), message


def test_a_comparison_without_a_report_says_how_to_write_one(tmp_path: Path) -> None:
    generated(tmp_path, "mobile", 5, 1, free_ports("127.64.0.1"))
    code, _, message = kitscan("compare", str(tmp_path))
    assert (code, "Next: in " in message, "kitscan scan --yes" in message) == (2, True, True), message


def test_addresses_that_this_machine_has_not_are_told_as_such(tmp_path: Path) -> None:
    new = str(tmp_path / "new")
    kitscan("generate", "--shape", "mobile", "--devices", "5", "--network", "198.18.0.0/16", "--out", new)
    code, _, message = kitscan("serve", new)
    assert (code, "198.18.0" in message, "give this machine the addresses" in message) == (2, True, True), message
