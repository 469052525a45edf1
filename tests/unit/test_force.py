"""Every report says whether anybody chose its policies, whom each binds, whether it stands, and what is due next."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import fromstring

import pytest

from reports.document.document import Document, build
from reports.document.force_wording import (
    NOBODY_CHOSE,
    describe_force,
    force_facts,
    glossary,
    is_restricted_by_own_list,
    label_device,
)
from reports.document.overview import overview
from reports.document.wording import CERTAINTY
from reports.explanation.device import explain_device
from reports.formats.registry import FORMATS, Completeness, render
from reports.policy.action import Certainty
from reports.policy.verdict import Verdict
from tests.unit import documents
from tests.unit.written import text_of

READ = ("text", "markdown", "html", "junit")
"""Formats that people read, with words instead of keys."""

GATES = [name for name, known in FORMATS.items() if known.completeness is Completeness.GATE]

JUDGING = tuple(
    name
    for name, known in FORMATS.items()
    if known.completeness not in (Completeness.PARTS, Completeness.HOSTS, Completeness.COUNTS)
)
"""Formats that say by which policies they judge; a list of parts or hosts, and counts, leave that to them."""

FORCED = documents.POLICIES[1]


def written(document: Document, form: str) -> str:
    """A format's output with each run of white space as one space, so that line breaks hide no words."""
    return re.sub(r"\s+", " ", text_of(document, form))


def chosen_by_nobody() -> Document:
    document = documents.network()
    return replace(document, header=replace(document.header, binding=False))


def two_laws() -> Document:
    header = replace(documents.HEADER, policies_left_out=(documents.LEFT_OUT,))
    return build(header, (documents.under_two_laws(),), ())


@pytest.mark.parametrize("form", READ)
def test_where_nobody_chose_the_report_says_so_before_any_device_and_nothing_is_restricted(form: str) -> None:
    output = written(chosen_by_nobody(), form)
    body = output.partition("<body>")[2] or output
    assert 0 <= body.index("Nobody chose the policies") < body.index("5 of 13 assessed devices would break a rule")
    assert "Would be restricted" in body
    assert "assessed devices break a rule" not in body
    assert ">Restricted" not in body
    assert "| Restricted |" not in body
    assert "■ Restricted" not in body
    assert '"Restricted:' not in body


@pytest.mark.parametrize("form", READ)
def test_where_somebody_chose_the_report_says_is_restricted(form: str) -> None:
    output = written(documents.network(), form)
    assert "5 of 13 assessed devices break a rule" in output
    assert not re.search("nobody chose|would be restricted|would break", output, re.IGNORECASE)


@pytest.mark.parametrize("binding", [True, False])
def test_the_machine_formats_hold_the_word_and_keep_their_verdict_keys(binding: bool) -> None:
    document = documents.network()
    document = replace(document, header=replace(document.header, binding=binding))
    whole = json.loads(render(document, "json"))
    head = json.loads(str(render(document, "jsonl")).splitlines()[0])
    rows = list(csv.DictReader(io.StringIO(str(render(document, "csv")), newline="")))
    first = fromstring(render(document, "junit")).find("testsuite/properties/property")
    assert first is not None
    assert (whole["binding"], head["binding"], {row["binding"] for row in rows}) == (
        binding,
        binding,
        {str(binding).lower()},
    )
    assert list(whole)[:2] == ["schema", "binding"]
    assert (first.attrib["name"], first.attrib["value"].partition(":")[0]) == ("binding", str(binding).lower())
    assert [judged["verdict"] for judged in whole["devices"]].count("restricted") == 5
    assert [row["verdict"] for row in rows].count("restricted") == 5


def test_a_network_with_nothing_restricted_would_have_nothing_restricted() -> None:
    header = replace(documents.HEADER, binding=False)
    nothing = build(header, (documents.badged(),), ())
    assert overview(nothing).statement == "None of 1 assessed devices would break a rule"


def test_an_explanation_says_so_too() -> None:
    nobody, chosen = (
        explain_device(documents.huawei_core(), replace(documents.HEADER, binding=binding)) for binding in (False, True)
    )
    assert nobody.startswith(NOBODY_CHOSE.split(".", maxsplit=1)[0][:60])
    assert "■ WOULD BE RESTRICTED" in nobody
    assert "■ RESTRICTED" in chosen


