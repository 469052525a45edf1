"""Findings by cause, the totals of a report, and its number."""

from dataclasses import replace

import pytest

from reports.document.document import Document, Place
from reports.document.groups import family_of, finding_groups
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
