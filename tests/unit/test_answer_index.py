"""The answers beside a store: what is found by which name, and when the file is as if it were not there."""

from pathlib import Path

import pytest

from scanner.store.answer_index import StoredAnswer, index_of, read_answers, write_answers

FIRST = StoredAnswer(("id-1", "Core-1", "10.0.0.1", "core-1"), "the first", "its chain")
SECOND = StoredAnswer(("id-2", "core-1"), "the second")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "kitscan.sqlite-answers"
    assert write_answers(place, "key", (FIRST, SECOND))
    return place


@pytest.mark.parametrize(
    ("name", "short"), [("CORE-1", "the first"), ("10.0.0.1", "the first"), ("id-2", "the second"), ("core%", None)]
)
def test_a_name_finds_the_first_device_of_that_name_in_any_case(path: Path, name: str, short: str | None) -> None:
    index = read_answers(path, "key")
    assert index is not None
    found = index.answer(name)
    assert (found and found.short) == short


def test_an_answer_comes_back_as_it_was_kept(path: Path) -> None:
    index = read_answers(path, "key")
    assert index is not None
    assert index.answer("id-1") == StoredAnswer((), "the first", "its chain")
    assert list(index.names()) == ["id-1", "Core-1", "10.0.0.1", "core-1", "id-2", "core-1"]


def test_answers_under_another_key_are_as_if_they_were_not_there(path: Path) -> None:
    assert read_answers(path, "another key") is None


def test_new_answers_replace_the_old_ones_whole(path: Path) -> None:
    assert write_answers(path, "new key", (SECOND,))
    index = read_answers(path, "new key")
    assert index is not None
    assert (read_answers(path, "key"), index.answer("id-1")) == (None, None)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["\ud800", "a\x00b", "\u202e", "' or 1=1 --"])
def test_whatever_a_device_calls_itself_can_be_kept_and_found(tmp_path: Path, name: str) -> None:
    place = tmp_path / "answers"
    assert write_answers(place, "key", (FIRST, StoredAnswer((name,), "hostile")))
    index = read_answers(place, "key")
    assert index is not None
    assert index.answer(name) == StoredAnswer((), "hostile")


def test_answers_that_cannot_be_written_are_no_error_and_leave_nothing(tmp_path: Path) -> None:
    assert not write_answers(tmp_path / "no-folder" / "answers", "key", (FIRST,))
    (tmp_path / "answers").mkdir()
    assert not write_answers(tmp_path / "answers", "key", (FIRST,))
    assert [file.name for file in tmp_path.iterdir()] == ["answers"]


def test_a_store_that_is_no_file_has_no_answers_beside_it() -> None:
    assert index_of("postgresql://db/kitscan") is None
    assert index_of("a/b.sqlite") == Path("a/b.sqlite-answers")
