"""The claims of a device as the drawer lists them, and what kind of evidence each is."""

from collections.abc import Mapping
from enum import StrEnum

from fingerprints.model.device import Identity, Role
from fingerprints.model.evidence import Source
from reports.document.wording import ROLE

Claim = tuple[tuple[str, ...], str, str]
"""What many claims share (weight, roles, company, source, rule, kind, stance), then the place and the words."""


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
_ROLE = {role: ROLE[role].lower() for role in Role}


def kind_of(source: str) -> EvidenceKind:
    """The kind of evidence that comes from a source; its other services where the source is of none of these."""
    return _KIND.get(source) or next(
        (kind for start, kind in _KIND_BY_START if source.startswith(start)), EvidenceKind.SERVICE
    )


def claim_lines(identity: Identity) -> list[Claim]:
    """All claims in the order of `kitscan explain`, the heaviest first. Claims that one rule made of the same words in
    several roles are one line."""
    roles: dict[tuple[float, str, str, str, str, str], list[str]] = {}
    for claim in identity.claims:
        weighed = f"{claim.weight:+.2f} {claim.rule}"
        key = (-abs(claim.weight), claim.source, claim.at, claim.text, claim.company, weighed)
        roles.setdefault(key, []).append(_ROLE[claim.role])
    parties = (identity.vendor, identity.owner, identity.formerly, identity.made_by, identity.platform)
    names = {party.id: party.name for party in parties if party}
    losers = {difference.other.id: difference.other.name for difference in identity.conflicts}
    lines: list[Claim] = []
    for key in sorted(roles, key=lambda key: key[:4]):
        _, source, at, text, company, weighed = key
        weight, _, rule = weighed.partition(" ")
        stance = Stance.FOR if company in names else Stance.AGAINST if company in losers else Stance.OTHER
        if weight.startswith("-"):
            stance = Stance.OTHER
        name = names.get(company) or losers.get(company) or company
        joined = ", ".join(dict.fromkeys(roles[key])).capitalize()
        shared = (weight.replace("-", "\u2212"), joined, name, source, rule, kind_of(source).value, stance.value)
        lines.append((shared, at, text))
    return lines
