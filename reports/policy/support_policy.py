"""The ends of support as a policy: dated rules on models of makers, which are judged like those of any law."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reports.policy.action import Action, Certainty
from reports.policy.policy import DECLARED_AS, Policy, Rule, SupportEnd, SupportKind
from reports.policy.status import Status
from reports.policy.verdict import Verdict
from reports.policy.where import Where
from reports.policy.who import Dated, ModelUnknown, OfModels, Who, fits

SUPPORT = "support"
"""The id of the policy of support ends. No policy file may have it."""

ALWAYS = date.min
"""The first day of a rule whose list does not say when it was announced."""


@dataclass(frozen=True, slots=True)
class SupportEntry:
    """One line of the operator's list: the models of a maker (company id; no models: all of them), and their days.

    `after` is the verdict from the day after a last day on; `citation` says where the days can be read.
    """

    id: str
    maker: str
    models: tuple[str, ...]
    last_sale: date | None
    last_support: date | None
    last_security_fixes: date | None
    announced: date | None
    after: Verdict
    citation: str


def support_policy(entries: Sequence[SupportEntry], title: str, source: str, after: Verdict) -> Policy:
    """The policy of these entries, named by the list's title and its file `source`.

    It also holds a rule for each kind of day that the operator declares on a device, and one for each maker whose
    models are listed: a box of it whose model is unknown may be the first of them to lose support.
    """
    return Policy(
        id=SUPPORT,
        title=title,
        jurisdiction="ZZ",
        authority="the operator",
        instrument=source,
        citation=source,
        binding=True,
        binds=("the operator",),
        status=Status.IN_FORCE,
        certainty=Certainty.OWN,
        confidence="the operator's own list",
        rules=(*_declared_rules(source, after), *_listed_rules(entries), *_unknown_rules(entries, source)),
        notes=("The end of a maker's support is no law: these are days of the operator's own list.",),
    )


def _declared_rules(source: str, after: Verdict) -> Iterator[Rule]:
    for kind in SupportKind:
        names = DECLARED_AS[kind]
        yield _rule(f"declared-{_slug(kind)}", Dated(names), None, SupportEnd(kind, after), None, source)


def _listed_rules(entries: Sequence[SupportEntry]) -> Iterator[Rule]:
    for entry in entries:
        others = [other.models for other in entries if other is not entry and other.maker == entry.maker]
        who = OfModels(entry.maker, entry.models, tuple(dict.fromkeys(_narrower(entry.models, others))))
        days = ((SupportKind.ALL, entry.last_support), (SupportKind.SECURITY_FIXES, entry.last_security_fixes))
        for kind, last in days:
            if last is not None:
                suffix = "" if kind is SupportKind.ALL else f"-{_slug(kind)}"
                end = SupportEnd(kind, entry.after, entry.last_sale)
                yield _rule(f"{entry.id}{suffix}", who, last, end, entry.announced, entry.citation)


def _narrower(patterns: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """The patterns of other entries that mean a part of what these mean: the entry that says more wins."""
    for theirs in others:
        for pattern in theirs:
            if not patterns or (_means(patterns, pattern) and not _means((pattern,), *patterns)):
                yield pattern


def _means(patterns: tuple[str, ...], *words: str) -> bool:
    """Whether each of the words, taken as a text, fits one of the patterns."""
    return all(fits(word, patterns) for word in words)


def _unknown_rules(entries: Sequence[SupportEntry], source: str) -> Iterator[Rule]:
    for maker in dict.fromkeys(entry.maker for entry in entries if entry.models):
        of_maker = [entry for entry in entries if entry.maker == maker]
        days = [day for entry in of_maker for day in (entry.last_support, entry.last_security_fixes) if day is not None]
        end = SupportEnd(SupportKind.ALL, Verdict.REVIEW)
        yield _rule(f"{maker}-model-unknown", ModelUnknown(maker), min(days), end, None, source)


def _rule(rule_id: str, who: Who, last: date | None, end: SupportEnd, announced: date | None, citation: str) -> Rule:
    return Rule(
        id=rule_id,
        action=Action.SUPPORT_ENDS,
        who=who,
        where=Where(everywhere=True),
        effective=announced or ALWAYS,
        citation=citation,
        deadline=last,
        certainty=Certainty.OWN,
        support=end,
    )


def _slug(kind: SupportKind) -> str:
    return kind.value.replace(" ", "-")
