"""A site as a namespace: what a site says becomes the centre's, under keys that no other site can have."""

import json
from dataclasses import replace

from scanner.store.evidence_rows import SubjectRows
from scanner.targets.addresses import AddressSet, parse_address
from scanner.targets.target_syntax import Addresses, WordError, parse_word


def in_site(subject: SubjectRows, site: str) -> SubjectRows:
    """A subject of a site as the centre keeps it. The list of the site may say more exactly which site it is of."""
    attributes = json.loads(subject.attributes)
    attributes.append(["namespace", site])
    if not any(name == "site" for name, _ in attributes):
        attributes.append(["site", site])
    return replace(subject, key=key_in(site, subject.key), attributes=json.dumps(attributes))


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
