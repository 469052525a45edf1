"""What other doors than SNMP prove: a login's banner and commands, addresses and frames seen on the wire, what
neighbours repeat of it, and what the operator's own lists say."""

from collections.abc import Iterator

from fingerprints.device import Party, Role
from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.commands import command_leads
from fingerprints.leads.lead import Lead, found_leads, rule_leads
from fingerprints.leads.mac import mac_of, mac_owner, written
from fingerprints.leads.names import names_in
from fingerprints.rules import readable
from fingerprints.said import Said, clean
from fingerprints.votes import Vote, told, vote

INTRODUCTIONS = frozenset(("system_description", "software_version", "platform"))
"""Fields of a frame in which a device says what it is."""

MAKER_COLUMNS = frozenset(("vendor", "manufacturer", "maker", "make", "brand"))
"""Columns of an inventory that name a maker."""

COMMAND_LINE_COLUMN = "platform"
"""The column that names a device's command line, as netmiko and ntc-templates do."""


def session_leads(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    """All that banners, commands, the wire and inventories prove."""
    for observation in said.of(Source.SSH_IDENT):
        yield from rule_leads(knowledge, observation, "ssh-ident-rule", "sys-descr-general")
    for observation in said.of(Source.SSH_HOST_KEY):
        yield from rule_leads(knowledge, observation, "host-key-rule", "sys-descr-general")
    for observation in said.of(Source.SSH_COMMAND):
        yield from rule_leads(knowledge, observation, "command-rule", "command-rule")
    yield from command_leads(said, knowledge)
    for observation in said.of(Source.LINK_MAC)[:4]:
        mac = mac_of(observation.value)
        owner = mac_owner(mac, knowledge)
        if owner is not None:
            yield vote(knowledge, Role.MAKER, owner, "wire-mac", observation, text=written(mac))
    yield from _frames(said, knowledge)
    yield from _hearsay(said, knowledge)
    yield from _inventory(said, knowledge)


def _frames(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    """What a device's own LLDP and CDP frames say of it, heard by us: its description, and where they came from."""
    senders: set[bytes] = set()
    for source in (Source.LINK_LLDP, Source.LINK_CDP):
        for observation in said.of(source):
            _, sender, field = (*observation.at.split("/"), "", "", "")[:3]
            senders.add(mac_of(sender))
            if field in INTRODUCTIONS:
                yield from _introduction(observation, knowledge)
    for mac in sorted(senders):
        owner = mac_owner(mac, knowledge)
        if owner is not None:
            heard = told(Source.LINK_LLDP, "frames", written(mac))
            yield vote(knowledge, Role.MAKER, owner, "wire-mac", heard)


def _introduction(said: Observation, knowledge: Knowledge) -> Iterator[Lead]:
    """A description in a frame is read as the agent's own sysDescr would be, but it came to us by another door."""
    text = readable(said.source, said.value)
    known = [*knowledge.rules.match(Source.SNMP_SYS_DESCR, "", text)]
    for found in known:
        yield from found_leads(knowledge, found, said, "wire-text", "wire-rule")
    for party, words, place in names_in(text, knowledge):
        if place == 0 and not known:
            yield vote(knowledge, Role.BRAND, party, "wire-text", said, text=words)


def _hearsay(said: Said, knowledge: Knowledge) -> Iterator[Vote]:
    """What neighbours repeat of it: the same kind of vote whatever the words, so that many tellers say it once."""
    heard: set[tuple[str, str]] = set()
    for source in (Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP):
        for observation in said.of(source):
            field = observation.at.rpartition("/")[2]
            if (field, observation.value) in heard:
                continue
            heard.add((field, observation.value))
            if field == "chassis_id":
                owner = mac_owner(mac_of(observation.value), knowledge)
                if owner is not None:
                    yield vote(knowledge, Role.MAKER, owner, "neighbour-mac", observation)
            else:
                alike = told(source, field, observation.value)  # whoever tells it
                for party, words in knowledge.reading(_described, alike):
                    yield vote(knowledge, Role.BRAND, party, "neighbour-text", observation, text=words)


def _described(said: Observation, knowledge: Knowledge) -> Iterator[tuple[Party, str]]:
    """Whom a repeated description names: by the rules for sysDescr, else by the name that it opens with. A CDP platform
    opens with a name in small letters."""
    text = readable(said.source, said.value)
    claims = [
        (found, claim)
        for found in knowledge.rules.match(Source.SNMP_SYS_DESCR, "", text)
        for claim in found.rule.claims
    ]
    yield from ((knowledge.party(company), found.words) for found, (role, company) in claims if role is Role.BRAND)
    if not claims and said.at == "platform":
        first = text.partition(" ")[0]
        party = knowledge.named(first)
        yield from ((one, first) for one in (party,) if one is not None)
    elif not claims:
        yield from ((party, words) for party, words, place in names_in(text, knowledge) if place == 0)


def _inventory(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    for observation in said.of(Source.INVENTORY):
        if observation.at.lower() in MAKER_COLUMNS:
            party = knowledge.named(clean(observation.value))
            if party is not None:
                yield vote(knowledge, Role.BRAND, party, "inventory", _shown(observation))
        elif observation.at.lower() == COMMAND_LINE_COLUMN:
            line = knowledge.command_lines.by_name.get(clean(observation.value))
            if line is not None and line.company is not None:
                yield vote(knowledge, line.role, knowledge.party(line.company), "inventory", _shown(observation))


def _shown(said: Observation) -> Observation:
    return Observation(said.source, said.at, clean(said.value))
