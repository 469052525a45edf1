"""SNMPv2-MIB system group (RFC 3418): what sysObjectID, sysDescr and sysContact prove."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.claim import Claim, in_role, make_claim
from fingerprints.claims.company_names_in_text import (
    cable_modem_maker,
    copyright_holders,
    domains_in,
    is_within_anothers_name,
    joined_name,
    kernel_builders,
    lower_case_name,
    names_in,
    opens_with_name,
)
from fingerprints.claims.description_text import Guess, guesses, model_guesses
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, items_of_rules
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import Product, enterprise_of
from fingerprints.model.device import AttributeName, Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import PRIVATE, ObservationIndex, clean
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule
from fingerprints.sources.if_mib import interface_macs

SYS_DESCR = MibObject("1.3.6.1.2.1.1.1.0", Source.SNMP_SYS_DESCR, ScanStep.SYSTEM)
SYS_OBJECT_ID = MibObject("1.3.6.1.2.1.1.2.0", Source.SNMP_SYS_OBJECT_ID, ScanStep.SYSTEM)
SYS_UP_TIME = MibObject("1.3.6.1.2.1.1.3.0", Source.SNMP_SYS_UP_TIME, ScanStep.SYSTEM)
SYS_CONTACT = MibObject("1.3.6.1.2.1.1.4.0", Source.SNMP_SYS_CONTACT, ScanStep.SYSTEM)
SYS_NAME = MibObject("1.3.6.1.2.1.1.5.0", Source.SNMP_SYS_NAME, ScanStep.SYSTEM)
SYS_LOCATION = MibObject("1.3.6.1.2.1.1.6.0", Source.SNMP_SYS_LOCATION, ScanStep.SYSTEM)
SYS_OR_ID = MibObject("1.3.6.1.2.1.1.9.1.2", Source.SNMP_SYS_OR_ID)

MODULE = SourceModule(
    "snmp_system",
    (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_CONTACT, SYS_NAME, SYS_LOCATION, SYS_OR_ID),
    match_sources=frozenset(column.source for column in (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_NAME)),
    report_sources=frozenset((Source.SNMP_SYS_NAME,)),
)

BESIDE_RULES = 4
"""Points that a guessed model has less where rules read the description and found none in it."""

WITHOUT_DIGIT = 3
"""Points that a product's symbol has less where it has no digit: it may name a family."""

MAX_PORTS = 32
"""Ports whose MAC addresses are read to confirm a contact."""

_NESTED = re.compile(r"^\.?1\.3\.6\.1\.4\.1\.[0-9.]*?\.1\.3\.6\.1\.4\.1\.(?P<own>[0-9]+(?:\.[0-9]+)*)$")
"""A reference firmware's own prefix, followed by the maker's whole object identifier."""

_UNAME = re.compile(r"^(Linux|FreeBSD|NetBSD|OpenBSD|SunOS|Darwin) [^\s:]+ (?=[0-9v])")
"""What `uname -a` prints. The second word is the host's name, which can hold any company's."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = re.compile(
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:" + _MONTH + r" +\d{1,2},?|\d{1,2} +[A-Z][a-z]{2})"
    r"[\d: ]{0,20}(?:[A-Z]{2,5}\b)?|\b" + _MONTH + r"[ -]\d{1,2}\b|\b\d{1,2}[ -]" + _MONTH + r"\b"
)
"""A date: Dec and CET in it are not companies."""

_SYMBOL_PREFIX = re.compile(r"^[a-z]{2,24}(?=[A-Z][A-Za-z0-9-]{3})")
"""The maker's abbreviation that MIBs put in front of a product's name."""


def snmp_system_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """Claims and attributes that sysDescr, sysObjectID and sysContact prove."""
    descr = index.first(Source.SNMP_SYS_DESCR)
    of_descr = database.reading(sys_descr_items, descr) if descr is not None else ()
    yield from of_descr
    if descr is not None and not any(isinstance(item, Claim) for item in of_descr):
        yield from _port_owner_claims(descr, index, database)
    named = (entry for entry in index.of(Source.SNMP_SYS_OBJECT_ID) if enterprise_of(clean(entry.value)) is not None)
    for observation in islice(named, 1):
        yield from _with_brand_of_descr(database.reading(object_id_items, observation), of_descr)
    contact = index.first(Source.SNMP_SYS_CONTACT)
    if contact is not None:
        yield from items_of_rules(database, contact, "sys-contact-rule", "sys-descr-general")
        of_host = descr is not None and _UNAME.match(clean(descr.value)) is not None
        claims = _address_claims(contact, database)
        yield from (_of_port_owners(claims, index, database) if of_host else claims)


def _with_brand_of_descr(items: Iterable[ExtractedItem], of_descr: Iterable[ExtractedItem]) -> Iterator[ExtractedItem]:
    """A sysObjectID's items. If sysDescr opens with another company's name, that is the brand, and the holder of the
    number wrote the agent: its claim becomes one for the platform."""
    names = {item.party.id for item in of_descr if isinstance(item, Claim) and item.kind == "sys-descr-name"}
    for item in items:
        if isinstance(item, Claim) and item.role is Role.BRAND and names and item.party.id not in names:
            yield in_role(item, Role.PLATFORM)
        else:
            yield item


def object_id_items(observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What a sysObjectID proves: by a rule, else by the arc of a company below another's number, else by the holder of
    the number; and the product that it names."""
    oid = clean(observation.value).strip(".")
    nested = _NESTED.match(oid)
    if nested is not None:
        oid = PRIVATE + nested["own"]
    ruled = [*items_of_rules(database, observation, "object-id-rule", "object-id-rule")]
    yield from ruled
    number = enterprise_of(oid)
    if number is None:
        return
    product = database.products.product_of(oid)
    generic = number in database.companies.generic_enterprises
    if product is not None and not generic:
        yield from _product_model(product, product.oid == oid, observation, database)
    if not ruled:
        yield from _number_claims(observation, oid, number, product is not None, database)


