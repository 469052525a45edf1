"""Values of the companies data: a company, its ties to others, and numbers and subtrees that do not follow their
registry."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tie:
    """A dated tie to another company, which owned this one or built what bears its name. `certainty` is `checked`
    (`note` names a source) or `recalled` (general knowledge, to be checked). `keeps_name` is False where the owner took
    over the product lines and gave up the company's name."""

    company: str
    since: date | None = None
    until: date | None = None
    certainty: str = "recalled"
    note: str = ""
    keeps_name: bool = True

    def holds_on(self, day: date) -> bool:
        """True if the tie existed on that day; an unknown start or end is open."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Company:
    """One company or brand. `aliases` are its other names, `oui_names` its spellings in IEEE's registries, `lookalikes`
    full names of other companies that fold to one of its own. `home` is one or more ISO 3166 countries."""

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
class ReusedNumber:
    """An enterprise number with which a maker's devices answer although IANA assigned it to another, or to nobody."""

    number: int
    company: str
    registered_to: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arc:
    """A subtree that belongs to other companies than the holder of its enterprise number: by role, empty if unknown."""

    oid: str
    brand: str = ""
    platform: str = ""
    maker: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CompanyData:
    """The content of all files of a companies folder. `generic` are (enterprise number, name) pairs."""

    companies: tuple[Company, ...]
    generic: tuple[tuple[int, str], ...] = ()
    reused_numbers: tuple[ReusedNumber, ...] = ()
    arcs: tuple[Arc, ...] = ()
    lookalikes: tuple[str, ...] = ()
