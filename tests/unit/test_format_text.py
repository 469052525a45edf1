"""The terminal summary: a screen or two, colour only when asked, and device text that does nothing there."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reports.document.document import build
from reports.formats.as_text import WIDTH, render_text
from reports.formats.registry import render
from reports.policy.verdict import Verdict
from tests.unit import documents

MAX_LINES = 66
"""Two screens of a terminal."""


def test_twelve_devices_fit_on_two_screens() -> None:
    document = documents.network()
    twelve = build(document.header, document.devices[:12], document.not_assessed)
    assert len(render(twelve, "text").splitlines()) <= MAX_LINES


def test_many_devices_fit_too() -> None:
    assert len(render(documents.many(500), "text").splitlines()) <= MAX_LINES


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
