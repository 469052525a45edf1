"""The PDF: what an auditor signs, in pages with a running head, the same bytes each time, and no network."""

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import GapReason
from reports.document.document import Document, NotAssessed, ReportedDevice, build
from reports.document.force_wording import NOBODY_CHOSE
from reports.document.report_number import report_number
from reports.formats.pdf import finding_rows, print_values
from reports.formats.pdf.render import _refuse, print_html, render
from reports.formats.registry import FORMATS, Output
from reports.formats.report_uuid import format_utc, report_time
from reports.judgement.run_info import JudgedBy, RunRecord
from tests.unit import documents

RECORD = RunRecord(
    14,
    "scan",
    "jo@scan1",
    datetime(2026, 11, 22, 2, 10, tzinfo=UTC),
    datetime(2026, 11, 22, 3, 52, tzinfo=UTC),
    ("10.0.0.0/16",),
    ("10.0.0.13",),
    "gentle",
    ("snmp", "ssh"),
    "ab12" * 16,
)


def recorded(document: Document) -> Document:
    files = (JudgedBy("zones", "zones.yaml", "cd34" * 16),)
    return replace(document, header=replace(document.header, record=RECORD, judged_by=files))


def pages_of(document: Document) -> list[str]:
    """The text of each page, with one space for each run of white space."""
    pages = PdfReader(io.BytesIO(render(document))).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return pages_of(recorded(documents.network()))


def test_the_first_page_says_what_was_found_who_looked_and_of_what(pages: list[str]) -> None:
    number = report_number(recorded(documents.network()))
    wanted = (
        f"Hardware provenance report {number}, as of 22 November 2026",
        "5 devices break a rule; 2 stand in the core.",
        "■ Restricted 2 3 0 0 5",
        "Assessed 13 devices",
        "jo@scan1",
        "2026-11-22 02:10 to 03:52 UTC",
        "10.0.0.0/16",
        "10.0.0.13",
        f"SHA-256 {'ab12' * 16}",
        "2 targets could not be assessed",
    )
    assert [words for words in wanted if words not in pages[0]] == []


def test_the_second_page_has_the_deadlines() -> None:
    second = pages_of(build(documents.HEADER, (documents.under_two_laws(),), ()))[1]
    days = [second.index(f"31 December {year} ", second.index("Day When What")) for year in (2023, 2026, 2027)]
    assert days == sorted(days)


def test_each_page_has_the_number_of_the_report_its_own_and_the_digest(pages: list[str]) -> None:
    number = report_number(recorded(documents.network()))
    heads = [
        (f"report {number}" in page, f"page {at} of {len(pages)}" in page, "ab12ab12ab12ab12" in page)
        for at, page in enumerate(pages, 1)
    ]
    assert heads == [(True, True, True)] * len(pages)


def test_the_last_page_is_for_two_signatures(pages: list[str]) -> None:
    assert re.search(r"Signatures .*Checked by .*Approved by", pages[-1])


def test_each_finding_stands_in_the_table_with_its_device_rule_and_dates(pages: list[str]) -> None:
    (table,) = [page for page in pages if "Findings one by one" in page]
    assert "11 findings on 8 devices, the worst first." in table
    assert "■ Restricted lon-core-1 10.0.0.1 Huawei Technologies, NE40E-X8A Core, lon-1" in table
    assert "gb-dvd-huawei-2022/ cap-fttp 2027-12-31 last day" in table


def test_findings_by_clause_say_what_to_do(pages: list[str]) -> None:
    text = " ".join(pages)
    assert "Restricted: Huawei Technologies OMXD30000 (optic), parts in 1 device, lon-core-4" in text
    assert "What to do: Replace the optic" in text


def test_what_was_not_assessed_has_its_cause_and_step(pages: list[str]) -> None:
    text = " ".join(pages)
    assert (
        "No credential covers it: 1 target What to do: Add a credential for it to the credentials file. 10.0.8.77"
        in (text)
    )


def test_policies_waivers_and_words_stand_behind(pages: list[str]) -> None:
    text = " ".join(pages)
    wanted = (
        "Binds 35 named public communications",
        "W-2026-014",
        "What the words mean",
        "never means that it is allowed",
    )
    assert [words for words in wanted if words not in text] == []


def test_that_nobody_chose_the_policies_stands_first() -> None:
    header = replace(documents.HEADER, binding=False)
    first = pages_of(replace(documents.network(), header=header))[0]
    assert first.index(NOBODY_CHOSE[:50]) < first.index("5 devices would break a rule")


def test_a_table_repeats_its_head_on_each_page_and_cuts_no_row() -> None:
    found = [page for page in pages_of(of_many(80)) if "Rule and dates" in page]
    rows = [re.findall(r"lon-core-(\d+) 10\.0\.0\.(\d+)", page) for page in found]
    assert len(found) > 1
    assert sorted(int(name) for page in rows for name, _ in page) == list(range(80))
    assert all(name == address for page in rows for name, address in page)


