"""Findings by cause, the totals of a report, and its number."""

from dataclasses import replace
from datetime import date

import pytest

from reports.document.document import Document, Place, build
from reports.document.group_wording import describe_groups, describe_maker, name_devices, say_what_to_do, what_to_do
from reports.document.groups import by_product, cause_of, family_of, finding_groups
from reports.document.overview import MakerCount, overview
from reports.document.report_number import report_number
from reports.document.totals import totals
from tests.unit import documents


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("NE40E-X8A", "NE40E"),
        ("S5720-28X-PWR-SI-AC", "S5720"),
        ("CloudEngine S5735-L24T4S", "CloudEngine S5735"),
        ("ASR-9006", "ASR-9006"),
        ("MX480", "MX480"),
        ("ZXR10 5960-56QU", "ZXR10"),
        ("OptiX", "OptiX"),
        ("", ""),
    ],
)
def test_a_family_is_the_first_number_of_a_model_with_the_letters_before_it(model: str, family: str) -> None:
    assert family_of(model) == family


def test_every_open_finding_is_in_exactly_one_group() -> None:
    document = documents.network()
    members = [
        (judged.device.id, group.cause.policy, group.cause.rule)
        for group in finding_groups(document)
        for judged in group.devices
    ]
    findings = {
        (judged.device.id, finding.policy, finding.rule)
        for judged in document.devices
        for finding in judged.findings
        if finding.waiver is None and finding.verdict.value != "clear"
    }
    assert sorted(set(members)) == sorted(findings)


def test_a_group_of_parts_names_the_maker_of_the_part_and_not_of_its_chassis() -> None:
    causes = [group.cause for group in finding_groups(documents.network()) if group.cause.part]
    assert [(cause.maker, cause.family, cause.part, cause.place) for cause in causes[:1]] == [
        ("Huawei Technologies", "OMXD30000", "optic", Place.CORE)
    ]


def test_a_finding_names_a_part_by_its_position_as_the_judge_writes_it() -> None:
    judged = documents.cisco_with_foreign_optic()
    by_position = replace(judged.findings[0], component="TenGigE0/0/0/3")
    cause = cause_of(judged, by_position)
    assert (cause.maker, cause.family, cause.part) == ("Huawei Technologies", "OMXD30000", "optic")


def test_rules_that_say_the_same_of_the_same_devices_are_read_together() -> None:
    entries = by_product(finding_groups(build(documents.HEADER, (documents.huawei_core(),), ())))
    assert [describe_groups(groups) for groups in entries] == [
        "1 device: Huawei Technologies NE40E in core (lon-1), gb-bt-policy-2018/fixed-core and us-889a/telecom",
        "1 device: Huawei Technologies NE40E in core (lon-1), jp-procurement-2018/consult",
    ]


def test_a_group_says_what_to_do_about_its_devices_or_their_parts() -> None:
    groups = finding_groups(documents.network())
    assert {say_what_to_do(group, True) for group in groups} == {
        "Replace it, or have the finding waived",
        "Replace the optic, or have the finding waived",
        "Replace them, or have the finding waived",
        "Look at it: the evidence contradicts itself and may be forged",
        "Ask the authority: the rule names no company",
        "Confirm who made it by its command line, a neighbour or its label",
        "Keep to the date, the cap or the condition that the rule names",
        "Find out who made it: add an SNMP or SSH credential",
    }


def test_a_device_that_nobody_placed_is_to_be_placed_before_it_is_replaced() -> None:
    said = what_to_do(documents.US_TELECOM, Place.UNCLASSIFIED, "it", True)
    assert said == "Say in zones.yaml where it stands; until then the worst place counts"


def test_a_policy_that_nobody_chose_replaces_nothing() -> None:
    said = what_to_do(documents.US_TELECOM, Place.CORE, "it", False)
    assert said == "If this policy binds you, replace it, or have the finding waived"


def test_a_group_whose_reasons_differ_says_so() -> None:
    other = replace(documents.US_TELECOM, because="by another zone")
    devices = (documents.huawei_core(), documents.huawei_core())
    named = tuple(replace(judged, device=replace(judged.device, id=f"dev-{at}")) for at, judged in enumerate(devices))
    groups = finding_groups(build(documents.HEADER, (named[0], replace(named[1], findings=(other,))), ()))
    assert {group.cause.rule: group.is_same_reason for group in groups}["telecom"] is False


def test_a_group_names_its_first_devices_and_counts_the_others() -> None:
    assert name_devices(documents.network().devices[:5]) == "lon-core-1, lon-core-2, lon-core-3 and 2 more"


@pytest.mark.parametrize(
    ("counted", "text"),
    [
        (MakerCount("Nokia", 7, 0), "Nokia 7"),
        (MakerCount("ZTE", 2, 2), "ZTE 2 (2 restricted)"),
        (MakerCount("Cisco", 4, 1, 1), "Cisco 4 (1 restricted for a part in it)"),
        (MakerCount("Cisco", 4, 3, 2), "Cisco 4 (3 restricted, 2 of them for a part in it)"),
    ],
)
def test_a_maker_is_not_blamed_for_a_part_of_another(counted: MakerCount, text: str) -> None:
    assert describe_maker(counted, "Restricted") == text


def test_a_device_that_only_its_part_makes_restricted_is_counted_apart_under_its_own_maker() -> None:
    core = overview(documents.network()).columns[0]
    restricted = [maker for maker in core.makers if maker.restricted]
    assert restricted == [MakerCount("Cisco Systems", 2, 1, 1), MakerCount("Huawei Technologies", 1, 1, 0)]


def test_devices_that_are_not_assessed_are_in_no_count_of_assessed_ones() -> None:
    document = documents.network()
    counted = totals(document)
    not_assessed = sum(judged.verdict.value == "not_assessed" for judged in document.devices)
    assert counted.assessed == len(document.devices) - not_assessed


def test_the_number_of_a_report_depends_on_its_evidence_and_its_day_and_on_nothing_else() -> None:
    document = documents.network()
    later = replace(document, header=replace(document.header, as_of=document.header.as_of.replace(year=2027)))
    assert report_number(document) == report_number(documents.network()) != report_number(later)


def test_a_report_without_a_device_has_a_number_and_no_group() -> None:
    empty = Document(documents.HEADER, (), ())
    assert (finding_groups(empty), len(report_number(empty))) == ((), len("0-") + 8)


def test_a_date_of_a_finding_that_changes_gives_the_report_another_number() -> None:
    document = documents.network()
    first, *others = document.devices
    moved = tuple(replace(finding, deadline=date(2031, 1, 1)) for finding in first.findings)
    assert report_number(document) != report_number(
        replace(document, devices=(replace(first, findings=moved), *others))
    )
