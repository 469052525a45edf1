"""The document as SARIF 2.1.0 (OASIS standard, errata 01), a gate for platforms that collect findings.

A rule of a policy is a rule, a finding is a result. A restricted finding is an error, one under review a warning, a
conditional one a note; one that could not be decided is a result of kind `open`. A waived finding is there, suppressed.
What was not assessed is a notification of the run, and a run that did not see enough was not successful.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from reports.document.document import AppliedPolicy, Document, ReportedDevice, ReportedFinding
from reports.document.force_wording import describe_force, describe_left_out
from reports.document.overview import name_of, names_part, overview, worst_first
from reports.document.provenance_wording import describe_data_days
from reports.document.sanitize import sanitize
from reports.document.tables import due_table, unscanned_table
from reports.formats.as_json import to_json
from reports.formats.json_header import Json, report_of
from reports.formats.pipeline_wording import (
    describe_device,
    describe_finding,
    describe_left_out_of_gate,
    describe_missing,
)
from reports.formats.report_uuid import format_utc, report_uuid
from reports.judgement.run_info import RunRecord
from reports.policy.verdict import Verdict

SCHEMA_URL = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS: Mapping[Verdict, str] = {
    Verdict.RESTRICTED: "error",
    Verdict.REVIEW: "warning",
    Verdict.CONDITIONAL: "note",
}
"""The level of a result by the verdict of its finding (section 3.27.10). Other verdicts have the level none."""

NOTIFICATIONS: Mapping[str, str] = {
    "binding": "Nobody chose the policies.",
    "unseen": "Something of the scope was not seen.",
    "not-assessed": "A target could not be assessed.",
    "seen-only-as-neighbour": "A device was reported by its neighbours and not scanned.",
    "left-out": "The file leaves something out.",
}
"""The notifications by their ids, and what each is about."""

LIMIT = 600
"""Characters of one text of a device."""


def render(document: Document) -> str:
    """The whole file, indented by one space."""
    return to_json({"$schema": SCHEMA_URL, "version": "2.1.0", "runs": [_run(document)]}, indent=1) + "\n"


def _run(document: Document) -> Json:
    found = [(judged, finding) for judged in worst_first(document) for finding in _reported(judged)]
    rules = {_rule_id(finding): finding for _, finding in reversed(found)}
    places = {rule: number for number, rule in enumerate(sorted(rules))}
    policies = {policy.id: policy for policy in document.header.policies}
    driver = {
        "name": "kitscan",
        "version": document.header.tool_version,
        "rules": [_rule(rules[rule], policies.get(rules[rule].policy), document) for rule in sorted(rules)],
        "notifications": [{"id": name, "shortDescription": {"text": about}} for name, about in NOTIFICATIONS.items()],
    }
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": "kitscan/", "guid": str(report_uuid(document))},
        "invocations": [_invocation(document)],
        "results": [_result(judged, finding, places[_rule_id(finding)], document) for judged, finding in found],
        "properties": _properties(document),
    }


def _reported(judged: ReportedDevice) -> Iterator[ReportedFinding]:
    return (finding for finding in judged.findings if finding.verdict is not Verdict.CLEAR)


def _rule_id(finding: ReportedFinding) -> str:
    return _line(f"{finding.policy}/{finding.rule}")


def _rule(finding: ReportedFinding, policy: AppliedPolicy | None, document: Document) -> Json:
    """A rule by one of its findings. A rule of the operator's own files has no policy of the header."""
    described = f"{policy.title} ({policy.jurisdiction})" if policy else finding.policy
    force = describe_force(policy, document.header.as_of) if policy else ""
    return {
        "id": _rule_id(finding),
        "shortDescription": _message(described),
        "fullDescription": _message(f"{policy.instrument}; {force}" if policy else finding.citation),
        "help": _message(finding.citation),
    }


