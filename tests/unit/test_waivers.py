"""waivers.yaml: what is read, what is refused, and what a waiver does to a finding."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.errors import DataFileError
from reports.document.finding_wording import because_text, waiver_text
from reports.judgement.because import WaiverExpired
from reports.judgement.evaluate import verdict_of
from reports.judgement.finding import Finding
from reports.judgement.waivers import Waivers, apply_waivers, read_waivers
from reports.policy.verdict import Verdict

DEVICE = Device("serial:1", ("cap-1", "cr1"), ("192.0.2.1",), "its-own-name", (), Identity(Level.CONFIRMED, 0.99))
FINDING = Finding("us-889a", "telecom", Verdict.RESTRICTED, (), "Pub. L. 115-232")
OPTIC = replace(FINDING, component="Ethernet1/1")
WAIVER = """
waivers:
  - id: W-1
    scope: {device: cr1, policy: us-889a}
    reason: replaced in March
    owner: Ann
    approved_by: Ben
    expires: 2027-03-31
"""


def waivers(tmp_path: Path, text: str = WAIVER) -> Waivers:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return read_waivers(path)


def test_a_waived_finding_stays_with_its_waiver_and_no_longer_decides(tmp_path: Path) -> None:
    found = apply_waivers((FINDING,), DEVICE, waivers(tmp_path), date(2027, 3, 31))
    (waiver,) = waivers(tmp_path).waivers
    assert found == (replace(FINDING, waiver=waiver),)
    assert waiver_text(waiver) == "W-1: replaced in March (owner Ann, approved by Ben, until 2027-03-31)"
    assert verdict_of(DEVICE, found) is Verdict.CLEAR


def test_an_expired_waiver_covers_nothing_and_is_named(tmp_path: Path) -> None:
    found = apply_waivers((FINDING,), DEVICE, waivers(tmp_path), date(2027, 4, 1))
    assert found == (replace(FINDING, because=(WaiverExpired(waivers(tmp_path).waivers[0]),)),)
    assert because_text(found[0].because) == "waiver W-1 expired on 2027-03-31"
    assert verdict_of(DEVICE, found) is Verdict.RESTRICTED


def test_expired_waivers_can_be_listed(tmp_path: Path) -> None:
    read = waivers(tmp_path)
    assert read.expired(date(2027, 4, 1)) == read.waivers
    assert read.expired(date(2027, 3, 31)) == ()


def test_a_waiver_for_the_box_does_not_cover_its_parts(tmp_path: Path) -> None:
    assert apply_waivers((OPTIC,), DEVICE, waivers(tmp_path), date(2027, 1, 1)) == (OPTIC,)


def test_a_waiver_for_a_part_covers_that_part_alone(tmp_path: Path) -> None:
    read = waivers(tmp_path, WAIVER.replace("policy: us-889a}", "policy: us-889a, component: 'Ethernet1/*'}"))
    box, part = apply_waivers((FINDING, OPTIC), DEVICE, read, date(2027, 1, 1))
    assert box == FINDING
    assert part.waiver is not None


@pytest.mark.parametrize(
    "scope",
    ["{device: cr2, policy: us-889a}", "{device: cr1, policy: us-889b}", "{device: cr1, policy: '*', rule: video}"],
)
def test_what_lies_outside_the_scope_is_not_covered(tmp_path: Path, scope: str) -> None:
    read = waivers(tmp_path, WAIVER.replace("{device: cr1, policy: us-889a}", scope))
    assert apply_waivers((FINDING,), DEVICE, read, date(2027, 1, 1)) == (FINDING,)


@pytest.mark.parametrize("word", ["cap-1", "192.0.2.1", "CR1", "cr*"])
def test_a_device_is_named_by_label_or_address(tmp_path: Path, word: str) -> None:
    read = waivers(tmp_path, WAIVER.replace("device: cr1", f"device: '{word}'"))
    assert apply_waivers((FINDING,), DEVICE, read, date(2027, 1, 1))[0].waiver is not None


@pytest.mark.parametrize(("own_name", "covered"), [("", False), (", own_name: no", False), (", own_name: yes", True)])
def test_its_own_name_counts_only_where_the_scope_says_so(tmp_path: Path, own_name: str, covered: bool) -> None:
    read = waivers(tmp_path, WAIVER.replace("device: cr1", f"device: its-own-name{own_name}"))
    (found,) = apply_waivers((FINDING,), DEVICE, read, date(2027, 1, 1))
    assert (found.waiver is not None) is covered


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    owner: Ann\n", "", "waivers.0.owner is missing"),
        ("2027-03-31", "next spring", "waivers.0.expires"),
        ("{device: cr1, policy: us-889a}", "{policy: us-889a}", "scope.device is missing"),
        ("approved_by", "approved", "unknown key waivers.0.approved"),
    ],
)
def test_a_broken_waiver_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(DataFileError) as error:
        waivers(tmp_path, WAIVER.replace(old, new))
    assert message in str(error.value)


def test_the_documents_waiver_can_be_written_as_it_stands_there(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "policies.md").read_text("utf-8").rpartition("```yaml\n")[2]
    assert [waiver.id for waiver in waivers(tmp_path, text.partition("```")[0]).waivers] == ["W-2026-014"]


def test_an_id_written_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="written twice: W-1"):
        waivers(tmp_path, WAIVER + WAIVER.partition("waivers:\n")[2])


def test_no_waivers_change_nothing() -> None:
    assert apply_waivers((FINDING,), DEVICE, Waivers(), date(2027, 1, 1)) == (FINDING,)


def test_the_first_waiver_that_still_holds_counts_and_of_those_that_ended_the_last_is_named(tmp_path: Path) -> None:
    (one,) = waivers(tmp_path).waivers
    ended = replace(one, id="W-0", expires=date(2026, 1, 1))
    later = replace(one, id="W-2", expires=date(2028, 1, 1))
    both = Waivers((ended, one, later))
    assert [found.waiver for found in apply_waivers((FINDING,), DEVICE, both, date(2027, 1, 1))] == [one]
    (found,) = apply_waivers((FINDING,), DEVICE, both, date(2029, 1, 1))
    assert (found.waiver, found.because) == (None, (WaiverExpired(later),))


@pytest.mark.parametrize("key", ["reason: replaced in March", "owner: Ann", "approved_by: Ben"])
@pytest.mark.parametrize("text", ["TO WRITE", "todo", "<TBD>", '"?"', "to do:"])
def test_a_waiver_whose_words_nobody_wrote_is_refused(tmp_path: Path, key: str, text: str) -> None:
    name = key.partition(":")[0]
    quoted = text if text.startswith('"') else f'"{text}"'
    with pytest.raises(DataFileError, match=name):
        waivers(tmp_path, WAIVER.replace(key, f"{name}: {quoted}"))
