"""Where each device of the made-up operator stands, and which are next to it: all of it follows from its number.

200 devices are a site: a core router on the ring of all sites, nine of transport, 50 of access, 60 of customers and 80
of the enterprise. Each has two uplinks and two neighbours of its own tier.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.report.products import USUAL, WATCHED, Product
from reports.policy.vocabulary import Tier

SITE = 200

TIERS = (
    (Tier.CORE, range(1)),
    (Tier.TRANSPORT, range(1, 10)),
    (Tier.ACCESS, range(10, 60)),
    (Tier.CUSTOMER, range(60, 120)),
    (Tier.ENTERPRISE, range(120, SITE)),
)
"""The places of each tier within a site."""

ABOVE = {
    Tier.TRANSPORT: range(1),
    Tier.ACCESS: range(1, 10),
    Tier.CUSTOMER: range(10, 60),
    Tier.ENTERPRISE: range(10, 60),
}
"""The places to which the uplinks of a tier lead."""

TOWNS = ("lon", "man", "bri", "lee", "gla", "edi", "car", "bel", "nor", "ply", "exe", "yor", "hul", "der", "bat", "oxf")
ROLES = {
    Tier.CORE: "core",
    Tier.TRANSPORT: "agg",
    Tier.ACCESS: "olt",
    Tier.CUSTOMER: "cpe",
    Tier.ENTERPRISE: "sw",
}


class Standing(StrEnum):
    """What a device of the plan comes to."""

    RESTRICTED = "restricted"
    REVIEW = "review"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of so many devices."""

    count: int

    def tier(self, number: int) -> Tier:
        """The tier of a device."""
        place = number % SITE
        return next(tier for tier, places in TIERS if place in places)

    def site(self, number: int) -> str:
        """Its site: `lon-0`."""
        block = number // SITE
        return f"{TOWNS[block % len(TOWNS)]}-{block // len(TOWNS)}"

    def name(self, number: int) -> str:
        """Its host name: `lon-0-olt-17`."""
        return f"{self.site(number)}-{ROLES[self.tier(number)]}-{number % SITE}"

    def standing(self, number: int) -> Standing:
        """Its verdict: in each site another place is the restricted one, so that every tier has some."""
        match (number % SITE - 37 * (number // SITE)) % SITE:
            case 0:
                return Standing.RESTRICTED
            case 50:
                return Standing.REVIEW
            case 100:
                return Standing.CONDITIONAL
            case 66 | 133:
                return Standing.UNKNOWN
            case _:
                return Standing.CLEAR

    def product(self, number: int) -> Product:
        """What it is."""
        tier = self.tier(number)
        if self.standing(number) in (Standing.RESTRICTED, Standing.REVIEW, Standing.CONDITIONAL):
            return WATCHED[tier]
        usual = USUAL[tier]
        return usual[number * 7 // 3 % len(usual)]

    def neighbours(self, number: int) -> tuple[int, ...]:
        """The devices that it reports: up to four others, fewer in a network of a few devices."""
        others = (other % self.count for other in self._neighbours(number))
        return tuple(dict.fromkeys(other for other in others if other != number))

    def _neighbours(self, number: int) -> Iterator[int]:
        block, place = divmod(number, SITE)
        first = block * SITE
        tier = self.tier(number)
        if tier is Tier.CORE:
            yield from (first - SITE, first + SITE, first + 1, first + 2)
            return
        above = ABOVE[tier]
        yield first + above[place % len(above)]
        yield first + SITE if tier is Tier.TRANSPORT else first + above[(place + 1) % len(above)]
        beside = dict(TIERS)[tier]
        yield first + beside[(place - beside[0] - 1) % len(beside)]
        yield first + beside[(place - beside[0] + 1) % len(beside)]