def test_an_explanation_shows_each_date_the_next_one_first_and_whom_each_law_binds() -> None:
    output = explain_device(documents.under_two_laws(), documents.HEADER)
    dates = output.partition("DATES, THE NEXT ONE FIRST\n")[2].partition("\n\n")[0].splitlines()
    assert dates == [
        "  - 2026-12-19 starts, fi-critical-2021/base-stations",
        "  - 2026-12-31 last day, de-contracts-2024/core",
        "  - 2027-12-31 last day, gb-dvd-huawei-2022/cap-fttp",
        "  - 2023-12-31 passed, gb-dvd-huawei-2022/core",
    ]
    assert "gb-dvd-huawei-2022: in force (a revision is laid); binds 35 named" in output
    assert ("deadline: 31 December 2023 (passed)" in output, "starts: 19 December 2026" in output) == (True, True)
    assert "18 December" not in output


@pytest.mark.parametrize("form", ["html", "junit"])
def test_no_finding_names_the_eve_of_a_start_as_its_deadline(form: str) -> None:
    output = written(two_laws(), form)
    assert "19 December 2026" in output
    assert "18 December 2026" not in output


@pytest.mark.parametrize("form", JUDGING)
def test_every_format_says_whom_a_policy_binds_how_it_stands_and_which_were_left_out(form: str) -> None:
    output = written(two_laws(), form)
    wanted = (
        "in force (a revision is laid)",
        "35 named public communications providers",
        "2030-01-01",
        "high for the dates",
        "copper access lines",
        "eu-csa2-2026",
        "only proposed",
    )
    assert [words for words in wanted if words not in output] == []


def test_the_force_of_a_policy_in_one_line() -> None:
    assert describe_force(FORCED, date(2026, 11, 22)) == (
        "in force (a revision is laid); binds 35 named public communications providers; ends on 2030-01-01; "
        "confidence: high for the dates; exceptions that no scan sees: copper access lines"
    )
    assert describe_force(documents.POLICIES[0], date(2026, 11, 22)) == "in force; not binding in law"


def test_a_policy_that_is_over_ended() -> None:
    assert dict(force_facts(FORCED, date(2030, 1, 1)))["Ended"] == "2030-01-01"


@pytest.mark.parametrize("form", JUDGING)
def test_every_format_says_what_falls_due_within_ninety_days_and_marks_what_has_passed(form: str) -> None:
    output = written(two_laws(), form)
    for day in ("2026-12-19", "2026-12-31", "2027-12-31", "2023-12-31"):
        assert form in GATES or day in output, day
    assert "de-contracts-2024" in output
    assert form in GATES or "passed" in output


@pytest.mark.parametrize("form", READ)
def test_what_falls_due_stands_before_the_first_device(form: str) -> None:
    body = written(two_laws(), form)
    title = "Within 90 days" if form == "html" else "Due within 90 days"
    assert body.index(title) < body.rindex("2026-12-31")
    assert body.index("2026-12-31") < body.rindex("MA5800")
    assert form == "html" or "1 device: bri-olt-9" in body
    assert "Later: 1 device by 1 rule, the next day is 31 December 2027." in body


@pytest.mark.parametrize("form", READ)
def test_a_report_with_nothing_due_says_so(form: str) -> None:
    output = written(build(documents.HEADER, (documents.badged(),), ()), form)
    assert "Nothing by 20 February 2027. No later date is known." in output


def test_the_dates_of_a_device_are_sorted_and_marked_in_the_document() -> None:
    (judged,) = json.loads(render(two_laws(), "json"))["devices"]
    assert [(date["day"], date["milestone"], date["rule"], date["passed"]) for date in judged["deadlines"]] == [
        ("2023-12-31", "last day", "core", True),
        ("2026-12-19", "starts", "base-stations", False),
        ("2026-12-31", "last day", "core", False),
        ("2027-12-31", "last day", "cap-fttp", False),
    ]


