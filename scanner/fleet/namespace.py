"""A site as a namespace: what a site says becomes the centre's, under keys that no other site can have."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scanner.store.evidence_rows import SubjectRows
from scanner.targets.addresses import AddressSet, parse_address
from scanner.targets.target_syntax import Addresses, WordError, parse_word

PLACES = ("namespace", "site")
"""Attributes that say where a subject stands in the fleet: a list of a site says it of places within the site alone."""


def in_site(subject: SubjectRows, site: str) -> SubjectRows:
    """A subject of a site as the centre keeps it."""
    attributes = json.dumps(list(_attributes_in(site, json.loads(subject.attributes))))
    return replace(subject, key=key_in(site, subject.key), attributes=attributes)


def _attributes_in(site: str, attributes: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """The attributes of a subject of a site: `namespace` and `site` are its name, and what its list says of them stands
    behind that, as `LON/lon-1`. So no site puts a device where another one's stand."""
    yield from (pair for pair in attributes if pair[0] not in PLACES)
    yield from ((name, site) for name in PLACES)
    yield from ((name, key_in(site, value)) for name, value in attributes if name in PLACES and value != site)


def key_in(site: str, key: str) -> str:
    """A subject's key, or a prefix, of a site."""
    return f"{site}/{key}"


def is_inside(address: str, scope: AddressSet) -> bool:
    """Whether an address is in a site's scope. One without an address, as a name that did not resolve, lies nowhere."""
    if not address:
        return True
    try:
        return parse_address(address) in scope
    except ValueError:
        return False


def addresses_inside(prefix: str, scope: AddressSet) -> int | None:
    """How many addresses a prefix has, where all of them are in a site's scope; None where any is not."""
    try:
        parsed = parse_word(prefix)
    except WordError:
        return None
    if not isinstance(parsed, Addresses) or any(scope.missing_from(parsed.block)):
        return None
    return parsed.block.count
