"""The answers beside a store: what is found by which name, and when the file is as if it were not there."""

from pathlib import Path

import pytest

from scanner.store.answer_index import StoredAnswer, index_of, inputs_of, read_answers, write_answers

FIRST = StoredAnswer(("id-1", "Core-1", "10.0.0.1", "core-1"), "the first", "judged by this", ("SN-1", "SN-0", "id-2"))
SECOND = StoredAnswer(("id-2", "core-1"), "the second", serials=("SN-0", "core-1"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "kitscan.sqlite-answers"
    assert write_answers(place, "key", "inputs", "shared", (FIRST, SECOND))
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
    assert index.answer("id-1") == StoredAnswer((), "the first", "judged by this")
    assert list(index.names()) == ["id-1", "Core-1", "10.0.0.1", "id-2", "core-1"]
    assert index.shared() == "shared"


def test_answers_under_another_key_are_as_if_they_were_not_there(path: Path) -> None:
    assert read_answers(path, "another key") is None


def test_new_answers_replace_the_old_ones_whole(path: Path) -> None:
    assert write_answers(path, "new key", "inputs", "shared", (SECOND,))
    index = read_answers(path, "new key")
    assert index is not None
    assert (read_answers(path, "key"), index.answer("id-1")) == (None, None)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_serial_number_finds_the_only_device_that_has_it_and_no_name(path: Path) -> None:
    index = read_answers(path, "key")
    assert index is not None
    found = [index.answer(word) for word in ("sn-1", "SN-0", "id-2")]
    assert [answer and answer.short for answer in found] == ["the first", None, "the second"]
    assert (index.lacks("SN-0"), index.holders("sn-0"), index.holders("sn-1")) == (True, ("id-1", "id-2"), ("id-1",))


@pytest.mark.parametrize("name", ["\ud800", "a\x00b", "\u202e", "' or 1=1 --"])
def test_whatever_a_device_calls_itself_can_be_kept_and_found(tmp_path: Path, name: str) -> None:
    place = tmp_path / "answers"
    assert write_answers(place, "key", "inputs", "shared", (FIRST, StoredAnswer((name,), "hostile")))
    index = read_answers(place, "key")
    assert index is not None
    assert index.answer(name) == StoredAnswer((), "hostile")


def test_answers_that_cannot_be_written_are_no_error_and_leave_nothing(tmp_path: Path) -> None:
    assert not write_answers(tmp_path / "no-folder" / "answers", "key", "inputs", "shared", (FIRST,))
    (tmp_path / "answers").mkdir()
    assert not write_answers(tmp_path / "answers", "key", "inputs", "shared", (FIRST,))
    assert [file.name for file in tmp_path.iterdir()] == ["answers"]


def test_a_store_that_is_no_file_has_no_answers_beside_it() -> None:
    assert index_of("postgresql://db/kitscan") is None
    assert index_of("a/b.sqlite") == Path("a/b.sqlite-answers")


def test_it_is_certain_only_of_a_name_that_a_whole_file_lacks(path: Path) -> None:
    index = read_answers(path, "key")
    assert index is not None
    assert (index.lacks("core-9"), index.lacks("CORE-1")) == (True, False)
    path.write_bytes(path.read_bytes()[:8192])
    assert (index.lacks("core-9"), index.answer("core-1"), inputs_of(path)) == (False, None, None)


def test_answers_that_were_replaced_meanwhile_by_those_of_other_options_are_not_given(path: Path) -> None:
    index = read_answers(path, "key")
    assert index is not None
    assert write_answers(path, "new key", "inputs", "shared", (SECOND,))
    assert (index.answer("id-2"), index.names(), index.lacks("id-2")) == (None, (), False)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_believed(path: Path, mode: int) -> None:
    path.chmod(mode)
    assert read_answers(path, "key") is None


def test_a_symbolic_link_is_not_followed_and_is_replaced_itself(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "other-answers"
    link.symlink_to(path)
    assert read_answers(link, "key") is None
    assert write_answers(link, "key", "inputs", "shared", (SECOND,))
    first, second = read_answers(path, "key"), read_answers(link, "key")
    assert first is not None
    assert second is not None
    assert (link.is_symlink(), first.answer("id-1") is None, second.answer("id-1")) == (False, False, None)


def test_a_file_of_another_user_is_not_believed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.store.answer_index.os.geteuid", lambda: path.stat().st_uid + 1)
    assert read_answers(path, "key") is None


def test_a_file_that_only_the_owner_can_read_and_nobody_can_write_is_read(path: Path) -> None:
    path.chmod(0o400)
    assert read_answers(path, "key") is not None
