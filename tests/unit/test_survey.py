"""A scan is composed without the command line, from one table of probes, and its evidence may go to any sink."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Subject
from fingerprints.model.recording import decode
from scanner.collect import Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.config import Config
from scanner.credentials.book import FileBook
from scanner.progress import Progress
from scanner.protocols.registry import DEFAULT_PROBES, PROBE_NAMES, PROBES
from scanner.sink import EncodedRow, RangeCount, RunOutcome
from scanner.survey import NoTargetError, ScanRequest, Survey, credentials_of, scope_of
from scanner.targets.target import Target
from tests.unit.listed import listed

THEN = datetime(2026, 3, 1, tzinfo=UTC)
HEAVY = ("sqlalchemy", "netmiko", "paramiko", "pysnmp", "scapy", "networkx", "pydantic", "rich", "jinja2")


def nobody(_text: str) -> str:
    raise EOFError


@dataclass
class MemorySink:
    """A sink that keeps everything in memory."""

    evidence: list[tuple[str, str, tuple[Observation | Gap, ...]]] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    counts: dict[str, RangeCount] = field(default_factory=dict)

    def expect(self, subjects: Iterable[Subject]) -> None:
        self.expected += [subject.key for subject in subjects]

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:
        self.evidence.append((subject.key, probe, tuple(observed)))

    def add_encoded(self, subject: Subject, probe: str, row: EncodedRow, time: datetime) -> None:
        self.add(subject, probe, decode(row.lines.split("\n")), time)

    def range(self, count: RangeCount) -> None:
        self.counts[count.prefix] = count

    def done(self, key: str) -> None:
        self.finished.append(key)

    def spend(self, cost: Mapping[str, float]) -> None:
        pass

    def refused(self, credential: str, address: str) -> None:
        pass

    def login_worked(self, key: str, protocol: str, credential: str, platform: str = "") -> None:
        pass

    def commit(self) -> None:
        pass

    def finish(self, outcome: RunOutcome, time: datetime) -> None:
        pass


def test_each_probe_has_a_name_of_its_own_and_some_are_the_default() -> None:
    assert len(set(PROBE_NAMES)) == len(PROBES)
    assert DEFAULT_PROBES == ("snmp", "ssh", "link")


@pytest.mark.parametrize("name", PROBE_NAMES)
async def test_each_row_of_the_registry_makes_a_discovery_and_a_probe_of_its_name(name: str, tmp_path: Path) -> None:
    request = ScanRequest(("192.0.2.1",), probes=(name,), known_hosts=tmp_path / "known_hosts", dry_run=True)
    config = Config(tmp_path)
    scope = scope_of(request, config)
    survey = Survey(request, config, scope, FileBook((), tmp_path, nobody), None)
    with closing(survey):
        plan = survey._plan()
        kind = next(kind for kind in PROBES if kind.name == name)
        assert [discovery.name for discovery in plan.discoveries] == [name]
        assert [probe.name for probe in plan.probes] == ([name] if kind.probe else [])
        assert f"  {name} at " in survey.dry_run()


def test_the_kind_of_a_labs_node_is_a_hint_of_what_to_ask_first(tmp_path: Path) -> None:
    topology = "name: lab\ntopology: {nodes: {r1: {kind: huawei_vrp, mgmt-ipv4: 192.0.2.1}}}\n"
    (tmp_path / "lab.clab.yml").write_text(topology)
    request = ScanRequest((str(tmp_path / "lab.clab.yml"),), known_hosts=tmp_path / "known_hosts", dry_run=True)
    config = Config(tmp_path)
    survey = Survey(request, config, scope_of(request, config), FileBook((), tmp_path, nobody), None)
    with closing(survey):
        assert survey._settings.known_platforms.earlier == {"192.0.2.1": "huawei_vrp"}


def test_a_request_without_targets_says_where_to_name_them(tmp_path: Path) -> None:
    with pytest.raises(NoTargetError, match="write `targets`"):
        scope_of(ScanRequest(()), Config(tmp_path))


def test_a_request_without_credentials_has_an_empty_book(tmp_path: Path) -> None:
    request = ScanRequest(("192.0.2.1",), yes=True)
    book = credentials_of(request, Config(tmp_path), scope_of(request, Config(tmp_path)), nobody)
    assert book.names("192.0.2.1") == ()


async def test_evidence_may_go_to_any_sink() -> None:
    sink = MemorySink()
    plan = CollectionPlan((), lambda _: iter(()), (), 1, lambda _: True)
    targets = [Target("192.0.2.1"), Target("198.51.100.1", prefix="198.51.100.0/24")]
    await collect(CollectionRequest(listed(targets)), plan, Recorder(sink, lambda: THEN), Progress())
    silence = Gap("discovery", "192.0.2.1", GapReason.NO_ANSWER, "no sign of life")
    assert (sink.expected, sink.evidence) == (["192.0.2.1"], [("192.0.2.1", "discovery", (silence,))])
    assert sink.counts["198.51.100.0/24"] == RangeCount("198.51.100.0/24", 1, 1)


def test_the_scan_command_loads_no_heavy_library_before_it_runs() -> None:
    program = f"import sys, scanner.cli.scan, scanner.cli.discover; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
