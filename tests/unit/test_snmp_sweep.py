"""The ids of a sweep's questions: a permutation that an outsider cannot count along."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.discovery.sweep import Permutation


@given(st.binary(min_size=1, max_size=16), st.integers(0, 2**30 - 1))
def test_an_id_gives_its_number_back_and_fits_a_request_id(key: bytes, number: int) -> None:
    permutation = Permutation(key)
    image = permutation.of(number)
    assert 0 <= image < 2**30
    assert permutation.undo(image) == number


def test_neighbouring_numbers_have_ids_far_apart() -> None:
    permutation = Permutation(b"key")
    images = sorted(permutation.of(number) for number in range(2_000))
    assert len(set(images)) == 2_000
    assert images[-1] - images[0] > 2**29


def test_two_runs_have_different_ids() -> None:
    assert [Permutation(b"one").of(n) for n in range(9)] != [Permutation(b"two").of(n) for n in range(9)]
