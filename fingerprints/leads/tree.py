"""What the objects outside the standard MIBs prove: whose private trees an agent serves, and what stands in them."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from fingerprints.company import Arc
from fingerprints.device import Role
from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.lead import Lead, found_leads, serial_votes
from fingerprints.leads.objects import columns
from fingerprints.products import IdentityObject
from fingerprints.rules import Rule, readable
from fingerprints.said import PRIVATE, Said, clean
from fingerprints.votes import Vote, vote

MOST_COUNTED = 12
"""Objects of a private tree after which counting stops: it is well served."""

SMALL = 3
MOST_INSTANCES = 4
"""Instances of one column that are read as the device's own: the first rows are its chassis and controllers."""

_NAME = re.compile(r"[A-Z][A-Za-z&.,'-]{2,30}(?: [A-Za-z&.,'()-]{1,30}){0,5}")
"""A text that looks like a company's name."""


def tree_leads(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    """All that private trees and identity objects prove."""
    enterprises = said.enterprises()
    rules = knowledge.rules.of_objects(enterprises)
    yield from _ruled(said, rules, knowledge)
    shared = tuple(rule.at for rule in rules if rule.says_nobodys)
    for number in enterprises:
        yield from _tree(said, number, shared, knowledge)
    yield from _identity_objects(said, knowledge)


def _ruled(said: Said, rules: Sequence[Rule], knowledge: Knowledge) -> Iterator[Lead]:
    for rule in rules:
        for oid, value in said.under(rule.at) if rule.component is None else ():
            found = rule.read(readable(Source.SNMP_OBJECT, value))
            if found is not None:
                observation = Observation(Source.SNMP_OBJECT, oid, clean(value))
                yield from found_leads(knowledge, found, observation, "private-tree-rule", "private-tree-rule")
                break


def _tree(said: Said, number: int, shared: tuple[str, ...], knowledge: Knowledge) -> Iterator[Lead]:
    prefix = f"{PRIVATE}{number}"
    within = tuple(arc + "." for arc in shared if arc.startswith(prefix + "."))
    if not within and not knowledge.companies.shares(number):
        yield from _own_tree(number, [*islice(said.under(prefix), MOST_COUNTED)], knowledge)
        return
    own: list[tuple[str, str]] = []
    others: dict[Arc, tuple[str, str]] = {}
    for oid, value in said.under(prefix):
        if oid.startswith(within):
            continue
        arc = knowledge.companies.arc_of(oid)
        if arc is not None:
            others.setdefault(arc, (oid, value))
        else:
            own.append((oid, value))
        if len(own) == MOST_COUNTED:
            break
    for arc, (oid, value) in others.items():
        if arc.platform:
            seen = Observation(Source.SNMP_OBJECT, oid, clean(value))
            yield vote(knowledge, Role.PLATFORM, knowledge.party(arc.platform), "private-tree-arc", seen, text=oid)
    yield from _own_tree(number, own, knowledge)


def _own_tree(number: int, own: list[tuple[str, str]], knowledge: Knowledge) -> Iterator[Lead]:
    if not own:
        return
    first = Observation(Source.SNMP_OBJECT, own[0][0], clean(own[0][1]))
    told = f"{len(own)} objects, first {own[0][0]}"
    squatters = knowledge.companies.squatters_of(number)
    for squat in squatters:
        party = knowledge.party(squat.company)
        yield vote(knowledge, Role.PLATFORM, party, "private-tree-squatted", first, text=told)
    held = knowledge.holder(number)
    if held is not None and not squatters:
        kind = "private-tree" if len(own) > SMALL else "private-tree-small"
        yield vote(knowledge, Role.PLATFORM, held[0], kind, first, text=told)


def _identity_objects(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    for _, rows, known in columns(said, knowledge):
        if known is not None:
            for oid, value in rows[:MOST_INSTANCES]:
                yield from _object_leads(known, Observation(Source.SNMP_OBJECT, oid, value), knowledge)


def _object_leads(known: IdentityObject, said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    text = clean(said.value)
    if known.kind == "manufacturer":
        if known.form == "scalar":
            yield from _maker_told(known, text, said, knowledge)
        return
    if known.kind == "serial" and known.form == "scalar":
        yield from serial_votes(knowledge, text, Observation(said.source, said.at, text))


def _maker_told(known: IdentityObject, text: str, said: Observation, knowledge: Knowledge) -> Iterator[Vote]:
    """Who an object names as the maker; of the whole device also a company that nobody has told us of."""
    own = knowledge.symbols.points("manufacturer", known.symbol) > 0
    party = knowledge.named(text)
    if party is not None:
        role, kind = (Role.BRAND, "identity-object-maker") if own else (Role.MAKER, "identity-object-part")
        yield vote(knowledge, role, party, kind, said, known.symbol, text)
    elif own and _NAME.fullmatch(text) and knowledge.symbols.says_something(text):
        party = knowledge.registered(text)
        yield vote(knowledge, Role.BRAND, party, "identity-object-unheard", said, known.symbol, text)
