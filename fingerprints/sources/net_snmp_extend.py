"""NET-SNMP-EXTEND-MIB: model and serial number from scripts that an administrator added to net-snmp.

The script's name is the instance of nsExtendOutput1Line and nsExtendOutputFull: its length, then its characters. A line
of snmpd.conf can put the same tables elsewhere (`extend .1.3.6.1.4.1.2021.7890.2 hardware ...`).
"""

from collections.abc import Iterator
from itertools import islice

from fingerprints.claims.attribute import Attribute, attribute_points
from fingerprints.claims.maker_name import without_maker
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

MAX_SCRIPTS = 50
"""Rows that a scan reads of each of these: administrators add a handful of scripts."""

EXTEND_OUTPUT_1_LINE = MibObject("1.3.6.1.4.1.8072.1.3.2.3.1.1", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND, MAX_SCRIPTS)
EXTEND_OUTPUT_FULL = MibObject("1.3.6.1.4.1.8072.1.3.2.3.1.2", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND, MAX_SCRIPTS)
LOCAL_SCRIPTS = MibObject("1.3.6.1.4.1.2021.7890", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND, MAX_SCRIPTS)
"""The subtree that examples of snmpd.conf give to local scripts."""

MODULE = SourceModule("net_snmp_extend", (EXTEND_OUTPUT_1_LINE, EXTEND_OUTPUT_FULL, LOCAL_SCRIPTS))

MAX_OUTPUTS = 400

_NAMES = {
    "hardware": AttributeName.MODEL,
    "model": AttributeName.MODEL,
    "product": AttributeName.MODEL,
    "product_name": AttributeName.MODEL,
    "serial": AttributeName.SERIAL,
    "serial_number": AttributeName.SERIAL,
    "product_serial": AttributeName.SERIAL,
}


def _instance(name: str) -> str:
    return ".".join(map(str, (len(name), *name.encode())))


_BY_INSTANCE = {_instance(name): attribute for name, attribute in _NAMES.items()}


def net_snmp_extend_attributes(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """What scripts named for an attribute printed, without the maker's name in front of a model."""
    for subtree in (EXTEND_OUTPUT_1_LINE, EXTEND_OUTPUT_FULL, LOCAL_SCRIPTS):
        for oid, value in islice(index.under(subtree.oid), MAX_OUTPUTS):
            name = _attribute_of(oid.removeprefix(subtree.oid))
            text = clean(value)
            points = attribute_points(name, text, "extend", database.attribute_scores) if name is not None else None
            if name is not None and points is not None:
                shown = without_maker(text, database, " ") if name is AttributeName.MODEL else text
                yield Attribute(name, shown, points, Source.SNMP_OBJECT.value, oid)


def _attribute_of(arcs: str) -> AttributeName | None:
    """The attribute that a script's name promises; `arcs` follow the subtree: a column, the name, perhaps a line."""
    return next(
        (
            attribute
            for instance, attribute in _BY_INSTANCE.items()
            if f"{arcs}.".endswith((f".{instance}.", f".{instance}.1."))
        ),
        None,
    )
