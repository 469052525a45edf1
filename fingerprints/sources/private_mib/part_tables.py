"""Parts in vendors' own tables: rows with the serial number, model and maker of a stack member, a card, an optic, a
power supply or a fan, by the symbols that a MIB gives the columns."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from fingerprints.claims.attribute import plausible
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import IdentityObject
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.private_mib.objects import columns

MAX_PARTS = 2000

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_KINDS = {
    ComponentKind.OPTIC: frozenset(
        ("sfp", "xfp", "qsfp", "cfp", "transceiver", "xcvr", "optic", "optics", "optical", "gbic", "pluggable", "ddm")
    ),
    ComponentKind.POWER_SUPPLY: frozenset(("psu", "power", "pws", "powersupply", "rectifier")),
    ComponentKind.FAN: frozenset(("fan", "fans", "fantray")),
    ComponentKind.CARD: frozenset(
        ("card", "subcard", "board", "blade", "linecard", "slot", "subslot", "module", "submodule", "mezzanine")
    ),
    ComponentKind.STACK_MEMBER: frozenset(("stack", "member")),
}
"""Words of a column's symbol by the kind of its rows; the first kind with a word in the symbol counts."""

_OTHER_WORDS = frozenset(
    ("ont", "onu", "lldp", "neighbour", "neighbor", "remote", "rem", "peer", "client", "cert", "certificate", "license")
)
"""Words of tables about other boxes, certificates or licences."""

_CELLS = {"serial": "serial", "model": "model", "manufacturer": "maker"}


@dataclass(frozen=True, slots=True)
class TablePart:
    """A row of such a table; `place` is its instance, in decimal arcs."""

    kind: ComponentKind
    place: str
    model: str
    serial: str
    maker: str


def table_parts(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[TablePart]:
    """The rows with a plausible serial number, in the order of their tables."""
    rows: dict[tuple[ComponentKind, str, str], dict[str, str]] = {}
    for _, run, known in columns(index, database):
        kind = kind_of_row(known) if known is not None else None
        if known is None or kind is None or len(rows) > MAX_PARTS:
            continue
        table = known.oid.rpartition(".")[0]
        for oid, value in run:
            row = rows.setdefault((kind, table, oid.removeprefix(known.oid).strip(".")), {})
            row.setdefault(_CELLS[known.kind], clean(value))
    members = Counter(table for kind, table, _ in rows if kind is ComponentKind.STACK_MEMBER)
    for (kind, table, place), row in rows.items():
        if kind is ComponentKind.STACK_MEMBER and members[table] < 2:
            continue  # a stack of one is the box itself
        serial = row.get("serial", "")
        looks = plausible(AttributeName.SERIAL, serial, database.attribute_scores)
        if looks is not None and looks > 0:
            yield TablePart(kind, place, row.get("model", ""), serial, row.get("maker", ""))


def kind_of_row(known: IdentityObject) -> ComponentKind | None:
    """What the rows of a column are, by its symbol; None for a column that is about no part."""
    if known.form != "column" or known.kind not in _CELLS:
        return None
    words = {word.lower() for word in _WORD.findall(known.symbol)}
    if words & _OTHER_WORDS:
        return None
    return next((kind for kind, kind_words in _KINDS.items() if words & kind_words), None)
