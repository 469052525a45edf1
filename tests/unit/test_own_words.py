"""A device does not talk itself clean: what it says of itself never gives it a better place, waiver, permit or row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from reports.declared.attribute_list import read_attributes
from reports.document.finding_wording import because_text
from reports.document.note_wording import note_text
from reports.judgement.assessment import Assessment, AssessmentOptions, JudgedDevice
from reports.judgement.permits import read_permits
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.judgement.waivers import read_waivers
from reports.placement.zones import check, read_zones
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Reason, Verdict, is_worse
from tests.unit.boxes import introduced, shipped

HUAWEI = introduced("Huawei Versatile Routing Platform Software VRP (R) V5.170", "1.3.6.1.4.1.2011.2.23.753")
POLICIES = ("gb-dvd-huawei-2022",)
DAY = date(2028, 1, 1)


@cache
def options() -> AssessmentOptions:
    return AssessmentOptions(shipped(), None, load_policies(POLICIES), "chosen by a test", None, DAY)


def evidence(name: str, address: str = "127.0.2.1", label: str = "t1") -> Evidence:
    named = (Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", name),) if name else ()
    return Evidence(Subject(address, address, (label,)), (*HUAWEI, *named))


def assess(given_options: AssessmentOptions, *subjects: Evidence) -> Assessment:
    return run_assessment(lambda _: subjects, given_options, RunInfo("1", "0", len(subjects), ()))


def only(assessment: Assessment) -> JudgedDevice:
    (judged,) = assessment.devices
    return judged


def zoned(folder: Path, *entries: str) -> AssessmentOptions:
    path = folder / "zones.yaml"
    path.write_text("zones:\n" + "".join(f"  - {entry}\n" for entry in entries), encoding="utf-8")
    return replace(options(), zones=read_zones(path))


CORE = "{name: core, match: {host: 'core-*'}, segment: core_ip}"
OFFICE = "{name: office, match: {host: 'office-*'}, tier: enterprise}"
REST = "{name: rest, match: {prefix: 127.0.0.0/8}, segment: core_ip}"
REST_OFFICE = "{name: rest, match: {prefix: 127.0.0.0/8}, tier: enterprise}"


def opted(zone: str) -> str:
    return zone.replace("}, ", "}, own_name: yes, ", 1)


@pytest.mark.finding(8)
@pytest.mark.parametrize("name", ["core-1", "office-1", "x-1", ""])
@pytest.mark.parametrize("change", [str, opted])
def test_no_name_takes_a_device_out_of_the_core(tmp_path: Path, name: str, change: Callable[[str], str]) -> None:
    judged = only(assess(zoned(tmp_path, change(CORE), change(OFFICE), REST), evidence(name)))
    assert judged.verdict is Verdict.RESTRICTED


@pytest.mark.finding(8)
@pytest.mark.parametrize("name", ["waived-sw-7", "10.9.8.7", "edge-label-3"])
@pytest.mark.parametrize("device", ["waived-sw-7", "10.9.8.7", "edge-label-*"])
def test_no_name_takes_the_waiver_of_another(tmp_path: Path, name: str, device: str) -> None:
    assert only(assess(waived(tmp_path, f"device: '{device}'"), evidence(name))).verdict is Verdict.RESTRICTED


def waived(folder: Path, device: str) -> AssessmentOptions:
    path = folder / "waivers.yaml"
    path.write_text(
        f"waivers:\n- {{id: W1, scope: {{{device}, policy: '*'}}, reason: r, owner: o, approved_by: a, "
        "expires: 2099-01-01}\n"
    )
    return replace(options(), waivers=read_waivers(path))


@pytest.mark.parametrize("device", ["device: t1", "device: 127.0.2.1", "device: sw-7, own_name: yes"])
def test_a_waiver_goes_by_label_address_and_where_it_says_so_by_own_name(tmp_path: Path, device: str) -> None:
    assert only(assess(waived(tmp_path, device), evidence("sw-7"))).verdict is Verdict.CLEAR


def test_the_report_names_what_a_device_fits_only_by_its_own_name(tmp_path: Path) -> None:
    both = replace(waived(tmp_path, "device: core-1"), zones=zoned(tmp_path, CORE, REST_OFFICE).zones)
    (note,) = assess(both, evidence("core-1"), evidence("x-1", "127.0.2.2", "t2")).notes
    assert note_text(note) == (
        "1 of 2 devices fit zone core and waiver W1 only by the name that they give themselves or by their id, so it "
        "does not count there. Write their label or address instead, or own_name: yes."
    )


PERMITS = """
permits:
  - {id: P1, scope: {device: sw-7, policy: '*', rule: '*'OWN}, granted_by: the agency, granted: 2020-01-01}
