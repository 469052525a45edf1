"""What an agent's own introduction proves: sysObjectID, sysDescr, sysContact, sysORTable and its engine ID."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.claim import Claim, in_role, make_claim
from fingerprints.claims.company_names_in_text import (
    cable_modem_maker,
    copyright_holders,
    domains_in,
    kernel_builders,
    names_in,
)
from fingerprints.claims.description_text import guesses, model_guesses
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, items_of_rules
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import Product, enterprise_of
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source, octets_of
from fingerprints.model.observation_index import PRIVATE, ObservationIndex, clean
from fingerprints.sources.engine_id import EngineForm, read_engine_id
from fingerprints.sources.if_mib import interface_macs, mac_owner

MAX_PORTS = 32
"""Ports whose addresses are looked at beside a contact."""

_NESTED = re.compile(r"^\.?1\.3\.6\.1\.4\.1\.[0-9.]*?\.1\.3\.6\.1\.4\.1\.(?P<own>[0-9]+(?:\.[0-9]+)*)$")
"""A reference firmware's prefix with the maker's real object id hung behind it."""

_UNAME = re.compile(r"^(Linux|FreeBSD|NetBSD|OpenBSD|SunOS|Darwin) \S+ (?=[0-9v])")
"""What `uname -a` prints: the second word is the host's name, and a name may say anything."""

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = re.compile(
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:" + _MONTH + r" +\d{1,2},?|\d{1,2} +[A-Z][a-z]{2})"
    r"[\d: ]{0,20}(?:[A-Z]{2,5}\b)?|\b" + _MONTH + r"[ -]\d{1,2}\b|\b\d{1,2}[ -]" + _MONTH + r"\b"
)
"""A date: Dec and CET are no companies there."""

_SYMBOL_PREFIX = re.compile(r"^[a-z]{2,24}(?=[A-Z][A-Za-z0-9-]{3})")
"""The maker's abbreviation that MIBs put before a product's name."""


