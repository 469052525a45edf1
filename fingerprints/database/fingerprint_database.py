"""The fingerprint database: all the data that identification uses, loaded once and never changed."""

import hashlib
import re
import zlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from fingerprints.database.attribute_scores import AttributeScores, load_attribute_scores
from fingerprints.database.command_line_platforms import CommandLinePlatforms, load_command_line_platforms
from fingerprints.database.companies.companies import Companies, load_companies
from fingerprints.database.companies.company_names import normalised
from fingerprints.database.modem_families import ModemFamily, load_modem_families
from fingerprints.database.oui import OuiRegistry, load_registry
from fingerprints.database.products import IdentityObjects, Products, identity_objects, load_products
from fingerprints.database.rules import Rules, load_rules, preferring
from fingerprints.database.serial_schemes import SerialScheme, load_serial_schemes
from fingerprints.database.sibling_products import SiblingProducts
from fingerprints.database.snapshots import SHIPPED, DataSet, Fallback, InUse, in_use, shipped_provenance
from fingerprints.database.weights import Weights, load_weights
from fingerprints.model.device import Party
from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Observation
from fingerprints.model.memo import BoundedMemo

HERE = Path(__file__).parents[1] / "data"
RULES = SHIPPED[DataSet.RULES]
_DATA = (
    "companies",
    "oui",
    "products",
    "rules",
    "weights.yaml",
    "serial_schemes.yaml",
    "modem_families.yaml",
    "attribute_scores.yaml",
    "command_line_platforms.yaml",
)
MAX_CACHED_NAMES = 65_536
"""The most names in each cache: devices may send any number of them."""

_DATA_ENDINGS = frozenset((".yaml", ".tsv", ".gz"))

MAX_READINGS = 4096
MAX_CHARACTERS = 512
"""The most cached readings of observations and texts, and the most characters of a cached one."""

_REPLACEABLE = (DataSet.MAC_PREFIXES, DataSet.ENTERPRISE_NUMBERS, DataSet.RULES)
"""The sets of which a data folder may hold newer ones. Policies are read elsewhere."""

Loaded = TypeVar("Loaded")
Reading = TypeVar("Reading")
ReadOfText = TypeVar("ReadOfText")


def _name_memo() -> BoundedMemo[str, Any]:
    return BoundedMemo(MAX_CACHED_NAMES)


@dataclass(frozen=True, slots=True)
class FingerprintDatabase:
    """Companies, registries, product tables, rules and weights. `version` identifies the data. `notes` are for the
    report's header: data of the user's own, and updated data that could not be used. `days` has each set that can be
    renewed, with the day of its snapshot. A changed copy (`replace`) has caches of its own."""

    companies: Companies
    oui: OuiRegistry
    products: Products
    objects: IdentityObjects
    sibling_products: SiblingProducts
    rules: Rules
    weights: Weights
    serial_schemes: tuple[SerialScheme, ...]
    modem_families: tuple[ModemFamily, ...]
    attribute_scores: AttributeScores
    command_line_platforms: CommandLinePlatforms
    version: str
    notes: tuple[str, ...] = ()
    days: tuple[tuple[str, date], ...] = ()
    _parties: BoundedMemo[str, Party] = field(default_factory=_name_memo, init=False, repr=False, compare=False)
    _by_name: BoundedMemo[str, Party | None] = field(default_factory=_name_memo, init=False, repr=False, compare=False)
    _registered: BoundedMemo[str, Party] = field(default_factory=_name_memo, init=False, repr=False, compare=False)
    _readings: BoundedMemo[tuple[Hashable, Observation | str], Any] = field(
        default_factory=lambda: BoundedMemo(MAX_READINGS), init=False, repr=False, compare=False
    )

    def reading(
        self, read: Callable[[Observation, "FingerprintDatabase"], Iterator[Reading]], observation: Observation
    ) -> tuple[Reading, ...]:
        """What `read` yields for an observation, cached if it is short: the devices of one network send the same
        texts."""
        known: tuple[Reading, ...] | None = self._readings.get((read, observation))
        if known is None:
            known = tuple(read(observation, self))
            if len(observation.value) <= MAX_CHARACTERS:
                self._readings.keep((read, observation), known)
        return known

    def reading_of_text(self, read: Callable[[str, "FingerprintDatabase"], ReadOfText], text: str) -> ReadOfText:
        """What `read` returns for a text, which may be None, cached if the text is short."""
        if (read, text) in self._readings:
            known: ReadOfText = self._readings[(read, text)]
            return known
        result = read(text, self)
        if len(text) <= MAX_CHARACTERS:
            self._readings.keep((read, text), result)
        return result

    def party(self, company: str) -> Party:
        """The company with that id. An id that no data file knows names itself."""
        if company not in self._parties:
            known = self.companies.get(company)
            self._parties.keep(company, Party(known.id, known.name) if known else Party(company, company))
        return self._parties[company]

    def named(self, text: str) -> Party | None:
        """The company whose name or alias the whole text is; None if there is none."""
        if text not in self._by_name:
            known = self.companies.by_name(text) if text else None
            self._by_name.keep(text, self.party(known.id) if known else None)
        return self._by_name[text]

    def holder(self, number: int) -> tuple[Party, bool] | None:
        """The holder of an enterprise number, and whether our own data know the company. None for a generic number,
        which says nothing about a maker, and for a number without a holder."""
        if number in self.companies.generic_enterprises:
            return None
        known = self.companies.by_enterprise(number)
        if known is not None:
            return self.party(known.id), True
        registered = self.products.holder_of(number)
        return (self.registered(registered), False) if registered else None

    def registered(self, organisation: str) -> Party:
        """The company behind an organisation as a registry spells it. An organisation that our data do not know is a
        company of its own, its id made of its name without the legal form."""
        known = self._registered.get(organisation)
        if known is None:
            known = self.named(organisation) or Party(_plain_id(organisation), " ".join(organisation.split()))
            self._registered.keep(organisation, known)
        return known


