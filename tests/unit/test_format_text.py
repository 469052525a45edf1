"""The terminal summary: a screen or two, colour only when asked, and device text that does nothing there."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reports.document.document import Coverage, Document, build
from reports.document.provenance_wording import PROVENANCE_TITLE, provenance_facts
from reports.formats.as_text import WIDTH, render_text
from reports.formats.registry import render
from reports.policy.verdict import Verdict
from tests.unit import documents

MAX_LINES = 120
"""Lines of the whole summary, of whatever network."""

MAX_ANSWER = 11
"""Lines of the answer: what one reads aloud in a minute. The notice that nobody chose the policies takes three more."""


def answer_of(document: Document) -> list[str]:
    """The lines above the one that says which report this is."""
    return render(document, "text").partition("\n\nkitscan · as of")[0].splitlines()


def test_the_answer_comes_first_and_is_read_aloud_in_ten_lines() -> None:
    assert answer_of(documents.network()) == [
        "5 of 13 assessed devices break a rule; 3 not assessed.",
        "By place: 2 core, 3 non-core, 0 unclassified.",
        "Dates: 1 device due later, from 31 December 2027.",
        "Not seen: 3 not assessed (its name does not resolve 1, no credential covers it",
        "1, other causes 1); 251 addresses silent; 2 devices seen only in part.",
        "■ lon-core-1: Huawei Technologies NE40E in core, gb-bt-policy-2018 and us-889a",
        "■ lon-core-4: Huawei Technologies OMXD30000 (optic) in core, us-889a",
        "■ 2 devices: Hikvision DS-2CD2143G2 in enterprise, us-889a",
        "  and 4 more causes",
        "→ See why a device is restricted: kitscan explain 10.0.0.1",
    ]


def test_the_answer_says_first_that_nobody_chose_the_policies_and_what_they_would_do() -> None:
    lines = answer_of(documents.few())
    assert lines[0].startswith("Nobody chose the policies of this report")
    assert lines[3:8] == [
        "2 of 2 assessed devices would break a rule; 2 not assessed.",
        "By place: 1 core, 1 non-core, 0 unclassified.",
        "Dates, if these policies bound you: 1 device past the last day, since 31",
        "December 2023; 1 device due within 90 days, from 19 December 2026; 1 device due",
        "later, from 31 December 2027.",
    ]


def test_the_answer_of_many_devices_is_no_longer() -> None:
    assert len(answer_of(documents.many(500))) <= MAX_ANSWER
    assert len(render(documents.many(500), "text").splitlines()) <= MAX_LINES


def test_a_report_without_findings_has_no_empty_line_in_its_answer() -> None:
    clear = build(replace(documents.HEADER, coverage=Coverage(1, 1, 1, 0), notes=()), (documents.badged(),), ())
    assert answer_of(clear) == ["None of 1 assessed devices was found to break a rule."]


def test_what_was_not_assessed_stands_below_the_sum_of_what_was() -> None:
    lines = render(documents.network(), "text").splitlines()
    first = next(number for number, line in enumerate(lines) if "CORE   NON-CORE" in line)
    assert [line.split() for line in lines[first + 4 : first + 7]] == [
        ["✓", "Clear", "2", "3", "0"],
        ["Assessed", "5", "7", "1"],
        ["○", "Not", "assessed", "0", "0", "1"],
    ]


def test_a_maker_is_not_blamed_for_the_part_of_another() -> None:
    assert "Core: Cisco Systems 2 (1 restricted for a part in it);" in render(documents.network(), "text")


def test_the_last_lines_say_where_the_report_comes_from() -> None:
    lines = render(documents.network(), "text").splitlines()
    terms = [term for term, _ in provenance_facts(documents.network())]
    last = lines[lines.index(PROVENANCE_TITLE) + 1 :]
    assert [term for term in terms if any(line.startswith(f" {term} ") for line in last)] == terms


def test_of_fifteen_policies_each_has_one_line() -> None:
    document = documents.network()
    wordy = replace(documents.POLICIES[1], binds=("every provider of a public network or service",) * 3)
    policies = tuple(replace(wordy, id=f"policy-{number}") for number in range(15))
    lines = render(replace(document, header=replace(document.header, policies=policies)), "text").splitlines()
    judged_by = lines[lines.index("Judged by") + 1 :]
    assert [line[:12] for line in judged_by[:15]] == [f" • policy-{number}:"[:12] for number in range(15)]
    assert "exceptions that no scan sees: in the other formats" in judged_by[15]
    assert max(len(line) for line in lines) <= WIDTH


def test_no_line_is_wider_than_the_terminal() -> None:
    for width in (60, 80, 132):
        lines = render_text(documents.network(), width, colour=False).splitlines()
        assert max(len(line) for line in lines) <= width


def test_colour_is_there_only_when_asked() -> None:
    assert "\x1b" not in render_text(documents.network(), 100, colour=False)
    assert "\x1b[1;31m■" in render_text(documents.network(), 100, colour=True)


def test_colour_changes_no_word() -> None:
    coloured = render_text(documents.network(), 100, colour=True)
    bare = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines())
    assert bare + "\n" == render_text(documents.network(), 100, colour=False)


def test_the_part_that_is_restricted_is_named() -> None:
    assert "optic by Huawei Technologies (confirmed)" in re.sub(r"\s+", " ", render(documents.network(), "text"))


@given(st.text(st.characters(), min_size=1) | st.just(documents.TERMINAL) | st.just(documents.MARKUP))
def test_whatever_a_device_says_nothing_acts(text: str) -> None:
    assert render(documents.speaking(text), "text").replace("\n", "").isprintable()


def test_a_device_is_listed_with_the_policies_that_decide_its_verdict_alone() -> None:
    restricted = documents.huawei_core()
    advice = documents.finding("advice-2026", "some", Verdict.CONDITIONAL, "it is only recommended", "section 1")
    document = build(documents.HEADER, (replace(restricted, findings=(*restricted.findings, advice)),), ())
    listed = render(document, "text").partition("then under review")[2].partition("Judged by")[0]
    assert "us-889a" in listed
    assert "advice-2026" not in listed
