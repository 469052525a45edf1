"""Options put into a kitscan.yaml: every other line of it stays."""

from importlib.resources import files
from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError, KitscanError
from scanner.cli.policy.kitscan_yaml import operator_block, scalar_block, with_options
from scanner.config import Operator, parse_config

HERE = Path()
BLOCK = operator_block(Operator(("de", "no"), ("mobile operator",)))
BLOCKS = {"operator": BLOCK}
TEMPLATE = files("scanner.cli.project_files").joinpath("kitscan.yaml").read_text(encoding="utf-8")


def test_the_block_is_written_as_yaml_that_means_it() -> None:
    assert BLOCK == 'operator:\n  jurisdictions: [de, "no"]\n  bound_as: [mobile operator]\n'
    assert parse_config(BLOCK, HERE).operator == Operator(("de", "no"), ("mobile operator",))


@pytest.mark.parametrize("folder", ["policies", "/srv/our policies", "a: b", "#x", "x #y", "1", "2026-01-01", "é"])
def test_a_folder_of_any_name_comes_back(folder: str) -> None:
    assert parse_config(scalar_block("policies_folder", folder), HERE).policies_folder == HERE / folder


def test_a_missing_file_becomes_one_with_a_heading() -> None:
    made = with_options("", BLOCKS, HERE)
    assert made.startswith("# The options of this folder.")
    assert made.endswith(f"\n\n{BLOCK}")


def test_in_the_template_the_block_follows_the_comment_that_shows_it() -> None:
    made = with_options(TEMPLATE, BLOCKS, HERE)
    before, _, after = made.partition(BLOCK)
    assert before + after == TEMPLATE
    assert before.splitlines()[-1].startswith("#   ")


@pytest.mark.parametrize(
    "value",
    [
        "operator: {jurisdictions: [gb]}\n",
        "operator: {jurisdictions: [gb],\n  bound_as: [camera owner]}\n",
        "operator:\n  # since March\n  jurisdictions: [gb]\n\n  bound_as:\n    - camera owner\n",
        "operator : {jurisdictions: [gb]}   # ours\n",
    ],
)
def test_the_value_that_is_there_is_replaced_and_nothing_else(value: str) -> None:
    first, last = "# ours\nprofile: gentle\n\n", "\n# when\nas_of: 2026-01-31\n"
    assert with_options(first + value + last, BLOCKS, HERE) == first + BLOCK + last


def test_a_last_line_without_an_end_gets_one() -> None:
    assert with_options("profile: gentle", BLOCKS, HERE) == f"profile: gentle\n\n{BLOCK}"


@pytest.mark.parametrize("text", ["{profile: gentle}\n", '"operator": {jurisdictions: [gb]}\n'])
def test_a_file_of_unusual_form_is_left_to_its_owner(text: str) -> None:
    with pytest.raises(
        KitscanError, match=r"too unusual to change.*\nNext: put these lines into it yourself:\noperator:"
    ):
        with_options(text, BLOCKS, HERE)


def test_a_file_with_a_mistake_is_named() -> None:
    with pytest.raises(DataFileError, match=r"kitscan.yaml: line 1: unknown key profle"):
        with_options("profle: gentle\n", BLOCKS, HERE)


def test_a_file_with_windows_line_ends_keeps_them() -> None:
    made = with_options("profile: gentle\r\noperator: {jurisdictions: [gb]}\r\n# ours\r\n", BLOCKS, HERE)
    assert made == f"profile: gentle\r\n{BLOCK}# ours\r\n".replace("\r\n", "\n").replace("\n", "\r\n")
    assert with_options("profile: gentle", BLOCKS, HERE).count("\r") == 0
