"""What an agent's own introduction proves: sysObjectID, sysDescr, sysContact, sysORTable and its engine ID."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from fingerprints.device import Role
from fingerprints.engine_id import EngineForm, read_engine_id
from fingerprints.evidence import Observation, Source, octets_of
from fingerprints.knowledge import Knowledge
from fingerprints.leads.description import guesses, model_guesses
from fingerprints.leads.lead import Lead, rule_leads, trait
from fingerprints.leads.mac import interface_macs, mac_owner
from fingerprints.leads.names import cable_modem_maker, copyright_holders, domains_in, kernel_builders, names_in
from fingerprints.products import Product, enterprise_of
from fingerprints.said import PRIVATE, Said, clean
from fingerprints.traits import Trait
from fingerprints.votes import Vote, in_role, vote

MOST_PORTS = 32
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


def agent_leads(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    """All that the agent's introduction proves."""
    descr = said.first(Source.SNMP_SYS_DESCR)
    introduced = knowledge.reading(descr_leads, descr) if descr is not None else ()
    yield from introduced
    named = (one for one in said.of(Source.SNMP_SYS_OBJECT_ID) if enterprise_of(clean(one.value)) is not None)
    for observation in islice(named, 1):
        yield from _behind_the_name(knowledge.reading(object_id_leads, observation), introduced)
    contact = said.first(Source.SNMP_SYS_CONTACT)
    if contact is not None:
        yield from rule_leads(knowledge, contact, "sys-contact-rule", "sys-descr-general")
        of_host = descr is not None and _UNAME.match(clean(descr.value)) is not None
        yield from (
            _of_ports(_addressed(contact, knowledge), said, knowledge) if of_host else _addressed(contact, knowledge)
        )
    for observation in said.of(Source.SNMP_ENGINE_ID)[:1]:
        yield from engine_id_leads(observation, knowledge)


def _behind_the_name(leads: Iterable[Lead], introduced: Iterable[Lead]) -> Iterator[Lead]:
    """An object id's leads. Where the text opens with another company's name, that is the brand, and who holds the
    number wrote the agent."""
    names = {lead.party.id for lead in introduced if isinstance(lead, Vote) and lead.claim.rule == "sys-descr-name"}
    for lead in leads:
        if isinstance(lead, Vote) and lead.role is Role.BRAND and names and lead.party.id not in names:
            yield in_role(lead, Role.PLATFORM)
        else:
            yield lead


