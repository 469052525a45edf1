"""Whatever becomes of each target, nobody vanishes, the counts add up, and what was not seen whole is never clear."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum, auto
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from fingerprints.model.observation_index import clean
from reports.document.document import Document
from reports.judgement.assessment import AssessmentOptions
from reports.policy.policy import Policy
from reports.policy.policy_set import DEFAULT_SET, load_policies
from reports.policy.support_file import declared_support
from reports.policy.verdict import Verdict
from scanner.cli.assessment.reporting import document_of
from scanner.collect import Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.progress import Progress
from scanner.protocols.probe import Observed, Planned
from scanner.sink import RunOutcome
from scanner.store.store import Store, open_store
from scanner.targets.spans import Targets
from scanner.targets.target import Target
from tests.unit.listed import listed

THEN = datetime(2026, 3, 1, tzinfo=UTC)
PREFIX = "192.0.2.0/24"
IDENT = Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-x")
MAC = Observation(Source.LINK_MAC, "eth0", "\x00\x00\x0c\x01\x02\x03")
KNOWN = (
    Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.9.1.1208"),
    Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Cisco IOS Software, C2960X Software, Version 15.2(2)E"),
    Observation(Source.SNMP_ENTITY_MFG_NAME, "1.3.6.1.2.1.47.1.1.1.1.12.1", "Cisco"),
)
ANNOUNCED = Subject("198.51.100.9", "198.51.100.9")
LLDP = Observation(Source.LINK_LLDP, "eth0/00:00:0c:09:09:09/system_name", "r9")


class Fate(Enum):
    """What becomes of one target."""

    SILENT = auto()
    ARP_ONLY = auto()
    ANNOUNCED_ONLY = auto()
    REFUSES = auto()
    MALFORMED = auto()
    BREAKS = auto()
    CUT_IN_ITS_PARTS = auto()
    WHOLE = auto()


MIDWAY = {
    Fate.REFUSES: Gap("fake", "22/tcp", GapReason.REFUSED, "no"),
    Fate.MALFORMED: Gap("fake", "161/udp", GapReason.MALFORMED, "rubbish"),
    Fate.CUT_IN_ITS_PARTS: Gap("fake", "1.3.6.1.2.1.47.1.1.1.1.12", GapReason.BUDGET_SPENT, "time ran out"),
}


@dataclass(frozen=True)
class Network:
    """A way to discover and a probe at once; it interrupts the run when it comes to the target `ends_at`."""

    fates: dict[str, Fate]
    ends_at: str = ""
    name: str = "fake"

    def plan(self, target: Target) -> tuple[Planned, ...]:
        return ()

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, Observed]]:
        yield ANNOUNCED, (LLDP,)
        for target in targets:
            match self.fates[target.key]:
                case Fate.SILENT:
                    continue
                case Fate.ARP_ONLY:
                    yield target, (MAC,)
                case Fate.ANNOUNCED_ONLY:
                    yield target, (LLDP,)
                case Fate.MALFORMED | Fate.REFUSES:
                    yield target, ()
                case _:
                    yield target, (IDENT,)

    async def observe(self, target: Target) -> AsyncIterator[tuple[Observation | Gap, ...]]:
        if target.key == self.ends_at:
            signal.raise_signal(signal.SIGINT)  # as Ctrl-C does: asyncio then cancels the run at its next wait
            await asyncio.Event().wait()
        fate = self.fates[target.key]
        if fate in (Fate.WHOLE, Fate.CUT_IN_ITS_PARTS, Fate.BREAKS):
            yield tuple(KNOWN)
        if fate is Fate.BREAKS:
            raise RuntimeError
        if fate in MIDWAY:
            yield (MIDWAY[fate],)


@cache
def database() -> FingerprintDatabase:
    return load_database(None)


def judged(store: Store, policies: tuple[Policy, ...]) -> Document:
    options = AssessmentOptions(database(), None, policies, "nobody", None, date(2026, 3, 1))
    return document_of(store, store.run(1), options)


def nothing(_targets: Targets) -> Iterator[tuple[Target, Observed]]:
    return iter(())


def scanned(store: Store, wanted: list[Target], missing: int, network: Network, resume: bool) -> Document:
    """One run, or the rest of one, and its document."""
    unaskable = tuple(
        (Subject(f"name-{number}", labels=(f"name-{number}",)), Gap("discovery", "list", GapReason.UNRESOLVED))
        for number in range(missing)
    )
    done = store.interrupted()[1] if resume else frozenset()
    plan = CollectionPlan((network,), nothing, (network,), 1, lambda _: True)
    with store.resuming(1) if resume else store.writing("scan", "1.0", THEN) as writer:
        try:
            asyncio.run(
                collect(
                    CollectionRequest(listed(wanted), done, unaskable), plan, Recorder(writer, lambda: THEN), Progress()
                )
            )
        except KeyboardInterrupt:
            writer.finish(RunOutcome.INTERRUPTED, THEN)
        else:
            writer.finish(RunOutcome.COMPLETE, THEN)
    return judged(store, load_policies(DEFAULT_SET))


fates = st.lists(st.tuples(st.sampled_from(Fate), st.booleans()), min_size=1, max_size=12)


def targets_of(drawn: list[tuple[Fate, bool]]) -> dict[Target, Fate]:
    """Targets of which some are named and some stand in a range; two of them share an address, at two ports."""
    made = {}
    for number, (fate, named) in enumerate(drawn):
        address, port = (f"192.0.2.{max(number, 1)}", 161 if number else 1161)
        made[Target(address, port, prefix="" if named else PREFIX)] = fate
    return made


def spoken_of(document: Document) -> list[str]:
    devices = [address for one in document.devices for address in one.device.addresses]
    return [*devices, *(missing.target for missing in document.not_assessed)]


def check(document: Document, made: dict[Target, Fate], missing: int) -> None:
    coverage = document.header.coverage
    silent = sum(part.silent for part in coverage.silent)
    mute = [one for one in document.not_assessed if one.reason not in ("unidentified",)]
    message = spoken_of(document)
    for target, fate in made.items():
        if not target.prefix or fate is not Fate.SILENT:
            assert target.key in message or target.address in message
    assert len([name for name in message if name.startswith("name-")]) == missing
    assert coverage.in_scope == len(made) + missing
    assert coverage.identified <= coverage.answered <= coverage.in_scope - silent - missing
    assert coverage.not_assessed == len(document.not_assessed) >= len(mute)


@settings(max_examples=60)
@given(drawn=fates, missing=st.integers(0, 2))
def test_nobody_vanishes_and_the_counts_add_up(drawn: list[tuple[Fate, bool]], missing: int) -> None:
    made = targets_of(drawn)
    with TemporaryDirectory() as folder, open_store(str(Path(folder) / "s.sqlite"), create=True) as store:
        document = scanned(store, list(made), missing, Network({t.key: fate for t, fate in made.items()}), resume=False)
    check(document, made, missing)
    talked = {Fate.ARP_ONLY, Fate.BREAKS, Fate.CUT_IN_ITS_PARTS, Fate.WHOLE}
    assert document.header.coverage.answered == sum(fate in talked for fate in made.values())
    clear = sum(len(one.device.addresses) for one in document.devices if one.verdict is Verdict.CLEAR)
    assert clear <= sum(fate is Fate.WHOLE for fate in made.values())


@settings(max_examples=60)
@given(drawn=fates, missing=st.integers(0, 2), at=st.integers(0, 11))
def test_an_interrupted_run_says_so_and_resumed_it_is_as_if_nothing_had_been(
    drawn: list[tuple[Fate, bool]], missing: int, at: int
) -> None:
    made = targets_of(drawn)
    by_key = {target.key: fate for target, fate in made.items()}
    ends_at = list(made)[at % len(made)]
    with TemporaryDirectory() as folder, open_store(str(Path(folder) / "s.sqlite"), create=True) as store:
        broken = scanned(store, list(made), missing, Network(by_key, ends_at.key), resume=False)
        if by_key[ends_at.key] is Fate.SILENT:  # it is never probed, so nothing interrupts
            check(broken, made, missing)
            return
        check(broken, made, missing)
        reasons = {one.target: one.reason for one in broken.not_assessed}
        assert not broken.header.coverage.complete
        assert reasons["run 1 (scan, 2026-03-01)"] == "interrupted"
        resumed = scanned(store, list(made), missing, Network(by_key), resume=True)
    with TemporaryDirectory() as folder, open_store(str(Path(folder) / "s.sqlite"), create=True) as store:
        whole = scanned(store, list(made), missing, Network(by_key), resume=False)
    check(resumed, made, missing)
    assert resumed.header.coverage == whole.header.coverage
    assert [(one.device.id, one.verdict) for one in resumed.devices] == [
        (one.device.id, one.verdict) for one in whole.devices
    ]


def test_a_device_seen_whole_is_clear_and_one_cut_in_its_parts_is_not_assessed_by_that_cause(tmp_path: Path) -> None:
    made = {Target("192.0.2.1"): Fate.WHOLE, Target("192.0.2.2"): Fate.CUT_IN_ITS_PARTS}
    with open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        document = scanned(store, list(made), 0, Network({t.key: fate for t, fate in made.items()}), resume=False)
    verdicts = {one.device.addresses[0]: one.verdict for one in document.devices}
    reasons = {one.target: one.reason for one in document.not_assessed}
    assert (verdicts["192.0.2.1"], verdicts["192.0.2.2"]) == (Verdict.CLEAR, Verdict.NOT_ASSESSED)
    assert reasons == {"192.0.2.2": "budget-spent", clean(LLDP.value): "layer-2-only"}


def test_without_a_law_to_judge_by_a_device_seen_whole_is_not_clear(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        scanned(store, [Target("192.0.2.1")], 0, Network({"192.0.2.1": Fate.WHOLE}), resume=False)
        without = [judged(store, policies) for policies in ((), (declared_support(),))]
    for document in without:
        assert {device.verdict for device in document.devices} == {Verdict.NOT_ASSESSED}
        assert {missing.target: missing.reason for missing in document.not_assessed}["192.0.2.1"] == "no-policy"
        assert not document.header.coverage.complete


def test_a_discovery_that_failed_is_reported_and_is_no_address_of_the_scope(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Failing(Network):
        async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, Observed]]:
            for target in targets:
                yield target, (IDENT,)
            raise OSError(101, "Network is unreachable")

    with open_store(str(tmp_path / "s.sqlite"), create=True) as store:
        document = scanned(store, [Target("192.0.2.1")], 0, Failing({"192.0.2.1": Fate.WHOLE}), resume=False)
    coverage = document.header.coverage
    assert (coverage.in_scope, coverage.answered, coverage.complete) == (1, 1, False)
    assert [(one.target, one.reason) for one in document.not_assessed] == [("discovery by fake", "internal-error")]
