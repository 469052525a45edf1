"""Companies of the network field: names, registry numbers, and dated ties that say who owned and who built for whom.

A company is `watched` if some policy names it; policies decide what that means. A tie holds from its first day up to,
not including, the day on which it ended. If only a month or a year is known, `since` means its first day and `until`
its last, so that a doubtful tie is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from fingerprints.database.companies.company import (
    Arc,
    Badge,
    BuilderRecord,
    Company,
    CompanyData,
    ReusedNumber,
)
from fingerprints.database.companies.company_names import normalised, spelt
from fingerprints.model.source_module import ENTERPRISES

DATA = Path(__file__).parents[2] / "data" / "companies"

MAX_NAME = 200
"""Characters of the longest text that is looked up as a name: devices may send anything."""


MIN_BADGE = 3
"""Characters of the shortest name of a brand that is looked for beside its product lines."""


class Companies:
    """All companies, indexed by id, folded name and enterprise number. Never changes after it is built. `line_badges`
    are the names under which watched companies and others build some product lines."""

    def __init__(self, data: CompanyData) -> None:
        self._companies = {company.id: company for company in data.companies}
        self._by_name: dict[str, Company] = {}
        self._by_enterprise: dict[int, Company] = {}
        self._spellings: set[str] = set()
        self._others = set(map(spelt, data.lookalikes))
        for company in self._companies.values():
            for name in (company.name, *company.aliases, *company.oui_names):
                self._by_name.setdefault(normalised(name), company)
                self._spellings.update((name, name.upper(), name.capitalize() if len(name) > 3 else name))
            self._by_enterprise.update(dict.fromkeys(company.enterprise_numbers, company))
            self._others.update(map(spelt, company.lookalikes))
        self.generic_enterprises: Mapping[int, str] = dict(data.generic)
        self.reused_numbers: tuple[ReusedNumber, ...] = data.reused_numbers
        self.line_badges: tuple[Badge, ...] = (*data.operator_badges, *_brands_with_lines(data.companies))
        self._arcs = {arc.oid: arc for arc in data.arcs}
        self._longest_arc = max((oid.count(".") + 1 for oid in self._arcs), default=0)
        self._watched_behind: dict[str, tuple[str, ...]] = {}
        self._enterprises_with_arcs = frozenset(oid.split(".")[6] for oid in self._arcs)

    def __iter__(self) -> Iterator[Company]:
        return iter(self._companies.values())

    def get(self, company_id: str) -> Company | None:
        """The company with that id."""
        return self._companies.get(company_id)

    def by_name(self, text: str) -> Company | None:
        """The company whose whole name or alias this is after folding (company_names.normalised); a part never
        matches."""
        if len(text) > MAX_NAME:
            return None
        company = self._by_name.get(normalised(text))
        return None if company and spelt(text) in self._others else company

    def is_spelt(self, text: str) -> bool:
        """True if a text is a company's name or alias letter by letter, or in capitals; of more than three
        letters, also with one capital."""
        return text in self._spellings

    def by_enterprise(self, number: int) -> Company | None:
        """The company to which IANA assigned the number; None for a generic number, which is evidence for nobody."""
        return None if number in self.generic_enterprises else self._by_enterprise.get(number)

    def reusers_of(self, number: int) -> tuple[ReusedNumber, ...]:
        """The companies whose devices answer with a number that is not theirs: a hint that needs a second sign."""
        return tuple(reused for reused in self.reused_numbers if reused.number == number)

    def arc_of(self, oid: str) -> Arc | None:
        """The longest known subtree that contains `oid` and belongs to another company than the number's holder."""
        parts = oid.split(".", self._longest_arc)[: self._longest_arc]
        if len(parts) < 7 or parts[6] not in self._enterprises_with_arcs:
            return None
        known = (self._arcs.get(".".join(parts[:length])) for length in range(len(parts), 6, -1))
        return next((arc for arc in known if arc is not None), None)

    def arcs_of(self, number: int) -> tuple[Arc, ...]:
        """The subtrees of an enterprise number that are known to belong to others than its holder."""
        head = f"{ENTERPRISES}.{number}."
        return tuple(arc for oid, arc in self._arcs.items() if oid.startswith(head)) if self.shares(number) else ()

    def shares(self, number: int) -> bool:
        """True if subtrees of an enterprise number are known to belong to others than its holder."""
        return str(number) in self._enterprises_with_arcs

    def watched(self) -> tuple[str, ...]:
        """Ids of the watched companies, sorted."""
        return tuple(sorted(company.id for company in self if company.watched))

    def watched_behind(self, company_id: str) -> tuple[str, ...]:
        """Ids of the watched companies behind one, sorted: itself, and owners whose tie has not ended."""
        if company_id not in self._companies:
            return ()
        if company_id not in self._watched_behind:
            behind = (company for company in self._with_owners(company_id) if company.watched)
            self._watched_behind[company_id] = tuple(sorted(company.id for company in behind))
        return self._watched_behind[company_id]

    def watched_builders(self, company_id: str) -> Iterator[tuple[str, BuilderRecord]]:
        """The watched companies that are on record to have built what bears a company's name, each with the record; a
        builder's owners count as it does, and those that are behind the company itself are left out. A record that has
        ended counts: its boxes are still in use."""
        known = self._companies.get(company_id)
        own = self.watched_behind(company_id)
        records = known.built_by if known is not None else ()
        return ((entity, record) for entity, record in self.watched_among(records) if entity not in own)

    def watched_among(self, records: Iterable[BuilderRecord]) -> Iterator[tuple[str, BuilderRecord]]:
        """The watched companies behind the builders of records, each with the record."""
        return ((entity, record) for record in records for entity in self.watched_behind(record.builder))

    def _with_owners(self, company_id: str) -> Iterator[Company]:
        """The company, its owners, and their owners, by ties that have not ended."""
        seen: set[str] = set()
        waiting = [company_id]
        while waiting:
            known = self._companies.get(waiting.pop())
            if known is not None and known.id not in seen:
                seen.add(known.id)
                waiting += [tie.company for tie in known.owners if tie.until is None]
                yield known

    def are_tied(self, brand: str, maker: str) -> bool:
        """True if the ids are equal, or one company is known to build for the other or to belong to it. A tie to a
        watched company that has ended does not count, nor does a record of some product lines alone."""
        return brand == maker or maker in self._tied_to(brand) or brand in self._tied_to(maker)

    def _tied_to(self, company_id: str) -> frozenset[str]:
        company = self._companies.get(company_id)
        if company is None:
            return frozenset()
        ties = [(tie.company, tie.until) for tie in company.owners]
        ties += [(record.builder, record.until) for record in company.built_by if not record.lines]
        return frozenset(other for other, until in ties if until is None or not self.watched_behind(other))

    def owned_by_on(self, company_id: str, day: date) -> tuple[str, ...]:
        """Ids of the company's owners on that day, and of their owners, nearest first; without the company itself."""
        owners: dict[str, None] = {}
        waiting = [company_id]
        while waiting:
            company = self._companies.get(waiting.pop(0))
            ties = [tie.company for tie in company.owners if tie.holds_on(day)] if company else []
            fresh = [owner for owner in ties if owner not in owners and owner != company_id]
            owners.update(dict.fromkeys(fresh))
            waiting += fresh
        return tuple(owners)

    def enterprise_trees_of_watched(self) -> tuple[str, ...]:
        """The private trees `1.3.6.1.4.1.N` that agents of watched makers serve, reused numbers included, in OID
        order."""
        numbers = {number for company in self if company.watched for number in company.enterprise_numbers}
        numbers |= {reused.number for reused in self.reused_numbers if self._companies[reused.company].watched}
        return tuple(f"{ENTERPRISES}.{number}" for number in sorted(numbers - self.generic_enterprises.keys()))


def _brands_with_lines(companies: Iterable[Company]) -> Iterator[Badge]:
    """The brands that others build some product lines for. A model under a brand's name says enough, even where the
    text is too loose to name the maker of the box."""
    for company in companies:
        records = tuple(record for record in company.built_by if record.lines)
        words = tuple(name for name in (company.name, *company.aliases) if len(name) >= MIN_BADGE)
        if records and words:
            yield Badge(company.name, words, records, company.id)


def load_companies(folder: Path = DATA, own_rules: Path | None = None) -> Companies:
    """The shipped companies, and those that a folder of the user's own rules adds. Raises DataFileError, which names
    file and line."""
    from fingerprints.database.companies.company_files import OWN_COMPANIES, read_companies

    if folder == DATA and own_rules is None:
        return _shipped_companies()
    return Companies(read_companies(folder, own_rules / OWN_COMPANIES if own_rules is not None else None))


@cache
def _shipped_companies() -> Companies:
    """Read once: they do not change while a process runs."""
    from fingerprints.database.companies.company_files import read_companies

    return Companies(read_companies(DATA, None))
