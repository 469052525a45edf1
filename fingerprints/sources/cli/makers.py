"""The maker in command output, where no label names one: the object id and the MAC address of the device, the structure
of its serial number, and a model of a known product line."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from fingerprints.claims.claim import Claim, claims_of_match, make_claim
from fingerprints.claims.extracted_item import ExtractedItem, serial_claims
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import enterprise_of
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.mac_address import format_mac, parse_mac
from fingerprints.sources.cli.labels import is_about_traffic, is_identity_command, is_part_label, value_of
from fingerprints.sources.cli.layout import OutputSection

MAX_LINES = 120
"""Lines at the start of an output in which the device speaks of itself."""

_MAC = (
    r"(?:[0-9a-f]{2}[:.-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}[.-]){2}[0-9a-f]{4}|[0-9a-f]{6}-[0-9a-f]{6}"
    r"|(?:[0-9a-f]{2} ){5}[0-9a-f]{2}"
)
"""A MAC address in the forms of command lines."""

_OBJECT_ID = re.compile(
    r"(?i)\b(?:object ?id(?:entifier)?|oid(?: string)?)[ \t]{0,60}[:=.-]{0,40}[ \t]{0,60}\.?(?:1|iso)"
    r"(?P<oid>\.3\.6\.1\.4\.1(?:\.\d{1,10}){1,24})"
)
_VENDOR_NUMBER = re.compile(
    r"(?i)\b(?:vendor|enterprise) (?:oid|id|number)[ \t]{0,20}[:=][ \t]{0,20}(?P<number>\d{1,6})[ \t]*$"
)
"""The enterprise number alone: `Vendor oid: 99999`."""

_ADDRESS = re.compile(
    r"(?i)^[ \t|]{0,40}(?:[a-z][\w()-]{0,12} ){0,3}"
    r"(?:(?:mac|ethernet|hardware)(?: id)?[ _-]?addr(?:ess)?(?:es)?|mac ?\d{0,2})"
    r"[ \t]{0,40}[:=.|-]{0,40}[ \t]{0,40}(?P<mac>" + _MAC + r")(?![\w.:-])"
)
_FURTHER_ADDRESS = re.compile(
    r"(?i) (?:base )?mac[ -]addr(?:ess)?[ \t]{0,12}[:=][ \t]{0,8}(?P<mac>" + _MAC + r")(?![\w.:-])"
)
"""An address behind another field on its line: `Software : W.1    Base MAC Addr : 001122-334455`."""

MAX_SERIALS = 4
"""Serial numbers of one output whose structure is read."""

_SERIAL_LABEL = re.compile(
    r"(?i)^(?:.{0,20}\b)?(?:s/?n|serial.{0,10}|esn|bar ?code|machine ?item|manufacture ?info|product (?:id|number))$"
)


def registered_claims(lines: Sequence[str], output: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The holder of the enterprise number in the device's object id, and the owner of its MAC address
    where the command is known to be about the device itself."""
    front = lines[:MAX_LINES]
    for named in islice(filter(None, map(_OBJECT_ID.search, front)), 1):
        number = enterprise_of("1" + named["oid"])
        holder = database.holder(number) if number is not None else None
        if holder is not None:
            kind = "object-id-enterprise" if holder[1] else "object-id-unheard"
            yield make_claim(database, Role.BRAND, holder[0], kind, output, text=named["oid"].strip("."))
    numbers = filter(None, map(_VENDOR_NUMBER.search, front)) if not is_about_traffic(output.at) else iter(())
    for held in islice(numbers, 1):
        holder = database.holder(int(held["number"]))
        if holder is not None and holder[1]:
            yield make_claim(database, Role.BRAND, holder[0], "object-id-registered", output, text=held.group().strip())
    if not is_identity_command(output.at):
        return
    shown_addresses = (_ADDRESS.search(line) or _FURTHER_ADDRESS.search(line) for line in front)
    for shown in islice(filter(None, shown_addresses), 1):
        mac = parse_mac("".join(filter(str.isalnum, shown["mac"])))
        owner = mac_owner(mac, database) if mac else None
        if owner is not None:
            yield make_claim(database, Role.MAKER, owner, "bridge-address", output, text=format_mac(mac))


def product_line_claims(model: str, output: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The maker whose product line a model belongs to, by the rules that read a sysDescr."""
    for match in database.rules.match(Source.SNMP_SYS_DESCR, "", model):
        yield from claims_of_match(database, match, "command-name", output)


def serial_scheme_claims(
    section: OutputSection, output: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The makers whose schemes the serial numbers of a section follow, whatever their labels are called. The number may
    have a dotted suffix: `2102311ABC...A.C822`."""
    labelled = (text for label, text in section.fields if _SERIAL_LABEL.match(label) and not is_part_label(label))
    for text in islice(labelled, MAX_SERIALS):
        yield from serial_claims(database, value_of(text).partition(".")[0], output)
