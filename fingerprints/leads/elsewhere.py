"""Model and version where a device introduces itself a second time: to its neighbours, and in its ports' names."""

import re
from collections.abc import Iterator
from itertools import islice

from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.leads.description import guesses, model_guesses
from fingerprints.leads.lead import trait
from fingerprints.said import Said, clean
from fingerprints.traits import Trait

LLDP_SYSTEM_DESCRIPTION = "1.0.8802.1.1.2.1.3.4.0"
"""lldpLocSysDesc (IEEE 802.1AB): what neighbours are told."""

MOST_PORTS = 4
"""Ports whose descriptions are looked at: all of a device say the same."""

_TELLS_FIRMWARE = re.compile(r"(?i)\b(?:firmware|software|fw|sw)\b")


def second_introductions(said: Said, knowledge: Knowledge) -> Iterator[Trait]:
    """What the second introductions suggest; less sure than the first, sysDescr."""
    first = said.first(Source.SNMP_SYS_DESCR)
    for told in said.of(Source.SNMP_LLDP_LOCAL):
        if told.at == LLDP_SYSTEM_DESCRIPTION and (first is None or clean(told.value) != clean(first.value)):
            yield from _introduced(told, knowledge)
    for port in islice(said.of(Source.SNMP_IF_DESCR), MOST_PORTS):
        text = clean(port.value)
        if _TELLS_FIRMWARE.search(text) is not None:
            for guess in guesses(text):
                if guess.name == "version":
                    yield from trait(knowledge, "version", guess.text, "port-descr", port, guess.points)


def _introduced(told: Observation, knowledge: Knowledge) -> Iterator[Trait]:
    text = clean(told.value)
    for guess in (*guesses(text), *model_guesses(text, knowledge)):
        yield from trait(knowledge, guess.name, guess.text, "lldp-descr", told, guess.points)
