"""An error of kitscan holds the problem and the next step apart, and its text is both."""

from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw, KitscanError


def test_an_error_is_its_problem_and_its_next_step() -> None:
    error = KitscanError("no zones file", "name one with --zones")
    assert (error.problem, error.next_step) == ("no zones file", "name one with --zones")
    assert str(error) == "no zones file\nNext: name one with --zones"


def test_an_error_without_a_next_step_is_its_problem() -> None:
    assert str(KitscanError("the disk is full")) == "the disk is full"


def test_an_error_about_a_file_names_each_flaw_and_the_first_in_one_line() -> None:
    flaws = (Flaw("line 1", "is empty", "a word"), Flaw("line 2", "is no word", "a word"))
    error = DataFileError(Path("list.txt"), flaws, "correct them")
    first, second = "list.txt: line 1: is empty; expected a word", "list.txt: line 2: is no word; expected a word"
    assert (error.problem, error.summary) == (f"{first}\n{second}", first)
    assert str(error) == f"{first}\n{second}\nNext: correct them"
