"""All source modules: what a scan asks for and when, which source an OID belongs to, and all that the modules read.

Every table here is literal. To add a MIB or a protocol, write its module and add it to the tables.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from fingerprints.claims.extracted_item import ExtractedItem
from fingerprints.claims.opening_names import opening_name_claims
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.neighbour import Neighbour
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule
from fingerprints.sources import (
    announced_neighbours,
    bridge_mib,
    cdp,
    engine_id,
    entity_mib,
    host_resources,
    if_mib,
    inventory,
    ip_mib,
    lldp,
    login_services,
    net_snmp_extend,
    power_ethernet,
    printer_mib,
    routing,
    snmp_system,
    web,
    wire,
)
from fingerprints.sources.cli.commands import command_items
from fingerprints.sources.cli.introduction import maker_items
from fingerprints.sources.private_mib import objects as private_objects
from fingerprints.sources.private_mib import owner as private_owner
from fingerprints.sources.private_mib.second_round import WantedObjects

MAX_NEIGHBOURS = 4000
"""Neighbours of one device that are kept."""

MODULES: tuple[SourceModule, ...] = (
    snmp_system.MODULE,
    engine_id.MODULE,
    if_mib.MODULE,
    ip_mib.MODULE,
    entity_mib.MODULE,
    lldp.MODULE,
    cdp.MODULE,
    announced_neighbours.MODULE,
    bridge_mib.MODULE,
    routing.MODULE,
    host_resources.MODULE,
    printer_mib.MODULE,
    power_ethernet.MODULE,
    net_snmp_extend.MODULE,
    private_objects.MODULE,
    login_services.MODULE,
    web.MODULE,
    wire.MODULE,
    inventory.MODULE,
)
"""Every module. The SNMP probe walks columns in this order."""

ItemReader = Callable[[ObservationIndex, FingerprintDatabase], Iterable[ExtractedItem]]
DescriptionReader = Callable[[ObservationIndex], Iterator[Observation]]
NeighbourReader = Callable[[ObservationIndex], Iterator[Neighbour]]

DESCRIPTION_READERS: tuple[DescriptionReader, ...] = (
    lldp.own_descriptions,
    host_resources.printer_descriptions,
    printer_mib.printer_names,
    entity_mib.chassis_descriptions,
)
"""Texts other than sysDescr in which a device describes itself."""


def _description_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    descriptions = (text for read in DESCRIPTION_READERS for text in read(index))
    yield from opening_name_claims(descriptions, database)


ITEM_READERS: tuple[ItemReader, ...] = (
    snmp_system.snmp_system_items,
    engine_id.engine_id_claims,
    _description_claims,
    host_resources.package_claims,
    entity_mib.entity_mib_items,
    private_owner.private_mib_items,
    host_resources.printer_model_attributes,
    private_objects.object_attributes,
    entity_mib.entity_description_attributes,
    net_snmp_extend.net_snmp_extend_attributes,
    lldp.own_description_attributes,
    if_mib.port_version_attributes,
    if_mib.mac_majority_claims,
    bridge_mib.bridge_address_claims,
    if_mib.mac_serial_attributes,
    login_services.ssh_items,
    command_items,
    maker_items,
    wire.wire_items,
    lldp.reported_claims,
    inventory.inventory_claims,
    web.page_items,
    login_services.telnet_items,
    login_services.kex_items,
    web.certificate_items,
    ip_mib.eui64_claims,
)
"""All that yields claims and attributes. Of two that weigh the same, the one read first stands first."""

NEIGHBOUR_READERS: tuple[NeighbourReader, ...] = (
    announced_neighbours.announced_neighbours,
    routing.routing_neighbours,
)


def extracted_items(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[ExtractedItem]:
    """The claims and attributes of one device, from all modules."""
    return chain.from_iterable(read(index, database) for read in ITEM_READERS)


def neighbours_of(index: ObservationIndex) -> tuple[Neighbour, ...]:
    """The neighbours of one device, each once, each protocol's in the order of its table."""
    neighbours = dict.fromkeys(chain.from_iterable(read(index) for read in NEIGHBOUR_READERS))
    return tuple(neighbours)[:MAX_NEIGHBOURS]


