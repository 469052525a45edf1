"""Distinguishing marks: what a box has one of. Two subjects that differ in a mark are two boxes, or a chassis and its
logical systems."""

from collections.abc import Iterable

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import enterprise_of
from fingerprints.matching.match_keys import certified_serials, chassis_macs, is_key
from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import format_mac, is_factory_mac
from fingerprints.model.merging import ApartBy, MatchedBy
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.engine_id import unique_engine_ids
from fingerprints.sources.entity_mib import boxes_of, entity_rows

MARKS = (
    ApartBy.ENTERPRISE,
    ApartBy.PRODUCT,
    ApartBy.MODEL,
    ApartBy.SERIAL,
    ApartBy.NAME,
    ApartBy.HOST_KEY,
    ApartBy.BOOTS,
    ApartBy.PORTS,
    ApartBy.ENGINE_ID,
    ApartBy.CHASSIS_MAC,
)
"""All marks, in the order in which two boxes are compared: the first in which they differ is the one that is told."""


def marks_of(index: ObservationIndex, database: FingerprintDatabase) -> dict[ApartBy, frozenset[str]]:
    """The marks of a box, but for PORTS. A host key is one of its type and port: several services may each have their
    own."""
    scores = database.attribute_scores
    keys = (f"{observation.at} {clean(observation.value)}" for observation in index.of(Source.SSH_HOST_KEY))
    serials = (serial for serial in certified_serials(index) if is_key((MatchedBy.SERIAL, serial), scores))
    models = (row.model.casefold() for row in boxes_of(entity_rows(index)) if not scores.is_placeholder(row.model))
    return {
        ApartBy.ENTERPRISE: _only(enterprise_text(index, database)),
        ApartBy.PRODUCT: _only(product_of(index).strip(".")),
        ApartBy.MODEL: frozenset(models),
        ApartBy.SERIAL: frozenset(serials),
        ApartBy.NAME: _only(name_of(index)),
        ApartBy.HOST_KEY: frozenset(keys),
        ApartBy.BOOTS: _only(_first(index, Source.SNMP_ENGINE_BOOTS)),
        ApartBy.ENGINE_ID: frozenset(unique_engine_ids(index)),
        ApartBy.CHASSIS_MAC: frozenset(mac for mac in chassis_macs(index) if not scores.is_placeholder(mac)),
    }


def port_mark(macs: Iterable[bytes], scores: AttributeScores) -> frozenset[str]:
    """The mark that the MAC addresses of a box's interfaces are."""
    ports = (format_mac(mac) for mac in macs if is_factory_mac(mac))
    return frozenset(port for port in ports if not scores.is_placeholder(port))


def marks_differ(mark: ApartBy, first: frozenset[str], second: frozenset[str]) -> bool:
    """True if the values of a mark show two boxes: both have some, and share none. Host keys are compared by type and
    port."""
    if mark is not ApartBy.HOST_KEY:
        return bool(first) and bool(second) and first.isdisjoint(second)
    kinds = {text.rpartition(" ")[0] for text in first} & {text.rpartition(" ")[0] for text in second}
    return bool(kinds) and first.isdisjoint(second)


def enterprise_text(index: ObservationIndex, database: FingerprintDatabase) -> str:
    """The enterprise number in sysObjectID; empty if it is unknown or generic (net-snmp's runs on anybody's box)."""
    number = enterprise_of(product_of(index))
    return "" if number is None or number in database.companies.generic_enterprises else str(number)


def product_of(index: ObservationIndex) -> str:
    """The sysObjectID; empty if it is unknown."""
    return _first(index, Source.SNMP_SYS_OBJECT_ID)


def name_of(index: ObservationIndex) -> str:
    """The sysName in lower case; empty if it is unknown."""
    return _first(index, Source.SNMP_SYS_NAME).lower()


def own_name_of(index: ObservationIndex, database: FingerprintDatabase) -> str:
    """The sysName in lower case if it can be one box's own; empty if it is a default, or a word of sysDescr: a model's
    name. The sysDescr of a general operating system quotes the host name (uname), and is not looked at."""
    name = name_of(index)
    if not name or database.attribute_scores.is_default_name(name):
        return ""
    is_quoted = bool(enterprise_text(index, database)) and name in _first(index, Source.SNMP_SYS_DESCR).lower()
    return "" if is_quoted else name


def uptime_of(index: ObservationIndex) -> int | None:
    """Hundredths of a second since the agent started (sysUpTime); None where that is unknown."""
    text = _first(index, Source.SNMP_SYS_UP_TIME)
    return int(text) if text.isdecimal() and len(text) < 11 else None


def _first(index: ObservationIndex, source: Source) -> str:
    observation = index.first(source)
    return clean(observation.value) if observation is not None else ""


def _only(text: str) -> frozenset[str]:
    return frozenset((text,)) if text else frozenset()
