"""In which formats reports are written, and where: the command line, kitscan.yaml, endings, places, modes."""

import os
import subprocess
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError, KitscanError
from reports.formats.registry import FORMATS, render
from scanner.cli.assessment.report_file import check_out, write, write_reports
from scanner.cli.assessment.report_plan import PlannedReport, planned_reports
from scanner.cli.options import ReportRequest
from scanner.config import read_config
from tests.unit.documents import few


def written(out: Path) -> Path:
    write(few(), "json", out)
    return out


def test_a_new_report_is_its_owners_alone_and_one_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    new, shared = tmp_path / "new.json", tmp_path / "shared.json"
    shared.touch()
    shared.chmod(0o644)
    assert [written(out).stat().st_mode & 0o777 for out in (new, shared)] == [0o600, 0o644]
    assert {path.name for path in tmp_path.iterdir()} == {"new.json", "shared.json"}


def test_a_report_written_through_a_link_lands_in_its_file(tmp_path: Path) -> None:
    file, link = tmp_path / "file.json", tmp_path / "link.json"
    link.symlink_to(file)
    written(link)
    assert (link.is_symlink(), file.is_file()) == (True, True)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    written(pipe)
    content, _ = reader.communicate(timeout=10)
    assert (content[:1], pipe.is_fifo()) == (b"{", True)


@pytest.mark.parametrize("place", ["nowhere/r.json", ".", "kitscan.sqlite"])
def test_a_place_where_no_report_can_be_is_refused_before_a_scan(tmp_path: Path, place: str) -> None:
    asked = ReportRequest(store=str(tmp_path / "kitscan.sqlite"), out=(tmp_path / "r.txt", tmp_path / place))
    with pytest.raises(KitscanError, match="the report cannot be written"):
        check_out(asked, read_config(tmp_path))


@pytest.mark.parametrize("place", ["kitscan.sqlite-wal", "kitscan.yaml", "zones.yaml", "linked.yaml", "t.md.j2"])
def test_a_report_takes_the_place_of_no_file_that_kitscan_reads(tmp_path: Path, place: str) -> None:
    for name, text in (("kitscan.yaml", "zones: zones.yaml\n"), ("zones.yaml", "zones: []\n"), ("t.md.j2", "x")):
        (tmp_path / name).write_text(text)
    (tmp_path / "linked.yaml").hardlink_to(tmp_path / "zones.yaml")
    asked = ReportRequest(
        store=str(tmp_path / "kitscan.sqlite"), template=((tmp_path / "t.md.j2", str(tmp_path / place)),)
    )
    with pytest.raises(KitscanError, match="the report cannot be written"):
        check_out(asked, read_config(tmp_path))


def forms(folder: Path, *outs: str, output_format: str | None = None) -> list[object]:
    """The formats of the reports that these options ask for in a folder."""
    request = ReportRequest(out=tuple(map(Path, outs)), output_format=output_format)
    return [report.form for report in planned_reports(request, read_config(folder))]


@pytest.mark.parametrize("name", FORMATS)
def test_the_ending_of_the_file_chooses_the_format(tmp_path: Path, name: str) -> None:
    for ending in (FORMATS[name].suffix, FORMATS[name].suffix.upper()):
        assert forms(tmp_path, f"report{ending}") == [name]


def test_an_unknown_ending_is_an_error_that_lists_the_known_ones(tmp_path: Path) -> None:
    endings = r"\.txt \(text\), \.html \(html\), .*\.xml \(junit\).*\nNext: .* --format"
    with pytest.raises(KitscanError, match=rf"report\.docx: no report format has the ending \.docx.*{endings}"):
        forms(tmp_path, "report.docx")


def test_a_mistyped_ending_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(KitscanError, match=r"has the ending \.htlm; did you mean \.html\?; the endings are"):
        forms(tmp_path, "report.htlm")


def test_a_named_format_makes_any_ending_a_good_one(tmp_path: Path) -> None:
    assert forms(tmp_path, "report.docx", output_format="csv") == ["csv"]


def test_a_file_without_an_ending_gets_the_format_of_the_configuration_or_text(tmp_path: Path) -> None:
    assert forms(tmp_path, "/dev/stdout") == ["text"]
    (tmp_path / "kitscan.yaml").write_text("format: json\n")
    assert forms(tmp_path, "/dev/stdout") == ["json"]


def test_several_files_get_each_the_format_of_its_ending(tmp_path: Path) -> None:
    request = ReportRequest(out=(Path("r.html"), Path("r.json"), Path("r")))
    assert planned_reports(request, read_config(tmp_path)) == (
        PlannedReport("html", Path("r.html")),
        PlannedReport("json", Path("r.json")),
        PlannedReport("text", Path("r")),
    )


@pytest.mark.parametrize(
    ("out", "names"), [("r.html", ["r.html"]), ("[r.html, sub/r.json]", ["r.html", "sub/r.json"]), ("[]", [])]
)
def test_kitscan_yaml_names_one_file_or_several_below_its_folder(tmp_path: Path, out: str, names: list[str]) -> None:
    (tmp_path / "kitscan.yaml").write_text(f"out: {out}\n")
    assert read_config(tmp_path).out == tuple(tmp_path / name for name in names)


def test_files_on_the_command_line_take_the_place_of_those_in_kitscan_yaml(tmp_path: Path) -> None:
    (tmp_path / "kitscan.yaml").write_text("out: [a.html, b.json]\n")
    assert (forms(tmp_path), forms(tmp_path, "c.csv")) == (["html", "json"], ["csv"])


def test_one_format_for_several_files_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KitscanError, match="--format csv is given for 2 files\nNext: leave the format out"):
        forms(tmp_path, "a.csv", "b.csv", output_format="csv")
    (tmp_path / "kitscan.yaml").write_text("out: [a.html, b.json]\nformat: csv\n")
    with pytest.raises(KitscanError, match=r"kitscan\.yaml gives 2 files one format, csv\nNext: leave the format out"):
        forms(tmp_path)


def test_a_file_that_is_named_twice_is_refused_whatever_its_name_is_written_like(tmp_path: Path) -> None:
    with pytest.raises(KitscanError, match=r"sub/\.\./a\.json: two reports would be written to it"):
        forms(tmp_path, f"{tmp_path}/a.json", f"{tmp_path}/sub/../a.json")


def test_a_report_that_fails_does_not_keep_the_others_from_being_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = (tmp_path / "none" / "a.csv", tmp_path / "gone" / "b.csv", tmp_path / "c.json")
    with pytest.raises(KitscanError, match=r"none/a\.csv: the report cannot be written"):
        write_reports(few(), (*(PlannedReport("csv", out) for out in outs[:2]), PlannedReport("json", outs[2])))
    assert outs[2].read_text() == render(few(), "json")
    assert "gone/b.csv: the report cannot be written" in capsys.readouterr().err


def test_an_unknown_format_in_the_configuration_is_refused_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "kitscan.yaml").write_text("format: docx\n")
    with pytest.raises(DataFileError, match=r"format.*one of text, html, json, jsonl, csv, markdown, .*junit"):
        read_config(tmp_path)


def test_bytes_and_text_are_written_as_they_are(tmp_path: Path) -> None:
    for name in ("junit", "csv"):
        write(few(), name, tmp_path / name)
    assert (tmp_path / "junit").read_bytes() == render(few(), "junit")
    assert (tmp_path / "csv").read_bytes() == str(render(few(), "csv")).encode()
