"""SNMP-FRAMEWORK-MIB: the engine ID in all forms that agents give it, and what it proves.

RFC 3411 section 5; RFC 1910 for the older twelve octets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from itertools import pairwise

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source, octets_of
from fingerprints.model.mac_address import is_factory_mac
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

ENGINE_ID = MibObject("1.3.6.1.6.3.10.2.1.1.0", Source.SNMP_ENGINE_ID, ScanStep.SCALAR)
ENGINE_BOOTS = MibObject("1.3.6.1.6.3.10.2.1.2.0", Source.SNMP_ENGINE_BOOTS, ScanStep.SCALAR)

MODULE = SourceModule(
    "engine_id",
    (ENGINE_ID, ENGINE_BOOTS),
    match_sources=frozenset((Source.SNMP_ENGINE_ID, Source.SNMP_ENGINE_BOOTS)),
)

MIN_OCTETS = 5
MAX_OCTETS = 32
_LEGACY_OCTETS = 12
_TOP_BIT = 0x80


class EngineForm(StrEnum):
    """How to read the octets after the enterprise number (SnmpEngineID, octet five)."""

    LEGACY = "legacy"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    MAC = "mac"
    TEXT = "text"
    OCTETS = "octets"
    ENTERPRISE = "enterprise"
    RESERVED = "reserved"


_FORMS = {1: EngineForm.IPV4, 2: EngineForm.IPV6, 3: EngineForm.MAC, 4: EngineForm.TEXT, 5: EngineForm.OCTETS}
_LENGTHS = {EngineForm.IPV4: 4, EngineForm.IPV6: 16}


@dataclass(frozen=True, slots=True)
class EngineId:
    """An engine ID in its parts: `enterprise` is the number of the company that wrote the agent, `mac` the MAC address
    in it (6 octets, or None), `unique` True if it can tell devices apart."""

    octets: bytes
    enterprise: int
    form: EngineForm
    mac: bytes | None
    unique: bool


def engine_id_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """Whose agent it is, and the maker of the MAC address in it."""
    for observation in index.of(Source.SNMP_ENGINE_ID)[:1]:
        engine = read_engine_id(octets_of(observation.value))
        if engine is None:
            continue
        shown = Observation(observation.source, observation.at, engine.octets.hex())
        holder = database.holder(engine.enterprise)
        if holder is not None:
            yield make_claim(database, Role.PLATFORM, holder[0], "engine-id-enterprise", shown)
        if engine.mac is not None and engine.form in (EngineForm.MAC, EngineForm.ENTERPRISE):
            owner = mac_owner(engine.mac, database)
            if owner is not None:
                yield make_claim(database, Role.MAKER, owner, "engine-id-mac", shown)


def unique_engine_ids(index: ObservationIndex) -> Iterator[str]:
    """Match keys: the engine IDs that only one device can have, in hexadecimal."""
    for observation in index.of(Source.SNMP_ENGINE_ID):
        engine = read_engine_id(octets_of(observation.value))
        if engine is not None and engine.unique:
            yield engine.octets.hex()


def read_engine_id(octets: bytes) -> EngineId | None:
    """The parts of an engine ID. None if it breaks RFC 3411 so far that its enterprise number means nothing: a length
    outside 5 to 32, or plain text without a header."""
    if not MIN_OCTETS <= len(octets) <= MAX_OCTETS or _is_plain_text(octets):
        return None
    enterprise = int.from_bytes(octets[:4], "big") & 0x7FFFFFFF
    if enterprise == 0:
        return None
    if not octets[0] & _TOP_BIT:
        if len(octets) != _LEGACY_OCTETS:
            return None
        return EngineId(octets, enterprise, EngineForm.LEGACY, None, _varies(octets[4:]))
    form = _FORMS.get(octets[4], EngineForm.ENTERPRISE if octets[4] & _TOP_BIT else EngineForm.RESERVED)
    rest = octets[5:]
    mac = _mac_of(form, rest)
    return EngineId(octets, enterprise, form, mac, _is_unique(form, rest, mac))


def _mac_of(form: EngineForm, rest: bytes) -> bytes | None:
    if form is EngineForm.MAC:
        if len(rest) == 7 and rest[0] == 0:  # some agents pad: their octet string starts with a type octet
            rest = rest[1:]
        return rest[:6] if len(rest) >= 6 else None
    if form is EngineForm.ENTERPRISE and len(rest) == 10 and rest[6:] == b"\0\0\0\1":  # a MAC, then an instance
        return rest[:6]
    return None


def _is_unique(form: EngineForm, rest: bytes, mac: bytes | None) -> bool:
    if mac is not None:
        return is_factory_mac(mac)
    if form in _LENGTHS:
        if len(rest) < _LENGTHS[form]:
            return False
        return ip_address(rest[: _LENGTHS[form]]).is_global
    is_word = form is EngineForm.TEXT and rest.isalpha()
    return len(rest) >= 4 and _varies(rest) and not is_word


def _varies(rest: bytes) -> bool:
    """True if the octets differ enough to have been made for one device; 127.0.0.1 in front does not count, and a count
    (00 01 02 03 ...) is nobody's."""
    tail = rest[4:] if rest[:4] == b"\x7f\0\0\1" else rest
    counts = all(after - before == 1 for before, after in pairwise(tail))
    return len(set(tail)) > 2 and not counts


def _is_plain_text(octets: bytes) -> bool:
    return all(0x20 <= octet < 0x7F for octet in octets)
