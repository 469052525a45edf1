"""What services that want no login prove: certificates, web pages, Telnet banners, the algorithms of an SSH server.

All of it but a certificate is text that anybody can type. Nor is a certificate's issuer verified, for the roots of the
makers' device authorities are not here; but forging one takes more than an editor.
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

MAX_SAID = 8
"""Statements of one source that are read: a device has two web ports, and a page or two on each."""

_SERVICES = (
    (Source.WEB_TITLE, "web-rule"),
    (Source.WEB_SERVER, "web-rule"),
    (Source.WEB_REALM, "web-rule"),
    (Source.WEB_PATHS, "web-rule"),
    (Source.TELNET_BANNER, "telnet-rule"),
    (Source.SSH_KEX, "kex-rule"),
)

_PARTS = re.compile(r"(?>(?:[^\\,+]|\\.)+)")
"""One attribute of a distinguished name; commas and plus signs inside a value are escaped (RFC 4514 section 2.4)."""


def web_items(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """All that they prove."""
    for source, kind in _SERVICES:
        for observation in said.of(source)[:MAX_SAID]:
            yield from _service(_plain(observation), kind, database)
    yield from _certificates(said, database)


def organisations(name: str) -> tuple[str, ...]:
    """The organisations (O) of a distinguished name as RFC 4514 writes it, unescaped."""
    parts = (part.group().strip() for part in _PARTS.finditer(name))
    return tuple(re.sub(r"\\(.)", r"\1", part[2:]) for part in parts if part[:2].upper() == "O=")


def _plain(said: Observation) -> Observation:
    """A title without character references, which a page may write its letters as; anything else as it stands."""
    if said.source is not Source.WEB_TITLE or "&" not in said.value:
        return said
    return Observation(said.source, said.at, kept(unescape(text_of(said.value)).encode(errors="replace")))


def _service(said: Observation, kind: str, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What rules read from a statement; where none does, the company that it opens with."""
    text = readable(said.source, said.value)
    known = False
    for found in database.rules.match(said.source, said.at, text):
        known = True
        yield from items_of_match(database, found, said, kind, "wire-rule")
    if not known:
        for party, words in _opening(said.source, text, database):
            yield make_claim(database, Role.BRAND, party, "web-name", said, text=words)


def _opening(source: Source, text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """The company that a Server field or a realm opens with, or that a title is: a page may be about another's box."""
    if source is Source.WEB_SERVER or source is Source.WEB_REALM:
        named = ((party, words) for party, words, place in names_in(text, database) if place == 0)
    elif source is Source.WEB_TITLE:
        party = database.named(text)
        named = ((one, text) for one in (party,) if one is not None)
    else:
        return
    yield from ((party, words) for party, words in named if party.id not in database.weights.never_by_mention)


def _certificates(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    fields: dict[str, dict[str, Observation]] = {}
    for observation in said.of(Source.WEB_CERTIFICATE)[: 4 * MAX_SAID]:
        text = readable(observation.source, observation.value)
        for found in database.rules.match(observation.source, observation.at, text):
            yield from items_of_match(database, found, observation, "certificate-rule", "wire-rule")
        field, _, port = observation.at.partition(" ")
        fields.setdefault(port, {}).setdefault(field, observation)
    for shown in fields.values():
        if "subject" in shown and "issuer" in shown:
            yield from _certified(shown["subject"], shown["issuer"], database)


def _certified(subject: Observation, issuer: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The company that vouches for its own product. One that another authority vouches for is the box's owner, and an
    authority that vouches for strangers sells certificates: neither is a vote."""
    whose, by = _company(subject, database), _company(issuer, database)
    if whose is None or whose != by or whose.id in database.weights.never_by_mention:
        return
    kind = "certificate-self-signed" if subject.value == issuer.value else "certificate-issued"
    yield make_claim(database, Role.BRAND, whose, kind, issuer, text=clean(issuer.value))


def _company(name: Observation, database: FingerprintDatabase) -> Party | None:
    named = (database.named(clean(kept(text))) for text in organisations(text_of(name.value)))
    return next((party for party in named if party is not None), None)
