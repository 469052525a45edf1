"""Model and serial from the scripts that an administrator hung into net-snmp: the script's name is the object's index.

NET-SNMP-EXTEND-MIB: nsExtendOutput1Line and nsExtendOutputFull have the name, as its length and its characters, behind
their column; where a line of snmpd.conf moves a script elsewhere (`extend .1.3.6.1.4.1.2021.7890.2 hardware ...`), the
same tables stand below that place.
"""

from collections.abc import Iterator

from fingerprints.claims.attribute import Attribute, attribute_points
from fingerprints.claims.maker_name import without_maker
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.observation_index import ObservationIndex, clean

PLACES = ("1.3.6.1.4.1.8072.1.3.2.3.1.1", "1.3.6.1.4.1.8072.1.3.2.3.1.2", "1.3.6.1.4.1.2021.7890")
"""nsExtendOutput1Line, nsExtendOutputFull, and the subtree that the snmpd.conf examples give to local scripts."""

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


def _index(name: str) -> str:
    return ".".join(map(str, (len(name), *name.encode())))


_BY_INDEX = {_index(name): trait for name, trait in _NAMES.items()}


def net_snmp_extend_attributes(said: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """What scripts named for a trait printed, the maker's name before a model left out."""
    for place in PLACES:
        for count, (oid, value) in enumerate(said.under(place)):
            if count == MAX_OUTPUTS:
                break
            name = _trait_of(oid.removeprefix(place))
            text = clean(value)
            points = attribute_points(name, text, "extend", database.attribute_scores) if name is not None else None
            if name is not None and points is not None:
                told = without_maker(text, database, " ") if name is AttributeName.MODEL else text
                yield Attribute(name, told, points, Source.SNMP_OBJECT.value, oid)


def _trait_of(index: str) -> AttributeName | None:
    """The trait that a script's name promises, `index` what follows a place: columns, then the name, then a line."""
    return next(
        (trait for name, trait in _BY_INDEX.items() if f"{index}.".endswith((f".{name}.", f".{name}.1."))), None
    )
