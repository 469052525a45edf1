"""The measure of the tests itself: what counts as a mistake, and what the figures of coverage are held to."""

import json
from pathlib import Path

import pytest

from benchmarks.reliability.coverage_figures import COMPLETE, lacking, percent
from benchmarks.reliability.coverage_figures import main as judge_coverage
from benchmarks.reliability.mutants import mutants_of
from benchmarks.reliability.mutation import TESTS, files_with_tests, path_of


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        ("x = a < b", ["a <= b"]),
        ("x = a and b", ["a or b"]),
        ("x = a is not None", ["a is None"]),
        ("x = not a", ["a"]),
        ("x = 'a' + b", []),
        ("x = a + 2", ["a - 2", "3"]),
        ("x = True", ["False"]),
        ("def f(a: int = 1) -> 'B':\n    '''Text 1.'''\n    return a", ["2", "return None"]),
        ("if a:\n    f(b)", ["if not a: f(b)", "pass"]),
        ("for a in b:\n    continue", ["break"]),
        ("while a:\n    break", ["while not a: break", "continue"]),
        ("x = a if b else c", ["a if not b else c"]),
        ("x += a", ["pass"]),
        ("from a import b\n@c(1)\ndef f():\n    return None", []),
    ],
)
def test_a_mutant_has_one_mistake(source: str, mistakes: list[str]) -> None:
    mutants = list(mutants_of(source))
    assert [mutant.after for mutant in mutants] == mistakes
    assert len({mutant.source for mutant in mutants}) == len(mutants)


def test_every_module_that_is_measured_is_there_with_its_tests() -> None:
    assert [module for module in TESTS if not path_of(module).exists() or not files_with_tests(module)] == []
    assert [pattern for pattern in COMPLETE if not list(Path().glob(pattern))] == []


FULL = {"covered_lines": 8, "covered_branches": 2, "num_statements": 8, "num_branches": 2}
PART = {**FULL, "covered_branches": 1}


@pytest.mark.parametrize(
    ("whole", "scope", "code"),
    [(FULL, FULL, 0), (PART, FULL, 0), (FULL, PART, 1), ({**FULL, "covered_lines": 6}, FULL, 1)],
)
def test_coverage_is_held_to_both_promises(
    whole: dict[str, int], scope: dict[str, int], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"scanner/scope.py": {"summary": scope, "missing_lines": [], "missing_branches": [[3, 5]]}}
    (tmp_path / "c.json").write_text(json.dumps({"totals": whole, "files": files}))
    assert judge_coverage([str(tmp_path / "c.json")]) == code
    assert ("scanner/scope.py: 90.0 %; lines -; branches 3 to 5" in capsys.readouterr().out) == (scope is PART)


def test_an_empty_module_lacks_nothing() -> None:
    empty = dict.fromkeys(FULL, 0)
    assert percent(empty) == 100
    assert lacking({"files": {"scanner/scope.py": {"summary": empty}}}) == []
