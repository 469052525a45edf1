"""The ends of support as a policy: dated rules on models of makers, which are judged like those of any law."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile

from reports.policy.action import Action, Certainty
from reports.policy.policy import DECLARED_AS, Policy, Rule, SupportEnd, SupportKind
from reports.policy.status import Status
from reports.policy.verdict import Verdict
from reports.policy.where import Where
from reports.policy.who import Dated, ModelUnknown, OfModels, Who, fits

SUPPORT = "support"
"""The id of the policy of support ends. No policy file may have it."""

_START = re.compile(r"[*?]")

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


@dataclass(frozen=True, slots=True, order=True)
class _Pattern:
    """A pattern as it is compared and as it is written, and the number of its entry."""

    folded: str
    entry: int
    text: str


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
    listed = _patterns_by_maker(entries)
    for number, entry in enumerate(entries):
        others = _others(number, entry.models, listed[entry.maker])
        who = OfModels(entry.maker, entry.models, tuple(dict.fromkeys(_narrower(entry.models, others))))
        days = ((SupportKind.ALL, entry.last_support), (SupportKind.SECURITY_FIXES, entry.last_security_fixes))
        for kind, last in days:
            if last is not None:
                suffix = "" if kind is SupportKind.ALL else f"-{_slug(kind)}"
                end = SupportEnd(kind, entry.after, entry.last_sale)
                yield _rule(f"{entry.id}{suffix}", who, last, end, entry.announced, entry.citation)


def _patterns_by_maker(entries: Sequence[SupportEntry]) -> Mapping[str, list[_Pattern]]:
    """The patterns of each maker, sorted by their text."""
    listed: dict[str, list[_Pattern]] = {entry.maker: [] for entry in entries}
    for number, entry in enumerate(entries):
        listed[entry.maker] += [_Pattern(text.casefold(), number, text) for text in entry.models]
    return {maker: sorted(patterns) for maker, patterns in listed.items()}


def _others(number: int, patterns: tuple[str, ...], listed: list[_Pattern]) -> tuple[str, ...]:
    """The patterns of other entries that may fit one of these, in the order of the list. A pattern fits nothing that
    does not begin with what stands before its first `*` or `?`, so only those are looked at that do."""
    near = [item for pattern in patterns for item in _beginning_with(_START.split(pattern.casefold())[0], listed)]
    others = sorted((item for item in (near if patterns else listed) if item.entry != number), key=_place)
    return tuple(item.text for item in others)


def _beginning_with(start: str, listed: list[_Pattern]) -> Iterator[_Pattern]:
    first = bisect_left(listed, start, key=lambda item: item.folded)
    return takewhile(lambda item: item.folded.startswith(start), islice(listed, first, None))


def _place(pattern: _Pattern) -> int:
    return pattern.entry


def _narrower(patterns: tuple[str, ...], others: Iterable[str]) -> Iterator[str]:
    """The patterns of other entries that mean a part of what these mean: the entry that says more wins."""
    for pattern in others:
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