def object_id_leads(said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    """What a sysObjectID proves: by a rule that knows better, another company's arc, its product, its enterprise."""
    oid = clean(said.value).strip(".")
    nested = _NESTED.match(oid)
    if nested is not None:
        oid = PRIVATE + nested["own"]
    ruled = [*rule_leads(knowledge, said, "object-id-rule", "object-id-rule")]
    yield from ruled
    number = enterprise_of(oid)
    if number is None:
        return
    product = knowledge.products.product_of(oid)
    generic = number in knowledge.companies.generic_enterprises
    if product is not None and not generic:
        yield from _product_model(product, product.oid == oid, said, knowledge)
    if not ruled:
        yield from _by_number(said, oid, number, product is not None, knowledge)


def _product_model(product: Product, exact: bool, said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    if product.model:
        yield from trait(knowledge, "model", product.model, "product-table", said, 0 if exact else -2)
    elif exact and any(map(str.isdigit, product.symbol)):
        yield from trait(knowledge, "model", _SYMBOL_PREFIX.sub("", product.symbol), "product-symbol", said)


def _by_number(said: Observation, oid: str, number: int, known_product: bool, knowledge: Knowledge) -> Iterator[Lead]:
    arc = knowledge.companies.arc_of(oid)
    if arc is not None:
        named = ((Role.BRAND, arc.brand), (Role.PLATFORM, arc.platform), (Role.MAKER, arc.maker))
        for role, company in named:
            if company:
                yield vote(knowledge, role, knowledge.party(company), "object-id-arc", said, f"arc-{arc.oid}")
        return
    for squat in knowledge.companies.squatters_of(number):
        yield vote(knowledge, Role.BRAND, knowledge.party(squat.company), "object-id-squatted", said)
    held = knowledge.holder(number)
    if held is not None and not knowledge.companies.squatters_of(number):
        party, curated = held
        kind = "object-id-enterprise" if curated else "object-id-registered"
        yield vote(knowledge, Role.BRAND, party, "object-id-product" if known_product and curated else kind, said)


def descr_leads(said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    """What a sysDescr proves: by rules, else by any company's name in it and by words that announce a version."""
    ruled = [*rule_leads(knowledge, said, "sys-descr-rule", "sys-descr-rule")]
    yield from ruled
    text = _DATE.sub(" ", _UNAME.sub(r"\1 ", clean(said.value)))
    read = {lead.name for lead in ruled if isinstance(lead, Trait)}
    guessed = [guess for guess in guesses(text) if guess.name not in read]
    claims = [lead for lead in ruled if isinstance(lead, Vote)]
    by_line_alone = bool(claims) and not any(map(_of_full_weight(knowledge), claims))
    if not claims or by_line_alone:
        yield from _named_in(text, said, knowledge)
        yield from _addressed(said, knowledge)
        yield from _builders(clean(said.value), said, knowledge)
    if not ruled or by_line_alone:
        guessed += model_guesses(text, knowledge)
    for guess in guessed:
        yield from trait(knowledge, guess.name, guess.text, "sys-descr-general", said, guess.points)


def _of_full_weight(knowledge: Knowledge) -> Callable[[Vote], bool]:
    """Whether a rule's vote counts as rules do; a product line's name alone counts less, and the rest is read too."""
    _, usual = knowledge.weights.classes["sys-descr-rule"]
    return lambda made: made.claim.weight >= usual


def _named_in(text: str, said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    seen: set[str] = set()
    modem = cable_modem_maker(text, knowledge)
    if modem is not None:
        seen.add(modem[0].id)
        yield vote(knowledge, Role.BRAND, modem[0], "sys-descr-name", said, text=modem[1])
    for party, words, place in names_in(text, knowledge):
        told = place == 0 or (len(words) > 2 and party.id not in knowledge.weights.never_by_mention)
        if told and party.id not in seen:
            kind = "sys-descr-name" if place == 0 else "sys-descr-mention"
            seen.add(party.id)
            yield vote(knowledge, Role.BRAND, party, kind, said, text=words)


def _addressed(said: Observation, knowledge: Knowledge) -> Iterator[Vote]:
    """Addresses that a factory left in a text."""
    for party, words in domains_in(clean(said.value), knowledge):
        if party.id not in knowledge.weights.never_by_mention:
            yield vote(knowledge, Role.BRAND, party, "sys-contact-rule", said, "address", words)


def _of_ports(votes: Iterator[Vote], said: Said, knowledge: Knowledge) -> Iterator[Vote]:
    """Votes for whom the ports' own addresses were given to: a host's contact is else whoever looks after it."""
    owners = {mac_owner(mac, knowledge) for mac in interface_macs(said)[:MOST_PORTS]}
    yield from (made for made in votes if made.party in owners)


def _builders(text: str, said: Observation, knowledge: Knowledge) -> Iterator[Vote]:
    named = [("sys-descr-copyright", *held) for held in copyright_holders(text, knowledge)]
    named += [("kernel-name", *built) for built in kernel_builders(text, knowledge)]
    for kind, party, words in named:
        if party.id not in knowledge.weights.never_by_mention:
            yield vote(knowledge, Role.BRAND, party, kind, said, text=words)


def engine_id_leads(said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    """What an engine ID proves: whose agent it is, and the maker of the MAC address in it."""
    engine = read_engine_id(octets_of(said.value))
    if engine is None:
        return
    shown = Observation(said.source, said.at, engine.octets.hex())
    held = knowledge.holder(engine.enterprise)
    if held is not None:
        yield vote(knowledge, Role.PLATFORM, held[0], "engine-id-enterprise", shown)
    if engine.mac is not None and engine.form in (EngineForm.MAC, EngineForm.ENTERPRISE):
        owner = mac_owner(engine.mac, knowledge)
        if owner is not None:
            yield vote(knowledge, Role.MAKER, owner, "engine-id-mac", shown)
