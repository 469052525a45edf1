"""The ids of a sweep's requests: a permutation that an outsider cannot predict."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.protocols.snmp.sweep.permutation import SIZE, TOP, Permutation

KEYED = Permutation(b"key")


@given(st.sets(st.integers(0, SIZE - 1)))
def test_an_id_gives_its_number_back_and_no_other_number_has_it(numbers: set[int]) -> None:
    ids = KEYED.of_all(numbers)
    assert len(set(ids)) == len(numbers)
    assert [KEYED.undo(identity) for identity in ids] == list(numbers)


@settings(max_examples=20)
@given(st.binary(min_size=1, max_size=16), st.integers(0, SIZE - 1))
def test_an_id_is_an_integer_of_four_octets_under_any_key(key: bytes, number: int) -> None:
    identity = Permutation(key).of(number)
    assert identity >> 30 == 1
    assert Permutation(key).undo(identity) == number


@given(st.integers(0, TOP - 1) | st.integers(TOP + SIZE, 2**32) | st.integers(-(2**31), -1))
def test_what_is_no_id_has_no_number(identity: int) -> None:
    assert KEYED.undo(identity) is None


def test_neighbouring_numbers_have_ids_far_apart() -> None:
    images = sorted(KEYED.of_all(range(2_000)))
    assert len(set(images)) == 2_000
    assert images[-1] - images[0] > 2**29


def test_two_runs_have_different_ids() -> None:
    assert Permutation(b"one").of_all(range(9)) != Permutation(b"two").of_all(range(9))
