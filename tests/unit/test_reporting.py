"""Which policies a run is judged by, in which format its report is written, and where."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError, KitscanError
from reports.formats.registry import FORMATS, render
from reports.policy.policy_set import DEFAULT_SET, load_policies
from scanner.cli.assessment.report_file import check_out, format_of, write
from scanner.cli.assessment.reporting import assessment_options_of
from scanner.cli.options import ReportRequest
from scanner.config import read_config
from tests.unit.documents import few

DAY = date(2026, 1, 1)


def chosen(folder: Path, config: str, *policy: str) -> tuple[tuple[str, ...], str]:
    (folder / "kitscan.yaml").write_text(config)
    asked = ReportRequest(None, None, policy, None, None, None, None, None, None)
    options = assessment_options_of(asked, read_config(folder), DAY)
    return tuple(policy.id for policy in options.policies), options.policies_chosen


def binding(folder: Path, config: str) -> bool:
    (folder / "kitscan.yaml").write_text(config)
    return assessment_options_of(ReportRequest(), read_config(folder), DAY).binding


def test_the_command_line_chooses_before_kitscan_yaml(tmp_path: Path) -> None:
    ids, by = chosen(tmp_path, "policies: [us-889a]\n", "jp-procurement-2018")
    assert (ids, by) == (("jp-procurement-2018",), "chosen by --policy")


def test_where_nobody_chose_the_report_says_so(tmp_path: Path) -> None:
    ids, by = chosen(tmp_path, "")
    assert ids == DEFAULT_SET
    assert by.startswith("nobody chose")


def test_only_policies_that_somebody_chose_bind(tmp_path: Path) -> None:
    configs = ("", "policies: [us-889a]\n", "operator: {jurisdictions: [us]}\n", "operator: {policies: [us-889a]}\n")
    assert [binding(tmp_path, config) for config in configs] == [False, True, True, True]


def test_an_operators_jurisdictions_and_roles_choose(tmp_path: Path) -> None:
    ids, _ = chosen(tmp_path, "operator: {jurisdictions: [us], bound_as: [federal contractors]}\n")
    bound = {policy.id for policy in load_policies(None) if "federal contractors" in policy.binds}
    assert set(ids) == {name for name in bound if name.startswith("us-")} >= {"us-889b"}


def test_a_role_that_no_policy_knows_is_an_error_that_lists_the_roles(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"operator.bound_as: no policy has 'federal contractor'.*executive"):
        chosen(tmp_path, "operator: {bound_as: [federal contractor]}\n")


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
    asked = ReportRequest(str(tmp_path / "kitscan.sqlite"), None, (), None, None, None, None, None, tmp_path / place)
    with pytest.raises(KitscanError, match="the report cannot be written"):
        check_out(asked, read_config(tmp_path))


def asked_for(out: Path | None = None, output_format: str | None = None) -> ReportRequest:
    return ReportRequest(None, None, (), None, None, None, None, output_format, out)


@pytest.mark.parametrize("name", FORMATS)
def test_the_ending_of_the_file_chooses_the_format(tmp_path: Path, name: str) -> None:
    for ending in (FORMATS[name].suffix, FORMATS[name].suffix.upper()):
        assert format_of(asked_for(Path(f"report{ending}")), read_config(tmp_path)) == name


def test_an_unknown_ending_is_an_error_that_lists_the_known_ones(tmp_path: Path) -> None:
    endings = r"\.txt \(text\), \.html \(html\), .*\.xml \(junit\).*\nNext: .* --format"
    with pytest.raises(KitscanError, match=rf"report\.xlsx: no report format has the ending \.xlsx.*{endings}"):
        check_out(asked_for(tmp_path / "report.xlsx"), read_config(tmp_path))


def test_a_named_format_makes_any_ending_a_good_one(tmp_path: Path) -> None:
    assert format_of(asked_for(Path("report.xlsx"), "csv"), read_config(tmp_path)) == "csv"


def test_a_file_without_an_ending_gets_the_format_of_the_configuration_or_text(tmp_path: Path) -> None:
    assert format_of(asked_for(Path("/dev/stdout")), read_config(tmp_path)) == "text"
    (tmp_path / "kitscan.yaml").write_text("format: json\n")
    assert format_of(asked_for(Path("/dev/stdout")), read_config(tmp_path)) == "json"


def test_an_unknown_format_in_the_configuration_is_refused_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "kitscan.yaml").write_text("format: pdf\n")
    with pytest.raises(DataFileError, match=r"format.*one of text, html, json, jsonl, csv, markdown, .*junit"):
        read_config(tmp_path)


def test_bytes_and_text_are_written_as_they_are(tmp_path: Path) -> None:
    for name in ("junit", "csv"):
        write(few(), name, tmp_path / name)
    assert (tmp_path / "junit").read_bytes() == render(few(), "junit")
    assert (tmp_path / "csv").read_bytes() == str(render(few(), "csv")).encode()
