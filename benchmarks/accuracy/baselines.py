"""Simpler methods on the same recordings: the enterprise number alone, and MAC prefixes alone."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.score import Answer
from fingerprints.database.companies.companies import Companies
from fingerprints.database.oui import MacKind, OuiRegistry
from fingerprints.database.products import Products, enterprise_of

_WANTED = re.compile(
    rb"^\.?1\.3\.6\.1\.2\.1\.(?:(?P<object_id>1\.2\.0)|2\.2\.1\.6\.\d+)\|(?P<tag>[0-9a-z:]+)\|(?P<value>.*?)\r?$",
    re.MULTILINE,
)
"""sysObjectID (SNMPv2-MIB) and ifPhysAddress (IF-MIB) in a recording."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the simpler methods read from a recording."""

    object_id: str
    macs: tuple[bytes, ...]


def seen_in(path: Path) -> Seen:
    """Read from one .snmprec file."""
    object_id = ""
    macs: list[bytes] = []
    for varbind in _WANTED.finditer(path.read_bytes()):
        value = varbind["value"]
        if varbind["object_id"]:
            object_id = value.decode("latin-1").strip().strip(".")
        elif varbind["tag"] == b"4x" and re.fullmatch(rb"[0-9a-fA-F]{12}", value):
            macs.append(bytes.fromhex(value.decode()))
        elif varbind["tag"] == b"4" and len(value) == 6:
            macs.append(value)
    return Seen(object_id, tuple(macs))


def by_enterprise(seen: Seen, products: Products, companies: Companies) -> Answer:
    """The holder of the enterprise number in sysObjectID, as IANA lists it and as our companies know it."""
    number = enterprise_of(seen.object_id)
    if number is None:
        return Answer()
    company = companies.by_enterprise(number)
    holder = products.holder_of(number)
    names = (company.id, company.name) if company else (holder,) if holder else ()
    return Answer(names, 1.0, watched_among(names, companies))


def by_macs(seen: Seen, registry: OuiRegistry, companies: Companies) -> Answer:
    """The organisation with the most interface addresses; its share of them is the confidence. Addresses that name
    nobody (chosen by software, virtual gateways, hypervisors) are left out. Of equals, the first by name."""
    names = Counter(_organisations(seen, registry))
    if not names:
        return Answer()
    name = min(names, key=lambda each: (-names[each], each))
    return Answer((name,), names[name] / names.total(), watched_among((name,), companies))


def watched_among(names: tuple[str, ...], companies: Companies) -> frozenset[str]:
    """The ids of the watched companies with these names."""
    known = [companies.get(name) or companies.by_name(name) for name in names]
    return frozenset(company.id for company in known if company and company.watched)


def _organisations(seen: Seen, registry: OuiRegistry) -> Iterator[str]:
    for mac in seen.macs:
        organisation = registry.lookup(mac) if registry.kind_of(mac) is MacKind.UNIVERSAL else None
        if organisation:
            yield organisation.name
