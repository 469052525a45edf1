"""Several reports and templates of the user's own through the command line, on a saved capture."""

import json
import os
import threading
from pathlib import Path

import pytest

from scanner.cli.main import run

CAPTURE = (
    "1.3.6.1.2.1.1.1.0|4|Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180\n"
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.62.2.9\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with one run of one restricted device."""
    monkeypatch.chdir(tmp_path)
    Path("huawei.snmprec").write_text(CAPTURE, encoding="utf-8")
    assert run(["import", "snmprec", "huawei.snmprec"]) == 0
    capsys.readouterr()
    return tmp_path


def test_one_command_writes_several_reports_and_prints_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["assess", "--out", "r.html", "--out", "r.cdx.json", "--out", "r.prom"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "Report: r.html\nReport: r.cdx.json\nReport: r.prom\n")
    assert json.loads(Path("r.cdx.json").read_text())["bomFormat"] == "CycloneDX"


def test_kitscan_yaml_may_name_several_reports(folder: Path) -> None:
    Path("kitscan.yaml").write_text("out: [r.json, r.sarif]\n")
    assert run(["assess"]) == 1
    assert [Path(name).exists() for name in ("r.json", "r.sarif")] == [True, True]


def test_every_place_is_checked_before_the_first_report_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["assess", "--out", "r.json", "--out", "gone/r.csv"]) == 2
    assert "gone/r.csv: the report cannot be written" in capsys.readouterr().err
    assert not Path("r.json").exists()


def test_a_template_alone_is_the_only_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.md").write_text("{{ document.devices | length }} device\n")
    assert run(["assess", "--template", "t.md", "-"]) == 1
    assert capsys.readouterr().out == "1 device\n"


def test_templates_stand_beside_other_reports(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.md").write_text("{{ document.schema }}\n")
    Path("t.html").write_text("<p>{{ document.run }}</p>\n")
    words = ["--template", "t.md", "a.md", "--template", "t.html", "b.html", "--out", "r.json"]
    assert run(["assess", *words]) == 1
    assert capsys.readouterr().out == ""
    assert Path("a.md").read_text() == "kitscan-document/1\n"
    assert (Path("b.html").exists(), Path("r.json").exists()) == (True, True)


def test_a_template_may_come_from_a_pipe(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_text("{{ document.binding }}\n"))
    writer.start()
    assert run(["assess", "--template", "pipe", "-"]) == 1
    writer.join(10)
    assert capsys.readouterr().out == "False\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--template", "none.md", "-"], "none.md: whole file: cannot be read (No such file or directory)"),
        (["--template", "wrong.md", "-"], "wrong.md: line 1: "),
        (["--template", "t.md", "-", "--template", "t.md", "-"], "standard output: two reports would be written to it"),
        (["--template", "t.md", "-", "--format", "json"], "standard output: two reports would be written to it"),
        (["--template", "t.md", "a.md", "--out", "a.md"], "a.md: two reports would be written to it"),
        (["--template", "t.md", "gone/a.md"], "gone/a.md: the report cannot be written"),
        (["--format", "csv", "--out", "a", "--out", "b"], "--format csv is given for 2 files"),
    ],
)
def test_a_wrong_place_or_template_is_refused_before_the_work_begins(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    Path("t.md").write_text("x\n")
    Path("wrong.md").write_text("{% if %}\n")
    before = {path.name for path in folder.iterdir()}
    assert run(["assess", *words]) == 2
    printed = capsys.readouterr()
    assert (printed.out, said in printed.err) == ("", True), printed.err
    assert {path.name for path in folder.iterdir()} - before <= {"kitscan.sqlite.lock"}


def test_a_template_that_fails_keeps_no_other_report_from_being_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("t.md").write_text("\n{{ document.nothing }}\n")
    assert run(["assess", "--out", "r.json", "--template", "t.md", "a.md"]) == 2
    assert "t.md: line 2: there is no 'nothing'; expected " in capsys.readouterr().err
    assert (Path("r.json").exists(), Path("a.md").exists()) == (True, False)
