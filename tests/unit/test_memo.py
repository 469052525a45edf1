"""A memo remembers values up to its limit."""

from fingerprints.model.memo import BoundedMemo


def test_a_memo_returns_what_it_keeps() -> None:
    memo = BoundedMemo[str, int](2)
    assert (memo.keep("a", 1), memo.get("a"), memo.get("b")) == (1, 1, None)


def test_a_full_memo_forgets_everything_for_the_next_value() -> None:
    memo = BoundedMemo[str, int](2)
    for number, key in enumerate("abc"):
        memo.keep(key, number)
    assert memo == {"c": 2}
