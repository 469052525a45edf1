"""Model and version where a device introduces itself a second time: to its neighbours, and in its ports' names."""

import re
from collections.abc import Iterator
from itertools import islice

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.description_text import guesses, model_guesses
from fingerprints.claims.extracted_item import attribute_items
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean

LLDP_SYSTEM_DESCRIPTION = "1.0.8802.1.1.2.1.3.4.0"
"""lldpLocSysDesc (IEEE 802.1AB): what neighbours are told."""

MAX_PORTS = 4
"""Ports whose descriptions are looked at: all of a device say the same."""

_TELLS_FIRMWARE = re.compile(r"(?i)\b(?:firmware|software|fw|sw)\b")


def second_description_items(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """What the second introductions suggest; less sure than the first, sysDescr."""
    first = said.first(Source.SNMP_SYS_DESCR)
    for told in said.of(Source.SNMP_LLDP_LOCAL):
        if told.at == LLDP_SYSTEM_DESCRIPTION and (first is None or clean(told.value) != clean(first.value)):
            yield from _introduced(told, database)
    for port in islice(said.of(Source.SNMP_IF_DESCR), MAX_PORTS):
        text = clean(port.value)
        if _TELLS_FIRMWARE.search(text) is not None:
            for guess in guesses(text):
                if guess.name == "version":
                    yield from attribute_items(database, "version", guess.text, "port-descr", port, guess.points)


def _introduced(told: Observation, database: FingerprintDatabase) -> Iterator[Attribute]:
    text = clean(told.value)
    for guess in (*guesses(text), *model_guesses(text, database)):
        yield from attribute_items(database, guess.name, guess.text, "lldp-descr", told, guess.points)
