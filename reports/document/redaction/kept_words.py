"""Words that stay in texts even where the operator or a device uses one as a name: makers, tiers, verdicts, policies.

A site called `core` is replaced where it is a site; the word `core` of a sentence stays.
"""

from collections.abc import Iterator

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Level, Party, WatchLevel
from reports.document.document import Document, Place
from reports.document.redaction.known_values import folded
from reports.document.wording import PARTS, PLACE, TIER, VERDICT
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier


def kept_words(document: Document) -> frozenset[str]:
    """The words, folded. Only a value that is exactly one of them is kept."""
    return frozenset(folded(word) for words in (own_words(), _makers(document), _rules(document)) for word in words)


def own_words() -> Iterator[str]:
    """The words of kitscan's own that reports print for enumerations."""
    for enumeration in (Tier, Place, Verdict, Level, WatchLevel, ComponentKind):
        yield from (member.value for member in enumeration)
    for wording in (TIER, PLACE, VERDICT):
        yield from wording.values()
    for pair in PARTS.values():
        yield from pair


def _makers(document: Document) -> Iterator[str]:
    for judged in document.devices:
        identity = judged.device.identity
        parties = (identity.vendor, identity.made_by, identity.platform, identity.operator, identity.owner)
        for party in (*parties, identity.formerly, *(part.made_by for part in judged.device.components)):
            yield from _names(party)
        for watched in (judged.device.watched, *(part.watched for part in judged.device.components)):
            yield from (tie.entity for tie in watched)
        yield identity.kind or ""


def _names(party: Party | None) -> tuple[str, ...]:
    return () if party is None else (party.id, party.name)


def _rules(document: Document) -> Iterator[str]:
    yield from (policy.id for policy in document.header.policies)
    for judged in document.devices:
        yield from (word for finding in judged.findings for word in (finding.policy, finding.rule))
        yield from filter(None, (judged.placement.segment, judged.placement.function))
