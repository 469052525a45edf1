"""What an object id stands for: the product a sysObjectID names, the holder of an enterprise number, and which objects
of private MIBs carry a serial, a model or a version. Facts of registries and MIBs; what they prove is judged elsewhere.

Nothing is decoded before it is asked for: one enterprise's rows are one chunk of a file (chunked.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fingerprints.database.chunked_table import ChunkedTable, open_table
from fingerprints.model.source_module import ENTERPRISES as ENTERPRISES_OID

DATA = Path(__file__).parents[1] / "data" / "products"
PRODUCTS = "products.tsv.gz"
ENTERPRISES = "enterprises.tsv.gz"
IDENTITY_OBJECTS = "identity_objects.tsv.gz"
ROOT = ENTERPRISES_OID + "."
"""iso.org.dod.internet.private.enterprises (RFC 1155): the next arc is the number IANA gave out."""
HOLDERS_A_CHUNK = 512
MAX_REMEMBERED = 100_000
MAX_DIGITS = 10
MAX_CHARACTERS = 128 * (MAX_DIGITS + 1)
"""An object id has at most 128 arcs of 32 bits each (RFC 2578 section 3.5): what is longer is none."""
MAX_ARCS_LOST = 2
"""A sysObjectID may run this many arcs beyond the product it names (an instance, a variant) and still be it."""


@dataclass(frozen=True, slots=True)
class Product:
    """What a MIB calls an object id: `oid` is the row that matched, shorter than the id asked for when only a prefix of
    it is known; `model` is empty where no source gives more than the symbol."""

    symbol: str
    module: str
    oid: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class IdentityObject:
    """An object whose symbol says that it tells who a device is: `kind` is serial, model, version, hardware_revision or
    manufacturer, `form` is scalar or column, `oid` its own object id."""

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
        """The product an object id names: exactly, else by the longest known prefix at most MAX_ARCS_LOST arcs shorter
        and at least two arcs below the enterprise."""
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
        """The organisation that IANA lists under an enterprise number, in its spelling there."""
        key = str(number // HOLDERS_A_CHUNK)
        if key not in self._holders_read:
            self._holders_read[key] = dict(_cut(line) for line in self._holders.lines(key))
        return self._holders_read[key].get(str(number))

    def enterprise_of(self, oid: str) -> int | None:
        """The enterprise number in an object id; None for one outside the private enterprises."""
        return enterprise_of(oid)

    def _rows(self, number: str) -> dict[str, str]:
        if number not in self._products_read:
            self._products_read[number] = dict(_cut(line) for line in self._products.lines(number))
        return self._products_read[number]


class IdentityObjects:
    """The objects that tell who a device is, found by the ids of their instances. Remembers what it was asked last, for
    the instances of a column come in one run."""

    __slots__ = ("_above", "_parents", "_read", "_table", "_trees")

    def __init__(self, table: ChunkedTable) -> None:
        self._table = table
        self._trees = frozenset(table.chunks())
        self._read: dict[str, dict[str, str]] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._parents: dict[str, IdentityObject | None] = {}

    def object_of(self, oid: str) -> IdentityObject | None:
        """The object that `oid`, written without a leading dot, is an instance of; None for most."""
        if len(oid) > MAX_CHARACTERS:
            return None
        parent = oid.rpartition(".")[0]
        try:
            return self._parents[parent]
        except KeyError:
            if len(self._parents) >= MAX_REMEMBERED:
                self._parents.clear()
            found = self._parents[parent] = self._found(parent)
            return found

    def of_enterprise(self, number: str) -> dict[str, IdentityObject]:
        """The objects of one enterprise by their ids below it."""
        return {rest: _object(f"{ROOT}{number}.{rest}", row) for rest, row in self._rows(number).items()}

    def _found(self, oid: str) -> IdentityObject | None:
        number, _, rest = oid[len(ROOT) :].partition(".") if oid.startswith(ROOT) else ("", "", oid)
        if number not in self._trees:
            return None
        rows, above = self._rows(number), self._above[number]
        known, end = "", 0
        while rest and end >= 0:  # down the tree, for most objects leave what is known after a few arcs
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
    """All that stands above these in their tree."""
    found: set[str] = set()
    for oid in oids:
        higher = oid.rpartition(".")[0]
        while higher and higher not in found:
            found.add(higher)
            higher = higher.rpartition(".")[0]
    return frozenset(found)


def _object(oid: str, row: str) -> IdentityObject:
    symbol, kind, module, form = row.split("\t")
    return IdentityObject(symbol, kind, module, form, oid)


def load_products(holders: Path = DATA) -> Products:
    """The product table that ships with kitscan, and the registry of numbers in a folder, the shipped one unless told
    otherwise; SOURCE.yaml in each folder says of what date."""
    return Products(open_table(DATA / PRODUCTS), open_table(holders / ENTERPRISES))


def identity_objects(folder: Path = DATA) -> IdentityObjects:
    """The table of identity objects that ships with kitscan."""
    return IdentityObjects(open_table(folder / IDENTITY_OBJECTS))


@lru_cache(maxsize=4096)
def enterprise_of(oid: str) -> int | None:
    """The enterprise number in an object id; None for one outside the private enterprises."""
    inner = unwrapped(oid)
    number = inner.removeprefix(ROOT).partition(".")[0] if inner.startswith(ROOT) else ""
    return int(number) if number.isdecimal() and len(number) <= MAX_DIGITS else None


def unwrapped(oid: str) -> str:
    """The object id without dots around it, and without another around it: some reference firmware answers with its own
    number and the brand's whole object id below it."""
    oid = oid.strip(".")
    inside = oid.rfind("." + ROOT)
    return oid[inside + 1 :] if inside > 0 else oid


def _cut(line: str) -> tuple[str, str]:
    key, _, rest = line.partition("\t")
    return key, rest
