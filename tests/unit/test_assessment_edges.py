"""What a whole assessment says where no law judges, and where the operator's way of placing may hide a core router."""

from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.evidence import Evidence, Observation, Source
from reports.judgement.assessment import Assessment, AssessmentOptions, PlacedByManagementAddress
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.placement.zones import read_zones
from reports.policy.policy import Policy
from reports.policy.policy_set import load_policies
from reports.policy.support_file import read_support
from reports.policy.verdict import Verdict
from tests.unit.boxes import introduced, live

CISCO = introduced("Cisco IOS Software, C2960X Software, Version 15.2(2)E", "1.3.6.1.4.1.9.1.1208")
FORWARDS = (Observation(Source.SNMP_IP_ADDRESS, "1.3.6.1.2.1.4.20.1.2.203.0.113.1", "1"),)
ZONES = """
zones:
  - {name: lan, match: {prefix: 198.51.100.0/24}, tier: access}
  - {name: backbone, match: {prefix: 203.0.113.0/24}, tier: core}
"""


def assessed(
    database: FingerprintDatabase, evidence: Evidence, policies: tuple[Policy, ...], zones: Path | None = None
) -> Assessment:
    options = AssessmentOptions(
        database, read_zones(zones) if zones else None, policies, "chosen by a test", None, date(2026, 11, 22)
    )
    return run_assessment(lambda _: [evidence], options, RunInfo("1", "0", 1, ()))


def test_nothing_is_clear_where_no_law_judges(database: FingerprintDatabase, tmp_path: Path) -> None:
    path = tmp_path / "support.yaml"
    path.write_text("support:\n  - {maker: juniper, models: [EX*], end_of_support: 2099-01-01}\n", encoding="utf-8")
    support = read_support(path, database.companies)
    box, law = live("198.51.100.1", CISCO), load_policies(("us-889a",))
    by_policies = {
        count: assessed(database, box, policies).devices[0].verdict
        for count, policies in ((0, ()), (1, (support,)), (2, (support, *law)))
    }
    assert by_policies == {0: Verdict.NOT_ASSESSED, 1: Verdict.NOT_ASSESSED, 2: Verdict.CLEAR}


@pytest.mark.parametrize(("place_by", "notes"), [("management", [PlacedByManagementAddress(1, 1)]), ("highest", [])])
def test_a_router_that_only_its_managed_address_keeps_out_of_the_core_is_counted(
    database: FingerprintDatabase, tmp_path: Path, place_by: str, notes: list[PlacedByManagementAddress]
) -> None:
    path = tmp_path / "zones.yaml"
    path.write_text(f"place_by: {place_by}\n{ZONES}", encoding="utf-8")
    found = assessed(database, live("198.51.100.1", CISCO, FORWARDS), load_policies(("us-889a",)), path)
    assert [note for note in found.notes if isinstance(note, PlacedByManagementAddress)] == notes
