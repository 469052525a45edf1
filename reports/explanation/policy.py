"""One policy as text for a terminal: its rules, whom they name, where and when they apply, and its sources."""

import re
import textwrap
from collections.abc import Iterator
from datetime import date
from typing import assert_never

from reports.document.sanitize import sanitize
from reports.judgement.misplaced import OWN_WORDS_RULE, RULE
from reports.policy.action import Certainty
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import OWN_ZONES
from reports.policy.where import Where
from reports.policy.who import (
    Anyone,
    Criteria,
    Dated,
    MadeIn,
    MadeOutside,
    ModelUnknown,
    Named,
    OfModels,
    OnlyThese,
    Who,
)

WIDTH = 96
LINE_LIMIT = 4_000
"""Characters of one line of a policy: more than any shipped one has."""

_TERM = re.compile(r" +[a-z]+ {2,}|    [a-z]+ ")
"""The term at the start of a line, with the spaces up to its value."""

EVIDENCE_AGAINST_PLACE = f"""{OWN_ZONES}: your own zones file, compared with the evidence; it is no policy
  rule {RULE}: the file puts a device outside the core, and the evidence puts it in the core, or the reverse
    review where a policy is stricter at the place that the evidence suggests; else a note, and clear
    it makes no verdict milder
    source  the tables that `kitscan zones suggest` reads: routing, links, addresses learned at ports
  rule {OWN_WORDS_RULE}: the device's own words put it in another zone than your addresses, labels and lists do
    review where it would be judged better there; it is judged at the worse of the two
Next: kitscan zones test shows the place and the evidence against it
"""
"""The text of the finding that comes from no policy."""


def explain_policy(policy: Policy, rule_id: str | None = None) -> str | None:
    """A policy with its rules in the order of its file, or with one rule alone; None where it has no such rule."""
    chosen = [rule for rule in policy.rules if rule_id in (None, rule.id)]
    if not chosen:
        return None
    lines = [
        f"{policy.id}: {policy.title} ({policy.jurisdiction})",
        f"  authority   {policy.authority}",
        f"  instrument  {policy.instrument}",
        f"  binding     {'yes, on ' + ', '.join(policy.binds) if policy.binding else 'no'}",
        f"  status      {_status(policy)}",
        f"  roles       {', '.join(policy.roles) or 'not said'}",
        f"  certainty   {policy.certainty.value}; {policy.confidence}",
    ]
    for rule in chosen:
        lines += ["", *_rule(rule, policy.certainty)]
    lines += [
        f"  except      {exception.says}"
        for exception in policy.exceptions
        if rule_id is None or not exception.rules or rule_id in exception.rules
    ]
    lines += [f"  note        {note}" for note in policy.notes]
    lines += [f"  source      {source.ref}: {source.supports}" for source in policy.sources]
    shown = [row for line in lines for row in _wrapped(line)]
    return "\n".join([*shown, "", "Facts to check, not legal advice."]) + "\n"


def _wrapped(line: str) -> list[str]:
    """A line at most 96 columns wide, without characters that act on a terminal: an operator's own file may hold some.
    Further lines begin where the value begins."""
    safe, term = sanitize(line, LINE_LIMIT), _TERM.match(line)
    hanging = " " * (term.end() if term else 4)
    first, *rest = textwrap.wrap(
        safe, WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    ) or [""]
    if rest and term and len(first) < term.end():  # an address that is too long for the line
        return [f"{safe[: term.end()]}{rest[0].lstrip()}", *rest[1:]]
    return [first, *rest]


def _status(policy: Policy) -> str:
    succeeded = f"by {policy.superseded_by}" if policy.superseded_by else ""
    until = f"until {policy.until.isoformat()}" if policy.until else ""
    return "; ".join(filter(None, (f"{policy.status} {succeeded}".rstrip(), policy.status_note, until)))


def _rule(rule: Rule, policy_certainty: Certainty) -> Iterator[str]:
    yield f"  rule {rule.id}: {rule.action.value.replace('_', ' ')}"
    yield f"    who       {_who(rule.who)}"
    yield f"    where     {_where(rule.where)}"
    if rule.support is None or rule.effective != date.min:
        yield f"    from      {rule.effective.isoformat()}{f' to {rule.until.isoformat()}' if rule.until else ''}"
    if rule.support is not None:
        yield f"    then      {rule.support.after.value}"
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
        case OfModels(maker, models, but):
            without = f", without {', '.join(but)}" if but else ""
            return f"{', '.join(models) or 'every model'} of {maker}{without}"
        case ModelUnknown(maker):
            return f"whatever {maker} made and whose model is not known"
        case Dated(names):
            return "whatever your list gives a date as " + " or ".join(names)
    assert_never(who)


def _where(where: Where) -> str:
    words = [*sorted(where.segments), *where.functions, *where.planes, *where.generations, *where.site_types]
    return "everywhere" if where.everywhere and not words else ", ".join(words)
