"""Tables of object ids: the product that a sysObjectID names, the holder of an enterprise number, and the objects of
private MIBs that hold a serial, a model or a version.

These are facts of registries and MIBs; fingerprints/sources judges what they prove. The rows of one enterprise are one
chunk of a file (chunked_table.py), decoded at the first lookup.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fingerprints.database.chunked_table import ChunkedTable, open_table
from fingerprints.model.memo import BoundedMemo
from fingerprints.model.source_module import ENTERPRISES as ENTERPRISES_OID

DATA = Path(__file__).parents[1] / "data" / "products"
PRODUCTS = "products.tsv.gz"
ENTERPRISES = "enterprises.tsv.gz"
IDENTITY_OBJECTS = "identity_objects.tsv.gz"
ROOT = ENTERPRISES_OID + "."
"""iso.org.dod.internet.private.enterprises (RFC 1155): the next arc is the number IANA assigned."""
HOLDERS_A_CHUNK = 512
MAX_CACHED = 100_000
MAX_DIGITS = 10
MAX_CHARACTERS = 128 * (MAX_DIGITS + 1)
"""The longest object id: at most 128 arcs of 32 bits each (RFC 2578 section 3.5)."""
MAX_ARCS_LOST = 2
"""A sysObjectID may have this many arcs after those of the product it names (an instance, a variant)."""


@dataclass(frozen=True, slots=True)
class Product:
    """The product that a MIB names by an object id. `oid` is the row that matched, a prefix of the id looked up if only
    that is known. `model` is empty if no source gives more than the symbol."""

    symbol: str
    module: str
    oid: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class IdentityObject:
    """An object that identifies a device, by its symbol. `kind` is serial, model, version, hardware_revision or
    manufacturer; `form` is scalar or column; `oid` is its own object id."""

    symbol: str
    kind: str
    module: str
    form: str
    oid: str = field(default="", compare=False)


class Products:
    """The product table and the registry of enterprise numbers."""

    __slots__ = ("_holders", "_holders_read", "_products", "_products_read")

    def __init__(self, products: ChunkedTable, holders: ChunkedTable) -> None:
        self._products = products
        self._holders = holders
        self._products_read: dict[str, dict[str, str]] = {}
        self._holders_read: dict[str, dict[str, str]] = {}

    def product_of(self, oid: str) -> Product | None:
        """The product of an object id: that of the whole id, else of its longest known prefix that is at most
        MAX_ARCS_LOST arcs shorter and has at least two arcs below the enterprise."""
        oid = unwrapped(oid)
        number, _, rest = oid.removeprefix(ROOT).partition(".")
        if not oid.startswith(ROOT) or not rest:
            return None
        rows = self._rows(number)
        for lost in range(MAX_ARCS_LOST + 1):
            row = rows.get(rest)
            if row is not None and (lost == 0 or "." in rest):
                symbol, module, model = row.split("\t")
                return Product(symbol, module, f"{ROOT}{number}.{rest}", model)
            rest = rest.rpartition(".")[0]
        return None

    def holder_of(self, number: int) -> str | None:
        """The organisation that IANA lists for an enterprise number, as spelt there."""
        key = str(number // HOLDERS_A_CHUNK)
        if key not in self._holders_read:
            self._holders_read[key] = dict(_cut(line) for line in self._holders.lines(key))
        return self._holders_read[key].get(str(number))

    def _rows(self, number: str) -> dict[str, str]:
        if number not in self._products_read:
            self._products_read[number] = dict(_cut(line) for line in self._products.lines(number))
        return self._products_read[number]


class IdentityObjects:
    """The objects that identify a device, looked up by the ids of their instances. Lookups are cached: the instances of
    a column follow each other."""

    __slots__ = ("_above", "_parents", "_read", "_table", "_trees")

    def __init__(self, table: ChunkedTable) -> None:
        self._table = table
        self._trees = frozenset(table.chunks())
        self._read: dict[str, dict[str, str]] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._parents: BoundedMemo[str, IdentityObject | None] = BoundedMemo(MAX_CACHED)

    def object_of(self, oid: str) -> IdentityObject | None:
        """The object of which `oid`, without a leading dot, is an instance; None for most."""
        if len(oid) > MAX_CHARACTERS:
            return None
        parent = oid.rpartition(".")[0]
        try:
            return self._parents[parent]
        except KeyError:
            return self._parents.keep(parent, self._lookup(parent))

    def of_enterprise(self, number: str) -> dict[str, IdentityObject]:
        """The objects of one enterprise by their ids below its number."""
        return {rest: _object(f"{ROOT}{number}.{rest}", row) for rest, row in self._rows(number).items()}

    def standard(self) -> tuple[IdentityObject, ...]:
        """The objects outside the enterprises."""
        return tuple(_object(oid, row) for oid, row in self._rows("").items())

    def _lookup(self, oid: str) -> IdentityObject | None:
        number, _, rest = oid[len(ROOT) :].partition(".") if oid.startswith(ROOT) else ("", "", oid)
        if number not in self._trees:
            return None
        rows, above = self._rows(number), self._above[number]
        known, end = "", 0
        while rest and end >= 0:  # down the tree: most objects leave the known part after a few arcs
            end = rest.find(".", end + 1)
            head = rest if end < 0 else rest[:end]
            if head in rows:
                known = head
            if head not in above:
                break
        return _object(f"{ROOT}{number}.{known}" if number else known, rows[known]) if known else None

    def _rows(self, number: str) -> dict[str, str]:
        rows = self._read.get(number)
        if rows is None:
            lines = self._table.lines(number) if number in self._trees else ()
            rows = self._read[number] = dict(_cut(line) for line in lines)
            self._above[number] = _above(rows)
        return rows


def _above(oids: Iterable[str]) -> frozenset[str]:
    """All nodes above these object ids."""
    above: set[str] = set()
    for oid in oids:
        higher = oid.rpartition(".")[0]
        while higher and higher not in above:
            above.add(higher)
            higher = higher.rpartition(".")[0]
    return frozenset(above)


def _object(oid: str, row: str) -> IdentityObject:
    symbol, kind, module, form = row.split("\t")
    return IdentityObject(symbol, kind, module, form, oid)


def load_products(holders: Path = DATA) -> Products:
    """The shipped product table, and the registry of numbers in a folder, by default the shipped one. SOURCE.yaml in
    each folder holds the date."""
    return Products(open_table(DATA / PRODUCTS), open_table(holders / ENTERPRISES))


def identity_objects(folder: Path = DATA) -> IdentityObjects:
    """The shipped table of identity objects."""
    return IdentityObjects(open_table(folder / IDENTITY_OBJECTS))


@lru_cache(maxsize=4096)
def enterprise_of(oid: str) -> int | None:
    """The enterprise number in an object id; None outside the private enterprises."""
    inner = unwrapped(oid)
    number = inner.removeprefix(ROOT).partition(".")[0] if inner.startswith(ROOT) else ""
    return int(number) if number.isdecimal() and len(number) <= MAX_DIGITS else None


def unwrapped(oid: str) -> str:
    """The object id without dots at its ends, and without a prefix before a whole object id: some reference firmware
    answers with the brand's object id below its own number."""
    oid = oid.strip(".")
    inside = oid.rfind("." + ROOT)
    return oid[inside + 1 :] if inside > 0 else oid


def _cut(line: str) -> tuple[str, str]:
    key, _, rest = line.partition("\t")
    return key, rest
