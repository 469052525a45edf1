"""`kitscan receive`: one line a bundle, and a run that ends when all of it is there."""

import json
from pathlib import Path

import pytest

from scanner.cli.main import run
from scanner.store.bundles.signing import public_key_of
from tests.unit.fleet_bundles import LON1, LON2, PAR1, SILENT, STRANGER, Bundler, Slice, box


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A centre's project folder, with two sites and a stick."""
    for name, keys in (("LON", {"lon1": LON1, "lon2": LON2}), ("PAR", {"par1": PAR1})):
        lines = [f"  {collector}: '{public_key_of(key)}'" for collector, key in keys.items()]
        (tmp_path / "sites").mkdir(exist_ok=True)
        text = "\n".join((f"site: {name}", "scope: [10.0.0.0/16]", "collectors:", *lines, ""))
        (tmp_path / "sites" / f"{name}.yaml").write_text(text)
    (tmp_path / "stick").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder: Path, name: str, made: Slice) -> None:
    path = Bundler(folder / "made").bundle(made)
    path.rename(folder / "stick" / f"{name}.zip")


def receive(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str]]:
    code = run(["receive", *words])
    return code, capsys.readouterr().out.splitlines()


def test_a_stick_is_received_in_parts_and_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "1", Slice({"10.0.0.1": box("edge", "S1")}, of=2))
    (folder / "stick" / "notes.txt").write_text("not a bundle")
    assert receive(capsys, "stick") == (
        0,
        [
            "stick/1.zip: taken: slice 1 of 2 of LON, run 1, 1 subject, 1 row of evidence",
            "run 1: waits; 1 of 2 slices of LON, without 2; --end ends it so",
        ],
    )
    put(folder, "2", Slice({"10.0.0.2": SILENT}, collector="lon2", ordinal=2, of=2))
    assert receive(capsys, "stick") == (
        0,
        [
            "stick/1.zip: again: slice 1 of LON; it was taken before, and adds nothing",
            "stick/2.zip: taken: slice 2 of 2 of LON, run 1, 1 subject, 1 row of evidence",
            "run 1: complete; 2 of 2 slices of LON; kitscan assess 1 reports on it",
        ],
    )
    assert sorted(path.name for path in (folder / "stick").iterdir()) == ["1.zip", "2.zip", "notes.txt"]
    assert run(["assess", "1", "--format", "json", "--fail-on", "never"]) == 3
    assert '"LON"' in capsys.readouterr().out


def test_no_name_on_a_stick_reaches_the_terminal_as_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "stick" / "\x1b]0;owned\x07.zip").write_bytes(b"PK\x03\x04")
    code, (told,) = receive(capsys, "stick")
    assert (code, told.isprintable()) == (3, True)


def test_a_slice_is_not_imported_as_a_complete_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "1", Slice({"10.0.0.1": SILENT}, of=2))
    assert run(["runs", "import", "stick/1.zip"]) == 2
    assert "kitscan receive takes slices" in capsys.readouterr().err
    assert not (folder / "kitscan.sqlite").exists()


def test_what_is_put_aside_says_why_and_ends_with_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "1", Slice({"10.0.0.1": SILENT}, key=STRANGER))
    put(folder, "2", Slice({"10.0.0.1": SILENT, "10.1.0.1": SILENT}))
    (folder / "stick" / "3.zip").write_bytes(b"PK\x03\x04")
    code, told = receive(capsys, "stick")
    assert (code, told) == (
        3,
        [
            "stick/1.zip: put aside: no site has the key that signed it",
            "stick/2.zip: taken: slice 1 of 1 of LON, run 1, 1 subject, 1 row of evidence; "
            "1 put aside, outside the scope of the site (10.1.0.1)",
            "stick/3.zip: put aside: it is no whole bundle (whole file: is not a whole ZIP archive)",
            "run 1: incomplete; 1 of 1 slice of LON, only a part of 1; kitscan assess 1 reports on it",
        ],
    )


def test_end_says_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "1", Slice({"10.0.0.1": box("edge", "S1")}, ordinal=7, of=20))
    put(folder, "2", Slice({"10.0.0.1": SILENT}, "PAR", "par1"))
    code, told = receive(capsys, "--end", "stick/1.zip", "stick/2.zip")
    assert (code, told[-1]) == (
        3,
        "run 1: incomplete; 1 of 20 slices of LON, without 1, 2, 3, 4, 5, 6, 8, 9, 10, 11 and 9 more; "
        "1 of 1 slice of PAR; kitscan assess 1 reports on it",
    )
    assert run(["assess", "1", "--fail-on", "never"]) == 3
    assert "nothing was received from its site" in capsys.readouterr().out
    assert run(["assess", "1", "--format", "json", "--fail-on", "never"]) == 3
    hints = {told["reason"]: told["hint"] for told in json.loads(capsys.readouterr().out)["not_assessed"]}
    assert hints["interrupted"].endswith("of a fleet's run: collect again")  # no kitscan scan --resume takes it
    assert receive(capsys, "stick")[1][0].startswith("stick/1.zip: again")


def test_a_folder_without_sites_is_an_error_with_a_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["receive", "."]) == 2
    assert "a folder with a file for each site" in capsys.readouterr().err