def _result(judged: ReportedDevice, finding: ReportedFinding, rule: int, document: Document) -> Json:
    level = LEVELS.get(finding.verdict)
    named = f"{name_of(judged)} ({describe_device(judged)})"
    return {
        "ruleId": _rule_id(finding),
        "ruleIndex": rule,
        "kind": "fail" if level else "open",
        "level": level or "none",
        "message": _message(f"{named}: {describe_finding(finding, document.header)}"),
        "locations": [{"logicalLocations": [_location(judged, finding)]}],
        "partialFingerprints": {"kitscanFinding/v1": _fingerprint(judged, finding)},
        **({"suppressions": [_suppression(finding.waiver)]} if finding.waiver else {}),
    }


def _location(judged: ReportedDevice, finding: ReportedFinding) -> Json:
    """The device by its id, or the part of it that the finding is about."""
    if finding.component is None:
        return {"name": _line(name_of(judged)), "fullyQualifiedName": _line(judged.device.id), "kind": "device"}
    kinds = (part.kind for part in judged.device.components if names_part(finding, part))
    name = f"{next(kinds, 'part')} {finding.component}"
    return {"name": _line(name), "fullyQualifiedName": _line(f"{judged.device.id}/{name}"), "kind": "component"}


def _suppression(waiver: str) -> Json:
    return {"kind": "external", "status": "accepted", "justification": _line(waiver)}


def _fingerprint(judged: ReportedDevice, finding: ReportedFinding) -> str:
    """The same for a finding of the same device, rule and component in each run, whatever its verdict then is."""
    words = (judged.device.id, finding.policy, finding.rule, finding.component or "")
    return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def _invocation(document: Document) -> Json:
    """A run that did not see enough was not successful: nobody may read it as "nothing found"."""
    coverage, record = document.header.coverage, document.header.record
    return {
        "executionSuccessful": coverage.complete and coverage.enough,
        **(_times(record) if record else {}),
        "toolExecutionNotifications": [
            {"descriptor": {"id": name}, "level": level, "message": _message(text)}
            for name, level, text in _notifications(document)
        ],
    }


def _times(record: RunRecord) -> Json:
    ended = {"endTimeUtc": format_utc(record.finished)} if record.finished else {}
    return {"startTimeUtc": format_utc(record.started), **ended, **({"account": _line(record.by)} if record.by else {})}


def _notifications(document: Document) -> Iterator[tuple[str, str, str]]:
    """The id, level and text of each notification."""
    glance = overview(document)
    if glance.notice:
        yield "binding", "warning", glance.notice
    yield from (("unseen", "warning", sentence) for sentence in glance.unseen)
    for missing in document.not_assessed:
        yield "not-assessed", "warning", f"{missing.target}: {describe_missing(missing)}"
    for name, companies, where in unscanned_table(document).rows:
        yield "seen-only-as-neighbour", "note", f"{name} ({companies}): {where}"
    yield "left-out", "note", describe_left_out_of_gate(document)


def _properties(document: Document) -> Json:
    """The property bag of the run: what it was judged by, and what falls due."""
    header, falls_due = document.header, due_table(document)
    return {
        "binding": header.binding,
        "report": report_of(document),
        "run": _line(header.run),
        "as_of": header.as_of.isoformat(),
        "fail_on": header.fail_on.value if header.fail_on else "never",
        "data_version": header.data_version,
        "data_days": describe_data_days(header),
        "policies_chosen": _line(header.policies_chosen),
        "policies": [_line(f"{policy.id}: {describe_force(policy, header.as_of)}") for policy in header.policies],
        "policies_left_out": [_line(describe_left_out(policy)) for policy in header.policies_left_out],
        "due": [_line(text) for text in (falls_due.note, *(" ".join(row) for row in falls_due.rows))],
        "summary": _line(overview(document).summary),
    }


def _message(text: str) -> Json:
    """A plain text message. Braces are placeholders in it and brackets are links (sections 3.11.5 and 3.11.6), so both
    are escaped: no device writes a link into a report."""
    escaped = _line(text).replace("{", "{{").replace("}", "}}")
    return {"text": escaped.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")}


def _line(text: str) -> str:
    return sanitize(text, LIMIT)
