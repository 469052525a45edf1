"""The maker in command output, where no label names one: the object id and the MAC address of the device, and a model
of a known product line."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from fingerprints.claims.claim import Claim, claims_of_match, make_claim
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import enterprise_of
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.mac_address import format_mac, parse_mac

MAX_LINES = 120
"""Lines at the start of an output in which the device speaks of itself."""

_OBJECT_ID = re.compile(
    r"(?i)\bobject ?id[ \t]{0,60}[:=.]{0,40}[ \t]{0,60}\.?(?:1|iso)(?P<oid>\.3\.6\.1\.4\.1(?:\.\d{1,10}){1,24})"
)

_ADDRESS = re.compile(
    r"(?i)^[ \t]{0,40}(?:[a-z][\w()-]{0,12} ){0,3}(?:mac|ethernet|hardware)(?: id)? ?addr(?:ess)?(?:es)?"
    r"[ \t]{0,40}[:=.]{0,40}[ \t]{0,40}(?P<mac>(?:[0-9a-f]{2}[:.-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}[.-]){2}[0-9a-f]{4})\b"
)


def registered_claims(lines: Sequence[str], output: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The holder of the enterprise number in the device's object id, and the owner of its MAC address."""
    front = lines[:MAX_LINES]
    for named in islice(filter(None, map(_OBJECT_ID.search, front)), 1):
        number = enterprise_of("1" + named["oid"])
        holder = database.holder(number) if number is not None else None
        if holder is not None:
            kind = "object-id-enterprise" if holder[1] else "object-id-registered"
            yield make_claim(database, Role.BRAND, holder[0], kind, output, text=named["oid"].strip("."))
    for shown in islice(filter(None, map(_ADDRESS.search, front)), 1):
        mac = parse_mac(shown["mac"])
        owner = mac_owner(mac, database) if mac else None
        if owner is not None:
            yield make_claim(database, Role.MAKER, owner, "bridge-address", output, text=format_mac(mac))


def product_line_claims(model: str, output: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The maker whose product line a model belongs to, by the rules that read a sysDescr."""
    for match in database.rules.match(Source.SNMP_SYS_DESCR, "", model):
        yield from claims_of_match(database, match, "command-name", output)
