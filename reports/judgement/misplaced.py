"""Where the evidence speaks against a declared place: a finding beside those of the policies, which makes none milder.

It is for review where a policy would say worse of the device at the place that the evidence suggests; else it is told,
and counts for nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reports.judgement.caps import Judged
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.finding import Finding
from reports.placement.placement import Origin, Placement
from reports.placement.suggest import Contradiction, contradictions, suggest
from reports.policy.verdict import OWN_ZONES, Reason, Verdict, worst

RULE = "evidence-against-place"


def misplaced(judged: Sequence[Judged], bench: PolicyEvaluator) -> Mapping[str, Finding]:
    """A finding for each device, by its id, of which the evidence says core and the zones file does not, or the
    reverse."""
    if not any(one.placement.origin is Origin.DECLARED for one in judged):
        return {}
    placed = [(one.device, one.placement) for one in judged]
    said = {one.device.id: one for one in judged}
    told = contradictions(placed, suggest([one.device for one in judged]))
    return {one.device.id: _finding(one, said[one.device.id].findings, bench) for one in told}


def _finding(told: Contradiction, findings: tuple[Finding, ...], bench: PolicyEvaluator) -> Finding:
    declared = worst(tuple(finding.verdict for finding in findings))
    there = tuple(_worse(bench.judge(told.device, _as_if(told.proposed)), declared))
    zone = f"zones file, zone {told.declared.zone}" if told.declared.zone else "zones file"
    if not there:
        because = f"{told.text}; no policy here says worse of it there"
        return Finding(OWN_ZONES, RULE, Verdict.CLEAR, because, zone)
    first = there[0]
    because = f"{told.text}; there it would be {first.verdict} by {first.policy}, rule {first.rule}"
    return Finding(OWN_ZONES, RULE, Verdict.REVIEW, because, zone, Reason.MISPLACED)


def _as_if(proposed: Placement) -> Placement:
    """The proposal as if somebody had declared it; without a tier it may be any."""
    return proposed if proposed.tier is None else replace(proposed, origin=Origin.DECLARED)


def _worse(findings: tuple[Finding, ...], declared: Verdict) -> Iterator[Finding]:
    """Those that say worse than is said already, worst first."""
    order = tuple(Verdict)
    worse = (finding for finding in findings if order.index(finding.verdict) < order.index(declared))
    yield from sorted(worse, key=lambda finding: order.index(finding.verdict))
