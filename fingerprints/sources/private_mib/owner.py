"""What private trees prove: whose trees an agent serves, and what rules and identity objects read in them."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.claims.company_names_in_text import names_of_text
from fingerprints.claims.extracted_item import ExtractedItem, items_of_match, serial_claims
from fingerprints.database.companies.company import Arc
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import IdentityObject
from fingerprints.database.rules import FingerprintRule, readable
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import PRIVATE, ObservationIndex, clean
from fingerprints.sources.private_mib.columns import columns
from fingerprints.sources.private_mib.objects import MAX_INSTANCES
from fingerprints.sources.private_mib.part_kinds import kind_of_scalar

MAX_COUNTED = 12
"""Objects of a private tree after which counting stops: the agent serves it well."""

MAX_SMALL = 3
"""Objects up to which a private tree counts as a small one."""

MAX_SCALARS = 400
"""Scalars of private trees in which companies' names are looked for."""

_NAME = re.compile(r"[A-Z][A-Za-z&.,'-]{2,30}(?: [A-Za-z&.,'()-]{1,30}){0,5}")
"""A text that looks like a company's name."""


def private_mib_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """Claims and attributes that private trees and identity objects prove."""
    enterprises = index.enterprises()
    rules = database.rules.of_objects(enterprises)
    yield from _rule_items(index, rules, database)
    shared = tuple(rule.at for rule in rules if rule.marks_shared_object)
    for number in enterprises:
        yield from _tree_claims(index, number, shared, database)
    yield from _identity_object_claims(index, database)
    yield from _name_claims(index, database)


def _rule_items(
    index: ObservationIndex, rules: Sequence[FingerprintRule], database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    for rule in rules:
        for oid, value in index.under(rule.at) if rule.component is None else ():
            match = rule.read(readable(Source.SNMP_OBJECT, value))
            if match is not None:
                observation = Observation(Source.SNMP_OBJECT, oid, clean(value))
                yield from items_of_match(database, match, observation, "private-tree-rule", "private-tree-rule")
                break


def _tree_claims(
    index: ObservationIndex, number: int, shared: tuple[str, ...], database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    prefix = f"{PRIVATE}{number}"
    within = tuple(arc + "." for arc in shared if arc.startswith(prefix + "."))
    if not within and not database.companies.shares(number):
        yield from _own_tree_claims(number, [*islice(index.under(prefix), MAX_COUNTED)], database)
        return
    own: list[tuple[str, str]] = []
    others: dict[Arc, tuple[str, str]] = {}
    for oid, value in index.under(prefix):
        if oid.startswith(within):
            continue
        arc = database.companies.arc_of(oid)
        if arc is not None:
            others.setdefault(arc, (oid, value))
        else:
            own.append((oid, value))
        if len(own) == MAX_COUNTED:
            break
    for arc, (oid, value) in others.items():
        seen = Observation(Source.SNMP_OBJECT, oid, clean(value))
        for role, company in ((Role.BRAND, arc.brand), (Role.PLATFORM, arc.platform)):
            if company and (role is Role.PLATFORM or company != arc.platform):
                yield make_claim(database, role, database.party(company), "private-tree-arc", seen, text=oid)
    yield from _own_tree_claims(number, own, database)


def _own_tree_claims(number: int, own: list[tuple[str, str]], database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    if not own:
        return
    first = Observation(Source.SNMP_OBJECT, own[0][0], clean(own[0][1]))
    text = f"{len(own)} objects, first {own[0][0]}"
    reusers = database.companies.reusers_of(number)
    for reuse in reusers:
        party = database.party(reuse.company)
        yield make_claim(database, Role.PLATFORM, party, "private-tree-squatted", first, text=text)
    holder = database.holder(number)
    if holder is not None and not reusers:
        kind = "private-tree" if len(own) > MAX_SMALL else "private-tree-small"
        yield make_claim(database, Role.PLATFORM, holder[0], kind, first, text=text)


def _name_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """The companies that scalars of private trees name: the whole text, or words in it with a legal form. Objects of
    known meaning are read by it; watched companies have rules of their own."""
    seen: set[str] = set()
    scalars = ((rows[0], known) for _, rows, known in columns(index, database) if rows[0][0].startswith(PRIVATE))
    unread = (row for row, known in scalars if known is None and row[0].endswith(".0"))
    for oid, value in islice(unread, MAX_SCALARS):
        for party, words in names_of_text(clean(value), database):
            company = database.companies.get(party.id)
            if company is not None and not company.watched and party.id not in seen | database.weights.never_by_mention:
                seen.add(party.id)
                observation = Observation(Source.SNMP_OBJECT, oid, clean(value))
                yield make_claim(database, Role.MAKER, party, "private-object-name", observation, text=words)


def _identity_object_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    for _, rows, known in columns(index, database):
        if known is not None:
            for oid, value in rows[:MAX_INSTANCES]:
                yield from _object_claims(known, Observation(Source.SNMP_OBJECT, oid, value), database)


def _object_claims(
    known: IdentityObject, observation: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    text = clean(observation.value)
    if known.kind == "manufacturer":
        if known.form == "scalar" and kind_of_scalar(known) is None:  # a modem's maker did not build the box
            yield from _maker_claims(known, text, observation, database)
        return
    if known.kind == "serial" and known.form == "scalar" and kind_of_scalar(known) is not ComponentKind.MODEM:
        yield from serial_claims(database, text, Observation(observation.source, observation.at, text))


def _maker_claims(
    known: IdentityObject, text: str, observation: Observation, database: FingerprintDatabase
) -> Iterator[Claim]:
    """The company that an object names as the maker; for the whole device, also one that the database does not know."""
    own = database.attribute_scores.points("manufacturer", known.symbol) > 0
    party = database.named(text)
    if party is not None:
        role, kind = (Role.BRAND, "identity-object-maker") if own else (Role.MAKER, "identity-object-part")
        yield make_claim(database, role, party, kind, observation, known.symbol, text)
    elif own and _NAME.fullmatch(text) and database.attribute_scores.says_something(text):
        party = database.registered(text)
        yield make_claim(database, Role.BRAND, party, "identity-object-unheard", observation, known.symbol, text)
