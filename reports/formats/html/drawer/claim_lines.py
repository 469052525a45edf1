"""The claims of a device as the drawer lists them, and what kind of evidence each is."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter

from fingerprints.model.device import Identity, Role
from fingerprints.model.evidence import Source
from reports.document.wording import ROLE, SOURCE

SharedLine = tuple[tuple[str, ...], *tuple[str, ...]]
"""A line of a drawer whose first texts are those of many other lines; then its own."""


class EvidenceKind(StrEnum):
    """Six kinds that make up the picture of a drawer, and two more that it shows where there is such evidence."""

    TEXT = "text"
    MEMORY = "part memory"
    """What is stored in the parts themselves (ENTITY-MIB, RFC 6933)."""
    MAC = "MAC address"
    TREE = "private tree"
    """Its sysObjectID, and objects below its maker's enterprise number."""
    COMMAND_LINE = "command line"
    NEIGHBOUR = "neighbours"
    SERVICE = "services"
    """Greetings, certificates and keys of its other services."""
    INVENTORY = "your inventory"


class Stance(StrEnum):
    """Whether a claim names a company that the answer names, one that contradicts it, or another one."""

    FOR = "for"
    AGAINST = "against"
    OTHER = "other"


_KIND: Mapping[str, EvidenceKind] = {
    Source.SNMP_SYS_OBJECT_ID: EvidenceKind.TREE,
    Source.SNMP_OBJECT: EvidenceKind.TREE,
    Source.SNMP_IF_PHYS_ADDRESS: EvidenceKind.MAC,
    Source.SNMP_BRIDGE_ADDRESS: EvidenceKind.MAC,
    Source.SSH_GREETING: EvidenceKind.COMMAND_LINE,
    Source.SSH_PROMPT: EvidenceKind.COMMAND_LINE,
    Source.SSH_COMMAND: EvidenceKind.COMMAND_LINE,
    Source.INVENTORY: EvidenceKind.INVENTORY,
}
_KIND_BY_START = (
    ("snmp.entity_", EvidenceKind.MEMORY),
    ("snmp.", EvidenceKind.TEXT),
    ("link.", EvidenceKind.MAC),
    ("neighbour.", EvidenceKind.NEIGHBOUR),
)
_ROLE = {role.value: ROLE[role].lower() for role in Role}


def kind_of(source: str) -> EvidenceKind:
    """The kind of evidence that comes from a source; its other services where the source is of none of these."""
    return _KIND.get(source) or next(
        (kind for start, kind in _KIND_BY_START if source.startswith(start)), EvidenceKind.SERVICE
    )


def claim_lines(identity: Identity) -> list[SharedLine]:
    """All claims in the order of `kitscan explain`, the heaviest first. Claims that one rule made of the same words in
    several roles are one line. It shares with others the weight, the roles, the company, the source and its words, the
    rule, the kind and the stance; its own are the place and the words."""
    parties = (identity.vendor, identity.owner, identity.formerly, identity.made_by, identity.platform)
    names = {party.id: party.name for party in parties if party}
    losers = {difference.other.id: difference.other.name for difference in identity.conflicts}
    roles: dict[_Key, str] = {}
    for claim in identity.claims:
        key = (-abs(claim.weight), claim.source, claim.at, claim.text, claim.company, claim.rule, claim.weight)
        role, known = _ROLE[claim.role.value], roles.get(key)
        roles[key] = role if known is None else known if role in known.split(", ") else f"{known}, {role}"
    lines: list[SharedLine] = []
    for key in sorted(roles, key=_ORDER):
        _, source, at, text, company, rule, weight = key
        name = names.get(company)
        stance = Stance.FOR if name else Stance.AGAINST if company in losers else Stance.OTHER
        shown = name or losers.get(company) or company
        lines.append((_shared(weight, roles[key], shown, source, rule, str(stance)), at, text))
    return lines


_Key = tuple[float, str, str, str, str, str, float]
_ORDER = itemgetter(0, 1, 2, 3)


@lru_cache(maxsize=65_536)
def _shared(weight: float, roles: str, company: str, source: str, rule: str, stance: str) -> tuple[str, ...]:
    """What many claims share. A claim that weighs against its company speaks for nobody."""
    weighed = f"{weight:+.2f}".replace("-", "\u2212")
    kind = kind_of(source).value
    described, stands = SOURCE.get(source, source), stance if weight >= 0 else Stance.OTHER.value
    return weighed, roles.capitalize(), company, source, described, rule, kind, stands