def _plain_id(organisation: str) -> str:
    words = re.findall(r"[a-z0-9]+", organisation.lower())
    folded = normalised(organisation)
    while len(words) > 1 and normalised(" ".join(words[:-1])) == folded:
        words.pop()
    return "_".join(words) or "unnamed"


def load_database(rules_folder: Path | None = None, data: Path | None = None) -> FingerprintDatabase:
    """Load all shipped data. Newer registries and rules in a data folder (snapshots.py) replace the shipped ones. Rules
    in the user's own folder are added; of two rules with the same id the user's is used. Raises DataFileError for
    shipped data and for the user's rules. Updated data that cannot be read are not used, and `notes` say so."""
    is_shipped = rules_folder is None and all(_is_shipped(in_use(data, which)) for which in _REPLACEABLE)
    return _shipped_database() if is_shipped else _database(rules_folder, data)


def _is_shipped(used: InUse) -> bool:
    """Whether a data folder holds nothing of a set, neither data in use nor data that could not be used."""
    return used.snapshot is None and used.fallback is None


@cache
def _shipped_database() -> FingerprintDatabase:
    """Read once: what ships does not change while a process runs."""
    return _database(None, None)


def _database(rules_folder: Path | None, data: Path | None) -> FingerprintDatabase:
    registry, prefixes = _loaded(data, DataSet.MAC_PREFIXES, load_registry)
    products, holders = _loaded(data, DataSet.ENTERPRISE_NUMBERS, load_products)
    rules, rule_files = _loaded(data, DataSet.RULES, _proven_rules)
    notes = [str(used.fallback) for used in (prefixes, holders, rule_files) if used.fallback]
    if rules_folder is not None:
        own = load_rules(rules_folder)
        notes.append(_describe_own_rules(own, rules))
        rules = preferring(own, rules)
    updated = tuple(used.folder for used in (prefixes, holders, rule_files) if used.snapshot is not None)
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
        load_modem_families(),
        load_attribute_scores(),
        load_command_line_platforms(),
        _version((*updated, *((rules_folder,) if rules_folder is not None else ()))),
        tuple(notes),
        tuple(
            _dated(which, used)
            for which, used in (
                (DataSet.MAC_PREFIXES, prefixes),
                (DataSet.ENTERPRISE_NUMBERS, holders),
                (DataSet.RULES, rule_files),
            )
        ),
    )


def _dated(which: DataSet, used: InUse) -> tuple[str, date]:
    """A set with the day of the snapshot that is in use."""
    return which.value, used.snapshot.day if used.snapshot is not None else shipped_provenance(which).day


def _loaded(data: Path | None, which: DataSet, load: Callable[[Path], Loaded]) -> tuple[Loaded, InUse]:
    """A set in use. The shipped one replaces updated data that are intact but in a form that this version cannot
    read."""
    used = in_use(data, which)
    if used.snapshot is None:
        return load(used.folder), used
    try:
        return load(used.folder), used
    except (KitscanError, ValueError, OSError, EOFError, zlib.error) as error:
        why = error.summary if isinstance(error, KitscanError) else str(error)
        return load(SHIPPED[which]), InUse(SHIPPED[which], None, Fallback(which, why))


def _proven_rules(folder: Path) -> Rules:
    """Rules that are known to be sound, so that no start verifies them again: tests verify the shipped rules, an update
    verifies a pack before it installs it."""
    return _shipped_rules() if folder == RULES else load_rules(folder, proven=True)


@cache
def _shipped_rules() -> Rules:
    return load_rules(RULES, proven=True)


def _describe_own_rules(own: Rules, others: Rules) -> str:
    """The note for a report's header about rules that did not come with kitscan."""
    ids = {rule.id for rule in own.all()}
    replaced = sum(rule.id in ids for rule in others.all())
    return f"rules of your own in use: {len(ids)}, of which {replaced} replace shipped ones"


def _version(others: tuple[Path, ...]) -> str:
    """The version of the data: 12 hexadecimal digits of the SHA-256 over names and contents of the data files."""
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
