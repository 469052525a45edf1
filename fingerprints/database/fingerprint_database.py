"""All the data that an identification draws on, loaded once and never changed."""

import hashlib
import re
import zlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from fingerprints.database.attribute_scores import AttributeScores, load_attribute_scores
from fingerprints.database.command_line_platforms import CommandLinePlatforms, load_command_line_platforms
from fingerprints.database.companies import Companies, load_companies
from fingerprints.database.company_names import normalised
from fingerprints.database.oui import Registry, load_registry
from fingerprints.database.products import IdentityObjects, Products, identity_objects, load_products
from fingerprints.database.rules import Rules, load_rules, preferring
from fingerprints.database.serial_schemes import SerialScheme, load_serial_schemes
from fingerprints.database.sibling_products import SiblingProducts
from fingerprints.database.snapshots import SHIPPED, DataSet, InUse, describe_fallback, in_use
from fingerprints.database.weights import Weights, load_weights
from fingerprints.model.device import Party
from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Observation

HERE = Path(__file__).parents[1] / "data"
RULES = SHIPPED[DataSet.RULES]
_DATA = (
    "companies",
    "oui",
    "products",
    "rules",
    "weights.yaml",
    "serials.yaml",
    "attribute_scores.yaml",
    "command_lines.yaml",
)
MAX_REMEMBERED = 65_536
"""Names that are remembered of each kind: devices may say any number of them."""

_DATA_ENDINGS = frozenset((".yaml", ".tsv", ".gz"))

MAX_READINGS = 4096
MAX_CHARACTERS = 512
"""Readings of observations that are remembered, and characters of one observation."""

Loaded = TypeVar("Loaded")
Reading = TypeVar("Reading")


