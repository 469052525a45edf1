"""docs/reliability.md names for each attack that got through once the tests that show that it does no more."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
FINDINGS = 21


def marked() -> dict[int, set[str]]:
    """The files that have a test of each finding."""
    files: dict[int, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="finding"), args=[ast.Constant(value=int(number))]):
                    files.setdefault(number, set()).add(path.relative_to(ROOT).as_posix())
    return files


def test_every_finding_has_its_tests_and_its_row() -> None:
    rows = re.findall(r"(?m)^\| (\d+) \|.*\| `(tests/[^`]+)` \|$", PAGE.read_text(encoding="utf-8"))
    files = marked()
    assert [int(number) for number, _ in rows] == list(range(1, FINDINGS + 1)) == sorted(files)
    assert [number for number, file in rows if file not in files[int(number)]] == []