"""


@pytest.mark.parametrize(("own", "verdict"), [("", Verdict.RESTRICTED), (", own_name: yes", Verdict.CLEAR)])
@pytest.mark.finding(8)
def test_a_permit_goes_by_own_name_only_where_it_says_so(tmp_path: Path, own: str, verdict: Verdict) -> None:
    (tmp_path / "permits.yaml").write_text(PERMITS.replace("OWN", own))
    allowed = replace(options(), permits=read_permits(tmp_path / "permits.yaml"))
    assert only(assess(allowed, evidence("sw-7"))).verdict is verdict


@pytest.mark.finding(8)
@pytest.mark.parametrize(("column", "applied"), [("label", False), ("own_name", True)])
def test_a_row_of_the_inventory_goes_by_own_name_only_in_a_column_of_that_name(
    tmp_path: Path, column: str, applied: bool
) -> None:
    (tmp_path / "known.csv").write_text(f"{column},purpose\nsw-7,office\n")
    known = replace(options(), attributes=read_attributes(tmp_path / "known.csv"))
    judged = only(assess(known, evidence("sw-7")))
    assert (("purpose", "office") in judged.device.attributes) is applied


def test_a_name_that_contradicts_the_operators_words_is_a_finding(tmp_path: Path) -> None:
    judged = only(assess(zoned(tmp_path, opted(OFFICE), REST), evidence("office-1")))
    found = judged.findings[-1]
    assert (judged.placement.zone, found.policy, found.rule, found.verdict, found.reason) == (
        "rest",
        "zones",
        "own-words-against-place",
        Verdict.REVIEW,
        Reason.MISPLACED,
    )
    assert because_text(found.because) == (
        "its own words (host office-1 is like office-*) put it in zone office, "
        "and without them it stands in zone rest, where it is judged worse"
    )


def test_a_name_that_puts_it_in_a_worse_place_counts(tmp_path: Path) -> None:
    judged = only(assess(zoned(tmp_path, CORE, REST_OFFICE), evidence("core-1")))
    assert (judged.placement.zone, judged.verdict) == ("core", Verdict.RESTRICTED)
    assert (judged.findings[-1].rule, judged.findings[-1].verdict) == ("own-words-against-place", Verdict.CLEAR)


@pytest.mark.parametrize(("change", "zone"), [(str, None), (opted, "office")])
def test_where_the_operator_says_nothing_a_name_places_only_where_its_zone_lets_it(
    tmp_path: Path, change: Callable[[str], str], zone: str | None
) -> None:
    placement = only(assess(zoned(tmp_path, change(OFFICE)), evidence("office-1"))).placement
    assert placement.zone == zone
    if zone is None:
        assert placement.because == "only the name that it gives itself is that of zone office"


def test_the_operators_label_places_as_a_host(tmp_path: Path) -> None:
    judged = only(assess(zoned(tmp_path, OFFICE, REST), evidence("core-1", label="office-1.example.net")))
    assert (judged.placement.zone, judged.verdict) == ("office", Verdict.CLEAR)


def test_zones_test_names_the_zones_that_go_by_own_names_and_the_way_over(tmp_path: Path) -> None:
    file = zoned(tmp_path, CORE, opted(OFFICE)).zones
    assert file is not None
    devices = [judged.device for judged in assess(options(), evidence("core-1"), evidence("x", "127.0.2.2")).devices]
    assert (
        "zone core: 1 of 2 devices meet its host only by the name that they give themselves, so it does not count; "
        in ("\n".join(check(file, tuple(devices))))
    )


def test_what_a_device_says_it_is_takes_it_out_of_no_prefix(tmp_path: Path) -> None:
    """A zone of a family asks for the device's own words, and they place it where the operator's do not."""
    zone = "{name: said, match: {family: 'S5735*'}, tier: enterprise}"
    said = evidence("x")
    judged = only(assess(zoned(tmp_path, zone, REST), said))
    assert (judged.placement.zone, judged.verdict) == ("rest", Verdict.RESTRICTED)
    assert judged.findings[-1].rule == "own-words-against-place"
    assert only(assess(zoned(tmp_path, zone), said)).placement.zone == "said"


def test_its_own_address_table_takes_it_out_of_no_zone(tmp_path: Path) -> None:
    """A router stands in the highest zone of its own addresses, and a device may list any address as its own."""
    zones = zoned(
        tmp_path,
        "{name: services, match: {prefix: 127.0.2.0/24}, segment: services}",
        "{name: masts, match: {prefix: 198.51.100.0/24}, segment: ran_4g}",
    )
    listed = Observation(Source.SNMP_IP_ADDRESS, "1.3.6.1.2.1.4.20.1.2.198.51.100.7", "1")
    said = evidence("x")
    judged = only(assess(zones, replace(said, observations=(*said.observations, listed))))
    assert (judged.verdict, judged.placement.zone) == (Verdict.RESTRICTED, "services")
    assert because_text(judged.findings[-1].because) == (
        "its own words (address 198.51.100.7 lies in 198.51.100.0/24) put it in zone masts, "
        "and without them it stands in zone services, where it is judged worse"
    )


WORDS = ("core-1", "office-1", "radio-1", "t1", "127.0.2.1", "x", "")
MATCHES = (
    "host: 'core-*'",
    "host: 'office-*'",
    "host: [radio-1, x]",
    "host: '*'",
    "label: 'core-*'",
    "prefix: 127.0.2.0/30",
    "prefix: 127.0.0.0/8",
    "kind: router",
    "host: '*', prefix: 127.0.2.0/24",
)
PLACES = ("segment: core_ip", "tier: enterprise", "tier: access", "tier: oversight", "tier: customer", "core: no")
ZONES = st.lists(st.tuples(st.sampled_from(MATCHES), st.sampled_from(PLACES), st.booleans()), min_size=1, max_size=4)


@given(ZONES, st.sampled_from(WORDS))
def test_a_name_makes_no_place_milder_unless_a_zone_asks_for_it(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, str, bool]], name: str
) -> None:
    """Against the same device without a name: in files that let no name place, never milder; in all files, never milder
    where the operator's own words place the device."""
    folder = tmp_path_factory.mktemp("zones")
    asked = [own and "host" in match for match, _, own in entries]
    file = zoned(
        folder,
        *(
            f"{{name: z{number}, match: {{{match}}}, {'own_name: yes, ' if own else ''}{where}}}"
            for number, ((match, where, _), own) in enumerate(zip(entries, asked, strict=True))
        ),
    )
    named, nameless = only(assess(file, evidence(name))), only(assess(file, evidence("")))
    if not any(asked) or nameless.placement.zone is not None:
        assert not is_worse(nameless.verdict, named.verdict)
