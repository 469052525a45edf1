"""The pages for contributors are followed word for word in a copy of the source tree; their last command passes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.docs_demo import environment
from tests.project.docs_steps import Edited, Typed, Written, steps

ROOT = Path(__file__).parents[2]
PAGES = ("ssh-platform", "format", "inventory", "mib", pytest.param("policy-shape", marks=pytest.mark.long))
"""The pages of docs/contributing, without its index. The last one runs mypy on everything."""

NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".hypothesis", ".ruff_cache", ".pytest_cache", "wheelhouse"
)
pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_contributors_ends_in_a_check_that_passes(page: str, tmp_path: Path) -> None:
    tree = tmp_path / "kitscan"
    shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
    (tree / ".venv").symlink_to(sys.prefix)
    *changes, check = steps((ROOT / "docs" / "contributing" / f"{page}.md").read_text(encoding="utf-8"))
    for change in changes:
        apply(change, tree)
    assert isinstance(check, Typed)
    done = subprocess.run(
        ["sh", "-c", check.line],
        cwd=tree,
        env={**environment(), "PYTHONPATH": str(tree)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_for_contributors_is_followed() -> None:
    followed = {page if isinstance(page, str) else page.values[0] for page in PAGES}
    assert followed == {page.stem for page in (ROOT / "docs" / "contributing").glob("*.md")} - {"index"}


def apply(change: Written | Edited | Typed, tree: Path) -> None:
    match change:
        case Written(name, text):
            assert not (tree / name).exists(), f"{name} is in the source tree already"
            (tree / name).write_text(text, encoding="utf-8")
        case Edited(name, anchor, how, text):
            lines = (tree / name).read_text(encoding="utf-8").splitlines(keepends=True)
            (place,) = [number for number, line in enumerate(lines) if anchor in line]
            put = {"after": [lines[place], text], "before": [text, lines[place]], "replace": [text]}
            lines[place : place + 1] = put[how]
            (tree / name).write_text("".join(lines), encoding="utf-8")
        case Typed():
            pytest.fail(f"{change.line} is not the last step")
