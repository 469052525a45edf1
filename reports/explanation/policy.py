"""One policy as text for a terminal: what it says, of whom, where, when, and where that can be read."""

from collections.abc import Iterator
from typing import assert_never

from reports.judgement.misplaced import RULE
from reports.policy.action import Certainty
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import OWN_ZONES
from reports.policy.where import Where
from reports.policy.who import Anyone, Criteria, MadeIn, MadeOutside, Named, OnlyThese, Who

EVIDENCE_AGAINST_PLACE = f"""{OWN_ZONES}: your own zones file, held against the evidence; no policy of anybody
  rule {RULE}: a device that the file puts outside the core does the work of the core, or the reverse
    review where a policy would say worse of it at the place that the evidence suggests; else told, and clear
    no verdict gets milder by it
    source  the tables that `kitscan zones suggest` reads: routing, links, what is learned at ports
Next: kitscan zones test shows the place and what speaks against it
"""
"""What the finding says that is no policy's."""


def explain_policy(policy: Policy, rule_id: str | None = None) -> str | None:
    """The whole of a policy, its rules in the order of the file, or one of them alone; None where it has no such
    rule."""
    meant = [rule for rule in policy.rules if rule_id in (None, rule.id)]
    if not meant:
        return None
    lines = [
        f"{policy.id}: {policy.title} ({policy.jurisdiction})",
        f"  authority   {policy.authority}",
        f"  instrument  {policy.instrument}",
        f"  binding     {'yes, on ' + ', '.join(policy.binds) if policy.binding else 'no'}",
        f"  status      {policy.status}",
        f"  certainty   {policy.certainty.value}; {policy.confidence}",
    ]
    for rule in meant:
        lines += ["", *_rule(rule, policy.certainty)]
    lines += [
        f"  except      {exception.says}"
        for exception in policy.exceptions
        if rule_id is None or not exception.rules or rule_id in exception.rules
    ]
    lines += [f"  note        {note}" for note in policy.notes]
    lines += [f"  source      {source.ref}: {source.supports}" for source in policy.sources]
    return "\n".join([*lines, "", "Facts to check, not legal advice."]) + "\n"


def _rule(rule: Rule, policy_certainty: Certainty) -> Iterator[str]:
    yield f"  rule {rule.id}: {rule.action.value.replace('_', ' ')}"
    yield f"    who       {_who(rule.who)}"
    yield f"    where     {_where(rule.where)}"
    yield f"    from      {rule.effective.isoformat()}{f' to {rule.until.isoformat()}' if rule.until else ''}"
    if rule.deadline:
        yield f"    deadline  {rule.deadline.isoformat()}"
    if rule.term:
        after = f"{rule.term.months} months after {rule.term.event}"
        yield f"    deadline  {after} (give its date as {rule.term.declared_as})"
    if rule.cap_percent is not None:
        yield f"    cap       {rule.cap_percent:g} % of {rule.metric or 'a metric the source does not name'}"
    if rule.certainty is not policy_certainty:
        yield f"    certainty {rule.certainty.value}"
    if rule.condition:
        yield f"    if        {rule.condition} (no scan can see this)"
    yield f"    clause    {rule.citation}"


def _who(who: Who) -> str:
    match who:
        case Named(makers):
            return ", ".join(makers)
        case Criteria(criteria):
            return "nobody by name: " + "; ".join(criteria)
        case Anyone():
            return "every maker"
        case OnlyThese(makers):
            return "everybody but " + ", ".join(makers)
        case MadeIn(countries):
            return "whatever was produced in " + ", ".join(countries)
        case MadeOutside(countries):
            return "whatever was produced outside " + ", ".join(countries)
    assert_never(who)


def _where(where: Where) -> str:
    words = [*sorted(where.segments), *where.functions, *where.planes, *where.generations, *where.site_types]
    return "everywhere" if where.everywhere and not words else ", ".join(words)
