"""Which findings of a device are about one of its parts, and what they say of it together."""

from dataclasses import replace
from datetime import date

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component
from reports.document.answers.part_findings import PartFindings, findings_about
from reports.document.document import ReportedDevice, ReportedFinding
from reports.document.overview import names_part
from reports.judgement.evaluate import MAX_POSITION
from reports.placement.placement import UNCLASSIFIED
from reports.policy.verdict import Verdict
from tests.unit.documents import GB_CAP, US_TELECOM, YEAR_END, box, identity
from tests.unit.documents import HUAWEI as MAKER

OPTIC = Component(ComponentKind.OPTIC, "1/0/1", MAKER)
CARD = Component(ComponentKind.CARD, "slot 1", MAKER)


def holding(*findings: ReportedFinding) -> ReportedDevice:
    device = replace(
        box(1, "r1", "192.0.2.1", identity(MAKER, "NE40E", "V8", "VRP", "router")), components=(OPTIC, CARD)
    )
    return ReportedDevice(device, UNCLASSIFIED, findings, Verdict.RESTRICTED)


def test_a_finding_names_a_part_by_its_position_as_judgement_cuts_it() -> None:
    far = replace(OPTIC, position="x" * 500)
    assert names_part(replace(US_TELECOM, component="x" * MAX_POSITION), far)
    assert not names_part(replace(US_TELECOM, component="1/0/2"), OPTIC)
    assert not names_part(US_TELECOM, replace(OPTIC, position=""))


def test_the_worst_open_finding_gives_the_verdict_and_the_earliest_of_its_deadlines_the_deadline() -> None:
    restricted = replace(US_TELECOM, component="1/0/1")
    soon, later = (replace(finding, component="1/0/1") for finding in (YEAR_END, GB_CAP))
    waived = replace(restricted, waiver="W-1")
    assert findings_about(holding(soon, later, waived), OPTIC) == PartFindings(
        (soon, later), (waived,), Verdict.CONDITIONAL, date(2026, 12, 31)
    )
    assert findings_about(holding(restricted, soon), OPTIC) == PartFindings(
        (restricted, soon), (), Verdict.RESTRICTED, None
    )


def test_a_part_that_no_finding_names_has_no_verdict_of_its_own() -> None:
    assert findings_about(holding(US_TELECOM, replace(US_TELECOM, component="1/0/1")), CARD) == PartFindings(
        (), (), None, None
    )
