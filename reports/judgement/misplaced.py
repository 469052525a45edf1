"""Findings about the operator's own zones file: where the evidence, or what a device calls itself, contradicts a
declared place.

Such a finding stands beside those of the policies and makes no verdict milder. It is for review where a policy would
say worse of the device at the place that the evidence suggests. Otherwise it informs, and its verdict is clear.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reports.judgement.because import PlaceContradicted, PlainReason, WorseThere
from reports.judgement.caps import JudgedAlone
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.finding import Finding
from reports.placement.placement import Origin, Placement
from reports.placement.suggest import Contradiction, contradictions, suggest
from reports.policy.verdict import OWN_ZONES, Reason, Verdict, is_worse, severity, worst

RULE = "evidence-against-place"
OWN_WORDS_RULE = "own-words-against-place"


def find_misplaced(devices: Sequence[JudgedAlone], evaluator: PolicyEvaluator) -> Mapping[str, Finding]:
    """A finding by device id for each device of which the evidence says core and the zones file does not, or the
    reverse. What a device calls itself is no such evidence."""
    if not any(judged.placement.origin is Origin.DECLARED for judged in devices):
        return {}
    placed = [(judged.device, judged.placement) for judged in devices]
    by_id = {judged.device.id: judged for judged in devices}
    contradicted = contradictions(placed, suggest([judged.device for judged in devices], use_names=False))
    return {
        contradiction.device.id: _finding(contradiction, by_id[contradiction.device.id].findings, evaluator)
        for contradiction in contradicted
    }


def own_words_findings(placement: Placement) -> tuple[Finding, ...]:
    """A finding on a device whose own words put it in another zone than the operator's do: by its name, or where it
    would be judged better there."""
    against = placement.against
    if against is None or not (against.by_name or against.are_milder):
        return ()
    citation = f"zones file, zone {against.zone}"
    if against.are_milder:
        return (Finding(OWN_ZONES, OWN_WORDS_RULE, Verdict.REVIEW, (against,), citation, Reason.MISPLACED),)
    return (Finding(OWN_ZONES, OWN_WORDS_RULE, Verdict.CLEAR, (against,), citation),)


def _finding(contradiction: Contradiction, findings: tuple[Finding, ...], evaluator: PolicyEvaluator) -> Finding:
    declared = worst(tuple(finding.verdict for finding in findings))
    there = evaluator.judge(contradiction.device, _as_declared(contradiction.proposed))
    first = next(_worse_than(declared, there), None)
    zone = contradiction.declared.zone
    citation = f"zones file, zone {zone}" if zone else "zones file"
    contradicted = reason_for(contradiction)
    if first is None:
        return Finding(OWN_ZONES, RULE, Verdict.CLEAR, (contradicted, PlainReason.NOT_WORSE_THERE), citation)
    because = (contradicted, WorseThere(first.verdict, first.policy, first.rule))
    return Finding(OWN_ZONES, RULE, Verdict.REVIEW, because, citation, Reason.MISPLACED)


def reason_for(contradiction: Contradiction) -> PlaceContradicted:
    """A contradiction as a finding gives it."""
    return PlaceContradicted(
        contradiction.declared.tier,
        bool(contradiction.declared.core),
        contradiction.declared.zone,
        bool(contradiction.proposed.core),
        contradiction.strongest,
    )


def _as_declared(proposed: Placement) -> Placement:
    """The proposed placement as if somebody had declared it. Without a tier it stays a placement in any tier."""
    return proposed if proposed.tier is None else replace(proposed, origin=Origin.DECLARED)


def _worse_than(declared: Verdict, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """The findings that are worse than the verdict at the declared place, worst first."""
    worse = (finding for finding in findings if is_worse(finding.verdict, declared))
    yield from sorted(worse, key=lambda finding: severity(finding.verdict))
