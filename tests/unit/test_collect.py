"""Collecting: only what showed life is probed, everything heard is kept, and nothing outside the scope is touched."""

from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from scanner.collect import Recorder, collect
from scanner.collection_plan import CollectionPlan, CollectionRequest
from scanner.progress import Progress
from scanner.protocols.probe import Observed, Planned, WorkingLogin
from scanner.sink import RangeCount, RunOutcome
from scanner.store.errors import StoreError
from scanner.store.store import UNFINISHED, Store, open_store
from scanner.targets.spans import Targets
from scanner.targets.target import Target
from tests.unit.listed import listed

THEN = datetime(2026, 3, 1, tzinfo=UTC)
IDENT = Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-x")
SYS_DESCR = Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "box")


@dataclass
class Answers:
    """A way to discover that hears what it was given."""

    text: dict[str, Observed]
    beside: tuple[tuple[Subject, Observed], ...] = ()
    name: str = "fake"

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, Observed]]:
        for target in targets:
            if target.address in self.text:
                yield target, self.text[target.address]
        for subject, observed in self.beside:
            yield subject, observed


@dataclass
class Asks:
    """A probe that says one thing of each device, or breaks in the middle."""

    breaks_at: str = ""
    asked: list[str] = field(default_factory=list)
    name: str = "fake"

    def plan(self, target: Target) -> tuple[Planned, ...]:
        return ()

    async def observe(self, target: Target) -> AsyncIterator[tuple[Observation | Gap, ...]]:
        self.asked.append(target.address)
        yield (SYS_DESCR,)
        if target.address == self.breaks_at:
            raise RuntimeError("secret in a message")


def nothing(_targets: Targets) -> Iterator[tuple[Target, Observed]]:
    return iter(())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "s.sqlite"), create=True)


async def run(store: Store, targets: list[Target], plan: CollectionPlan) -> dict[str, tuple[object, ...]]:
    """Collect into a new run; what the store then holds by subject."""
    with store.writing("scan", "1.0", THEN) as writer:
        recorder = Recorder(writer, lambda: THEN)
        await collect(CollectionRequest(listed(targets)), plan, recorder, Progress())
        writer.finish(RunOutcome.COMPLETE, THEN)
    return {one.subject.key: (*one.observations, *one.gaps) for one in store.evidence(writer.run)}


def everybody(_address: str) -> bool:
    return True


async def test_only_what_showed_a_sign_of_life_is_probed(store: Store) -> None:
    asks = Asks()
    targets = [Target("192.0.2.1", prefix="192.0.2.0/30"), Target("192.0.2.2", prefix="192.0.2.0/30")]
    kept = await run(
        store, targets, CollectionPlan((Answers({"192.0.2.1": (IDENT,)}),), nothing, (asks,), 4, everybody)
    )
    assert asks.asked == ["192.0.2.1"]
    assert kept == {"192.0.2.1": (IDENT, SYS_DESCR)}


async def test_a_silent_address_of_a_range_is_counted_and_a_silent_named_one_gets_a_gap(store: Store) -> None:
    targets = [Target("192.0.2.1", prefix="192.0.2.0/30"), Target("192.0.2.9")]
    kept = await run(store, targets, CollectionPlan((), nothing, (), 4, everybody))
    assert kept == {"192.0.2.9": (Gap("discovery", "192.0.2.9", GapReason.NO_ANSWER, "no sign of life"),)}
    assert store.ranges(1) == (RangeCount("", 1, 1), RangeCount("192.0.2.0/30", 1, 1))


async def test_a_target_outside_the_scope_is_never_asked(store: Store) -> None:
    asks = Asks()
    answers = Answers({"192.0.2.1": (IDENT,), "192.0.2.2": (IDENT,)})
    allowed = {"192.0.2.2"}
    targets = [Target("192.0.2.1"), Target("192.0.2.2")]
    await run(store, targets, CollectionPlan((answers,), nothing, (asks,), 4, allowed.__contains__))
    assert asks.asked == ["192.0.2.2"]


async def test_what_was_only_overheard_is_kept_and_not_asked(store: Store) -> None:
    asks = Asks()
    lldp = Observation(Source.LINK_LLDP, "eth1/00:e0:fc:00:00:01/system_name", "r9")
    answers = Answers({}, ((Subject("10.9.9.9", "10.9.9.9"), (lldp,)),))
    kept = await run(store, [], CollectionPlan((answers,), nothing, (asks,), 4, everybody))
    assert (asks.asked, kept) == ([], {"10.9.9.9": (lldp,)})


