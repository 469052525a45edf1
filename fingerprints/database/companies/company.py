"""Values of the companies data: a company, its ties to others, and numbers and subtrees that do not follow their
registry."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

CHECKED = "checked"
"""The certainty of a tie or record whose source was read."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A dated tie to another company, which owned this one. `certainty` is `checked` (`note` names a source) or
    `recalled` (general knowledge, to be checked). `keeps_name` is False where the owner took over the product lines and
    gave up the company's name."""

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
class BuilderRecord:
    """A public record that a company builds, or built until a day, what bears a brand.

    Without `lines` it is about the brand; with them only about boxes that name a model or family which one of the
    patterns fits. `in_part` is True where others build such boxes as well. `certainty` and `note` are those of a Tie.
    """

    builder: str
    since: date | None = None
    until: date | None = None
    certainty: str = "recalled"
    note: str = ""
    in_part: bool = True
    lines: tuple[re.Pattern[str], ...] = ()

    def named_in(self, texts: Iterable[str]) -> str | None:
        """The words of the first text that name one of its lines; empty for a record of the whole brand, None where
        no text names a line."""
        if not self.lines:
            return ""
        found = (line.search(text) for text in texts for line in self.lines)
        return next((match.group() for match in found if match is not None), None)


@dataclass(frozen=True, slots=True)
class Badge:
    """A name on a box, and the records of who builds which product line under it: the name of a brand, or that of a
    network operator on its customers' equipment. `company` is its id, empty for an operator; `words` are what a box
    shows of the name."""

    name: str
    words: tuple[str, ...]
    records: tuple[BuilderRecord, ...]
    company: str = ""

    def is_in(self, lower_text: str) -> bool:
        """True if a text in lower case holds one of its words."""
        return any(word.lower() in lower_text for word in self.words)


@dataclass(frozen=True, slots=True)
class Company:
    """One company or brand. `aliases` are its other names, `oui_names` its spellings in IEEE's registries, `lookalikes`
    full names of other companies that fold to one of its own. `home` is one or more ISO 3166 countries. `built_by` are
    the records of who builds what bears its name. `makes_chips` is True if its name in a text means a chip, whoever
    made the box."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    enterprise_numbers: tuple[int, ...] = ()
    oui_names: tuple[str, ...] = ()
    watched: bool = False
    home: str = ""
    owners: tuple[Tie, ...] = ()
    built_by: tuple[BuilderRecord, ...] = ()
    lookalikes: tuple[str, ...] = ()
    makes_chips: bool = False


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
    operator_badges: tuple[Badge, ...] = ()
