"""Who stands behind a vendor's name: the owner of its product lines today, and the name that was given up."""

from dataclasses import replace

from fingerprints.database.companies.companies import Companies
from fingerprints.database.companies.company import Company, CompanyData, Tie
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.lineage import Lineage, lineage_of
from fingerprints.model.device import Identity, Level, Party
from reports.document.overview import brand_of

OWNED = CompanyData(
    (
        Company("young", "Young", owners=(Tie("middle", keeps_name=False),)),
        Company("middle", "Middle", owners=(Tie("old", keeps_name=False),)),
        Company("brand", "Brand", owners=(Tie("old"),)),
        Company("old", "Old"),
    )
)
OLD, YOUNG, BRAND = Party("old", "Old"), Party("young", "Young"), Party("brand", "Brand")


def owning(database: FingerprintDatabase) -> FingerprintDatabase:
    return replace(database, companies=Companies(OWNED))


def test_a_name_given_up_stands_behind_that_of_the_owner_today(database: FingerprintDatabase) -> None:
    assert lineage_of(YOUNG, (), owning(database)) == Lineage(OLD, YOUNG)


def test_a_name_still_in_use_stands_before_that_of_its_owner(database: FingerprintDatabase) -> None:
    assert lineage_of(BRAND, (), owning(database)) == Lineage(OLD)


def test_nobody_owns_an_independent_vendor_or_none(database: FingerprintDatabase) -> None:
    assert lineage_of(OLD, (), owning(database)) == Lineage()
    assert lineage_of(None, (), owning(database)) == Lineage()


def test_a_report_says_both_names() -> None:
    def sold_as(vendor: Party | None, owner: Party | None = None, formerly: Party | None = None) -> str:
        return brand_of(Identity(Level.PROBABLE, 0.9, vendor, owner=owner, formerly=formerly))

    assert sold_as(YOUNG, OLD, YOUNG) == "Old, formerly Young"
    assert sold_as(OLD, None, YOUNG) == "Old, formerly Young"
    assert sold_as(BRAND, OLD) == "Brand"
    assert sold_as(OLD) == "Old"
    assert sold_as(None) == ""
