"""Lists of support ends and of attributes through the command line, on saved captures."""

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.main import run

CAPTURE = """\
edge-1#show version
Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE10, RELEASE SOFTWARE (fc2)
cisco WS-C3750G-24TS (PowerPC405) processor (revision D0) with 131072K bytes of memory.
Model number                    : WS-C3750G-24TS-S
System serial number            : FOC1033Y1AB
"""
SUPPORT = "support: [{maker: cisco, models: [WS-C3750*], end_of_support: 2018-01-31, verdict: restricted}]\n"
IMPORT = ["import", "cli", "--platform", "cisco_ios", "--command", "show version", "edge-1.txt"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("edge-1.txt").write_text(CAPTURE, encoding="utf-8")
    Path("support.yaml").write_text(SUPPORT, encoding="utf-8")
    return tmp_path


def document(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any, str]:
    """The exit code, the document of the latest run judged with these options, and what stderr says."""
    capsys.readouterr()
    code = run(["assess", "--format", "json", *options])
    printed = capsys.readouterr()
    return code, json.loads(printed.out), printed.err


def found(report: Any) -> list[tuple[str, str, str | None]]:
    return [
        (finding["rule"], finding["verdict"], finding["deadline"])
        for finding in report["devices"][0]["findings"]
        if finding["policy"] == "support"
    ]


def test_the_list_comes_from_the_option_or_from_the_configuration(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(IMPORT) == 0
    expected = [("cisco-ws-c3750", "restricted", "2018-01-31")]
    code, report, _ = document(capsys, "--support", "support.yaml", "--as-of", "2018-02-01")
    assert (code, found(report)) == (1, expected)
    assert [policy["certainty"] for policy in report["policies"] if policy["id"] == "support"] == ["own"]
    (folder / "kitscan.yaml").write_text("support: support.yaml\n", encoding="utf-8")
    _, report, _ = document(capsys, "--as-of", "2018-01-31")
    assert found(report) == [("cisco-ws-c3750", "conditional", "2018-01-31")]


def test_without_a_list_nothing_is_said_of_support(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(IMPORT) == 0
    _, report, _ = document(capsys)
    assert "support" not in [policy["id"] for policy in report["policies"]]


def test_attributes_of_a_captures_serial_number_are_kept_with_the_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "known.csv").write_text(
        "serial,end_of_life,installed\nFOC1033Y1AB,2027-01-31,2010-03-01\nX,,2011-01-01\n", encoding="utf-8"
    )
    assert run([*IMPORT, "--attributes", "known.csv"]) == 0
    assert "1 of 2 rows of known.csv are about no device of this run: row 3." in capsys.readouterr().err
    _, report, _ = document(capsys, "--as-of", "2027-02-01")
    assert report["devices"][0]["attributes"] == [["end_of_life", "2027-01-31"], ["installed", "2010-03-01"]]
    assert found(report) == [("declared-support", "review", "2027-01-31")]


def test_attributes_answer_undated_for_an_old_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "ban.yaml").write_text(
        "id: ban\ntitle: No more of these\nwho: {makers: [Cisco Systems]}\nrules:\n- {id: new, "
        "action: prohibit_install, where: {segments: [all]}, effective: 2015-01-01, standing: presumed_new}\n",
        encoding="utf-8",
    )
    (folder / "known.csv").write_text("label,installed\nedge-1,2010-03-01\ngone,2010-01-01\n", encoding="utf-8")
    (folder / "kitscan.yaml").write_text("policies_folder: own\npolicies: [ban]\n", encoding="utf-8")
    assert run(IMPORT) == 0
    code, report, _ = document(capsys)
    assert (code, report["devices"][0]["findings"][0]["reason"]) == (1, "undated")
    code, report, errors = document(capsys, "--attributes", "known.csv")
    assert (code, report["devices"][0]["findings"][0]["verdict"]) == (0, "conditional")
    assert "1 of 2 rows of known.csv are about no device of this run: row 3." in errors
    assert report["notes"][-1] == "1 of 2 rows of known.csv are about no device of this run: row 3."


def test_a_maker_that_nobody_knows_is_refused_before_anything_is_called_clear(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "ban.yaml").write_text(
        "id: ban\ntitle: No more of these\nwho: {makers: [cicso]}\nrules:\n- {id: use, action: prohibit_use,"
        " where: {segments: [all]}, effective: 2015-01-01}\n",
        encoding="utf-8",
    )
    (folder / "kitscan.yaml").write_text("policies_folder: own\npolicies: [ban]\n", encoding="utf-8")
    assert run(IMPORT) == 0
    assert run(["assess"]) == 2
    assert "policy ban: there is no company cicso; did you mean cisco?" in capsys.readouterr().err


def test_the_timeline_and_explain_know_the_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(IMPORT) == 0
    capsys.readouterr()
    assert run(["policy", "timeline", "--support", "support.yaml", "--from", "2018-01-01", "--to", "2018-12-31"]) == 0
    assert "2018-01-31  last day   support/cisco-ws-c3750" in capsys.readouterr().out
    assert run(["explain", "support/cisco-ws-c3750", "--support", "support.yaml"]) == 0
    assert "who       WS-C3750* of cisco" in capsys.readouterr().out


def test_the_doctor_reads_both_lists(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "known.csv").write_text("installed\n2010-03-01\n", encoding="utf-8")
    (folder / "kitscan.yaml").write_text("support: support.yaml\nattributes: known.csv\n", encoding="utf-8")
    run(["doctor"])
    printed = capsys.readouterr().out
    assert "support: support.yaml can be read" in printed
    assert "known.csv: row 1: the header names no device" in printed
