"""Which policies a run is judged by: the command line's word, then the operator's, and nobody's is said to be that."""

from datetime import date
from pathlib import Path

import pytest

from fingerprints.errors import DataFileError
from reports.judgement.policy import DEFAULT_SET
from scanner.cli.options import Assessment
from scanner.cli.reporting import frame_of
from scanner.config import read_config

DAY = date(2026, 1, 1)


def chosen(folder: Path, config: str, *policy: str) -> tuple[tuple[str, ...], str]:
    (folder / "kitscan.yaml").write_text(config)
    asked = Assessment(None, None, policy, None, None, None, None, None, None)
    frame = frame_of(asked, read_config(folder), DAY)
    return tuple(one.id for one in frame.policies), frame.policies_chosen


def test_the_command_line_wins(tmp_path: Path) -> None:
    ids, by = chosen(tmp_path, "policies: [us-889a]\n", "jp-procurement-2018")
    assert (ids, by) == (("jp-procurement-2018",), "chosen by --policy")


def test_where_nobody_chose_the_report_says_so(tmp_path: Path) -> None:
    ids, by = chosen(tmp_path, "")
    assert ids == DEFAULT_SET
    assert by.startswith("nobody chose")


def test_an_operators_jurisdictions_and_roles_choose(tmp_path: Path) -> None:
    ids, _ = chosen(tmp_path, "operator: {jurisdictions: [us], bound_as: [federal contractors]}\n")
    assert ids == ("us-889b",)


def test_a_role_that_no_policy_knows_is_an_error_that_lists_the_roles(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"operator.bound_as: 'federal contractor' stands in no policy.*executive"):
        chosen(tmp_path, "operator: {bound_as: [federal contractor]}\n")
