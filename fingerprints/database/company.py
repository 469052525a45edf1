"""What is known of one company, and of the numbers and names that do not follow their registry: values only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Tie:
    """A dated edge to another company: who owned this one, or who built what bears its name. `certainty` is
    `checked` (a source is named in `note`) or `recalled` (general database, to be checked)."""

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
class ReusedNumber:
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


@dataclass(frozen=True, slots=True)
class CompanyData:
    """All files of a companies folder: `generic` is enterprise number to name."""

    companies: tuple[Company, ...]
    generic: tuple[tuple[int, str], ...] = ()
    squatted: tuple[ReusedNumber, ...] = ()
    arcs: tuple[Arc, ...] = ()
    lookalikes: tuple[str, ...] = ()
