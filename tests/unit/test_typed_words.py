"""What a person types next: words that are nearly right, options that count, a command that works as it stands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.main import run
from scanner.cli.terminal.started_by import typed_command
from scanner.updates.status import LACKS, MAX_DAYS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("asses",), "Error: No such command 'asses'. Did you mean assess?"),
        (("SCAN",), "Error: No such command 'SCAN'. Did you mean scan?"),
        (("frobnicate",), "Error: No such command 'frobnicate'.\n"),
        (("explain", "gb-dvd-huawei-2022/cor"), "the policy gb-dvd-huawei-2022 has no rule cor; did you mean core?"),
        (("explain", "us-889a/xyzzy"), "the policy us-889a has no rule xyzzy\n"),
        (("policy", "show", "us-889"), "did you mean us-889-grants or us-889a or us-889b?"),
    ],
)
def test_a_word_that_is_nearly_right_is_answered_with_the_right_one(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (run(list(words)), said in capsys.readouterr().err) == (2, True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a zones file and a run of one capture."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zones.yaml").write_text("zones:\n  - {name: all, match: {role: p-router}, tier: core}\n")
    (tmp_path / "r1.snmprec").write_text("1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.1.5.0|4|r1\x1b[31m\n")
    assert run(["import", "snmprec", "r1.snmprec"]) == 0
    capsys.readouterr()
    return tmp_path


def test_zones_test_prints_json_if_it_is_asked_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zones", "test", "--zones", "zones.yaml", "--format", "json"]) == 0
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert [(device["place"], sorted(device)) for device in document["devices"]] == [
        ("unclassified", ["because", "id", "name", "nearly", "place"])
    ]
    assert (len(document["remarks"]) > 0, printed.err, "\x1b" in printed.out) == (True, "", False)


@pytest.mark.parametrize("words", ["test --out x.html", "test --fail-on review", "suggest --format json"])
def test_options_that_zones_would_pass_over_are_refused(
    folder: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (run(["zones", *words.split()]), "No such option" in capsys.readouterr().err) == (2, True)


def test_a_draft_of_zones_still_goes_to_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zones", "suggest", "--out", "draft.yaml"]) == 0
    assert (folder / "draft.yaml").read_text().startswith("#")


def test_a_command_that_is_printed_works_as_it_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "my bin" / "kitscan"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.chdir(tmp_path)
    assert typed_command("my bin/kitscan") == f"'{program}'"
    monkeypatch.setenv("PATH", str(program.parent))
    assert typed_command(str(program)) == "kitscan"
    assert typed_command("/usr/lib/scanner/cli/main.py") == f"{sys.executable} -m scanner.start"


def test_the_module_that_is_named_for_want_of_a_program_is_the_command(tmp_path: Path) -> None:
    words = [*typed_command("x.py").split(), "--version"]
    done = subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout[:8]) == (0, "kitscan ")


def test_every_set_of_data_that_can_be_old_says_what_that_means() -> None:
    assert set(LACKS) == set(MAX_DAYS)
