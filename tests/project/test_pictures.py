"""The pictures of the documentation: each that a page shows is there, and each that is there is shown."""

import re
from pathlib import Path

from benchmarks.pictures import MAX_BYTES

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "lab" / "README.md")
SHOWN = re.compile(r"!\[[^\]]+\]\(([^)\s]+)\)|\bsrc(?:set)?=\"([^\"]+)\"")
"""A picture in Markdown, which says in words what it shows, and one in HTML."""


def shown() -> set[Path]:
    """The files of all pictures that the pages show."""
    found = ((page, match[1] or match[2]) for page in PAGES for match in SHOWN.finditer(page.read_text("utf-8")))
    return {(page.parent / name).resolve() for page, name in found}


def test_every_picture_that_a_page_shows_is_there_and_every_one_that_is_there_is_shown() -> None:
    assert shown() == {path for path in IMAGES.iterdir() if path.is_file()}


def test_no_picture_is_larger_than_a_clone_should_carry() -> None:
    assert [path.name for path in IMAGES.glob("*.png") if path.stat().st_size > MAX_BYTES] == []
