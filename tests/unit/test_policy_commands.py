"""`kitscan policy list`, `new` and `choose`, as a person types them."""

import io
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.errors import KitscanError
from reports.judgement.policy_views.worked_examples import run_examples
from scanner.cli.exit_codes import USAGE
from scanner.cli.main import run
from scanner.cli.policy.new_file import policy_text
from scanner.config import Operator, read_config

ORDER = """\
id: {name}
title: an order of {jurisdiction}
jurisdiction: {jurisdiction}
roles: [{roles}]
until: 2031-01-01
who: {{makers: [huawei]}}
rules: [{{id: out, action: prohibit_use, where: {{segments: [all]}}, effective: 2020-01-01}}]
"""


class Terminal(io.StringIO):
    """A standard input at which a person types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with two policies of ours in it, and no one at the terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    (tmp_path / "own").mkdir()
    for name, jurisdiction, roles in (
        ("se-a", "SE", "mobile operator, fixed operator, internet provider"),
        ("no-b", "NO", "camera owner"),
    ):
        (tmp_path / "own" / f"{name}.yaml").write_text(ORDER.format(name=name, jurisdiction=jurisdiction, roles=roles))
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    assert run(["policy", "list", "--folder", "own", *options]) == 0
    return capsys.readouterr().out.splitlines()


def ids(lines: list[str]) -> list[str]:
    return [line.split()[0] for line in lines[1:]]


def test_the_list_is_of_the_jurisdictions_and_of_the_law_above_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ids(listed(capsys, "--jurisdiction", "Norway")) == ["no-b"]
    swedish = ids(listed(capsys, "--jurisdiction", "se"))
    assert {"se-a", "se-pts-2020", "eu-5g-toolbox"} <= set(swedish)
    assert "no-b" not in swedish


def test_the_list_is_of_the_roles_and_names_those_that_were_asked_for_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = [line for line in listed(capsys, "--role", "Internet Provider") if line.split()[0] in ("se-a", "no-b")]
    assert own == [
        "se-a                         SE    in force   2031-01-01 internet provider, mobile operator +1        own"
        "       an order of SE"
    ]


def test_the_list_says_where_it_knows_nothing_and_what_it_hides(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["policy", "list", "--jurisdiction", "za", "--jurisdiction", "lv"]) == 0
    printed = capsys.readouterr()
    assert "No policy is known for ZA (South Africa)" in printed.err
    assert "1 more from memory alone: --include-unverified lists them" in printed.err


def test_a_word_that_means_nothing_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "list", "--role", "mobil operator"]) == USAGE
    assert "'mobil operator' is not known; expected mobile operator" in capsys.readouterr().err


@pytest.mark.parametrize("today", [date(2026, 11, 29), date(2028, 2, 29), date(2026, 12, 31)])
def test_a_new_policy_is_one_whose_examples_come_out_as_written(tmp_path: Path, today: date) -> None:
    path = tmp_path / "acme-board.yaml"
    path.write_text(policy_text("acme-board", today))
    results = run_examples(path, load_companies())
    assert [result.kind for result in results] == ["hit", "near_miss", "date_edge"]
    assert [result for result in results if result.differences] == []


@pytest.mark.parametrize("name", ["Acme", "../acme", "", "a" * 61, "acme board"])
def test_a_name_that_is_no_id_is_refused(name: str) -> None:
    with pytest.raises(KitscanError, match="is no id of a policy"):
        policy_text(name, date(2026, 1, 1))


def test_a_new_policy_is_written_once_and_judges(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "kitscan.yaml").write_text("policies_folder: own\n")
    assert run(["policy", "new", "acme-x"]) == 0
    written = (folder / "own" / "acme-x.yaml").read_text()
    assert run(["policy", "new", "acme-x"]) == USAGE
    assert "own/acme-x.yaml: is there already" in capsys.readouterr().err
    assert (folder / "own" / "acme-x.yaml").read_text() == written
    assert run(["policy", "new", "us-889a"]) == USAGE
    assert "kitscan has a policy us-889a" in capsys.readouterr().err
    assert "acme-x" in ids(listed(capsys))


def test_a_choice_says_what_it_brings_and_what_not_and_writes_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--jurisdiction", "Sweden", "--jurisdiction", "no", "--role", "mobile operator", "--folder", "own"]
    assert run(["policy", "choose", *words, "--as-of", "2030-12-31"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  se-a                         an order of SE" in lines
    assert "  no-b                         binds others: camera owner" in lines
    assert lines.index("left out:") < lines.index("  no-b                         binds others: camera owner")
    assert lines[-1] == "wrote operator into kitscan.yaml"
    config = read_config(folder)
    assert (config.operator, config.policies_folder, config.as_of) == (
        Operator(("se", "no"), ("mobile operator",)),
        folder / "own",
        date(2030, 12, 31),
    )


def test_an_operator_is_never_replaced_without_asking(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = "operator: {jurisdictions: [gb], policies: [us-889a]}\n"
    (folder / "kitscan.yaml").write_text(before)
    assert run(["policy", "choose", "--jurisdiction", "de"]) == USAGE
    assert "add --yes to replace it" in capsys.readouterr().err
    assert (folder / "kitscan.yaml").read_text() == before
    assert run(["policy", "choose", "--jurisdiction", "de", "--yes"]) == 0
    assert read_config(folder).operator == Operator(("de",), (), ("us-889a",))


def test_without_a_terminal_and_without_words_it_asks_for_the_options(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [run(["policy", "choose"]), run(["policy", "choose", "--yes"])] == [USAGE, USAGE]
    assert '--jurisdiction de --role "mobile operator"' in capsys.readouterr().err
    assert not (folder / "kitscan.yaml").exists()


def test_three_questions_are_asked_again_until_the_answer_means_something(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ["", "germny", "de, se", "99", "1, internet provider", "nowhere", "own, 2026-01-31"]
    monkeypatch.setattr(sys, "stdin", Terminal("\n".join([*answers, ""])))
    assert run(["policy", "choose"]) == 0
    asked = capsys.readouterr().err
    for said in ("an answer is needed", "expected DE (Germany)", "'99' is not known", "neither a folder nor a date"):
        assert said in asked
    config = read_config(folder)
    assert (config.operator, config.policies_folder, config.as_of) == (
        Operator(("de", "se"), ("mobile operator", "internet provider")),
        folder / "own",
        date(2026, 1, 31),
    )


@pytest.mark.parametrize(("answer", "kept"), [("n", True), ("y", False)])
def test_the_operator_that_is_there_is_shown_before_it_is_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, kept: bool
) -> None:
    (folder / "kitscan.yaml").write_text("operator: {jurisdictions: [gb]}\n")
    monkeypatch.setattr(sys, "stdin", Terminal(f"de\n\n\n{answer}\n"))
    assert run(["policy", "choose"]) == (USAGE if kept else 0)
    assert read_config(folder).operator == Operator(("gb" if kept else "de",))


def test_a_choice_that_policies_by_name_outvote_is_told_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "kitscan.yaml").write_text("policies: [us-889a]\n")
    assert run(["policy", "choose", "--jurisdiction", "de"]) == 0
    assert "kitscan.yaml also names policies, and those win" in capsys.readouterr().err


def test_what_is_not_yet_known_is_left_out_with_its_day(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tomorrow = date.today() + timedelta(days=400)
    text = ORDER.format(name="se-late", jurisdiction="SE", roles="mobile operator")
    (folder / "own" / "se-late.yaml").write_text(
        text.replace("2020-01-01", str(tomorrow)).replace("2031-01-01", "2099-01-01")
    )
    assert run(["policy", "choose", "--jurisdiction", "se", "--folder", "own"]) == 0
    assert f"  se-late                      not known before {tomorrow}" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", ["support", "zones"])
def test_a_new_policy_does_not_take_the_name_of_findings_without_a_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["policy", "new", name]) == 2
    assert f"kitscan has a policy {name}" in capsys.readouterr().err
    assert not (tmp_path / "policies").exists()