@dataclass(frozen=True, slots=True)
class FingerprintDatabase:
    """Companies, registries, product tables, rules and weights. `version` names this very data;
    `notes` say, for the report's header, which of the data are not those that ship, or should not be."""

    companies: Companies
    oui: Registry
    products: Products
    objects: IdentityObjects
    sibling_products: SiblingProducts
    rules: Rules
    weights: Weights
    serial_schemes: tuple[SerialScheme, ...]
    attribute_scores: AttributeScores
    command_line_platforms: CommandLinePlatforms
    version: str
    notes: tuple[str, ...] = ()
    _parties: dict[str, Party] = field(default_factory=dict, repr=False, compare=False)
    _by_name: dict[str, Party | None] = field(default_factory=dict, repr=False, compare=False)
    _registered: dict[str, Party] = field(default_factory=dict, repr=False, compare=False)
    _readings: dict[tuple[Hashable, Observation], tuple[Any, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def reading(
        self, read: Callable[[Observation, "FingerprintDatabase"], Iterator[Reading]], said: Observation
    ) -> tuple[Reading, ...]:
        """What a reading of one observation yields, remembered for short ones: a network's devices say the same."""
        known: tuple[Reading, ...] | None = self._readings.get((read, said))
        if known is None:
            known = tuple(read(said, self))
            if len(self._readings) >= MAX_READINGS:
                self._readings.clear()
            if len(said.value) <= MAX_CHARACTERS:
                self._readings[read, said] = known
        return known

    def party(self, company: str) -> Party:
        """A company by the id that data files use."""
        if company not in self._parties:
            known = self.companies.get(company)
            self._parties[company] = Party(known.id, known.name) if known else Party(company, company)
        return self._parties[company]

    def named(self, text: str) -> Party | None:
        """The company whose name or alias a text is, as a whole."""
        if text not in self._by_name:
            if len(self._by_name) >= MAX_REMEMBERED:
                self._by_name.clear()
            known = self.companies.by_name(text) if text else None
            self._by_name[text] = self.party(known.id) if known else None
        return self._by_name[text]

    def holder(self, number: int) -> tuple[Party, bool] | None:
        """Who holds an enterprise number, and whether our own data know the company; None for generic numbers, which
        say nothing about a maker, and for numbers nobody holds."""
        if number in self.companies.generic_enterprises:
            return None
        known = self.companies.by_enterprise(number)
        if known is not None:
            return self.party(known.id), True
        registered = self.products.holder_of(number)
        return (self.registered(registered), False) if registered else None

    def registered(self, organisation: str) -> Party:
        """An organisation as a registry spells it: a company we know, or itself, its id without the legal form."""
        known = self._registered.get(organisation)
        if known is None:
            if len(self._registered) >= MAX_REMEMBERED:
                self._registered.clear()
            known = self.named(organisation) or Party(_plain_id(organisation), " ".join(organisation.split()))
            self._registered[organisation] = known
        return known


def _plain_id(organisation: str) -> str:
    words = re.findall(r"[a-z0-9]+", organisation.lower())
    folded = normalised(organisation)
    while len(words) > 1 and normalised(" ".join(words[:-1])) == folded:
        words.pop()
    return "_".join(words) or "unnamed"


def load_database(rules_folder: Path | None = None, data: Path | None = None) -> FingerprintDatabase:
    """Load all shipped data; where a data folder holds newer registries and rules (data_sets.py) those in their place,
    and rules of the user's own folder where one is named: of two rules with one id the user's stands. Raises
    DataFileError for shipped data and for the user's rules; updated data that cannot be read are told in `notes`."""
    registry, prefixes = _loaded(data, DataSet.MAC_PREFIXES, load_registry)
    products, holders = _loaded(data, DataSet.ENTERPRISE_NUMBERS, load_products)
    rules, ruled = _loaded(data, DataSet.RULES, _proven_rules)
    notes = [used.note for used in (prefixes, holders, ruled) if used.note]
    if rules_folder is not None:
        own = load_rules(rules_folder)
        notes.append(_own_rules(own, rules))
        rules = preferring(own, rules)
    updated = tuple(used.folder for used in (prefixes, holders, ruled) if used.snapshot is not None)
    objects = identity_objects()
    return FingerprintDatabase(
        load_companies(own_rules=rules_folder),
        registry,
        products,
        objects,
        SiblingProducts(objects),
        rules,
        load_weights(),
        load_serial_schemes(),
        load_attribute_scores(),
        load_command_line_platforms(),
        _version((*updated, *((rules_folder,) if rules_folder is not None else ()))),
        tuple(notes),
    )


def _loaded(data: Path | None, which: DataSet, load: Callable[[Path], Loaded]) -> tuple[Loaded, InUse]:
    """A set as it is in use. Updated data that are whole, but of a form that this version does not read, give way to
    the shipped ones."""
    used = in_use(data, which)
    if used.snapshot is None:
        return load(used.folder), used
    try:
        return load(used.folder), used
    except (KitscanError, ValueError, OSError, EOFError, zlib.error) as error:
        note = describe_fallback(which, str(error).partition("\n")[0])
        return load(SHIPPED[which]), InUse(SHIPPED[which], None, note)


def _proven_rules(folder: Path) -> Rules:
    """Rules that ship were verified by the tests, a pack before it was installed: neither is at every start."""
    return load_rules(folder, proven=True)


def _own_rules(own: Rules, others: Rules) -> str:
    """What a report says of rules that did not come with kitscan."""
    ids = {rule.id for rule in own.all()}
    replaced = sum(rule.id in ids for rule in others.all())
    return f"rules of your own in use: {len(ids)}, of which {replaced} stand in place of shipped ones"


def _version(others: tuple[Path, ...]) -> str:
    """Twelve hexadecimal digits of the SHA-256 over the names and contents of the data files."""
    digest = hashlib.sha256()
    for path in _data_files(others):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _data_files(others: tuple[Path, ...]) -> Iterator[Path]:
    for place in (*(HERE / name for name in _DATA), *others):
        if place.is_dir():
            yield from sorted(path for path in place.rglob("*") if path.suffix in _DATA_ENDINGS)
        elif place.exists():
            yield place
