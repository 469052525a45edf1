"""HOST-RESOURCES-MIB (RFC 2790): the device as a printer, and the packages that its software is built of."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from fingerprints.claims.attribute import Attribute, plausible
from fingerprints.claims.claim import Claim, make_claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName, Party, Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

MAX_DEVICES = 64
"""Rows of hrDeviceTable that a scan reads: a printer is among the first."""

ASKED_PACKAGES = 200
"""Rows of hrSWInstalledTable that a scan reads: a server has thousands."""

HR_DEVICE_TYPE = MibObject("1.3.6.1.2.1.25.3.2.1.2", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND, MAX_DEVICES)
HR_DEVICE_DESCR = MibObject("1.3.6.1.2.1.25.3.2.1.3", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND, MAX_DEVICES)
HR_SW_INSTALLED_NAME = MibObject("1.3.6.1.2.1.25.6.3.1.2", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND, ASKED_PACKAGES)

MODULE = SourceModule("host_resources", (HR_DEVICE_TYPE, HR_DEVICE_DESCR, HR_SW_INSTALLED_NAME))

PRINTER = "1.3.6.1.2.1.25.3.1.5"
"""hrDevicePrinter, a value of hrDeviceType."""

MAX_PACKAGES = 4000
MIN_PACKAGES = 4
"""Packages of one company below which they may be a program that somebody installed on a host."""

_PACKAGE = re.compile(r"(?P<company>[a-z][a-z0-9]{3,20})-(?P<part>[a-z][a-z0-9]{1,20})\b")
_SYSTEM_PARTS = frozenset(("platform", "base", "system", "core", "appliance", "release", "firmware"))
"""Parts that a system is built on; no mere program has them."""


def printer_descriptions(index: ObservationIndex) -> Iterator[Observation]:
    """Texts in which the device describes itself: hrDeviceDescr of its printers."""
    for printer in _printers(index):
        for oid, value in index.under(printer):
            yield Observation(Source.SNMP_OBJECT, oid, value)


def printer_model_attributes(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """hrDeviceDescr of the first printer as the model."""
    for printer in islice(_printers(index), 1):
        for oid, value in index.under(printer):
            text = clean(value)
            looks = plausible(AttributeName.MODEL, text, database.attribute_scores)
            if looks is not None:
                points = database.attribute_scores.origins["printer"] + looks
                yield Attribute(AttributeName.MODEL, text, points, Source.SNMP_OBJECT.value, oid, "hrDeviceDescr")


def _printers(index: ObservationIndex) -> Iterator[str]:
    """The OIDs of hrDeviceDescr of the devices that are printers."""
    for oid, kind in index.under(HR_DEVICE_TYPE.oid):
        if clean(kind).strip(".") == PRINTER:
            yield HR_DEVICE_DESCR.oid + oid.removeprefix(HR_DEVICE_TYPE.oid)


def package_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """The company whose packages the system is built of. Watched companies do not count: their programs are on many
    hosts."""
    packages: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for oid, value in islice(index.under(HR_SW_INSTALLED_NAME.oid), MAX_PACKAGES):
        package = _PACKAGE.match(clean(value))
        if package is not None:
            packages[package["company"]].append((package["part"], oid))
    for name, parts in packages.items():
        party = _system_builder(name, database) if len(parts) >= MIN_PACKAGES else None
        if party is not None and _SYSTEM_PARTS & {part for part, _ in parts}:
            seen = Observation(Source.SNMP_OBJECT, parts[0][1], f"{len(parts)} packages of {name}")
            yield make_claim(database, Role.BRAND, party, "sys-descr-mention", seen, "packages")


def _system_builder(name: str, database: FingerprintDatabase) -> Party | None:
    company = database.companies.by_name(name)
    if company is None or company.watched or company.id in database.weights.never_by_mention:
        return None
    return Party(company.id, company.name)
