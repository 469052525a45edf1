"""What a crawl reads of a device, counts of its steps, and says when it has ended; and whom a retry asks again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.reliability.scanning import EvidenceList
from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Source, Subject
from reports.document.document import NotAssessed, ReportedDevice, Unidentified, Unjudged, build
from reports.document.not_assessed import failed_subjects, unidentified
from reports.document.redaction.private_kind import PrivateKind, Treatment
from reports.document.redaction.private_value import read_value
from reports.placement.placement import UNCLASSIFIED
from reports.policy.verdict import Verdict
from scanner.cli.following.crawl_options import describe_crawl
from scanner.cli.following.retry_options import chosen, describe_retry
from scanner.crawl.announced import AnnouncedNeighbour, announced_by
from scanner.crawl.frontier import CrawlResult, FollowedAddress, LeftNeighbour
from scanner.crawl.watching_sink import WatchingSink
from scanner.sink import RangeCount
from scanner.targets.failed_targets import Retry
from scanner.targets.read_targets import read_targets
from scanner.targets.target import Ports
from tests.unit.documents import network

THEN = datetime(2026, 11, 30, tzinfo=UTC)
BOX = Subject("10.0.0.1", "10.0.0.1")
CDP = "1.3.6.1.4.1.9.9.23.1.2.1.1"
ND = "1.3.6.1.2.1.4.35.1.4"
MAC = "\x00\x1b\x54\x01\x02\x03"
LLDP = "1.0.8802.1.1.2.1.4"


def cdp(number: int, name: str, octets: bytes) -> tuple[Observation, ...]:
    return (
        Observation(Source.SNMP_CDP_REMOTE, f"{CDP}.4.{number}.1", octets.decode("latin-1")),
        Observation(Source.SNMP_CDP_REMOTE, f"{CDP}.6.{number}.1", name),
    )


def nd(*octets: int) -> Observation:
    return Observation(
        Source.SNMP_NEIGHBOUR_MAC, f"{ND}.3.2.16.{'.'.join(map(str, octets))}", "\x00\x1b\x54\x01\x02\x03"
    )


def test_the_neighbours_of_lldp_cdp_commands_and_nd_are_read() -> None:
    lldp = (
        Observation(Source.SNMP_LLDP_REMOTE, f"{LLDP}.1.1.9.0.3.1", "core"),
        Observation(Source.SNMP_LLDP_REMOTE, f"{LLDP}.2.1.3.0.3.1.1.4.10.0.0.9", "2"),
    )
    command = Observation(
        Source.SSH_COMMAND,
        "show lldp neighbors detail",
        "Local Intf: Gi1/0/7\nPort id: Gi0/1\nSystem Name: edge7\nManagement Addresses:\n    IP: 10.0.0.7\n",
    )
    second = nd(32, 1, 13, 184, *[0] * 11, 5)
    evidence = Evidence(BOX, (*lldp, *cdp(2, "dist", bytes((10, 0, 0, 8))), command, second))
    assert announced_by(evidence) == (
        AnnouncedNeighbour("core", ("10.0.0.9",)),
        AnnouncedNeighbour("dist", ("10.0.0.8",)),
        AnnouncedNeighbour("edge7", ("10.0.0.7",)),
        AnnouncedNeighbour("", ("2001:db8::5",)),
    )


def test_addresses_of_arp_and_link_local_ones_are_not_read() -> None:
    arp = Observation(Source.SNMP_NEIGHBOUR_MAC, "1.3.6.1.2.1.4.22.1.2.3.10.0.0.50", MAC)
    assert announced_by(Evidence(BOX, (arp, nd(254, 128, *[0] * 13, 5)))) == ()


def test_a_device_that_announces_thousands_is_read_up_to_a_limit() -> None:
    rows = tuple(
        row for number in range(5_000) for row in cdp(number, f"x{number}", bytes((10, 1, *divmod(number, 256))))
    )
    assert len(announced_by(Evidence(BOX, rows))) == 4_000


@given(st.lists(st.tuples(st.sampled_from([*Source]), st.text(max_size=40), st.text(max_size=40)), max_size=20))
def test_no_evidence_breaks_the_reading(items: list[tuple[Source, str, str]]) -> None:
    evidence = Evidence(BOX, tuple(Observation(*item) for item in items))
    assert all(isinstance(neighbour, AnnouncedNeighbour) for neighbour in announced_by(evidence))


def test_the_sink_adds_up_the_ranges_of_steps_and_gives_each_finished_subject_once() -> None:
    class Ranges(EvidenceList):
        counts: list[RangeCount] = []  # noqa: RUF012

        def range(self, count: RangeCount) -> None:
            self.counts.append(count)

    inner = Ranges()
    sink = WatchingSink(inner)
    sink.range(RangeCount("", 2, 2))
    sink.range(RangeCount("", 2, 1))
    sink.begin_step()
    sink.range(RangeCount("", 3, 3))
    sink.range(RangeCount("", 3, 0))
    assert inner.counts == [RangeCount("", 2, 2), RangeCount("", 2, 1), RangeCount("", 5, 4), RangeCount("", 5, 1)]
    row, other = cdp(1, "r2", b"\x0a\x00\x00\x02")
    sink.add(BOX, "snmp", (row, Observation(Source.SNMP_SYS_DESCR, "x", "y")), THEN)
    sink.add(BOX, "snmp", (other,), THEN)
    assert list(sink.finished()) == []
    sink.done(BOX.key)
    assert list(sink.finished()) == [Evidence(BOX, (row, other))]
    assert list(sink.finished()) == []
    assert len(inner.observed[BOX.key]) == 3


def test_the_end_of_a_crawl_counts_and_names_what_was_not_asked() -> None:
    outside = tuple(LeftNeighbour(f"r{number}\x1b[2J", f"10.9.0.{number}") for number in range(7))
    followed = (FollowedAddress("10.0.0.2", 1, "10.0.0.1"), FollowedAddress("10.0.0.3", 2, "10.0.0.2"))
    lines = list(describe_crawl(CrawlResult(followed, outside, nowhere=(LeftNeighbour("", ""),))))
    assert lines[0] == "Crawl: 2 announced addresses followed, in 2 steps"
    assert lines[1].startswith("7 announced neighbours outside the fence: not asked (r0")
    assert "and 2 more); --within names where the crawl may go" in lines[1]
    assert "\x1b" not in "".join(lines)
    assert lines[2] == "1 announced neighbour without an address that a device can be asked at (nameless)"


def silent_device(*sources: Source) -> Device:
    gaps = (Gap("discovery", "10.0.0.2", GapReason.NO_ANSWER),)
    return Device("id", (), ("10.0.0.2",), "", (), Identity(Level.UNKNOWN, 0.0), gaps=gaps, sources=frozenset(sources))


def test_a_target_that_only_its_neighbours_report_did_not_answer() -> None:
    assert unidentified(silent_device(Source.NEIGHBOUR_LLDP)).reason is GapReason.NO_ANSWER
    assert unidentified(silent_device(Source.NEIGHBOUR_LLDP, Source.SSH_IDENT)).reason is Unidentified.UNIDENTIFIED


def test_the_causes_of_a_run_are_told_by_subject() -> None:
    failing = ReportedDevice(silent_device(Source.SSH_IDENT), UNCLASSIFIED, (), Verdict.NOT_ASSESSED)
    merged = replace(silent_device(), id="other", addresses=("10.0.0.5", "10.0.0.6"))
    assessed = ReportedDevice(merged, UNCLASSIFIED, (), Verdict.CLEAR)
    subjects = {
        "10.0.0.2": (),
        "10.0.0.5": (),
        "10.0.0.6": (Gap("discovery", "10.0.0.6", GapReason.NO_ANSWER),),
        "10.0.0.9": (Gap("snmp", "161/udp", GapReason.REFUSED), Gap("ssh", "22/tcp", GapReason.NO_ANSWER)),
    }
    run = [Evidence(Subject(key, key), (), gaps) for key, gaps in subjects.items()]
    run.append(Evidence(Subject("gone.example"), (), (Gap("discovery", "argument 1", GapReason.UNRESOLVED),)))
    missing = NotAssessed("10.0.0.2", Unidentified.UNIDENTIFIED)
    told = build(network().header, (failing, assessed), (missing,))
    assert failed_subjects(told, run, frozenset({"10.0.0.6", "10.0.0.9", "gone.example"})) == {
        "10.0.0.2": Unidentified.UNIDENTIFIED,
        "10.0.0.9": GapReason.REFUSED,
        "gone.example": GapReason.UNRESOLVED,
    }


def test_a_retry_takes_all_causes_but_that_no_policy_judges() -> None:
    failed = {"b": GapReason.REFUSED, "a": GapReason.NO_ANSWER, "c": Unjudged.NO_POLICY}
    assert chosen(failed, ()) == ("a", "b")
    assert chosen(failed, ("refused",)) == ("b",)


NAMES = {"core1.example": "10.0.0.7"}


def test_a_retry_asks_the_failed_targets_that_are_still_in_scope_each_by_name() -> None:
    targets = read_targets(("10.0.0.0/29", "10.0.1.1:1161", "core1.example"), Ports(), NAMES.__getitem__)
    retry = Retry(4, ("10.0.0.3", "10.0.1.1:1161", "core1.example", "10.9.9.9"), ("refused", "no-answer"))
    left = retry.among(targets)
    assert [(target.key, target.prefix) for target in left] == [
        ("10.0.0.3", ""),
        ("10.0.1.1:1161", ""),
        ("10.0.0.7", ""),
    ]
    assert retry.missing(left) == ("10.9.9.9",)
    assert retry.recorded() == ("--retry-failed=4", "--cause=refused,no-answer")
    assert describe_retry(retry, retry.missing(left)) == (
        "Retry of run 4: 3 targets that it did not assess; 1 more are not in today's scope, and not asked: 10.9.9.9"
    )


@pytest.mark.parametrize("word", ["--crawl", "--within=10.0.0.0/16", "--retry-failed=3"])
def test_an_option_in_a_runs_scope_is_redacted_as_a_text(word: str) -> None:
    assert read_value(PrivateKind.TARGET, word) is Treatment.TEXT
