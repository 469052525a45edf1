"""The document that reports are measured with: what it is said to hold, it holds."""

from collections import Counter
from dataclasses import replace

from benchmarks.report.network import made_up
from benchmarks.report.writing import NotWritten, Written, write
from reports.formats.registry import render
from reports.policy.verdict import Verdict

DOCUMENT = made_up(1_000)
SEEN = [judged for judged in DOCUMENT.devices if judged.verdict is not Verdict.NOT_ASSESSED]


def test_of_a_thousand_devices_five_are_restricted_and_thirty_targets_not_assessed() -> None:
    counted = Counter(judged.verdict.value for judged in DOCUMENT.devices)
    assert (counted, len(DOCUMENT.not_assessed)) == (
        {"restricted": 5, "review": 5, "conditional": 5, "not_assessed": 10, "clear": 975},
        30,
    )


def test_every_device_has_25_claims_12_parts_and_4_neighbours() -> None:
    sizes = {
        (len(judged.device.identity.claims), len(judged.device.components), len(judged.device.neighbours))
        for judged in SEEN
    }
    assert sizes == {(25, 12, 4)}


def test_no_two_devices_share_a_name_a_serial_number_or_their_evidence() -> None:
    serials = [part.serial for judged in SEEN for part in judged.device.components]
    for values in (
        [judged.device.id for judged in DOCUMENT.devices],
        [judged.device.name for judged in SEEN],
        [judged.device.identity.serial for judged in SEEN],
        [judged.device.identity.claims for judged in SEEN],
        serials,
    ):
        assert len(set(values)) == len(values)


def test_the_links_join_devices_of_the_document_in_one_piece() -> None:
    beside: dict[str, set[str]] = {judged.device.id: set() for judged in DOCUMENT.devices}
    for link in DOCUMENT.links:
        beside[link.device].add(link.other)
        beside[link.other].add(link.device)
    reached, waiting = set[str](), [DOCUMENT.devices[0].device.id]
    while waiting:
        known = waiting.pop()
        if known not in reached:
            reached.add(known)
            waiting += beside[known]
    assert len(reached) == 1_000


def test_it_is_the_same_in_every_run() -> None:
    assert render(made_up(200), "json") == render(made_up(200), "json")


def test_what_writing_costs_is_measured_in_another_process(tmp_path) -> None:
    written = write(replace(DOCUMENT, devices=DOCUMENT.devices[:10]), "csv", tmp_path)
    assert isinstance(written, Written)
    assert (written.size, written.peak > 1_000_000) == ((tmp_path / "report.csv").stat().st_size, True)


def test_a_process_that_dies_is_told(tmp_path) -> None:
    assert write(replace(DOCUMENT, header=None), "csv", tmp_path) == NotWritten("the process ended without an answer")
