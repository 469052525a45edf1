"""All the data that an identification draws on, loaded once and never changed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fingerprints.companies import Companies, load_companies
from fingerprints.company_names import normalised
from fingerprints.device import Party
from fingerprints.oui import Registry, load_registry
from fingerprints.products import IdentityObjects, Products, identity_objects, load_products
from fingerprints.rules import Rules, load_rules, preferring
from fingerprints.serials import Structure, load_structures
from fingerprints.symbols import SymbolWords, load_symbol_words
from fingerprints.weights import Weights, load_weights

HERE = Path(__file__).parent
RULES = HERE / "rules"
_DATA = ("companies", "oui", "products", "rules", "weights.yaml", "serials.yaml", "traits.yaml")
_DATA_ENDINGS = frozenset((".yaml", ".tsv", ".gz"))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Companies, registries, product tables, rules and weights. `version` names this very data."""

    companies: Companies
    oui: Registry
    products: Products
    objects: IdentityObjects
    rules: Rules
    weights: Weights
    structures: tuple[Structure, ...]
    symbols: SymbolWords
    version: str
    _by_name: dict[str, Party | None] = field(default_factory=dict, repr=False, compare=False)

    def party(self, company: str) -> Party:
        """A company by the id that data files use."""
        known = self.companies.get(company)
        return Party(known.id, known.name) if known else Party(company, company)

    def named(self, text: str) -> Party | None:
        """The company whose name or alias a text is, as a whole."""
        if text not in self._by_name:
            known = self.companies.by_name(text) if text else None
            self._by_name[text] = Party(known.id, known.name) if known else None
        return self._by_name[text]

    def holder(self, number: int) -> tuple[Party, bool] | None:
        """Who holds an enterprise number, and whether our own data know the company; None for generic numbers, which
        say nothing about a maker, and for numbers nobody holds."""
        if number in self.companies.generic_enterprises:
            return None
        known = self.companies.by_enterprise(number)
        if known is not None:
            return Party(known.id, known.name), True
        registered = self.products.holder_of(number)
        return (self.registered(registered), False) if registered else None

    def registered(self, organisation: str) -> Party:
        """An organisation as a registry spells it: a company we know, or itself, its id without the legal form."""
        return self.named(organisation) or Party(_plain_id(organisation), " ".join(organisation.split()))


def _plain_id(organisation: str) -> str:
    words = re.findall(r"[a-z0-9]+", organisation.lower())
    folded = normalised(organisation)
    while len(words) > 1 and normalised(" ".join(words[:-1])) == folded:
        words.pop()
    return "_".join(words) or "unnamed"


def load_knowledge(rules_folder: Path | None = None) -> Knowledge:
    """Load all shipped data, and rules of the user's own folder where one is named: of two rules with one id the user's
    stands. Raises DataFileError."""
    rules = load_rules(RULES)
    if rules_folder is not None:
        rules = preferring(load_rules(rules_folder), rules)
    return Knowledge(
        load_companies(),
        load_registry(),
        load_products(),
        identity_objects(),
        rules,
        load_weights(),
        load_structures(),
        load_symbol_words(),
        _version(rules_folder),
    )


def _version(rules_folder: Path | None) -> str:
    """Twelve hexadecimal digits of the SHA-256 over the names and contents of the data files."""
    digest = hashlib.sha256()
    for path in _data_files(rules_folder):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _data_files(rules_folder: Path | None) -> Iterator[Path]:
    own = () if rules_folder is None else (rules_folder,)
    for place in (*(HERE / name for name in _DATA), *own):
        if place.is_dir():
            yield from sorted(path for path in place.rglob("*") if path.suffix in _DATA_ENDINGS)
        elif place.exists():
            yield place
