"""The command that counts reliabilities: what it says of families left out, on recordings made up here."""

from pathlib import Path

import pytest

from benchmarks.fit.__main__ import main
from benchmarks.fit.attributes import with_counts

DESCR, OBJECT = "1.3.6.1.2.1.1.1.0|4|", "1.3.6.1.2.1.1.2.0|6|"
HONEST = ("cisco_ios", "Cisco", "Cisco IOS Software, C2960 Software, Version 15.0(2)SE4", "1.3.6.1.4.1.9.1.716")
OTHERS = ("juniper_junos", "Juniper", "Juniper Networks, Inc. mx80 internet router, kernel JUNOS 12.3R6.6", "")
BADGED = ("badged", "Acme", "Juniper Networks, Inc. ex2200 internet router, kernel JUNOS 12.3R6.6", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = ["recording,os,vendor,also_accept,restricted_entity"]
    for family, vendor, descr, object_id in (HONEST, OTHERS, BADGED):
        for number in range(5):
            lines = [DESCR + descr, *([OBJECT + object_id] if object_id else [])]
            (tmp_path / f"{family}_{number}.snmprec").write_text("\n".join(lines) + "\n", encoding="utf-8")
            rows.append(f"{family}_{number},{family},{vendor},,")
    (tmp_path / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def test_the_error_on_families_left_out_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten of fifteen are right, and all are as sure as can be: the error is a third of that."""
    assert main([str(folder), str(folder / "truth.csv"), "--family", "os"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "families left out: 10 right of 15 named of 15"
    assert float(lines[1].removeprefix("expected calibration error: ")) == pytest.approx(1 / 3, abs=0.03)


def test_each_kind_is_counted_by_family(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(folder), str(folder / "truth.csv"), "--family", "os"])
    counts = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("sys-descr-rule")]
    assert counts == [["sys-descr-rule", "2.0", "right", "1.0", "wrong"]]


def test_a_truth_table_without_its_columns_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "truth.csv").write_text("recording\n", encoding="utf-8")
    assert main([str(tmp_path), str(tmp_path / "truth.csv")]) == 2
    assert "no column vendor" in capsys.readouterr().err


def test_the_origins_of_attributes_are_counted_by_family(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of three families say what is expected of their version; the third's truth is another."""
    rows = ["recording,os,vendor,also_accept,restricted_entity,version"]
    for family, version in (("cisco_ios", "15.0(2)SE4"), ("juniper_junos", "12.3R6.6"), ("badged", "9.9")):
        rows += [f"{family}_{number},{family},Any,,,{version}" for number in range(5)]
    (folder / "truth.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert main([str(folder), str(folder / "truth.csv"), "--family", "os", "--attributes"]) == 0
    counts = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("sys-descr-rule")]
    assert counts == [["sys-descr-rule", "version", "2.0", "right", "1.0", "wrong"]]


def test_counts_stand_beside_the_points_that_they_leave_alone() -> None:
    text = "# head\norigins:\n  printer: 8\n  extend: 7  # model 9/9\nwords:\n  any: {box: 2}\n"
    counts: dict[str, dict[str, tuple[float, float]]] = {"printer": {"serial": (4.0, 0.0), "model": (2.5, 1.0)}}
    assert with_counts(text, counts).splitlines()[2:4] == [
        "  printer: 8  # model 2.5/1, serial 4/0",
        "  extend: 7  # not in the recordings",
    ]
