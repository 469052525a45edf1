"""Companies of the network field: names, registry numbers, and dated edges of who owned and who built for whom.

A company is `watched` when some policy of the world names it; whether it may stand where it stands is not said here.
Dates: an edge holds from its first day up to, not including, the day it ended. Where only a month or a year is known,
`since` counts from its first day and `until` through its last, so a doubtful tie is kept rather than lost.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fingerprints.company_names import normalised, spelt

DATA = Path(__file__).with_name("companies")
ENTERPRISES = "1.3.6.1.4.1"
"""iso.org.dod.internet.private.enterprises (RFC 1155): IANA numbers hang below it."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A dated edge to another company: who owned this one, or who built what bears its name. `certainty` is
    `checked` (a source is named in `note`) or `recalled` (general knowledge, to be checked)."""

    company: str
    since: date | None = None
    until: date | None = None
    certainty: str = "recalled"
    note: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the edge stood on that day; an unknown end is open."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Company:
    """One company or brand. `aliases` are other names it goes by, `oui_names` its spellings in IEEE's registries,
    `lookalikes` full names of others that would fold to one of its own; `home` is an ISO 3166 country or several."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    enterprise_numbers: tuple[int, ...] = ()
    oui_names: tuple[str, ...] = ()
    watched: bool = False
    home: str = ""
    owners: tuple[Tie, ...] = ()
    made_by: tuple[Tie, ...] = ()
    lookalikes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Squat:
    """An enterprise number that a maker's devices answer with though IANA gave it to somebody else, or to nobody."""

    number: int
    company: str
    registered_to: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arc:
    """A subtree whose company differs from the holder of the number it hangs below: by role, empty where unknown."""

    oid: str
    brand: str = ""
    platform: str = ""
    maker: str = ""
    note: str = ""


class Companies:
    """All companies, indexed by id, folded name and enterprise number. Read only once built."""

    def __init__(
        self,
        companies: Iterable[Company],
        generic: Mapping[int, str] | None = None,
        squatted: Iterable[Squat] = (),
        arcs: Iterable[Arc] = (),
        lookalikes: Iterable[str] = (),
    ) -> None:
        self._companies = {company.id: company for company in companies}
        self._by_name: dict[str, Company] = {}
        self._by_enterprise: dict[int, Company] = {}
        self._others = set(map(spelt, lookalikes))
        for company in self._companies.values():
            for name in (company.name, *company.aliases, *company.oui_names):
                self._by_name.setdefault(normalised(name), company)
            self._by_enterprise.update(dict.fromkeys(company.enterprise_numbers, company))
            self._others.update(map(spelt, company.lookalikes))
        self.generic_enterprises: Mapping[int, str] = dict(generic or {})
        self.squatted: tuple[Squat, ...] = tuple(squatted)
        self._arcs = {arc.oid: arc for arc in arcs}

    def __iter__(self) -> Iterator[Company]:
        return iter(self._companies.values())

    def get(self, company_id: str) -> Company | None:
        """The company of that id."""
        return self._companies.get(company_id)

    def by_name(self, text: str) -> Company | None:
        """The company that goes by exactly this name once folded (company_names.normalised); a part never matches."""
        company = self._by_name.get(normalised(text))
        return None if company and spelt(text) in self._others else company

    def by_enterprise(self, number: int) -> Company | None:
        """The company IANA registered the number to; None for generic ones, which are nobody's evidence."""
        return None if number in self.generic_enterprises else self._by_enterprise.get(number)

    def squatters_of(self, number: int) -> tuple[Squat, ...]:
        """Who answers with a number that is not theirs; a hint that needs a second sign."""
        return tuple(squat for squat in self.squatted if squat.number == number)

    def arc_of(self, oid: str) -> Arc | None:
        """The longest known subtree that holds `oid` and belongs to another than the number's holder."""
        while oid.count(".") >= 6:
            if oid in self._arcs:
                return self._arcs[oid]
            oid = oid.rpartition(".")[0]
        return None

    def watched(self) -> tuple[str, ...]:
        """Ids of the watched companies, sorted."""
        return tuple(sorted(company.id for company in self if company.watched))

    def owned_by_on(self, company_id: str, day: date) -> tuple[str, ...]:
        """Ids of all that the company belonged to on that day, owners of owners too, nearest first; not itself."""
        found: dict[str, None] = {}
        waiting = [company_id]
        while waiting:
            company = self._companies.get(waiting.pop(0))
            ties = [tie.company for tie in company.owners if tie.holds_on(day)] if company else []
            fresh = [owner for owner in ties if owner not in found and owner != company_id]
            found.update(dict.fromkeys(fresh))
            waiting += fresh
        return tuple(found)

    def enterprise_trees_of_watched(self) -> tuple[str, ...]:
        """The private trees `1.3.6.1.4.1.N` that watched makers' agents serve, squatted ones too, in OID order."""
        numbers = {number for company in self if company.watched for number in company.enterprise_numbers}
        numbers |= {squat.number for squat in self.squatted if self._companies[squat.company].watched}
        return tuple(f"{ENTERPRISES}.{number}" for number in sorted(numbers - self.generic_enterprises.keys()))


def load_companies(folder: Path = DATA) -> Companies:
    """The companies that ship with kitscan. Raises DataFileError naming file and line."""
    from fingerprints.company_files import read_companies

    return read_companies(folder)