def test_findings_and_targets_beyond_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_rows, "MAX_FINDINGS", 2)
    monkeypatch.setattr(print_values, "MAX_TARGETS", 3)
    missing = tuple(NotAssessed(f"10.9.0.{number}", GapReason.NO_ANSWER) for number in range(7))
    html = print_html(replace(of_many(5), not_assessed=missing))
    assert "5 findings on 5 devices, the worst first. The last 3 are in the CSV report alone." in html
    assert "and 4 more, in the CSV report" in html


def test_no_target_that_was_not_assessed_is_cut_off_for_the_length_of_its_neighbours() -> None:
    names = [f"2001:db8:1234:5678:9abc:def0:1234:{number:04x}" for number in range(0x1000, 0x1050)]
    missing = tuple(NotAssessed(name, GapReason.NO_ANSWER) for name in names)
    html = print_html(replace(of_many(5), not_assessed=missing))
    assert [name for name in names if name not in html] == []


def test_the_same_document_gives_the_same_bytes_whatever_the_clock_and_the_hashes() -> None:
    script = (
        "import sys; from tests.unit import documents; from reports.formats.pdf.render import render;"
        "from hashlib import sha256; print(sha256(render(documents.few())).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for epoch, seed, zone in (("1", "1", "UTC"), ("1700000000", "2", "Asia/Tokyo"))
    }
    assert len(digests) == 1


def test_the_date_of_the_file_is_the_runs() -> None:
    reader = PdfReader(io.BytesIO(render(recorded(documents.few()))))
    assert reader.metadata is not None
    assert str(reader.metadata["/CreationDate"]) == "D:20261122035200Z"


def test_without_an_end_the_time_of_a_report_is_the_beginning_then_the_day_of_judgement() -> None:
    ended, begun, judged = recorded(documents.few()), replace(RECORD, finished=None), documents.few()
    cut = replace(ended, header=replace(ended.header, record=begun))
    judged = replace(judged, header=replace(judged.header, record=None))
    assert [format_utc(report_time(each)) for each in (ended, cut, judged)] == [
        "2026-11-22T03:52:00Z",
        "2026-11-22T02:10:00Z",
        "2026-11-22T00:00:00Z",
    ]


def test_it_has_a_title_a_language_and_tags() -> None:
    reader = PdfReader(io.BytesIO(render(documents.few())))
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Hardware provenance, 22 November 2026, report ")
    root = reader.root_object
    assert (str(root["/Lang"]), str(root["/MarkInfo"])) == ("en", "{'/Marked': True}")


def test_hostile_texts_are_shown_and_make_nothing() -> None:
    text = "<img src='http://127.0.0.1:9/x'><script>x</script><a href='file:///etc/passwd'>y</a>\x1b[31m\u202e{{7*7}}"
    written = render(documents.speaking(text))
    shown = "".join(pages_of(documents.speaking(text)))
    assert "{{7*7}}" in shown.replace(" ", "")
    assert ("\x1b" in shown, "⟨U+001B⟩" in shown.replace(" ", "")) == (False, True)
    assert [sign for sign in (b"/URI", b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/Launch") if sign in written] == []


def test_what_a_page_refers_to_is_refused() -> None:
    with pytest.raises(ValueError, match="refers to nothing: file:///etc/passwd"):
        _refuse("file:///etc/passwd")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ImportError("no module"), r"needs WeasyPrint, which is not installed\nNext: pip install 'kitscan\[pdf\]'"),
        (OSError("cannot load library"), r"needs Pango.*cannot load library.*\nNext: apt-get install libpango-1\.0-0"),
    ],
)
def test_a_missing_library_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise error

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(KitscanError, match=message):
        render(documents.few())


def test_the_registry_offers_it_as_bytes() -> None:
    assert (FORMATS["pdf"].suffix, FORMATS["pdf"].output) == (".pdf", Output.BYTES)


def test_an_empty_document_has_its_pages_too() -> None:
    text = " ".join(pages_of(build(replace(documents.HEADER, as_of=date(2020, 1, 1)), (), ())))
    assert "No device was assessed" in text
    assert "No finding names a date." in text


def of_many(count: int) -> Document:
    """A document of so many Huawei boxes with one finding each, all with names and addresses of their own."""
    first = documents.huawei_core()

    def numbered(number: int) -> ReportedDevice:
        device = replace(first.device, id=f"{number:04d}", name=f"lon-core-{number}", addresses=(f"10.0.0.{number}",))
        return replace(first, device=device, findings=first.findings[:1])

    return build(documents.HEADER, tuple(numbered(number) for number in range(count)), ())
