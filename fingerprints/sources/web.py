"""What a web service proves: its certificates, titles, server fields, realms and pages.

All of it but a certificate is text that anybody can type. kitscan does not verify a certificate's issuer: it does not
have the roots of the makers' device authorities. But forging a certificate takes more than an editor.
"""

import re
from collections.abc import Iterator
from html import unescape

from fingerprints.claims.claim import make_claim
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.claims.extracted_item import ExtractedItem, items_of_match
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import readable
from fingerprints.model.device import Party, Role
from fingerprints.model.evidence import Observation, Source, kept, text_of
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.observation_place import field_of_port
from fingerprints.model.source_module import SourceModule

_PAGE_SOURCES = (Source.WEB_TITLE, Source.WEB_SERVER, Source.WEB_REALM, Source.WEB_PATHS)

MODULE = SourceModule(
    "web",
    sources=frozenset((*_PAGE_SOURCES, Source.WEB_CERTIFICATE)),
    match_sources=frozenset((Source.WEB_CERTIFICATE,)),
)

MAX_OBSERVATIONS = 8
"""Observations of one source that are read: a device has two web ports, and a page or two on each."""

_PAGE_WORD = re.compile(
    r"(?i)a|the|to|of|and|for|in|on|at|by|welcome|log|login|sign|webs?|services?|client|view|viewer|live|home|page|portal"
    r"|network|ip|ipc|cam|cameras?|[ndxh]vr|recorder|video|security|surveillance|system|config|configuration|setup"
    r"|management|manager|console|server|device|interface|admin|administration|router|gateway|modem|hotspot|switch"
    r"|online|remote|access|\w{0,30}\d[\w-]{0,30}"
)
"""Words with which start pages are titled, whoever made the box, and models."""

_WELCOME = re.compile(r"(?i)^\W{0,3}(?:welcome to|log ?in to|sign in to)(?: the)? ")
"""Words before the name of the box whose page it is."""

_TITLE_WORD = re.compile(r"[^\s,;:()\[\]\"\\|/<>!.\u2013\u2014-]+(?:-[\w-]{1,40})?")

_PARTS = re.compile(r"(?>(?:[^\\,+]|\\.)+)")
"""One attribute of a distinguished name; commas and plus signs inside a value are escaped (RFC 4514 section 2.4)."""


def page_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What start pages prove: by rules, else by the company that a text opens with."""
    for source in _PAGE_SOURCES:
        for observation in index.of(source)[:MAX_OBSERVATIONS]:
            yield from _text_items(_without_references(observation), database)


def organisations(name: str) -> tuple[str, ...]:
    """The organisations (O) of a distinguished name as RFC 4514 writes it, unescaped."""
    parts = (part.group().strip() for part in _PARTS.finditer(name))
    return tuple(re.sub(r"\\(.)", r"\1", part[2:]) for part in parts if part[:2].upper() == "O=")


def _without_references(observation: Observation) -> Observation:
    """A title without the character references that a page may write its letters as; anything else as it is."""
    if observation.source is not Source.WEB_TITLE or "&" not in observation.value:
        return observation
    text = unescape(text_of(observation.value)).encode(errors="replace")
    return Observation(observation.source, observation.at, kept(text))


def _text_items(observation: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    text = readable(observation.source, observation.value)
    matched = False
    for match in database.rules.match(observation.source, observation.at, text):
        matched = True
        yield from items_of_match(database, match, observation, "web-rule", "wire-rule")
    if not matched:
        for party, words in _opening(observation.source, text, database):
            yield make_claim(database, Role.BRAND, party, "web-name", observation, text=words)


def _opening(source: Source, text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """The company that a Server field or a realm opens with, or that a title names beside nothing but models and the
    words of start pages: any other title may be about another company's box."""
    if source is Source.WEB_SERVER or source is Source.WEB_REALM:
        named = [(party, words) for party, words, place in names_in(text, database) if place == 0]
    elif source is Source.WEB_TITLE:
        whole = database.named(text)
        named = [(whole, text)] if whole is not None else [*_titled(text, database)]
    else:
        return
    yield from ((party, words) for party, words in named if party.id not in database.weights.never_by_mention)


def _titled(text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """The one company that a title names, if all its other words are models or the words of start pages."""
    text = _WELCOME.sub("", text, count=1)
    found = {party.id: (party, words) for party, words, _ in names_in(text, database)}
    if len(found) == 1:
        ((party, words),) = found.values()
        others = _TITLE_WORD.findall(text.replace(words, " ", 1))
        if all(map(_PAGE_WORD.fullmatch, others)):
            yield party, words


def certificate_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What certificates prove: by rules, and by the company that vouches for its own product."""
    fields: dict[str, dict[str, Observation]] = {}
    for observation in index.of(Source.WEB_CERTIFICATE)[: 4 * MAX_OBSERVATIONS]:
        text = readable(observation.source, observation.value)
        for match in database.rules.match(observation.source, observation.at, text):
            yield from items_of_match(database, match, observation, "certificate-rule", "wire-rule")
        place = field_of_port(observation.at)
        fields.setdefault(place.port, {}).setdefault(place.field, observation)
    for shown in fields.values():
        if "subject" in shown and "issuer" in shown:
            yield from _issuer_claims(shown["subject"], shown["issuer"], database)


def _issuer_claims(subject: Observation, issuer: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """A claim for the company that is both subject and issuer.

    A subject that another company vouches for is the box's owner, and an issuer that vouches for others sells
    certificates: neither proves anything.
    """
    owner, vouching = _company(subject, database), _company(issuer, database)
    if owner is None or owner != vouching or owner.id in database.weights.never_by_mention:
        return
    kind = "certificate-self-signed" if subject.value == issuer.value else "certificate-issued"
    yield make_claim(database, Role.BRAND, owner, kind, issuer, text=clean(issuer.value))


def _company(name: Observation, database: FingerprintDatabase) -> Party | None:
    named = (database.named(clean(kept(text))) for text in organisations(text_of(name.value)))
    return next((party for party in named if party is not None), None)