OBJECTS: tuple[MibObject, ...] = tuple(mib_object for module in MODULES for mib_object in module.objects)


def _asked(*when: ScanStep) -> Mapping[str, Source]:
    return {mib_object.oid: mib_object.source for mib_object in OBJECTS if mib_object.asked in when}


_SOURCE_ORDER = {source: place for place, source in enumerate(Source)}

SYSTEM: Mapping[str, Source] = _asked(ScanStep.SYSTEM)
"""The objects of the GET that tries a credential, each with its source."""

SCALARS: Mapping[str, Source] = dict(
    sorted(_asked(ScanStep.SYSTEM, ScanStep.SCALAR).items(), key=lambda scalar: _SOURCE_ORDER[scalar[1]])
)
"""SYSTEM, then the objects of the GET after it, in the order of Source."""

COLUMNS: Mapping[str, Source] = _asked(ScanStep.COLUMN, ScanStep.GROWING_COLUMN)
"""The columns that the probe walks, each with its source."""

SECOND_ROUND: tuple[MibObject, ...] = tuple(known for known in OBJECTS if known.asked is ScanStep.SECOND_ROUND)
"""The objects of the modules that the probe asks for in its second round."""

GROWING_COLUMNS: frozenset[str] = frozenset(_asked(ScanStep.GROWING_COLUMN))
"""Those of COLUMNS that the probe walks last, so that a budget spent on them costs no identity."""

MATCH_SOURCES: frozenset[Source] = frozenset().union(*(module.match_sources for module in MODULES))
"""All that match keys and distinguishing marks are read from."""

REPORT_SOURCES: frozenset[Source] = frozenset().union(*(module.report_sources for module in MODULES))
"""All that neighbour reports are read from."""


def _ancestors(oids: Iterable[str]) -> frozenset[str]:
    """All nodes above these in the OID tree."""
    arcs = [oid.split(".") for oid in oids]
    return frozenset(".".join(oid[:length]) for oid in arcs for length in range(1, len(oid)))


def wanted_objects(database: FingerprintDatabase) -> WantedObjects:
    """What the second round of a scan asks of which device."""
    return WantedObjects(database, SECOND_ROUND, frozenset(COLUMNS))


_LENGTHS = tuple(sorted({column.count(".") + 1 for column in COLUMNS}))
_ANCESTORS = _ancestors((*COLUMNS, *SCALARS))


def source_of(oid: str) -> Source:
    """The source of an OID with its instance; SNMP_OBJECT for one that no scan asks for."""
    scalar = SCALARS.get(oid)
    if scalar is not None:
        return scalar
    column = column_of(oid)
    return COLUMNS[column] if column else Source.SNMP_OBJECT


def column_of(oid: str) -> str:
    """The column of COLUMNS that an OID is an instance of; empty if it is of none."""
    arcs = oid.split(".", _LENGTHS[-1])
    for length in _LENGTHS:
        if len(arcs) <= length:
            return ""
        column = ".".join(arcs[:length])
        if column in COLUMNS:
            return column
    return ""


def sources_of(oids: Iterator[str]) -> Iterator[Source]:
    """`source_of` for many OIDs in lexicographic order, where one column or tree comes in long runs."""
    prefix, source = "\0", Source.SNMP_OBJECT
    for oid in oids:
        if not oid.startswith(prefix):
            prefix, source = _subtree(oid)
        yield source


def _subtree(oid: str) -> tuple[str, Source]:
    """The largest subtree around an OID whose objects all have one source, as the text that opens them, and that
    source. An OID with no such subtree is its own."""
    arcs = oid.split(".", _LENGTHS[-1])
    for length in range(1, len(arcs)):
        head = ".".join(arcs[:length])
        if head in COLUMNS:
            return head + ".", COLUMNS[head]
        if head not in _ANCESTORS:
            return head + ".", Source.SNMP_OBJECT
    return oid + "\0", SCALARS.get(oid, Source.SNMP_OBJECT)