def test_what_falls_due_in_the_document() -> None:
    assert json.loads(render(two_laws(), "json"))["due"] == {
        "until": "2027-02-20",
        "devices": 1,
        "entries": [
            {
                "day": "2026-12-19",
                "milestone": "starts",
                "policy": "fi-critical-2021",
                "rule": "base-stations",
                "devices": 1,
                "names": ["bri-olt-9"],
            },
            {
                "day": "2026-12-31",
                "milestone": "last day",
                "policy": "de-contracts-2024",
                "rule": "core",
                "devices": 1,
                "names": ["bri-olt-9"],
            },
        ],
        "later": {"devices": 1, "rules": 1, "next": "2027-12-31"},
    }


def test_the_table_for_spreadsheets_has_the_next_day_beside_the_earliest_last_day() -> None:
    row, *_ = csv.DictReader(io.StringIO(str(render(two_laws(), "csv")), newline=""))
    assert (row["deadline"], row["next_deadline"]) == ("2023-12-31", "2026-12-19")
    assert row["deadlines"].split(" | ")[0] == "2023-12-31 passed, gb-dvd-huawei-2022/core"


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_next_date_of_a_device_stands_before_the_later_and_the_passed_ones(form: str) -> None:
    device = written(two_laws(), form).partition(
        "then under review" if form == "text" else "Dates, the next one first"
    )[2]
    days = ["2026-12-19", "2026-12-31", "2027-12-31", "2023-12-31"]
    assert sorted(days, key=device.index) == days


def test_the_terminal_counts_the_dates_that_it_leaves_out() -> None:
    judged = documents.under_two_laws()
    fifth = replace(documents.YEAR_END, deadline=date(2029, 1, 1))
    more = build(documents.HEADER, (replace(judged, findings=(*judged.findings, fifth)),), ())
    assert ("and 1 more date" in written(two_laws(), "text"), "and 1 more date" in written(more, "text")) == (
        False,
        True,
    )


def test_every_certainty_has_its_words() -> None:
    assert set(CERTAINTY) == set(Certainty)


def test_the_glossary_explains_the_words_that_the_report_uses() -> None:
    assert [glossary(binding)[0][0] for binding in (True, False)] == ["Restricted", "Would be restricted"]


def with_own_list() -> Document:
    """A network whose policies nobody chose, with one device that the operator's own list of support ends restricts."""
    document = chosen_by_nobody()
    own = replace(FORCED, id="support", title="Our list")
    first, *others = (judged for judged in document.devices if judged.verdict is Verdict.RESTRICTED)
    ended = replace(first, findings=(replace(first.findings[0], policy="support", waiver=None), *first.findings[1:]))
    rest = (judged for judged in document.devices if judged.device.id != first.device.id)
    header = replace(document.header, policies=(*document.header.policies, own))
    assert others
    return build(header, (ended, *rest), document.not_assessed)


@pytest.mark.parametrize("form", READ)
def test_the_operators_own_list_of_support_ends_holds_where_nobody_chose_the_policies(form: str) -> None:
    output = written(with_own_list(), form)
    assert "Your own list of support ends (policy support) holds all the same" in output
    assert "5 of 13 assessed devices would break a rule" in output
    assert "; 1 of them by your own list of support ends, which holds" in output
    if form != "junit":
        assert "Restricted, or would be" in output


def test_a_finding_of_the_own_list_is_restricted_beside_one_that_only_would_be() -> None:
    document = with_own_list()
    ended = next(judged for judged in document.devices if is_restricted_by_own_list(judged.findings))
    text = explain_device(ended, document.header)
    assert text.startswith("Nobody chose the policies")
    assert "■ RESTRICTED" in text
    assert "Restricted by support, rule" in text
    others = [judged for judged in document.devices if judged.verdict is Verdict.RESTRICTED and judged is not ended]
    assert {label_device(judged, document.header.binding) for judged in others} == {"Would be restricted"}


def test_where_no_policy_judges_no_report_says_that_nothing_is_restricted() -> None:
    document = documents.network()
    cleared = (replace(judged, findings=(), verdict=Verdict.NOT_ASSESSED) for judged in document.devices)
    nothing = build(replace(document.header, policies=()), cleared, document.not_assessed)
    assert overview(nothing).headline == (
        "No policy judges this report, so nothing says what may stand where (14 devices seen); 16 not assessed."
    )