def _product_model(
    product: Product, exact: bool, observation: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    if product.model:
        yield from attribute_items(
            database, AttributeName.MODEL, product.model, "product-table", observation, 0 if exact else -2
        )
    elif exact:
        model = _SYMBOL_PREFIX.sub("", product.symbol)
        less = 0 if any(map(str.isdigit, model)) else WITHOUT_DIGIT
        yield from attribute_items(database, AttributeName.MODEL, model, "product-symbol", observation, -less)


def _number_claims(
    observation: Observation, oid: str, number: int, known_product: bool, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    arc = database.companies.arc_of(oid)
    if arc is not None:
        named = ((Role.BRAND, arc.brand), (Role.PLATFORM, arc.platform), (Role.MAKER, arc.maker))
        for role, company in named:
            if company:
                party = database.party(company)
                yield make_claim(database, role, party, "object-id-arc", observation, f"arc-{arc.oid}")
        return
    for reuse in database.companies.reusers_of(number):
        yield make_claim(database, Role.BRAND, database.party(reuse.company), "object-id-squatted", observation)
    holder = database.holder(number)
    if holder is not None and not database.companies.reusers_of(number):
        party, curated = holder
        kind = "object-id-enterprise" if curated else "object-id-registered"
        if known_product and curated:
            kind = "object-id-product"
        yield make_claim(database, Role.BRAND, party, kind, observation)


def sys_descr_items(observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What a sysDescr proves: by rules, else by any company's name in it; and by words that announce a version."""
    found = items_of_rules(database, observation, "sys-descr-rule", "sys-descr-rule")
    ruled = [item for item in found if not _names_another(item, observation, database)]
    yield from ruled
    text = _DATE.sub(" ", _UNAME.sub(r"\1 ", clean(observation.value)))
    by_rule = {item.name for item in ruled if isinstance(item, Attribute)}
    guessed = [guess for guess in guesses(text) if guess.name not in by_rule]
    claims = [item for item in ruled if isinstance(item, Claim)]
    _, full_weight = database.weights.classes["sys-descr-rule"]
    by_product_line = bool(claims) and all(claim.record.weight < full_weight for claim in claims)
    if not claims or by_product_line:
        yield from _name_claims(text, observation, database)
        yield from _address_claims(observation, database)
        yield from _builder_claims(clean(observation.value), observation, database)
    if not ruled or by_product_line:
        guessed += model_guesses(text, database)
    elif AttributeName.MODEL not in by_rule:
        guessed += _beside_rules(model_guesses(text, database))
    for guess in guessed:
        yield from attribute_items(database, guess.name, guess.text, "sys-descr-general", observation, guess.points)


def _beside_rules(models: Iterable[Guess]) -> Iterator[Guess]:
    """The guessed models that count where rules read the description and found no model in it. One word without a
    digit is then a system's name."""
    for guess in models:
        if " " in guess.text or any(map(str.isdigit, guess.text)):
            yield replace(guess, points=guess.points - BESIDE_RULES)


def _name_claims(text: str, observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    seen: set[str] = set()
    modem = cable_modem_maker(text, database)
    if modem is not None:
        seen.add(modem[0].id)
        yield make_claim(database, Role.BRAND, modem[0], "sys-descr-name", observation, text=modem[1])
    named = [*names_in(text, database)]
    joined = joined_name(text, database) if not any(place == 0 for _, _, place in named) else None
    if joined is not None:
        named.insert(0, (*joined, 0))
    lower_case = lower_case_name(text, database)
    if lower_case is not None:
        named.append((*lower_case, 1))
    for party, words, place in named:
        counts = place == 0 or (len(words) > 2 and party.id not in database.weights.never_by_mention)
        if counts and party.id not in seen:
            kind = "sys-descr-name" if place == 0 else "sys-descr-mention"
            seen.add(party.id)
            yield make_claim(database, Role.BRAND, party, kind, observation, text=words)


def _address_claims(observation: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """Claims for the companies whose Internet domains the text holds: a factory left them there."""
    for party, words in domains_in(clean(observation.value), database):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, "sys-contact-rule", observation, "address", words)


def _names_another(item: ExtractedItem, observation: Observation, database: FingerprintDatabase) -> bool:
    """Whether a rule found a watched company's name within the name of a place or of somebody else."""
    if not isinstance(item, Claim):
        return False
    return is_within_anothers_name(item.party, item.record.text, clean(observation.value), database)


def _port_owner_claims(descr: Observation, index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """A claim for an organisation that no data file knows: sysDescr opens with its whole name, as IEEE registered it
    with the block of a port's MAC address."""
    owners = dict.fromkeys(mac_owner(mac, database) for mac in interface_macs(index)[:MAX_PORTS])
    for owner in owners:
        words = opens_with_name(clean(descr.value), owner.name) if owner is not None else None
        if owner is not None and words is not None:
            yield make_claim(database, Role.BRAND, owner, "sys-descr-name", descr, "registered", words)


def _of_port_owners(claims: Iterator[Claim], index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """The claims for companies that the ports' MAC addresses were given to: a host's contact else names whoever runs
    it."""
    owners = {mac_owner(mac, database) for mac in interface_macs(index)[:MAX_PORTS]}
    yield from (claim for claim in claims if claim.party in owners)


def _builder_claims(text: str, observation: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    named = [("sys-descr-copyright", *holder) for holder in copyright_holders(text, database)]
    named += [("kernel-name", *builder) for builder in kernel_builders(text, database)]
    for kind, party, words in named:
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, kind, observation, text=words)
