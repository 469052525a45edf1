"""Where a report comes from, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from reports.document.document import Document
from reports.document.provenance_wording import (
    describe_data_days,
    describe_run,
    format_period,
    identify_report,
    provenance_facts,
)
from reports.document.report_number import report_number
from reports.formats.registry import FORMATS, render
from reports.judgement.run_info import JudgedBy, RunRecord
from tests.unit import documents

RECORD = RunRecord(
    14,
    "scan",
    "jo@scan1",
    datetime(2026, 11, 22, 2, 10, tzinfo=UTC),
    datetime(2026, 11, 22, 3, 52, tzinfo=UTC),
    ("10.0.0.0/16",),
    ("10.0.9.0/24",),
    "normal",
    ("snmp", "ssh"),
    "ab" * 32,
)


def with_record(record: RunRecord | None) -> Document:
    document = documents.network()
    files = (JudgedBy("zones", "zones.yaml", "cd" * 32), JudgedBy("waivers", "pipe", ""))
    return replace(document, header=replace(document.header, record=record, judged_by=files))


def test_a_report_says_who_ran_it_when_of_what_without_what_and_by_which_files() -> None:
    document = with_record(RECORD)
    assert provenance_facts(document) == (
        ("Report number", report_number(document)),
        ("Judged as of", "22 November 2026"),
        ("Evidence", "run 14 (scan)"),
        ("Scanned by", "jo@scan1"),
        ("Begun and ended", "2026-11-22 02:10 to 03:52 UTC (1 h 42 min)"),
        ("Scope", "10.0.0.0/16"),
        ("Exclusions", "10.0.9.0/24"),
        ("In scope", "272 addresses, of which 16 answered"),
        ("Asked by", "snmp, ssh"),
        ("Profile", "normal"),
        ("Digest of the evidence", f"SHA-256 {'ab' * 32}"),
        ("Policies", f"4 policies; {documents.HEADER.policies_chosen}"),
        ("Judged by zones", f"zones.yaml, SHA-256 {'cd' * 32}"),
        ("Judged by waivers", "pipe"),
        (
            "Fingerprint data of",
            "MAC prefixes 2026-11-22; enterprise numbers 2024-08-17, 827 days before this report's day",
        ),
        ("Made by", "kitscan 0.1.0, fingerprint data 2026.11.22"),
    )


def test_a_scan_that_excluded_nothing_says_none_and_an_older_store_says_that_it_was_not_recorded() -> None:
    recorded = dict(provenance_facts(with_record(replace(RECORD, exclusions=()))))
    older = dict(provenance_facts(with_record(replace(RECORD, by="", targets=(), exclusions=()))))
    assert recorded["Exclusions"] == "none"
    assert (older["Scanned by"], older["Scope"], older["Exclusions"]) == ("not recorded",) * 3


def test_evidence_that_comes_from_no_store_says_that_nobody_recorded_who_collected_it() -> None:
    facts = dict(provenance_facts(with_record(None)))
    assert (facts["Evidence"], facts["Collected by"]) == (documents.HEADER.run, "not recorded")


def test_a_long_list_of_targets_is_counted_and_not_printed_whole() -> None:
    facts = dict(provenance_facts(with_record(replace(RECORD, targets=tuple(f"10.0.0.{n}" for n in range(20))))))
    assert facts["Scope"].endswith("10.0.0.11 and 8 more")


def test_times_are_of_utc_and_name_the_day_of_the_end_where_it_is_another() -> None:
    begun = datetime(2026, 11, 22, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert format_period(begun, None) == "2026-11-21 23:30 UTC, not finished"
    assert format_period(begun, begun + timedelta(hours=1)) == "2026-11-21 23:30 to 2026-11-22 00:30 UTC"


def test_a_running_head_and_a_first_line_name_the_report_and_the_run() -> None:
    document = with_record(RECORD)
    assert identify_report(document) == f"report {report_number(document)}, as of 22 November 2026"
    assert describe_run(document) == "run 14, by jo@scan1, 2026-11-22 02:10 to 03:52 UTC"
    assert describe_run(documents.network()) == "run 2026-11-22T0917-demo"


def test_the_fingerprint_data_have_their_days_and_their_age() -> None:
    days = (("mac-prefixes", date(2026, 11, 22)), ("enterprise-numbers", date(2024, 8, 17)), ("own", date(2027, 1, 1)))
    header = replace(documents.HEADER, data_days=days)
    assert describe_data_days(header) == (
        "MAC prefixes 2026-11-22; enterprise numbers 2024-08-17, 827 days before this report's day; own 2027-01-01"
    )


def test_a_judgement_says_the_days_of_the_data_that_it_used(database: FingerprintDatabase) -> None:
    assert [name for name, _ in database.days] == ["mac-prefixes", "enterprise-numbers", "rules"]


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("csv", "components", "xlsx", "pdf")])
def test_every_format_says_the_days_of_the_data(name: str) -> None:
    written = render(documents.linked(), name)
    text = written if isinstance(written, str) else written.decode()
    assert "2024-08-17" in text or f"{datetime(2024, 8, 17, tzinfo=UTC).timestamp():.0f}" in text
