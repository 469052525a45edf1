"""A cause of findings in a few words: what the devices are, and where they stand."""

from fingerprints.model.component_kind import ComponentKind
from reports.document.groups import Cause
from reports.document.wording import PARTS, PLACE, TIER, UNKNOWN_MAKER
from reports.policy.vocabulary import Tier


def describe_cause(cause: Cause) -> str:
    """What shares the cause: `Huawei S5720`, or `optics by Huawei SFP-10G` for parts of devices of any maker."""
    what = " ".join(filter(None, (cause.maker or UNKNOWN_MAKER, cause.family)))
    return f"{_plural(cause.part)} by {what}" if cause.part else what


def describe_place_of_cause(cause: Cause) -> str:
    """Where its devices stand: `Core`, `Non-core, access`, `Unclassified`."""
    place, tier = PLACE[cause.place], _tier(cause.tier)
    return place if not tier or tier == place.lower() else f"{place}, {tier}"


def _plural(kind: str) -> str:
    name = next((PARTS[known][1] for known in ComponentKind if known.value == kind), kind)
    return name[:1].upper() + name[1:]


def _tier(tier: str) -> str:
    return TIER[Tier(tier)] if tier else ""
