"""The maker where a command line introduces its device, whatever the command is called: the name that a line or a
telling field opens with, the holder of a copyright notice, the field that names the maker, and the device's
description, which is read like a sysDescr.

Texts that people write (names, locations, contacts, logs, descriptions of ports), texts about other devices, and lines
about processors, memory or boot loaders name no maker of the box.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from fingerprints.claims.claim import Claim, claims_of_match, make_claim
from fingerprints.claims.company_names_in_text import copyright_holders, joined_name, names_in
from fingerprints.claims.description_text import guesses, model_guesses
from fingerprints.claims.extracted_item import ExtractedItem, attribute_items, items_of_match, items_of_rules
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import readable
from fingerprints.model.device import AttributeName, Party, Role
from fingerprints.model.evidence import Observation, Source, text_of
from fingerprints.model.observation_index import MAX_OUTPUT, ObservationIndex, clean
from fingerprints.model.transcript import render_output
from fingerprints.sources.cli.labels import (
    DESCRIPTION,
    MAKER,
    MODEM_FIELD,
    NO_PART,
    attribute_of,
    box_of,
    concerns_other_devices,
    is_about_traffic,
    is_identity_command,
    kind_of,
    value_of,
)
from fingerprints.sources.cli.layout import OutputSection, lines_of, sections_in
from fingerprints.sources.cli.makers import product_line_claims, registered_claims, serial_scheme_claims
from fingerprints.sources.cli.part_commands import is_optics_command
from fingerprints.sources.cli.parts.command_part import part_kind

MAX_FRONT = 600
"""Characters at the start of an output in which the system names itself."""

MIN_GUESS = -3
"""Points of a guess below which the words before it say that it is of code below the software."""

MAX_OPENING_LINES = 12
"""Lines at the start of an output, and at the end of a greeting, that may open with the maker's name."""

MAX_GREETING = 4000
MAX_DESCRIPTIONS = 4
"""Characters of a greeting, and descriptions of one output, that are read."""

_INTRODUCTION = re.compile(
    r"(?i)^(?:show|display|get|sh|dis|disp)? ?(?:ver\w{0,5}|sysinfo|system(?: info\w*| status)?)\b"
)
_SPEAKS_OF_SYSTEM = re.compile(
    r"(?i)(?:\b|-)(?:ver\w{0,5}|sys\w{0,8}|system\S{0,16}|about|info\w{0,8}|status|hardware|machine\w{0,6}|product\S{0,12}|asset)\b"
)
"""Words of commands whose output opens with the system's name."""

_OF_PARTS = re.compile(r"(?i)\b(?:power\S{0,10}|psu|fan\w{0,4}|module|card|slot|disk|storage)\b")
"""Words of commands that print the labels of parts."""

_FIELD = re.compile(
    r"^[ \t|*#%-]{0,16}(?P<label>[A-Za-z][\w .()/-]{0,48}?)[ \t]{0,40}"
    r"(?:[:=]|\.{3,60}:?)[ \t|]{0,60}(?P<text>\S.{0,200})$"
)
_SYSTEM_LABEL = re.compile(
    r"(?i)^(?:(?:system|device|product|platform|hardware|chassis|machine|software|os|image|firmware)"
    r"(?:[ _-](?:type|name|model|description|full name|family|release|version|image))?"
    r"|hwsku|version|model|description|operating system|distribution)$"
)
"""Labels whose text opens with the maker's name, where a device prints it: `Model: Acme 4800`."""

_GENERIC = re.compile(
    r"(?i)^(?:welcome to|this is|the|product|system|software|firmware|version|name|model|platform|operating|os|hardware"
    r"|description|running|release|device|an?)$"
)
"""Words before a maker's name that make it no other's."""

_PART_LINE = re.compile(
    r"(?i)\b(?:processor|cpu|chip\w{0,4}|soc|flash|memory|s?dram|ram|disk|bios|boot\w{0,8}|loader|rom|licen[cs]e\w?|kernel"
    r"|compiled|built|based on|openssl|trademarks?)\b"
)
"""Words of lines about parts of the hardware or of the software, which have makers of their own."""

