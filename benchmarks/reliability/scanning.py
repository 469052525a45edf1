"""A whole scan of peers on loopback, in this process: discovery, probes, evidence in memory, and the verdict on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.model.evidence import Evidence, Gap, Observation, Subject
from fingerprints.model.recording import decode
from fingerprints.sources import registry
from fingerprints.sources.bridge_mib import VLAN_CONTEXTS
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict
from scanner.collect import Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.credentials.book import FileBook, read_credentials
from scanner.progress import Progress
from scanner.protocols.probe import Discovery, Observed, Probe
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.sweep import SnmpSweep
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import Profile
from scanner.sink import EncodedRow, RangeCount, RunOutcome
from scanner.targets.addresses import AddressBlock, parse_address
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Ports, Target

POLICY = "us-889a"
"""A policy that restricts a maker wherever its equipment stands."""

NO_PORT = 9
"""The port of a protocol that a peer does not speak: nothing listens there."""

AS_OF = date(2026, 11, 29)


@dataclass(slots=True)
class EvidenceList:
    """An evidence sink that keeps everything in memory, by the key of the subject."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    observed: dict[str, list[Observation | Gap]] = field(default_factory=dict)

    def expect(self, subjects: Iterable[Subject]) -> None:
        """As EvidenceSink.expect."""
        self.subjects.update((subject.key, subject) for subject in subjects)

    def add(self, subject: Subject, probe: str, observed: Iterable[Observation | Gap], time: datetime) -> None:  # noqa: ARG002
        """As EvidenceSink.add; neither the probe nor the time is kept."""
        self.subjects[subject.key] = subject
        self.observed.setdefault(subject.key, []).extend(observed)

    def add_encoded(self, subject: Subject, probe: str, row: EncodedRow, time: datetime) -> None:
        """See `EvidenceSink`."""
        self.add(subject, probe, decode(row.lines.split("\n")), time)

    def range(self, count: RangeCount) -> None:
        """Counts of prefixes are not kept."""

    def done(self, key: str) -> None:
        """What is finished is not kept."""

    def spend(self, cost: Mapping[str, float]) -> None:
        """Costs are not kept."""

    def refused(self, credential: str, address: str) -> None:
        """See `EvidenceSink`."""

    def login_worked(self, key: str, protocol: str, credential: str, platform: str = "") -> None:
        """See `EvidenceSink`."""

    def commit(self) -> None:
        """Nothing is to be made durable."""

    def finish(self, outcome: RunOutcome, time: datetime) -> None:
        """Nothing is to be made durable."""

    def evidence(self) -> Iterator[Evidence]:
        """What was collected, by subject."""
        for key, subject in self.subjects.items():
            items = self.observed.get(key, [])
            observations = dict.fromkeys(item for item in items if isinstance(item, Observation))
            yield Evidence(subject, tuple(observations), tuple(item for item in items if isinstance(item, Gap)))


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a peer listens."""

    label: str
    host: str
    snmp_port: int = NO_PORT
    ssh_port: int = NO_PORT

    def span(self) -> AddressSpan:
        """This peer as a target that the user named."""
        number = int(parse_address(self.host))
        return AddressSpan(AddressBlock(4, number, number), Ports(self.snmp_port, self.ssh_port), "", (self.label,))


@cache
def database() -> FingerprintDatabase:
    """The fingerprint database that ships."""
    return load_database()


def book_of(folder: Path, entries: Sequence[str], secrets: Mapping[str, str]) -> FileBook:
    """The credential book of entries in YAML, which name secrets by `file:NAME`."""
    for name, secret in secrets.items():
        (folder / name).write_text(secret, encoding="utf-8")
        (folder / name).chmod(0o600)
    path = folder / "credentials.yaml"
    path.write_text("credentials:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries), encoding="utf-8")
    path.chmod(0o600)
    return read_credentials(path, _ask_nobody)


def _ask_nobody(words: str) -> str:
    raise AssertionError(f"no prompt is expected: {words}")


def snmp_probes(
    book: FileBook, profile: Profile, retry_policy: RetryPolicy
) -> tuple[tuple[Discovery, ...], tuple[Probe, ...]]:
    """The SNMP sweep and the SNMP probe of a run. Call it inside the running loop."""
    wanted = registry.wanted_objects(database())
    limiter = RateLimiter(profile)
    probe = SnmpProbe(book, profile, wanted, VLAN_CONTEXTS, limiter, retry_policy)
    return (SnmpSweep(book, profile, limiter, replace(retry_policy, attempts=2, growth=1.0)),), (probe,)


async def scan(
    peers: Sequence[Peer], discoveries: tuple[Discovery, ...], probes: tuple[Probe, ...], at_once: int = 200
) -> dict[str, Evidence]:
    """Collect from all peers in one run; the evidence by label."""
    sink = EvidenceList()
    targets = Targets(tuple(peer.span() for peer in peers))
    plan = CollectionPlan(discoveries, _no_neighbours, probes, at_once, targets_allow(targets))
    recorder = Recorder(sink, lambda: datetime.now(UTC))
    await collect(CollectionRequest(targets), plan, recorder, Progress())
    return {evidence.subject.labels[0]: evidence for evidence in sink.evidence() if evidence.subject.labels}


@dataclass(frozen=True, slots=True)
class _Permits:
    addresses: frozenset[str]

    def __call__(self, address: str) -> bool:
        return address in self.addresses


def targets_allow(targets: Targets) -> _Permits:
    """The scope that holds these targets and nothing else."""
    return _Permits(frozenset(target.address for target in targets))


def _no_neighbours(_targets: Targets) -> Iterator[tuple[Target, Observed]]:
    return iter(())


def verdict_of(*evidence: Evidence) -> Verdict:
    """The verdict on one device that gave this evidence; NOT_ASSESSED if it gave none."""
    policies = load_policies((POLICY,))
    options = AssessmentOptions(database(), None, policies, "chosen by a benchmark", None, AS_OF)
    judged = run_assessment(lambda _: evidence, options, RunInfo("1", "0", len(evidence), ())).devices
    verdicts = {device.verdict for device in judged}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.NOT_ASSESSED
