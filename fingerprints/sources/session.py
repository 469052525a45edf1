"""What other doors than SNMP prove: a login's banner and commands, addresses and frames seen on the wire, what
neighbours repeat of it, and what the operator's own lists say."""

from collections.abc import Iterator

from fingerprints.claims.claim import Claim, combined_observation, make_claim
from fingerprints.claims.company_names_in_text import names_in
from fingerprints.claims.extracted_item import ExtractedItem, items_of_match, items_of_rules
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.rules import readable
from fingerprints.model.device import Party, Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.cli.commands import command_items
from fingerprints.sources.if_mib import mac_of, mac_owner, mac_text

INTRODUCTIONS = frozenset(("system_description", "software_version", "platform"))
"""Fields of a frame in which a device says what it is."""

MAKER_COLUMNS = frozenset(("vendor", "manufacturer", "maker", "make", "brand"))
"""Columns of an inventory that name a maker."""

COMMAND_LINE_COLUMN = "platform"
"""The column that names a device's command line, as netmiko and ntc-templates do."""


def session_items(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """All that banners, commands, the wire and inventories prove."""
    for observation in said.of(Source.SSH_IDENT):
        yield from items_of_rules(database, observation, "ssh-ident-rule", "sys-descr-general")
    for observation in said.of(Source.SSH_HOST_KEY):
        yield from items_of_rules(database, observation, "host-key-rule", "sys-descr-general")
    for observation in said.of(Source.SSH_COMMAND):
        yield from items_of_rules(database, observation, "command-rule", "command-rule")
    yield from command_items(said, database)
    for observation in said.of(Source.LINK_MAC)[:4]:
        mac = mac_of(observation.value)
        owner = mac_owner(mac, database)
        if owner is not None:
            yield make_claim(database, Role.MAKER, owner, "wire-mac", observation, text=mac_text(mac))
    yield from _frames(said, database)
    yield from _hearsay(said, database)
    yield from _inventory(said, database)


def _frames(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """What a device's own LLDP and CDP frames say of it, heard by us: its description, and where they came from."""
    senders: set[bytes] = set()
    for source in (Source.LINK_LLDP, Source.LINK_CDP):
        for observation in said.of(source):
            _, sender, field = (*observation.at.split("/"), "", "", "")[:3]
            senders.add(mac_of(sender))
            if field in INTRODUCTIONS:
                yield from _introduction(observation, database)
    for mac in sorted(senders):
        owner = mac_owner(mac, database)
        if owner is not None:
            heard = combined_observation(Source.LINK_LLDP, "frames", mac_text(mac))
            yield make_claim(database, Role.MAKER, owner, "wire-mac", heard)


def _introduction(said: Observation, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """A description in a frame is read as the agent's own sysDescr would be, but it came to us by another door."""
    text = readable(said.source, said.value)
    known = [*database.rules.match(Source.SNMP_SYS_DESCR, "", text)]
    for found in known:
        yield from items_of_match(database, found, said, "wire-text", "wire-rule")
    for party, words, place in names_in(text, database):
        if place == 0 and not known:
            yield make_claim(database, Role.BRAND, party, "wire-text", said, text=words)


def _hearsay(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """What neighbours repeat of it: the same kind of vote whatever the words, so that many tellers say it once."""
    heard: set[tuple[str, str]] = set()
    for source in (Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP):
        for observation in said.of(source):
            field = observation.at.rpartition("/")[2]
            if (field, observation.value) in heard:
                continue
            heard.add((field, observation.value))
            if field == "chassis_id":
                owner = mac_owner(mac_of(observation.value), database)
                if owner is not None:
                    yield make_claim(database, Role.MAKER, owner, "neighbour-mac", observation)
            else:
                alike = combined_observation(source, field, observation.value)  # whoever tells it
                for party, words in database.reading(_described, alike):
                    yield make_claim(database, Role.BRAND, party, "neighbour-text", observation, text=words)


def _described(said: Observation, database: FingerprintDatabase) -> Iterator[tuple[Party, str]]:
    """Whom a repeated description names: by the rules for sysDescr, else by the name that it opens with. A CDP platform
    opens with a name in small letters."""
    text = readable(said.source, said.value)
    claims = [
        (found, claim) for found in database.rules.match(Source.SNMP_SYS_DESCR, "", text) for claim in found.rule.claims
    ]
    yield from ((database.party(company), found.words) for found, (role, company) in claims if role is Role.BRAND)
    if not claims and said.at == "platform":
        first = text.partition(" ")[0]
        party = database.named(first)
        yield from ((one, first) for one in (party,) if one is not None)
    elif not claims:
        yield from ((party, words) for party, words, place in names_in(text, database) if place == 0)


def _inventory(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    for observation in said.of(Source.INVENTORY):
        if observation.at.lower() in MAKER_COLUMNS:
            party = database.named(clean(observation.value))
            if party is not None:
                yield make_claim(database, Role.BRAND, party, "inventory", _shown(observation))
        elif observation.at.lower() == COMMAND_LINE_COLUMN:
            line = database.command_line_platforms.by_name.get(clean(observation.value))
            if line is not None and line.company is not None:
                yield make_claim(database, line.role, database.party(line.company), "inventory", _shown(observation))


def _shown(said: Observation) -> Observation:
    return Observation(said.source, said.at, clean(said.value))
