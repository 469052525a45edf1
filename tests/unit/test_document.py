"""The document has one order, and its counts say what is in it."""

from dataclasses import replace
from itertools import permutations

from reports.document.document import NotAssessed, Place, Unidentified, build, devices_by, findings_by, place_of
from reports.document.overview import overview, worst_first
from reports.policy.verdict import Verdict
from tests.unit import documents


def test_the_order_in_which_devices_were_judged_does_not_matter() -> None:
    devices = (documents.huawei_core(), documents.liar(), documents.olt())
    built = {build(documents.HEADER, some, ()) for some in permutations(devices)}
    assert [[judged.device.id for judged in document.devices] for document in built] == [["dev-01", "dev-05", "dev-09"]]


def test_findings_stand_worst_first_and_waived_ones_last() -> None:
    (judged,) = build(documents.HEADER, (documents.olt(),), ()).devices
    assert [(finding.verdict.value, finding.waiver is not None) for finding in judged.findings] == [
        ("conditional", False),
        ("restricted", True),
    ]


def test_targets_not_assessed_are_sorted_by_target() -> None:
    assert [missing.target for missing in documents.network().not_assessed] == ["10.0.8.77", "core-9.example"]


def test_findings_are_counted_by_verdict_without_the_waived_ones() -> None:
    counts = findings_by(documents.network())
    assert ({verdict.value: count for verdict, count in counts.by_verdict.items()}, counts.waived) == (
        {"restricted": 6, "review": 4, "conditional": 1, "not_assessed": 1, "clear": 0},
        1,
    )


def test_a_policy_without_findings_is_counted_too() -> None:
    empty = build(documents.HEADER, (), ())
    assert list(findings_by(empty).by_policy) == [policy.id for policy in documents.POLICIES]
    assert {count for counts in findings_by(empty).by_policy.values() for count in counts.values()} == {0}


def test_devices_are_counted_by_place_and_unclassified_is_never_non_core() -> None:
    counts = devices_by(documents.network())
    assert {place.value: sum(by_verdict.values()) for place, by_verdict in counts.items()} == {
        "core": 5,
        "non_core": 7,
        "unclassified": 2,
    }
    assert place_of(documents.unknown().placement) is Place.UNCLASSIFIED


def test_a_reader_meets_the_worst_in_the_core_first() -> None:
    verdicts = [judged.verdict for judged in worst_first(documents.network())]
    assert verdicts == sorted(verdicts, key=tuple(Verdict).index)
    assert worst_first(documents.network())[0].device.id == "dev-01"


def test_the_overview_says_what_was_not_seen() -> None:
    assert overview(documents.network()).unseen == (
        "2 targets could not be assessed; each is listed with its cause.",
        "1 device answered, but nothing names its maker.",
        "251 addresses did not answer. Silent does not mean unused.",
        "2 devices could be scanned only in part; each lists what is missing.",
        "Layer 2 was not listened to: the helper lacks CAP_NET_RAW.",
    )


def test_a_document_without_devices_never_reads_as_clear() -> None:
    header = replace(documents.HEADER, notes=())
    assert overview(build(header, (), ())).headline == "No device was assessed; 2 not assessed."


def test_an_unknown_device_that_is_listed_as_not_assessed_is_counted_once() -> None:
    missing = NotAssessed("10.0.9.13", Unidentified.UNIDENTIFIED)
    document = build(replace(documents.HEADER, notes=()), (documents.unknown(),), (missing,))
    assert not [sentence for sentence in overview(document).unseen if "nothing names its maker" in sentence]


def test_the_summary_counts_the_restricted_devices_of_each_place() -> None:
    assert overview(documents.network()).summary == (
        "5 of 13 assessed devices break a rule (2 core, 3 non-core, 0 unclassified); 3 not assessed."
    )
