"""Slices of a scope: together they are the scope, none overlaps another, and everybody divides it alike."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.fleet.slices import MAX_WORDS, SLICE_ADDRESSES, SLICE_NAMED, scope_sha256, slices_of
from scanner.targets.read_targets import read_targets
from scanner.targets.spans import Targets, Unresolved
from scanner.targets.target import USUAL_PORTS

WORDS = st.lists(
    st.one_of(
        st.builds(lambda octet, length: f"10.{2 * octet}.0.0/{length}", st.integers(0, 4), st.integers(15, 30)),
        st.builds(lambda a, b: f"10.{a}.{b}.7", st.integers(0, 20), st.integers(0, 255)),
        st.just("2001:db8::/120"),
    ),
    min_size=1,
    max_size=12,
)


def targets_of(words: list[str]) -> Targets:
    return read_targets(tuple(words), USUAL_PORTS, no_name)


def no_name(_name: str) -> str:
    raise OSError


@given(WORDS, st.integers(0, 2**62))
def test_slices_are_the_scope_once(words: list[str], seed: int) -> None:
    targets = targets_of(words)
    slices = slices_of(targets, seed)
    assert sorted(target.key for part in slices for target in part.targets) == sorted(target.key for target in targets)
    assert [part.ordinal for part in slices] == [*range(1, len(slices) + 1)]
    for part in slices:
        named = sum(1 for _ in part.targets.named())
        assert named in (0, part.targets.count)
        assert 0 < part.targets.count <= (SLICE_NAMED if named else SLICE_ADDRESSES)
        assert 0 < len(part.words) <= MAX_WORDS


@given(WORDS, st.integers(0, 2**62))
def test_everybody_divides_a_scope_alike(words: list[str], seed: int) -> None:
    assert slices_of(targets_of(words), seed) == slices_of(targets_of(words), seed)
    assert scope_sha256(targets_of(words)) == scope_sha256(targets_of(words))


def test_another_scope_has_another_digest() -> None:
    digests = {scope_sha256(targets_of([word])) for word in ("10.0.0.0/24", "10.0.0.0/25", "10.0.0.1", "10.0.1.0/24")}
    assert len(digests) == 4


def test_names_without_an_address_are_in_the_first_slice() -> None:
    name = Unresolved("sw-9.example", "argument 1", "no such name")
    assert [part.targets.unresolved for part in slices_of(Targets((), (name,)), 1)] == [(name,)]
    many = Targets(targets_of(["10.0.0.0/18"]).spans, (name,))
    assert [part.targets.unresolved for part in slices_of(many, 1)] == [(name,), (), (), ()]