_BY = re.compile(r"\b[Bb]y (?P<name>[A-Z][\w&.-]{1,30}(?: [A-Z][\w&.-]{1,30}){0,3})\W{0,3}$")
"""The maker at the end of a description: `Routing Switch (X1) By Acme Networks`."""

_BY_WHOM = re.compile(r"\((?P<model>(?=[\w/+-]{0,30}\d)[A-Z][\w/+-]{2,40})\) [Bb]y [A-Z]")
"""The model in front of it."""


def maker_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """Claims for the makers that the command line tells, and what descriptions tell besides."""
    for greeting in islice(index.of(Source.SSH_GREETING), 2):
        yield from _greeting_items(greeting, database)
    for prompt in islice(index.of(Source.SSH_PROMPT), 2):
        yield from items_of_rules(database, prompt, "login-prompt", "sys-descr-general")
    for output in index.of(Source.SSH_COMMAND):
        if not (concerns_other_devices(output.at) or is_optics_command(output.at)):
            lines = lines_of(output)
            yield from _field_items(sections_in(lines), output, database)
            yield from registered_claims(lines, output, database)
            yield from _opening_items(lines, output, database)


def _greeting_items(greeting: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What a greeting tells: rules, the copyright notice, and lines that read as a sysDescr. Operators write greetings
    too, so a name alone counts for nothing, and the rest for less than in a command's output."""
    yield from items_of_rules(database, greeting, "login-greeting", "sys-descr-general")
    text = render_output(text_of(greeting.value[:MAX_OUTPUT]))[-MAX_GREETING:]
    for party, words in copyright_holders(" ".join(text.split())[:1000], database):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, "login-greeting", greeting, "copyright", words)
    for line in [line.strip() for line in text.split("\n") if line.strip()][-MAX_OPENING_LINES:]:
        for match in database.rules.match(Source.SNMP_SYS_DESCR, "", clean(line)):
            for claim in claims_of_match(database, match, "login-greeting", greeting):
                yield _at_most(claim, database.weights.classes["login-greeting"][1])


def _at_most(claim: Claim, weight: float) -> Claim:
    return replace(claim, record=replace(claim.record, weight=min(claim.record.weight, weight)))


def _field_items(
    sections: Sequence[OutputSection], output: Observation, database: FingerprintDatabase
) -> Iterator[ExtractedItem]:
    """The maker in fields of the device's own section: named, where the output is about the device, or by description
    or product line. The label of a part names the part's maker, and an entity of an inventory that is a part is one."""
    box = box_of(sections, database)
    descriptions = 0
    for section in sections:
        if section is not box and section is not sections[0] and descriptions >= MAX_DESCRIPTIONS:
            continue
        is_part = section is not box and (kind_of(section.title) or NO_PART.search(section.title)) is not None
        own = not is_part and (section is box or section is sections[0])
        if own:
            yield from serial_scheme_claims(section, output, database)
        for label, text in section.fields:
            if section is not box and section.is_record and part_kind(section.title, "") is not None:
                continue
            if DESCRIPTION.match(label) and (section is sections[0] or section is box or _is_about_system(section)):
                descriptions += 1
                items = description_items(text, output, database)
                yield from (item for item in items if not section.is_record or isinstance(item, Claim))
            elif own and MAKER.match(label) and _is_about_box(section, output):
                yield from maker_claims(text, output, database)
            elif own and attribute_of(label) is AttributeName.MODEL:
                yield from product_line_claims(value_of(text), output, database)


def _is_about_box(section: OutputSection, output: Observation) -> bool:
    """True if a section is about the device: by its command, or because a model, version or serial number stands in it
    and the command is about nothing else."""
    if is_identity_command(output.at):
        return True
    return not is_about_traffic(output.at) and any(attribute_of(label) is not None for label, _ in section.fields)


def _is_about_system(section: OutputSection) -> bool:
    return section.title.lower().split(" ")[0] in ("system", "general")


