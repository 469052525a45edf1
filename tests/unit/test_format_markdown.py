"""Markdown: tables that stay tables, and device text that stays text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from reports.formats.as_markdown import code, plain
from reports.formats.registry import render
from tests.unit import documents


def shape(written: str) -> list[tuple[str, int]]:
    """Each line's first mark and how many column borders it has."""
    return [(line[:2], len(re.findall(r"(?<!\\)\|", line))) for line in written.splitlines()]


def test_the_three_places_stand_side_by_side() -> None:
    written = render(documents.network(), "markdown")
    assert "| Verdict | Core (5) | Non-core (7) | Unclassified (2) |\n" in written
    assert "| Restricted | 2 | 3 | 0 |\n" in written


def test_what_was_not_seen_comes_before_any_verdict() -> None:
    written = render(documents.network(), "markdown")
    assert written.index("Not everything was seen") < written.index("| Restricted |")


def test_device_text_stands_in_code_where_nothing_acts() -> None:
    assert code("a`b|c") == "`aˋb\\|c`"


def test_running_text_neither_links_nor_marks_up_nor_calls_anybody() -> None:
    assert plain("[a](http://b.c) www.d <i> @e") == "\\[a\\](http\\://b.c) www\\.d \\<i\\> ＠e"


@given(st.text(st.characters(), min_size=1) | st.text("|`\\<>[]*_ \n#-", min_size=1))
def test_whatever_a_device_says_the_tables_keep_their_shape(text: str) -> None:
    written = render(documents.speaking(text), "markdown")
    assert shape(written) == shape(render(documents.speaking("x"), "markdown"))
    assert written.replace("\n", "").isprintable()
    assert written.encode()
