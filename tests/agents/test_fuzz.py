"""Fuzzers with coverage at every place that reads what others wrote, for five seconds each."""

import importlib.util

import pytest

from benchmarks.reliability import fuzz
from benchmarks.reliability.fuzz import NAMES, Fuzzed, fuzz_all

SECONDS = 5

pytestmark = [
    pytest.mark.alone,
    pytest.mark.timeout(600),
    pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed for this Python"),
]


@pytest.fixture(scope="module")
def fuzzed() -> dict[str, Fuzzed]:
    """All targets, two at once."""
    return {one.name: one for one in fuzz_all(SECONDS)}


@pytest.mark.parametrize("name", NAMES)
def test_no_input_crashes_a_reader(fuzzed: dict[str, Fuzzed], name: str) -> None:
    assert fuzzed[name].crash == ""
    assert fuzzed[name].inputs > 100


def test_a_crash_is_told_with_its_input() -> None:
    """A target that does not exist ends its fuzzer at once, as a crash does."""
    done = fuzz.fuzz("nothing", 1)
    assert "KeyError" in done.crash
    assert done.inputs == 0