def _opening_items(lines: Sequence[str], output: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The company that one of the first lines or telling fields opens with, the holder of the copyright notice, and the
    product lines that they tell. Nothing if a rule proves the company behind the output."""
    if _is_proven(output, database):
        return
    front = "\n".join(line for line in lines if MODEM_FIELD.match(line) is None)[:MAX_FRONT]
    if _INTRODUCTION.search(output.at):
        for guess in (guess for guess in guesses(clean(front)) if guess.points >= MIN_GUESS):
            yield from attribute_items(database, guess.name, guess.text, "command-general", output, guess.points - 5)
    if not _SPEAKS_OF_SYSTEM.search(output.at):
        return
    for party, words in copyright_holders(front, database):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, "command-copyright", output, text=words)
    for text in _telling_texts(lines):
        yield from _name_claims(text, "command-name", output, database)
        for match in database.rules.match(Source.SNMP_SYS_DESCR, "", clean(text)):
            yield from claims_of_match(database, match, "command-name", output)


def _telling_texts(lines: Sequence[str]) -> Iterator[str]:
    """The texts at the start of an output that may open with the maker's name: lines without a label, and fields whose
    label is about the system. A line about a processor, a boot loader or another part tells nothing of the box."""
    for line in islice((line.strip() for line in lines if line.strip()), MAX_OPENING_LINES):
        field = _FIELD.match(line)
        if field is None:
            if not _PART_LINE.search(line):
                yield line.strip(" *#|-=!")
        elif _SYSTEM_LABEL.match(field["label"]) and not _PART_LINE.search(line):
            yield field["text"].strip(" \"'|,")


def _name_claims(text: str, kind: str, output: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The company that a text opens with, by itself or joined to a model, or that its end names behind `by`."""
    for party, words in (*_opening_names(text, database), *_last_names(text, database)):
        if party.id not in database.weights.never_by_mention:
            yield make_claim(database, Role.BRAND, party, kind, output, text=words)


def _opening_names(text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """The company at the start of a text, behind words that every maker writes."""
    words = text.split(" ")
    while len(words) > 1 and _GENERIC.match(words[0]):
        words = words[1:]
    opening = " ".join(words)
    named = next(names_in(opening, database), None)
    if named is not None and named[2] == 0:
        yield named[0], named[1]
        return
    joined = joined_name(opening, database)
    if joined is not None:
        yield joined


def _last_names(text: str, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    named = _BY.search(text[:400])
    party = database.named(named["name"]) if named is not None else None
    if named is not None and party is not None:
        yield party, named["name"]


def description_items(text: str, output: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The items in a device's description, which is read like a sysDescr."""
    for match in database.rules.match(Source.SNMP_SYS_DESCR, "", text):
        yield from items_of_match(database, match, output, "command-name", "command-general")
    yield from _name_claims(text, "command-name", output, database)
    for bracketed in islice(_BY_WHOM.finditer(text[:400]), 1):
        yield from attribute_items(database, AttributeName.MODEL, bracketed["model"], "command-general", output, 2)
    for guess in (*guesses(text), *model_guesses(text, database)):
        yield from attribute_items(database, guess.name, guess.text, "command-general", output, guess.points - 3)


def maker_claims(text: str, output: Observation, database: FingerprintDatabase) -> Iterator[Claim]:
    """The company that a field names as the maker. In the output of a command about parts it is a part's."""
    party = database.named(text.strip(" ."))
    if party is not None and party.id not in database.weights.never_by_mention:
        kind = "entity-part-makers" if _OF_PARTS.search(output.at) else "maker-named"
        yield make_claim(database, Role.MAKER, party, kind, output, text=text)


def _is_proven(output: Observation, database: FingerprintDatabase) -> bool:
    """True if a rule proves the company behind this output: its introduction then adds nothing. A product line alone
    does not prove it."""
    text = readable(output.source, output.value)
    return any(
        match.rule.claims and match.rule.weight is None
        for match in database.rules.match(output.source, output.at, text)
    )
