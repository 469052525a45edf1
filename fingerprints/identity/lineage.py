"""Who stands behind a vendor's name today, and under which name its product line was sold before: dated ties of the
companies data, where the product line went with the company."""

from collections.abc import Iterable
from dataclasses import dataclass

from fingerprints.claims.claim import Claim
from fingerprints.database.companies.company import Tie
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Party

MAX_OWNERS = 8
"""Owners, one behind the other, that are followed."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Who owns the vendor's product lines today, if it is another company, and the name under which they were sold
    before, if that has been given up: the vendor's own, or that of a company which the vendor bought."""

    owner: Party | None = None
    formerly: Party | None = None


def lineage_of(vendor: Party | None, claims: Iterable[Claim], database: FingerprintDatabase) -> Lineage:
    """The owner of the vendor's product lines today, and the name that they had before. `claims` are all of the
    device: of a vendor that bought another company, they show whether the box still names that one."""
    if vendor is None:
        return Lineage()
    tie = _present_tie(vendor.id, database)
    if tie is None:
        return Lineage(formerly=_bought_name(vendor, claims, database))
    formerly = None if tie.keeps_name else vendor
    owner = tie.company
    for _ in range(MAX_OWNERS):
        above = _present_tie(owner, database)
        if above is None or above.keeps_name:
            break
        owner = above.company
    return Lineage(database.party(owner), formerly)


def _present_tie(company: str, database: FingerprintDatabase) -> Tie | None:
    known = database.companies.get(company)
    return next((tie for tie in known.owners if tie.until is None), None) if known is not None else None


def _bought_name(vendor: Party, claims: Iterable[Claim], database: FingerprintDatabase) -> Party | None:
    """The bought company that the heaviest of the claims names, if it gave up its name to the vendor."""
    for claim in sorted(claims, key=lambda claim: -claim.record.weight):
        tie = _present_tie(claim.record.company, database)
        if tie is not None and tie.company == vendor.id and not tie.keeps_name:
            return database.party(claim.record.company)
    return None
