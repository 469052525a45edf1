"""Markdown: tables that stay tables, and device text that stays text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from reports.document.provenance_wording import provenance_facts
from reports.formats.as_markdown import code, plain
from reports.formats.registry import render
from tests.unit import documents


def shape(written: str) -> list[tuple[str, int]]:
    """Each line's first mark and how many column borders it has."""
    return [(line[:2], len(re.findall(r"(?<!\\)\|", line))) for line in written.splitlines()]


def test_the_three_places_stand_side_by_side() -> None:
    written = render(documents.network(), "markdown")
    assert "| Verdict | Core | Non-core | Unclassified |\n" in written
    assert "| Restricted | 2 | 3 | 0 |\n" in written


def test_what_was_not_assessed_stands_below_the_sum_of_what_was() -> None:
    written = render(documents.network(), "markdown")
    assert "| Clear | 2 | 3 | 0 |\n| Assessed | 5 | 7 | 1 |\n| Not assessed | 0 | 0 | 1 |\n" in written


def test_what_was_not_seen_comes_before_any_verdict() -> None:
    written = render(documents.network(), "markdown")
    assert written.index("Not seen: 3 not assessed") < written.index("**Restricted**")


def test_what_there_is_to_do_is_a_list_to_tick_off_by_cause() -> None:
    written = render(documents.network(), "markdown")
    todo = written.partition("## What to do\n\n")[2].partition("\n\n")[0].splitlines()
    assert len(todo) == 10
    assert todo[2] == (
        "- [ ] **Restricted**, Hikvision DS-2CD2143G2 in enterprise: 2 devices (`cam-10`, `cam-11`), by "
        "`us-889a/video`. Replace them, or have the finding waived."
    )
    assert todo[7] == (
        "- [ ] **Conditional**, Huawei Technologies MA5800 in access: 1 device (`bri-olt-9`), by "
        "`gb-dvd-huawei-2022/cap-fttp`, last day 2027-12-31. Keep to the date, the cap or the condition that the rule "
        "names."
    )
    assert todo[-1] == "- [ ] Add what is unclassified (2 devices) to zones.yaml; kitscan zones test shows why"


def test_a_report_of_ten_thousand_devices_still_fits_a_ticket() -> None:
    written = str(render(documents.many(10_000), "markdown"))
    assert len(written) < 65_536
    assert "## Devices that are not clear: the first 60 of " in written


def test_the_end_says_where_the_report_comes_from() -> None:
    written = render(documents.network(), "markdown")
    facts = [f"| {term} | {code(value, 600)} |" for term, value in provenance_facts(documents.network())]
    assert "\n".join(facts) in written


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