async def test_a_device_that_breaks_a_probe_costs_neither_its_own_evidence_nor_others(store: Store) -> None:
    answers = Answers({"192.0.2.1": (IDENT,), "192.0.2.2": (IDENT,)})
    plan = CollectionPlan((answers,), nothing, (Asks(breaks_at="192.0.2.1"),), 1, everybody)
    kept = await run(store, [Target("192.0.2.1"), Target("192.0.2.2")], plan)
    broken = Gap("fake", "192.0.2.1", GapReason.INTERNAL_ERROR, "RuntimeError")
    assert kept == {"192.0.2.1": (IDENT, SYS_DESCR, broken), "192.0.2.2": (IDENT, SYS_DESCR)}


async def test_those_whom_the_night_before_did_not_reach_are_probed_first(store: Store) -> None:
    asks = Asks()
    targets = [Target(f"192.0.2.{number}") for number in range(1, 6)]
    plan = CollectionPlan((Answers({one.address: (IDENT,) for one in targets}),), nothing, (asks,), 1, everybody)
    request = CollectionRequest(listed(targets), first=frozenset({"192.0.2.4", "192.0.2.2", "198.51.100.1"}))
    with store.writing("audit", "1.0", THEN) as writer:
        await collect(request, plan, Recorder(writer, lambda: THEN), Progress())
    assert asks.asked == ["192.0.2.2", "192.0.2.4", "192.0.2.1", "192.0.2.3", "192.0.2.5"]


async def test_a_target_that_answers_while_others_are_probed_is_probed_and_is_not_silent(store: Store) -> None:
    asks, late = Asks(), Target("192.0.2.2", prefix="192.0.2.0/30")
    named = Target("192.0.2.8")
    answered = iter((((late, (IDENT,)), (named, (IDENT,)), (Target("192.0.2.1"), (IDENT,))), ()))

    async def late_answers() -> tuple[tuple[Target, Observed], ...]:
        return next(answered)

    plan = CollectionPlan(
        (Answers({"192.0.2.1": (IDENT,), "192.0.2.9": (IDENT,)}),),
        nothing,
        (asks,),
        1,
        everybody,
        listening=lambda: nullcontext(late_answers),
    )
    targets = [Target("192.0.2.1"), late, Target("192.0.2.3", prefix="192.0.2.0/30"), named, Target("192.0.2.9")]
    kept = await run(store, targets, plan)
    assert asks.asked == ["192.0.2.1", "192.0.2.9", "192.0.2.2", "192.0.2.8"]
    assert kept["192.0.2.2"] == kept["192.0.2.8"] == (IDENT, SYS_DESCR)
    assert store.ranges(1) == (RangeCount("", 3, 0), RangeCount("192.0.2.0/30", 2, 1))


async def test_what_a_device_accepted_is_recorded_by_name(store: Store) -> None:
    logins = {"192.0.2.1": (WorkingLogin("snmp", "ro"), WorkingLogin("ssh", "cli", "huawei_vrp"))}
    plan = CollectionPlan(
        (Answers({"192.0.2.1": (IDENT,)}),),
        nothing,
        (Asks(),),
        1,
        everybody,
        working_logins=lambda target: logins[target.address],
    )
    await run(store, [Target("192.0.2.1")], plan)
    assert store.good_logins() == {
        ("192.0.2.1", "snmp"): ("ro", ""),
        ("192.0.2.1", "ssh"): ("cli", "huawei_vrp"),
    }


async def test_a_resumed_run_knows_what_was_done(store: Store) -> None:
    answers = Answers({"192.0.2.1": (IDENT,)})
    with store.writing("scan", "1.0", THEN) as writer:
        recorder = Recorder(writer, lambda: THEN)
        await collect(
            CollectionRequest(listed([Target("192.0.2.1")])),
            CollectionPlan((answers,), nothing, (Asks(),), 1, everybody),
            recorder,
            Progress(),
        )
        recorder.add(Target("192.0.2.2"), "fake", [IDENT])
        writer.finish(RunOutcome.INTERRUPTED, THEN)
    interrupted, done = store.interrupted()
    assert (interrupted.id, done) == (1, {"192.0.2.1"})
    with store.resuming(1) as writer:
        Recorder(writer, lambda: THEN).add(Target("192.0.2.2"), "fake", [SYS_DESCR])
        writer.finish(RunOutcome.COMPLETE, THEN)
    kept = {one.subject.key: one.observations for one in store.evidence(1)}
    assert kept == {"192.0.2.1": (IDENT, SYS_DESCR), "192.0.2.2": (IDENT, SYS_DESCR)}


