"""What an agent's own introduction proves: sysObjectID, sysDescr, sysContact, sysORTable and its engine ID."""

import re
from collections.abc import Iterator

from fingerprints.device import Party, Role
from fingerprints.engine_id import EngineForm, read_engine_id
from fingerprints.evidence import Observation, Source, octets_of
from fingerprints.knowledge import Knowledge
from fingerprints.leads import Lead, rule_leads, trait
from fingerprints.mac_leads import mac_owner
from fingerprints.products import enterprise_of
from fingerprints.said import PRIVATE, Said, clean
from fingerprints.votes import vote

_NESTED = re.compile(r"^\.?1\.3\.6\.1\.4\.1\.[0-9.]*?\.1\.3\.6\.1\.4\.1\.(?P<own>[0-9]+(?:\.[0-9]+)*)$")
"""A reference firmware's prefix with the maker's real object id hung behind it."""

_UNAME = re.compile(r"^(Linux|FreeBSD|NetBSD|OpenBSD|SunOS|Darwin) \S+ (?=[0-9v])")
"""What `uname -a` prints: the second word is the host's name, and a name may say anything."""

_VERSION = re.compile(
    r"(?i)\b(?:(?:software|firmware|sw|fw|system|os|application)[ _-]?)?(?:version|release|ver|rev|vers)\b\.?"
    r"[:= ]{0,3}v?(?P<version>[A-Za-z]?\d[\w.()\-+/]{0,40}+)"
)
_BARE_VERSION = re.compile(r"(?:^|[ ,;(_-])[vV](?P<version>\d{1,6}+(?:[.]\w{1,20}+){1,6}+(?:\([\w.]{1,12}\))?)")
_DOTTED = re.compile(r"(?:^|[ ,;(])(?P<version>\d{1,5}+(?:\.\d{1,6}+){1,5}+(?:[-_]?\w{1,20}+)?)(?=$|[ ,;)])")
_SERIAL = re.compile(
    r"(?i)\b(?:serial(?: ?(?:number|no\.?|#|num))?|s/?n)\s{0,2}[.:#=]\s{0,2}(?P<serial>[A-Za-z0-9-]{4,32}+)"
)
_WORDS = re.compile(r"[^\s,;:()\[\]\"\\|/<>]+")

MOST_WORDS = 40
"""Words of a sysDescr that are searched for a company's name."""


def agent_leads(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    """All that the agent's introduction proves."""
    for observation in said.of(Source.SNMP_SYS_OBJECT_ID)[:1]:
        yield from object_id_leads(observation, knowledge)
    descr = said.first(Source.SNMP_SYS_DESCR)
    if descr is not None:
        yield from descr_leads(descr, knowledge)
    contact = said.first(Source.SNMP_SYS_CONTACT)
    if contact is not None:
        yield from rule_leads(knowledge, contact, "sys-contact-rule", "sys-descr-general")
    for observation in said.of(Source.SNMP_ENGINE_ID)[:1]:
        yield from engine_id_leads(observation, knowledge)


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
    if product is not None and not generic and product.model:
        yield from trait(knowledge, "model", product.model, "product-table", said, -2 * (product.oid != oid))
    if not ruled:
        yield from _by_number(said, oid, number, product is not None, knowledge)


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
    text = _UNAME.sub(r"\1 ", clean(said.value))
    if not ruled:
        yield from _named_in(text, said, knowledge)
    yield from _general_traits(text, said, knowledge)


def _named_in(text: str, said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    seen: set[str] = set()
    for party, words, place in names_in(text, knowledge):
        if party.id not in seen:
            kind = "sys-descr-name" if place == 0 else "sys-descr-mention"
            seen.add(party.id)
            yield vote(knowledge, Role.BRAND, party, kind, said, text=words)


def names_in(text: str, knowledge: Knowledge) -> Iterator[tuple[Party, str, int]]:
    """Companies whose whole name stands in a text, the words it is told with, and at which word; longest first."""
    words = _WORDS.findall(text[:400])[:MOST_WORDS]
    place = 0
    while place < len(words):
        taken = 1
        for count in (3, 2, 1):
            phrase = " ".join(words[place : place + count])
            named = knowledge.named(phrase) if place + count <= len(words) and _namelike(phrase) else None
            if named is not None:
                yield named, phrase, place
                taken = count
                break
        place += taken


def _namelike(phrase: str) -> bool:
    """Whether a phrase can be a name in running text: it starts with a capital or a digit's brand, and is not short."""
    return len(phrase) >= 2 and (phrase[0].isupper() or (phrase[0].isdigit() and any(map(str.isalpha, phrase))))


def _general_traits(text: str, said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    for expression, extra in ((_VERSION, 0), (_BARE_VERSION, -1), (_DOTTED, -3)):
        found = expression.search(text)
        if found is not None:
            version = found["version"].rstrip(".,;-(")
            yield from trait(knowledge, "version", version, "sys-descr-general", said, extra)
    serial = _SERIAL.search(text)
    if serial is not None:
        yield from trait(knowledge, "serial", serial["serial"], "sys-descr-general", said)
    if len(text) <= 40 and " " not in text.strip():
        yield from trait(knowledge, "model", text, "sys-descr-general", said)


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
