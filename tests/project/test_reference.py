"""The reference pages say what the source says."""

import re

import pytest

from scanner.cli.main import COMMANDS
from tests.project.reference.pages import FOLDER, pages


@pytest.mark.parametrize("name", sorted(page.name for page in FOLDER.iterdir()))
def test_a_page_of_the_reference_is_current(name: str) -> None:
    """After a change of commands or of keys: `python -m tests.project.reference`."""
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name]


def test_each_page_is_there_and_each_command_has_its_section() -> None:
    made = pages()
    assert sorted(made) == sorted(page.name for page in FOLDER.iterdir())
    assert set(re.findall(r"(?m)^## kitscan (\w+)$", made["commands.md"])) == set(COMMANDS)


def test_a_key_is_told_with_what_it_takes_its_default_and_its_meaning() -> None:
    page = pages()["kitscan-yaml.md"]
    assert "| `min_coverage` | a number from 0 to 100 | - | Percent of the scope that must be identified;" in page
    assert "| `redact` | `yes` or `no` | `no` |" in page
    assert "| `ssh` | a number from 1 to 65535 | `22` | The TCP port of SSH. |" in page
