"""The document of an assessment: sorted, cited, and every reason put into words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from fingerprints.model.evidence import Gap, GapReason
from reports.document.document import (
    AppliedPolicy,
    Coverage,
    Document,
    Header,
    NotAssessed,
    PolicyLeftOut,
    ReportedDevice,
    ReportedFinding,
    ReportedLink,
    ReportedNeighbour,
    build,
)
from reports.document.finding_wording import because_text, neighbour_text, waiver_text
from reports.document.not_assessed import silent, unidentified
from reports.document.note_wording import note_text
from reports.document.policy_wording import known_until_text, left_out_text, status_text, without_policy_text
from reports.judgement.assessment import Assessment, JudgedDevice
from reports.judgement.because import NotYetInForce, PermitHolds
from reports.judgement.finding import Finding
from reports.placement.sighting import UnscannedNeighbour
from reports.policy.choice import PolicyLimits
from reports.policy.policy import Policy, recalled_rules


def build_document(assessment: Assessment) -> Document:
    """The document that an assessment is reported as."""
    not_assessed = _not_assessed(assessment)
    options, run = assessment.options, assessment.run
    notes = (*options.database.notes, *_policy_notes(options.policy_limits, options.as_of))
    header = Header(
        tool_version=run.tool_version,
        data_version=options.database.version,
        run=run.run,
        as_of=options.as_of,
        policies=tuple(_applied_policy(policy) for policy in options.policies),
        policies_chosen=options.policies_chosen,
        coverage=_coverage(assessment, len(not_assessed)),
        notes=(*notes, *map(note_text, assessment.notes)),
        binding=options.binding,
        policies_left_out=tuple(
            PolicyLeftOut(policy.id, policy.title, policy.jurisdiction, left_out_text(policy.reason))
            for policy in options.policy_limits.left_out
        ),
        policies_known_until=options.policy_limits.known_until,
        record=run.record,
        judged_by=options.judged_by,
        data_days=options.database.days,
    )
    document = build(header, map(reported_device, assessment.devices), not_assessed)
    pairs = assessment.neighbour_pairs
    words = {kinds: tuple(kind.value for kind in kinds) for kinds in frozenset(pair.kinds for pair in pairs)}
    links = (ReportedLink(pair.device, pair.other, words[pair.kinds]) for pair in pairs)
    neighbours = tuple(map(reported_neighbour, assessment.neighbours))
    return replace(document, seen_only_as_neighbour=neighbours, links=tuple(links))


def _policy_notes(limits: PolicyLimits, as_of: date) -> Iterator[str]:
    """What the policies of a run do not hold: the law of a whole jurisdiction, and what came after their last day."""
    if limits.fallback is not None:
        yield str(limits.fallback)
    if limits.without_policy:
        yield without_policy_text(limits.without_policy)
    if limits.known_until is not None and as_of > limits.known_until:
        yield known_until_text(limits.known_until)


def reported_device(judged: JudgedDevice) -> ReportedDevice:
    """A device as the document holds it."""
    findings = tuple(reported_finding(finding) for finding in judged.findings)
    return ReportedDevice(judged.device, judged.placement, findings, judged.verdict)


def reported_finding(finding: Finding) -> ReportedFinding:
    """A finding as the document holds it: the same, in words."""
    return ReportedFinding(
        finding.policy,
        finding.rule,
        finding.verdict,
        because_text(finding.because),
        finding.citation,
        finding.reason,
        finding.deadline,
        finding.component,
        None if finding.waiver is None else waiver_text(finding.waiver),
        _starts(finding),
    )


def _starts(finding: Finding) -> date | None:
    """The day on which the rule of a finding begins to hold, unless a permit covers the device on that day."""
    starts = next((reason.starts for reason in finding.because if isinstance(reason, NotYetInForce)), None)
    permits = [reason.permit for reason in finding.because if isinstance(reason, PermitHolds)]
    if starts is None or any(permit.expires is None or starts <= permit.expires for permit in permits):
        return None
    return starts


def reported_neighbour(neighbour: UnscannedNeighbour) -> ReportedNeighbour:
    """An unscanned neighbour as the document holds it."""
    return ReportedNeighbour(
        neighbour.name,
        neighbour.mac,
        neighbour.address,
        neighbour.description,
        neighbour.made_by,
        neighbour.watched,
        neighbour.sightings,
        tuple(f"{rule.policy}/{rule.rule}" for rule in neighbour.rules),
        neighbour_text(neighbour),
    )


def _not_assessed(assessment: Assessment) -> tuple[NotAssessed, ...]:
    """Silent targets, devices of which too little is known, and a run that was cut off: it may owe an answer to
    addresses of which nothing else here speaks."""
    run = assessment.run
    return (
        *(silent(missing.target, missing.gaps, missing.address, missing.fleet_site) for missing in assessment.silent),
        *map(unidentified, assessment.unidentified),
        *(() if run.complete else (silent(f"run {run.run}", (Gap("scan", "", GapReason.INTERRUPTED),)),)),
    )


def _coverage(assessment: Assessment, not_assessed: int) -> Coverage:
    counts, run = assessment.counts, assessment.run
    return Coverage(
        in_scope=counts.in_scope,
        answered=counts.answered,
        identified=counts.identified,
        not_assessed=not_assessed,
        silent=run.ranges,
        wanted_percent=assessment.options.min_coverage,
        cost=run.cost,
    )


def _applied_policy(policy: Policy) -> AppliedPolicy:
    return AppliedPolicy(
        id=policy.id,
        title=policy.title,
        jurisdiction=policy.jurisdiction,
        instrument=policy.instrument,
        binding=policy.binding,
        certainty=policy.certainty,
        notes=policy.notes,
        recalled_rules=recalled_rules(policy),
        status=status_text(policy),
        until=policy.until,
        binds=policy.binds,
        roles=policy.roles,
        confidence=policy.confidence,
        exceptions=tuple(exception.says for exception in policy.exceptions),
    )
