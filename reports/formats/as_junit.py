"""The document as JUnit XML (the de facto schema of Ant and Jenkins), a gate for CI systems.

One suite is the run. Each device is a testcase, and so is each component with findings and each target that was not
assessed; the testcase `coverage` says whether the run saw enough. A finding at or above the bar (--fail-on) is a
failure, an incomplete run is an error, what could not be judged is skipped, a waived finding passes with its waiver.
The property `left_out` says what the gate does not hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fingerprints.model.device import Level
from reports.document.document import (
    Document,
    Header,
    NotAssessed,
    ReportedDevice,
    ReportedFinding,
)
from reports.document.force_wording import (
    describe_force,
    describe_left_out,
    is_restricted_by_own_list,
    label_verdict,
)
from reports.document.overview import finding_label, name_of, overview
from reports.document.provenance_wording import describe_data_days
from reports.document.redaction.redaction_wording import redaction_text
from reports.document.report_number import report_number
from reports.document.sanitize import sanitize
from reports.document.tables import due_table
from reports.formats.pipeline_wording import (
    describe_device,
    describe_finding,
    describe_left_out_of_gate,
    describe_missing,
)
from reports.formats.report_uuid import format_utc, report_time
from reports.judgement.incomplete import incompleteness
from reports.judgement.run_info import RunRecord
from reports.policy.verdict import Verdict, worst

LIMIT = 600
"""Characters of one line."""


class TestcaseStatus(StrEnum):
    """What became of a testcase; all but `passed` are the name of its element."""

    PASSED = "passed"
    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Testcase:
    """One testcase. `message` is the status in one line, `kind` its type, `details` further lines of output."""

    group: str
    name: str
    status: TestcaseStatus
    message: str = ""
    kind: str = ""
    details: tuple[str, ...] = ()


def render(document: Document) -> bytes:
    """The whole file, in UTF-8. ElementTree escapes markup; `sanitize` replaces what XML 1.0 cannot hold."""
    cases = tuple(_cases(document))
    root = Element("testsuites", {"name": "kitscan", **_counts(cases)})
    started = report_time(document).strftime("%Y-%m-%dT%H:%M:%S")
    suite = SubElement(
        root, "testsuite", {"name": _line(f"run {document.header.run}"), "timestamp": started, **_counts(cases)}
    )
    properties = SubElement(suite, "properties")
    for name, value in _properties(document):
        SubElement(properties, "property", {"name": name, "value": _line(value)})
    for case in cases:
        _append(suite, case)
    indent(root, " ")
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _counts(cases: tuple[Testcase, ...]) -> dict[str, str]:
    statuses = [case.status for case in cases]
    plural = {"failures": TestcaseStatus.FAILURE, "errors": TestcaseStatus.ERROR, "skipped": TestcaseStatus.SKIPPED}
    return {"tests": str(len(cases)), **{name: str(statuses.count(status)) for name, status in plural.items()}}


def _append(suite: Element, case: Testcase) -> None:
    element = SubElement(suite, "testcase", {"classname": f"kitscan.{case.group}", "name": _line(case.name)})
    details = "\n".join(map(_line, case.details))
    if case.status is TestcaseStatus.PASSED:
        if details:
            SubElement(element, "system-out").text = details
        return
    kind = {} if case.status is TestcaseStatus.SKIPPED else {"type": case.kind}
    SubElement(element, case.status.value, {"message": _line(case.message), **kind}).text = details or None


def _line(text: str) -> str:
    return sanitize(text, LIMIT)


def _properties(document: Document) -> Iterator[tuple[str, str]]:
    header, glance = document.header, overview(document)
    yield "binding", "true" if header.binding else f"false: {glance.notice}"
    yield "report", report_number(document)
    yield from _collected(header.record) if header.record else ()
    if header.redacted_from:
        yield "redacted", redaction_text(header.redacted_from)
    yield "as_of", header.as_of.isoformat()
    yield "fail_on", header.fail_on.value if header.fail_on else "never"
    yield "tool_version", header.tool_version
    yield "data_version", header.data_version
    yield "data_days", describe_data_days(header)
    yield "policies_chosen", header.policies_chosen
    yield from (("policy", f"{policy.id}: {describe_force(policy, header.as_of)}") for policy in header.policies)
    yield from (("policy_left_out", describe_left_out(policy)) for policy in header.policies_left_out)
    falls_due = due_table(document)
    yield "due", f"{falls_due.title}: {falls_due.note}"
    yield from (("due", " ".join(row)) for row in falls_due.rows)
    yield "summary", glance.summary
    yield from (("unseen", sentence) for sentence in glance.unseen)
    yield "left_out", describe_left_out_of_gate(document)


def _collected(record: RunRecord) -> Iterator[tuple[str, str]]:
    """Who collected the evidence, when and of what. What an older store does not say is left out."""
    finished = format_utc(record.finished) if record.finished else ""
    facts = (
        ("collected_by", record.by),
        ("started", format_utc(record.started)),
        ("finished", finished),
        ("targets", " ".join(record.targets)),
        ("exclusions", " ".join(record.exclusions)),
        ("evidence_sha256", record.sha256),
    )
    return ((name, value) for name, value in facts if value)


def _cases(document: Document) -> Iterator[Testcase]:
    yield _coverage(document)
    unassessed: dict[str, list[NotAssessed]] = {}
    for item in document.not_assessed:
        unassessed.setdefault(item.target, []).append(item)
    for judged in sorted(document.devices, key=lambda judged: (name_of(judged), judged.device.id)):
        yield _device(judged, _take(judged, unassessed), document.header)
        yield from _components(judged, document.header)
    for item in chain.from_iterable(unassessed.values()):
        yield Testcase("target", item.target, TestcaseStatus.SKIPPED, describe_missing(item))


def _coverage(document: Document) -> Testcase:
    coverage, unseen = document.header.coverage, overview(document).unseen
    if coverage.enough and coverage.complete:
        return Testcase("run", "coverage", TestcaseStatus.PASSED, details=unseen)
    kind = "incomplete" if coverage.enough else "min_coverage"
    return Testcase("run", "coverage", TestcaseStatus.ERROR, unseen[0], kind, unseen)


def _take(judged: ReportedDevice, unassessed: dict[str, list[NotAssessed]]) -> NotAssessed | None:
    """Take the entry of `unassessed` that stands for this device, if its verdict is not_assessed."""
    if judged.verdict is not Verdict.NOT_ASSESSED:
        return None
    device = judged.device
    entries = next((unassessed[name] for name in (device.name, *device.addresses, device.id) if name in unassessed), [])
    return entries.pop(0) if entries else None


def _device(judged: ReportedDevice, missing: NotAssessed | None, header: Header) -> Testcase:
    """The device without its components. It is skipped where its own maker is not known, whatever its parts are."""
    own = tuple(finding for finding in judged.findings if finding.component is None)
    verdict = _worst(own)
    if verdict is Verdict.CLEAR:
        verdict = _verdict_without_findings(judged)
    reason = describe_missing(missing) if missing else "too little is known of it"
    return _case("device", _name(judged), verdict, reason, own, judged, header)


def _components(judged: ReportedDevice, header: Header) -> Iterator[Testcase]:
    named = sorted((f for f in judged.findings if f.component is not None), key=lambda f: f.component or "")
    for component, findings in groupby(named, key=lambda finding: finding.component):
        concerned = tuple(findings)
        name = f"{_name(judged)} / {component}"
        yield _case("component", name, _worst(concerned), "too little is known of it", concerned, judged, header)


def _case(
    group: str,
    name: str,
    verdict: Verdict,
    reason: str,
    findings: tuple[ReportedFinding, ...],
    judged: ReportedDevice,
    header: Header,
) -> Testcase:
    details = (describe_device(judged), *(describe_finding(item, header) for item in findings)) if findings else ()
    if header.fails(verdict):
        decisive = [finding_label(item) for item in findings if item.waiver is None and item.verdict is verdict]
        named = label_verdict(verdict, header.binding or is_restricted_by_own_list(findings))
        message = f"{named}: {', '.join(dict.fromkeys(decisive)) or reason}"
        return Testcase(group, name, TestcaseStatus.FAILURE, message, verdict.value, details)
    if verdict is Verdict.NOT_ASSESSED:
        return Testcase(group, name, TestcaseStatus.SKIPPED, reason, details=details)
    return Testcase(group, name, TestcaseStatus.PASSED, details=details)


def _worst(findings: tuple[ReportedFinding, ...]) -> Verdict:
    """The worst verdict that no waiver covers."""
    return worst(tuple(finding.verdict for finding in findings if finding.waiver is None))


def _verdict_without_findings(judged: ReportedDevice) -> Verdict:
    """The verdict of a device that no finding of its own decides: its components may have decided its verdict."""
    if judged.verdict in (Verdict.CLEAR, Verdict.NOT_ASSESSED):
        return judged.verdict
    is_known = judged.device.identity.level in (Level.CONFIRMED, Level.PROBABLE)
    return Verdict.CLEAR if is_known and incompleteness(judged.device) is None else Verdict.NOT_ASSESSED


def _name(judged: ReportedDevice) -> str:
    """Readable and stable: the id is the same in each run that sees the same device."""
    return f"{name_of(judged)} ({judged.device.id})"