def snmp_system_items(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """All that the agent's introduction proves."""
    descr = said.first(Source.SNMP_SYS_DESCR)
    introduced = database.reading(sys_descr_items, descr) if descr is not None else ()
    yield from introduced
    named = (one for one in said.of(Source.SNMP_SYS_OBJECT_ID) if enterprise_of(clean(one.value)) is not None)
    for observation in islice(named, 1):
        yield from _behind_the_name(database.reading(object_id_items, observation), introduced)
    contact = said.first(Source.SNMP_SYS_CONTACT)
    if contact is not None:
        yield from items_of_rules(database, contact, "sys-contact-rule", "sys-descr-general")
        of_host = descr is not None and _UNAME.match(clean(descr.value)) is not None
        yield from (
            _of_ports(_addressed(contact, database), said, database) if of_host else _addressed(contact, database)
        )
    for observation in said.of(Source.SNMP_ENGINE_ID)[:1]:
        yield from engine_id_items(observation, database)


def _behind_the_name(leads: Iterable[ExtractedItem], introduced: Iterable[ExtractedItem]) -> Iterator[ExtractedItem]:
    """An object id's leads. Where the text opens with another company's name, that is the brand, and who holds the
    number wrote the agent."""
    names = {lead.party.id for lead in introduced if isinstance(lead, Claim) and lead.record.rule == "sys-descr-name"}
    for lead in leads:
        if isinstance(lead, Claim) and lead.role is Role.BRAND and names and lead.party.id not in names:
            yield in_role(lead, Role.PLATFORM)
        else:
            yield lead


def object_id_items(said: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What a sysObjectID proves: by a rule that knows better, another company's arc, its product, its enterprise."""
    oid = clean(said.value).strip(".")
    nested = _NESTED.match(oid)
    if nested is not None:
        oid = PRIVATE + nested["own"]
    ruled = [*items_of_rules(database, said, "object-id-rule", "object-id-rule")]
    yield from ruled
    number = enterprise_of(oid)
    if number is None:
        return
    product = database.products.product_of(oid)
    generic = number in database.companies.generic_enterprises
    if product is not None and not generic:
        yield from _product_model(product, product.oid == oid, said, database)
    if not ruled:
        yield from _by_number(said, oid, number, product is not None, database)


def _product_model(
    product: Product, exact: bool, said: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    if product.model:
        yield from attribute_items(database, "model", product.model, "product-table", said, 0 if exact else -2)
    elif exact and any(map(str.isdigit, product.symbol)):
        yield from attribute_items(database, "model", _SYMBOL_PREFIX.sub("", product.symbol), "product-symbol", said)


def _by_number(
    said: Observation, oid: str, number: int, known_product: bool, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    arc = database.companies.arc_of(oid)
    if arc is not None:
        named = ((Role.BRAND, arc.brand), (Role.PLATFORM, arc.platform), (Role.MAKER, arc.maker))
        for role, company in named:
            if company:
                yield make_claim(database, role, database.party(company), "object-id-arc", said, f"arc-{arc.oid}")
        return
    for squat in database.companies.reusers_of(number):
        yield make_claim(database, Role.BRAND, database.party(squat.company), "object-id-squatted", said)
    held = database.holder(number)
    if held is not None and not database.companies.reusers_of(number):
        party, curated = held
        kind = "object-id-enterprise" if curated else "object-id-registered"
        yield make_claim(database, Role.BRAND, party, "object-id-product" if known_product and curated else kind, said)


def sys_descr_items(said: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What a sysDescr proves: by rules, else by any company's name in it and by words that announce a version."""
    ruled = [*items_of_rules(database, said, "sys-descr-rule", "sys-descr-rule")]
    yield from ruled
    text = _DATE.sub(" ", _UNAME.sub(r"\1 ", clean(said.value)))
    read = {lead.name for lead in ruled if isinstance(lead, Attribute)}
    guessed = [guess for guess in guesses(text) if guess.name not in read]
    claims = [lead for lead in ruled if isinstance(lead, Claim)]
    by_line_alone = bool(claims) and not any(map(_of_full_weight(database), claims))
    if not claims or by_line_alone:
        yield from _named_in(text, said, database)
        yield from _addressed(said, database)
        yield from _builders(clean(said.value), said, database)
    if not ruled or by_line_alone:
        guessed += model_guesses(text, database)
    for guess in guessed:
        yield from attribute_items(database, guess.name, guess.text, "sys-descr-general", said, guess.points)


def _of_full_weight(database: FingerprintDatabase) -> Callable[[Claim], bool]:
    """Whether a rule's vote counts as rules do; a product line's name alone counts less, and the rest is read too."""
    _, usual = database.weights.classes["sys-descr-rule"]
    return lambda made: made.record.weight >= usual


def _named_in(text: str, said: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    seen: set[str] = set()
    modem = cable_modem_maker(text, database)
    if modem is not None:
        seen.add(modem[0].id)
        yield make_claim(database, Role.BRAND, modem[0], "sys-descr-name", said, text=modem[1])
    for party, words, place in names_in(text, database):
        told = place == 0 or (len(words) > 2 and party.id not in database.weights.never_by_mention)
        if told and party.id not in seen:
            kind = "sys-descr-name" if place == 0 else "sys-descr-mention"
            seen.add(party.id)
            yield make_claim(database, Role.BRAND, party, kind, said, text=words)


def _addressed(said: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """Addresses that a factory left in a text."""
    for party, words in domains_in(clean(said.value), database):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, "sys-contact-rule", said, "address", words)


def _of_ports(votes: Iterator[Claim], said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """Votes for whom the ports' own addresses were given to: a host's contact is else whoever looks after it."""
    owners = {mac_owner(mac, database) for mac in interface_macs(said)[:MAX_PORTS]}
    yield from (made for made in votes if made.party in owners)


def _builders(text: str, said: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    named = [("sys-descr-copyright", *held) for held in copyright_holders(text, database)]
    named += [("kernel-name", *built) for built in kernel_builders(text, database)]
    for kind, party, words in named:
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, kind, said, text=words)


def engine_id_items(said: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What an engine ID proves: whose agent it is, and the maker of the MAC address in it."""
    engine = read_engine_id(octets_of(said.value))
    if engine is None:
        return
    shown = Observation(said.source, said.at, engine.octets.hex())
    held = database.holder(engine.enterprise)
    if held is not None:
        yield make_claim(database, Role.PLATFORM, held[0], "engine-id-enterprise", shown)
    if engine.mac is not None and engine.form in (EngineForm.MAC, EngineForm.ENTERPRISE):
        owner = mac_owner(engine.mac, database)
        if owner is not None:
            yield make_claim(database, Role.MAKER, owner, "engine-id-mac", shown)
