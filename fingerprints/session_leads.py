"""What other doors than SNMP prove: a login's banner and commands, addresses and frames seen on the wire, and what the
operator's own lists say."""

from collections.abc import Iterator

from fingerprints.device import Role
from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads import Lead, rule_leads
from fingerprints.mac_leads import mac_of, mac_owner, written
from fingerprints.said import Said, clean
from fingerprints.votes import vote

MAKER_COLUMNS = frozenset(("vendor", "manufacturer", "maker", "make", "brand"))
"""Columns of an inventory that name a maker."""


def session_leads(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    """All that banners, commands, the wire and inventories prove."""
    for observation in said.of(Source.SSH_IDENT):
        yield from rule_leads(knowledge, observation, "ssh-ident-rule", "sys-descr-general")
    for observation in said.of(Source.SSH_HOST_KEY):
        yield from rule_leads(knowledge, observation, "host-key-rule", "sys-descr-general")
    for observation in said.of(Source.SSH_COMMAND):
        yield from rule_leads(knowledge, observation, "command-rule", "command-rule")
    for observation in said.of(Source.LINK_MAC)[:4]:
        mac = mac_of(observation.value)
        owner = mac_owner(mac, knowledge)
        if owner is not None:
            yield vote(knowledge, Role.MAKER, owner, "wire-mac", observation, text=written(mac))
    for source in (Source.LINK_LLDP, Source.LINK_CDP):
        for observation in said.of(source):
            yield from rule_leads(knowledge, observation, "wire-text", "wire-rule")
    yield from _inventory(said, knowledge)


def _inventory(said: Said, knowledge: Knowledge) -> Iterator[Lead]:
    for observation in said.of(Source.INVENTORY):
        if observation.at.lower() in MAKER_COLUMNS:
            party = knowledge.named(clean(observation.value))
            if party is not None:
                yield vote(knowledge, Role.BRAND, party, "inventory", _shown(observation))


def _shown(said: Observation) -> Observation:
    return Observation(said.source, said.at, clean(said.value))
