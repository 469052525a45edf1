"""Changes in each format: all that happened, safe to show, the same bytes each time, and quiet where nothing did."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from fingerprints.model.errors import KitscanError
from reports.changes.change_report import ChangeReport, redact_report
from reports.changes.change_wording import CAUSE, KIND, describe_event, headline, newly_bad, worse_sentence
from reports.changes.compare import compare
from reports.changes.formats.as_csv import COLUMNS
from reports.changes.formats.registry import CHANGE_FORMATS, change_format_of_name, render_changes
from reports.changes.lasting import assign_lasting
from reports.changes.state.device_state import DeviceState, GapState
from reports.changes.state.event import Cause, Event, EventKind
from reports.changes.state.run_state import MissingState, RunState
from reports.document.document import Place
from reports.document.sanitize import sanitize
from reports.policy.verdict import Verdict
from tests.unit.device_states import JUDGED, OPTIC, RULE, box, night
from tests.unit.hostile_texts import TEXTS

EACH = pytest.mark.parametrize("form", CHANGE_FORMATS)


def report(before: RunState, after: RunState) -> ChangeReport:
    first = assign_lasting(before, None)
    second = assign_lasting(after, first)
    return ChangeReport(first, second, compare(first, second))


def busy() -> ChangeReport:
    """A night on which nearly everything happens."""
    devices = [box(number) for number in range(1, 12)]
    one, two, three, four, five, six, seven, eight, _, ten, eleven = devices
    after = [
        replace(one, name="edge-1", addresses=("192.0.2.101",)),
        replace(two, maker="Cisco", version="16.9", evidence="other"),
        replace(three, parts=(replace(OPTIC, maker="Hisense", model="LTF1303", serial="HS1"),)),
        replace(four, place=Place.NON_CORE, zone="metro", site="", stands="transport"),
        replace(five, verdict=Verdict.RESTRICTED, findings=(RULE,), evidence="other"),
        replace(six, read=("ssh",), keys=six.keys[1:], serial="", gaps=(GapState("snmp", "refused"),)),
        replace(box(77), addresses=seven.addresses, name=seven.name),
        replace(eight, parts=(OPTIC, replace(OPTIC, position="1/0/2", serial="X9"))),
        replace(box(50), name="new-box", verdict=Verdict.RESTRICTED, findings=(RULE,)),
        replace(ten, serial="SN-TEN"),
    ]
    missing = (MissingState(eleven.addresses[0], "no-answer"),)
    return report(night(1, *devices), night(2, *after, missing=missing))


@EACH
def test_the_same_report_gives_the_same_text(form: str) -> None:
    assert render_changes(busy(), form) == render_changes(busy(), form)


@EACH
def test_every_event_is_in_every_format(form: str) -> None:
    rendered = re.sub(r"\s+", " ", render_changes(busy(), form)).replace("\\", "")
    for name in ("edge-1", "new-box", "core-2", "core-11", "Hisense", "metro", "192.0.2.101"):
        assert name in rendered, name


def test_text_fits_80_columns_and_puts_the_worst_device_first() -> None:
    lines = render_changes(busy(), "text").splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:3] == [
        "1 new, 2 gone, 1 replaced, 8 changed; 0 devices as they were.",
        "New or worse than before: 2 restricted.",
        "1 target could not be assessed in run 2.",
    ]
    marks = [line[0] for line in lines if line[:1] in ("■", "▲", "◆", "○", "✓")]
    assert marks == sorted(marks, key="■▲◆○✓".index)


def test_a_night_on_which_nothing_changed_is_one_sentence() -> None:
    quiet = report(night(1, box(1), box(2)), night(2, box(2), box(1)))
    assert re.sub(r"\s+", " ", render_changes(quiet, "text")) == (
        "Nothing changed; 2 devices as they were. run 2 (2 March 2026), compared with run 1 (1 March 2026) "
    )


def test_what_is_left_out_of_the_text_is_counted() -> None:
    devices = [box(number) for number in range(1, 60)]
    changed = [replace(device, version="V900") for device in devices]
    rendered = render_changes(report(night(1, *devices), night(2, *changed)), "text")
    assert "and 39 devices more, in the other formats" in rendered
    assert "59 changed" in rendered


def test_json_has_each_event_with_its_causes_and_both_runs() -> None:
    document = json.loads(render_changes(busy(), "json"))
    assert document["schema"] == "kitscan-changes/1"
    assert (document["before"]["run"], document["after"]["run"], document["partial"]) == (1, 2, False)
    kinds = {event["kind"] for event in document["events"]}
    assert {"new", "gone", "replaced", "renamed", "readdressed", "identity", "version", "part-swapped"} <= kinds
    verdict = next(event for event in document["events"] if event["kind"] == "verdict")
    assert (verdict["before"], verdict["after"], verdict["causes"]) == ("clear", "restricted", ["box"])
    assert document["not_assessed"] == [{"target": "192.0.2.11", "reason": "no-answer"}]


def test_csv_has_a_row_for_each_event() -> None:
    rows = list(csv.DictReader(io.StringIO(render_changes(busy(), "csv").removeprefix("\ufeff"))))
    assert len(rows) == len(busy().comparison.events)
    assert set(rows[0]) == set(COLUMNS)


def test_html_allows_its_own_style_alone_and_closes_its_elements() -> None:
    page = render_changes(busy(), "html")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'", policy[1]
    )
    assert "<script" not in page
    assert elements(page).count("tr") == 1 + len({event.device.lasting_id for event in busy().comparison.events})


def elements(page: str) -> list[str]:
    """The elements of a page, by name."""
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]  # all that is read
    parser.feed(page)
    return found


def hostile(text: str) -> ChangeReport:
    """A box that says this text wherever it can, and what changes of it."""
    before = replace(box(1), name=f"a{text}", maker=text, version=text, zone=text, site=text, serial=text)
    optic = replace(OPTIC, maker=text, model=text, serial=text, position=text)
    after = replace(before, name=f"b{text}", version=f"{text}2", serial=f"{text}3", parts=(optic,), stands=text)
    gone = replace(box(2), name=text, maker=text, model=text)
    missing = (MissingState(text, "no-answer"),)
    return report(night(1, before, gone), night(2, after, replace(box(3), name=text, model=text), missing=missing))


PLAIN_ELEMENTS = sorted(set(elements(render_changes(busy(), "html"))))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_texts_act_in_no_format(text: str) -> None:
    told = hostile(text)
    for form in ("text", "markdown", "csv"):
        rendered = render_changes(told, form).removeprefix("\ufeff").replace("\r\n", "\n")
        assert sanitize(rendered.replace("\n", ""), 10**8) == rendered.replace("\n", ""), form
    assert json.loads(render_changes(told, "json"))["events"]
    assert render_changes(told, "json").isascii()
    assert sorted(set(elements(render_changes(told, "html")))) == PLAIN_ELEMENTS
    cells = list(csv.reader(io.StringIO(render_changes(told, "csv").removeprefix("\ufeff"))))
    assert not any(cell[:1] in ("=", "+", "-", "@", "\t") for row in cells for cell in row)


@EACH
def test_a_redacted_report_names_nothing_of_the_network(form: str) -> None:
    private = ("edge-1", "new-box", "core-2", "192.0.2.101", "metro", "lon-1", "SN000", "SN-TEN", "UYK0A12", "HS1\b")
    rendered = render_changes(redact_report(busy()), form)
    assert [word for word in private if re.search(word, rendered)] == []
    assert "Huawei" in rendered
    assert "gb-dvd-huawei-2022" in rendered.replace("\\", "")


def test_a_redacted_report_tells_the_same_kinds_of_events() -> None:
    whole, redacted = busy().comparison, redact_report(busy()).comparison
    assert sorted(event.kind for event in redacted.events) == sorted(event.kind for event in whole.events)
    assert redacted.same == whole.same


def test_a_redacted_text_says_so() -> None:
    assert "Redacted: names" in render_changes(redact_report(busy()), "text")


def test_notices_come_first() -> None:
    nobody = replace(JUDGED, binding=False)
    told = report(night(1, box(1)), night(2, targets=("192.0.2.0/25",), judged=nobody, complete=False))
    told = replace(told, judged_anew=(1, 2), comparison=replace(told.comparison, events=busy().comparison.events))
    rendered = re.sub(r"\s+", " ", render_changes(told, "text"))
    assert rendered.startswith("Nobody chose the policies of this report")
    assert "did not reach its end" in rendered
    assert "asked different targets" in rendered
    assert "No judgement of runs 1 and 2 was kept" in rendered
    assert "Would be restricted" in rendered


def test_every_kind_and_cause_has_its_words() -> None:
    assert set(KIND) == set(EventKind)
    assert set(CAUSE) == set(Cause)


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (Event(EventKind.NEW, box(1)), "New"),
        (
            Event(EventKind.NEW, replace(box(1), verdict=Verdict.RESTRICTED, findings=(RULE,))),
            "New: restricted by gb-dvd-huawei-2022/core",
        ),
        (Event(EventKind.RETURNED, box(1), silent_since="2026-03-01"), "Back: last seen 2026-03-01"),
        (
            Event(EventKind.GONE, box(1), after="no-answer", silent_since="2026-03-01"),
            "Gone: no answer; last seen 2026-03-01",
        ),
        (Event(EventKind.GONE, box(1), silent_since="2026-03-01"), "Gone: last seen 2026-03-01"),
        (Event(EventKind.REPLACED, box(1), "A 1", "B 2"), "Replaced: B 2 answers in place of A 1"),
        (
            Event(EventKind.PART_SWAPPED, box(1), "Finisar X", "Hisense Y", "1/0/1", (Cause.BOX,)),
            "Part swapped 1/0/1: Finisar X → Hisense Y (the box is not as it was)",
        ),
        (Event(EventKind.PART_REMOVED, box(1), "Finisar X", "", "1/0/1"), "Part removed 1/0/1: Finisar X"),
        (Event(EventKind.PART_MOVED, box(1), "1/0/1", "1/0/2", "1/0/2"), "Part moved: 1/0/1 → 1/0/2"),
        (
            Event(EventKind.VERDICT, box(1), "clear", "restricted", "", (Cause.LAW, Cause.PLACE)),
            "Verdict: clear → restricted (the policies or your own files changed and it stands elsewhere)",
        ),
        (
            Event(EventKind.COVERAGE_LOST, box(1), "", "no-policy, strange", "snmp"),
            "Less was read: snmp; no policy judges this report, strange",
        ),
        (Event(EventKind.COVERAGE_GAINED, box(1), "refused", "", "snmp"), "More was read: snmp"),
    ],
)
def test_an_event_is_one_sentence(event: Event, sentence: str) -> None:
    assert describe_event(event) == sentence


def test_what_is_new_or_worse_is_counted_by_verdict() -> None:
    def judged(number: int, verdict: Verdict) -> DeviceState:
        return replace(box(number), verdict=verdict)

    told = report(
        night(1, judged(1, Verdict.CLEAR), judged(2, Verdict.RESTRICTED), judged(3, Verdict.REVIEW)),
        night(
            2, judged(1, Verdict.REVIEW), judged(2, Verdict.CLEAR), judged(3, Verdict.REVIEW), judged(4, Verdict.CLEAR)
        ),
    )
    assert [device.name for device in newly_bad(told)] == ["core-1"]
    assert worse_sentence(told) == "New or worse than before: 1 review."
    assert headline(told) == "1 new, 2 changed; 1 device as it was."


@pytest.mark.parametrize(("name", "form"), [("a.TXT", "text"), ("b.md", "markdown"), ("c.changes.json", "json")])
def test_the_ending_chooses_the_format(name: str, form: str) -> None:
    assert change_format_of_name(name) == form


def test_an_unknown_ending_is_answered_with_those_there_are() -> None:
    with pytest.raises(KitscanError, match=r"\.txt \(text\), \.html"):
        change_format_of_name("changes.pdf")
