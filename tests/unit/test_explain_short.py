"""The short answer about one device: twenty lines, the verdict first, and nothing that acts."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from fingerprints.model.evidence import Gap, GapReason
from reports.document.document import Header, ReportedDevice
from reports.document.force_wording import NOBODY_BOUND
from reports.explanation.short_answer import MAX_LINES, WIDTH, answer_device
from tests.unit import documents
from tests.unit.documents import HEADER


def lines_about(judged: ReportedDevice, term: str, header: Header = HEADER) -> list[str]:
    """The sentences behind a term, without the columns of the term."""
    about = ""
    sentences = []
    for line in answer_device(judged, header).splitlines():
        about = line[:10].strip() or about
        if about == term:
            sentences.append(line[10:])
    return sentences


def test_the_answer_says_who_how_sure_where_why_by_which_rules_and_what_to_do() -> None:
    assert answer_device(documents.huawei_core(), HEADER).splitlines() == [
        "lon-core-1   10.0.0.1",
        "■ RESTRICTED · core",
        "maker     Huawei Technologies NE40E-X8A: confirmed, 99.8 %",
        "place     core · core_ip · lon-1: zone core-pop matches prefix 10.0.0.0/24",
        "because   +4.2 its system description: “Huawei Versatile Routing Platform Softw…",
        "          +3.9 its registered product number: “1.3.6.1.4.1.2011.2.62.2.9”",
        "          +2.6 an interface's hardware address: “00:e0:fc:12:34:56”",
        "rules     ■ us-889a/telecom",
        "          ■ gb-bt-policy-2018/fixed-core",
        "          ▲ jp-procurement-2018/consult",
        "to do     Replace it, or have the finding waived.",
        "next      kitscan explain 10.0.0.1 --evidence   shows the whole chain",
    ]


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (date(2023, 12, 31), "last day 31 December 2023, today"),
        (date(2024, 1, 1), "last day 31 December 2023, 1 day ago"),
        (date(2023, 12, 1), "last day 31 December 2023, in 30 days"),
    ],
)
def test_the_verdict_says_how_long_there_is_left(as_of: date, said: str) -> None:
    judged = replace(documents.olt(), findings=(documents.GB_PASSED,), verdict=documents.GB_PASSED.verdict)
    verdict = answer_device(judged, replace(HEADER, as_of=as_of)).splitlines()[1]
    assert verdict == f"■ RESTRICTED · non-core · {said}"


def test_the_rules_have_their_dates_and_those_left_out_and_waived_are_counted() -> None:
    assert lines_about(documents.under_two_laws(), "rules") == [
        "◆ gb-dvd-huawei-2022/cap-fttp, last day 2027-12-31",
        "◆ de-contracts-2024/core, last day 2026-12-31",
        "■ gb-dvd-huawei-2022/core, last day 2023-12-31 (passed)",
        "and 1 more and 1 waived",
    ]


def test_a_contradiction_is_said_and_each_word_names_its_company() -> None:
    judged = documents.liar()
    assert lines_about(judged, "against") == [
        "Cisco Systems by the agent's texts, but Huawei Technologies by its MAC",
        "addresses: no harmless reason fits, so somebody may have forged it",
    ]
    assert lines_about(judged, "because")[1] == "+2.6 huawei by an interface's hardware address: “00:e0:fc:aa:bb:cc”"


def test_a_device_of_unknown_maker_is_never_said_to_be_clear() -> None:
    output = answer_device(documents.unknown(), HEADER)
    assert "○ NOT ASSESSED · unclassified" in output
    assert "Maker unknown: nothing says who made it" in output
    assert "clear" not in output.lower()


def test_a_clear_device_says_that_no_rule_of_this_report_restricts_it_here() -> None:
    assert lines_about(documents.badged(), "rules") == ["no policy of this report restricts it here"]


def test_a_foreign_part_is_named() -> None:
    assert lines_about(documents.cisco_with_foreign_optic(), "also") == ["optic by Huawei Technologies (confirmed)"]


def test_where_nobody_chose_the_policies_the_answer_begins_with_that() -> None:
    output = answer_device(documents.huawei_core(), replace(HEADER, binding=False))
    assert " ".join(output.splitlines()[:2]) == NOBODY_BOUND
    assert "■ WOULD BE RESTRICTED · core" in output


@given(st.text(st.characters(), min_size=1))
def test_whatever_a_device_says_nothing_acts_and_the_answer_stays_short(text: str) -> None:
    (judged,) = documents.speaking(text).devices
    gaps = (Gap("snmp", text, GapReason.MALFORMED, text),) * 3
    many = replace(
        judged,
        device=replace(judged.device, gaps=gaps, watched=judged.device.watched * 3),
        findings=judged.findings * 5,
    )
    output = answer_device(many, replace(HEADER, binding=False))
    assert output.replace("\n", "").isprintable()
    assert len(output.splitlines()) <= MAX_LINES
    assert max(map(cell_len, output.splitlines())) <= WIDTH
