"""Other texts than sysDescr in which a device introduces itself: to its LLDP neighbours, as a printer, as a chassis.

Only a company's name at the very front counts: further on such texts tell of chips, drivers and neighbours.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from fingerprints.claims.claim import Claim, combined_observation, make_claim
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Party, Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean

PRINTER = "1.3.6.1.2.1.25.3.1.5"
"""hrDevicePrinter, a value of hrDeviceType (RFC 2790)."""
HR_DEVICE_TYPE, HR_DEVICE_DESCR = "1.3.6.1.2.1.25.3.2.1.2", "1.3.6.1.2.1.25.3.2.1.3"
PRINTER_NAME = "1.3.6.1.2.1.43.5.1.1.16"
"""prtGeneralPrinterName (RFC 3805)."""
LLDP_DESCRIPTION = "1.0.8802.1.1.2.1.3.4.0"
"""lldpLocSysDesc (IEEE 802.1AB)."""
CHASSIS = "3"
"""chassis in entPhysicalClass (RFC 6933)."""
ENTITY_DESCR = "1.3.6.1.2.1.47.1.1.1.1.2"
INSTALLED = "1.3.6.1.2.1.25.6.3.1.2"
"""hrSWInstalledName (RFC 2790)."""

MAX_PACKAGES = 4000
ENOUGH_PACKAGES = 4
"""Packages of one company below which it may be a program that somebody put on a host."""

_PACKAGE = re.compile(r"(?P<company>[a-z][a-z0-9]{3,20})-(?P<part>[a-z][a-z0-9]{1,20})\b")
_GROUND = frozenset(("platform", "base", "system", "core", "appliance", "release", "firmware"))
"""Parts that a system is built on: no mere program has them."""


def other_description_claims(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """The companies that open these texts, each once."""
    seen: set[str] = set()
    for text in _texts(said):
        party, words, place = next(names_in(clean(text.value), database), (None, "", 0))
        if party is None or place != 0 or party.id in seen or party.id in database.weights.never_by_mention:
            continue
        seen.add(party.id)
        yield make_claim(database, Role.BRAND, party, "sys-descr-mention", text, "introduction", words)
    yield from _built_of(said, database)


def _built_of(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """Whose packages a system is built of. Watched companies' have no say: their programs stand on many hosts."""
    packages: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for oid, value in islice(said.under(INSTALLED), MAX_PACKAGES):
        package = _PACKAGE.match(clean(value))
        if package is not None:
            packages[package["company"]].append((package["part"], oid))
    for name, parts in packages.items():
        party = _builder(name, database) if len(parts) >= ENOUGH_PACKAGES else None
        if party is not None and _GROUND & {part for part, _ in parts}:
            seen = Observation(Source.SNMP_OBJECT, parts[0][1], f"{len(parts)} packages of {name}")
            yield make_claim(database, Role.BRAND, party, "sys-descr-mention", seen, "packages")


def _builder(name: str, database: FingerprintDatabase) -> Party | None:
    known = database.companies.by_name(name)
    if known is None or known.watched or known.id in database.weights.never_by_mention:
        return None
    return Party(known.id, known.name)


def _texts(said: ObservationIndex) -> Iterator[Observation]:
    for local in said.of(Source.SNMP_LLDP_LOCAL):
        if local.at == LLDP_DESCRIPTION:
            yield local
    for oid, kind in said.under(HR_DEVICE_TYPE):
        if clean(kind).strip(".") == PRINTER:
            yield from _objects(said, HR_DEVICE_DESCR + oid.removeprefix(HR_DEVICE_TYPE))
    yield from _objects(said, PRINTER_NAME)
    for row in said.entities.values():
        if row.kind == CHASSIS and row.descr:
            yield combined_observation(Source.SNMP_ENTITY_DESCR, f"{ENTITY_DESCR}.{row.index}", row.descr)
            return


def _objects(said: ObservationIndex, at: str) -> Iterator[Observation]:
    for oid, value in said.under(at):
        yield Observation(Source.SNMP_OBJECT, oid, value)