async def test_a_device_cut_off_in_a_run_and_silent_when_that_is_resumed_was_not_asked_to_the_end(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        Recorder(writer, lambda: THEN).add(Target("192.0.2.1", prefix="192.0.2.0/30"), "fake", [SYS_DESCR])
        writer.finish(RunOutcome.INTERRUPTED, THEN)
    targets = [Target("192.0.2.1", prefix="192.0.2.0/30"), Target("192.0.2.2", prefix="192.0.2.0/30")]
    plan = CollectionPlan((Answers({"192.0.2.2": (IDENT,)}),), nothing, (Asks(),), 1, everybody)
    with store.resuming(1) as writer:
        await collect(CollectionRequest(listed(targets)), plan, Recorder(writer, lambda: THEN), Progress())
        writer.finish(RunOutcome.COMPLETE, THEN)
    kept = {one.subject.key: (one.observations, one.gaps) for one in store.evidence(1)}
    assert kept == {"192.0.2.1": ((SYS_DESCR,), (UNFINISHED,)), "192.0.2.2": ((IDENT, SYS_DESCR), ())}


@dataclass
class Fails:
    """A way to discover that hears one target and then fails."""

    name: str = "failing"

    async def discover(self, targets: Targets) -> AsyncIterator[tuple[Target | Subject, Observed]]:
        yield next(iter(targets)), (IDENT,)
        raise OSError(97, "Address family not supported by protocol")


async def test_a_discovery_that_fails_costs_only_itself_and_leaves_a_gap(store: Store) -> None:
    asks = Asks()
    targets = [Target("192.0.2.1"), Target("192.0.2.2")]
    plan = CollectionPlan((Fails(), Answers({"192.0.2.2": (IDENT,)})), nothing, (asks,), 1, everybody)
    kept = await run(store, targets, plan)
    why = "Address family not supported by protocol"
    assert kept["discovery by failing"] == (Gap("failing", "discovery", GapReason.INTERNAL_ERROR, why),)
    assert asks.asked == ["192.0.2.1", "192.0.2.2"]


async def test_a_store_that_cannot_be_written_ends_the_run(store: Store) -> None:
    @dataclass
    class Full(Asks):
        async def observe(self, target: Target) -> AsyncIterator[tuple[Observation | Gap, ...]]:
            yield (SYS_DESCR,)
            raise StoreError("the disk is full")

    plan = CollectionPlan((Answers({"192.0.2.1": (IDENT,)}),), nothing, (Full(),), 1, everybody)
    with pytest.raises(ExceptionGroup) as ended:
        await run(store, [Target("192.0.2.1")], plan)
    assert ended.group_contains(StoreError)


async def test_a_named_target_behind_a_jump_host_is_probed_though_no_discovery_can_see_it(store: Store) -> None:
    asks = Asks()
    targets = [Target("192.0.2.1"), Target("192.0.2.2"), Target("192.0.2.3", prefix="192.0.2.0/24")]
    plan = CollectionPlan((), nothing, (asks,), 1, everybody, lambda target: target.address != "192.0.2.2")
    await run(store, targets, plan)
    assert asks.asked == ["192.0.2.1"]


async def test_a_withheld_credential_is_recorded_with_the_evidence_of_the_device(store: Store) -> None:
    stopped = Gap("ssh", "credential cli", GapReason.CREDENTIAL_STOPPED, "it was refused before")
    answers = Answers({"192.0.2.1": (IDENT,)})
    plan = CollectionPlan((answers,), nothing, (Asks(),), 1, everybody, withheld_credentials=lambda _: (stopped,))
    assert await run(store, [Target("192.0.2.1")], plan) == {"192.0.2.1": (IDENT, SYS_DESCR, stopped)}
