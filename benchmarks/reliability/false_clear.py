"""No false clear: networks in which evidence of a restricted maker is cut, refused, dropped or capped at random.

Each network has a box with a part of a restricted maker, whose answers have a fault at the wire, and an honest twin
that has no such part. The real walker, sessions and assessment read both. The box may be restricted, under review or
not assessed; it may never be clear. The twin must be clear.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.hostile import shell_faults, snmp_faults
from benchmarks.hostile.faulty_agent import AgentChannel, Fault, Rows, honest
from benchmarks.hostile.faulty_shell import FaultyShell, Output
from benchmarks.reliability.hidden_evidence import COMMANDS, Box, boxes_of, outputs_of, rows_of
from benchmarks.reliability.scanning import AS_OF, POLICY, database
from fingerprints.model.evidence import Evidence, Gap, Observation, Source, Subject
from fingerprints.sources import registry
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict
from scanner.credentials.credential import Community, CommunityVersion, Login, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp.access import SnmpAccess
from scanner.protocols.snmp.message.ber import oid_of
from scanner.protocols.snmp.probe import SnmpProbe
from scanner.protocols.snmp.pysnmp_session import PysnmpEngines
from scanner.protocols.snmp.request_channel import RequestChannel, RetryPolicy
from scanner.protocols.ssh.allow_list import GuardedChannel
from scanner.protocols.ssh.cli_session import CliSession
from scanner.protocols.ssh.deadline import Deadline
from scanner.protocols.ssh.platforms.loader import load_platforms
from scanner.protocols.ssh.platforms.platform import Platform
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES
from scanner.store.store import UNFINISHED
from scanner.targets.target import Target

MIN_CLEAR = 0.98
"""The share of the twins that must be clear."""

CORE_BAN = """
id: own-core
title: Own order
jurisdiction: US
authority: the board
instrument: board decision
citation: board decision 2026-03
status: in force
binding: true
binds: [us]
who: {makers: [huawei]}
certainty: knowledge
confidence: high
rules:
  - id: core
    action: prohibit_use
    where: {segments: [core_all]}
    effective: 2026-03-01
"""
ZONES = "zones:\n  - {name: core, match: {prefix: 10.0.0.0/8}, segment: core_ip}\n"
COUNT_A_PROCESS = 250


@dataclass(frozen=True, slots=True)
class Book:
    """A credential book with one community for every address."""

    community: Community

    def prefixes(self) -> tuple[()]:
        """No prefixes."""
        return ()

    def worked_before(self, _address: str) -> frozenset[str]:
        """See `CredentialBook`."""
        return frozenset()

    def communities(self, _address: str) -> tuple[Community, ...]:
        """The community."""
        return (self.community,)

    def usm_users(self, _address: str) -> tuple[Usm, ...]:
        """No users."""
        return ()

    def logins(self, _address: str) -> tuple[Login, ...]:
        """No logins."""
        return ()

    def names(self, _address: str, _probe: str = "") -> tuple[str, ...]:
        """The name of the community."""
        return (self.community.name,)

    def accepted(self, _credential: object, _address: str) -> None:
        """Nothing is kept."""

    def refused(self, _credential: object, _address: str) -> None:
        """Nothing is kept."""


class InMemoryAccess(SnmpAccess):
    """Access to an agent in memory."""

    __slots__ = ("agent",)
    agent: AgentChannel

    def channel(self) -> RequestChannel:
        """The agent's channel."""
        channel: RequestChannel = self.agent  # type: ignore[assignment]  # it has the same methods
        return channel


class PlainDriver:
    """A driver that adds nothing to a guarded channel."""

    def __init__(self, platform: Platform, channel: GuardedChannel) -> None:
        self._leave, self._channel = platform.leave, channel

    def write_channel(self, out_data: str) -> None:
        """As CliChannel."""
        self._channel.write_channel(out_data)

    def read_channel(self) -> str:
        """As CliChannel."""
        return self._channel.read_channel()

    def disconnect(self) -> None:
        """Nothing waits for it."""


@cache
def options() -> tuple[AssessmentOptions, ...]:
    """By which a network is judged: a shipped policy without places, or one of its own that bans in the core alone."""
    with TemporaryDirectory() as folder:
        own, places = Path(folder) / "policies", Path(folder) / "zones.yaml"
        own.mkdir()
        (own / "own-core.yaml").write_text(CORE_BAN, encoding="utf-8")
        places.write_text(ZONES, encoding="utf-8")
        core_ban, zones = load_policies(("own-core",), own), read_zones(places)
    return (
        AssessmentOptions(database(), None, load_policies((POLICY,)), "the benchmark", None, AS_OF),
        AssessmentOptions(database(), zones, core_ban, "the benchmark", None, AS_OF),
    )


async def asked_by_snmp(rows: Rows, fault: Fault, version: CommunityVersion) -> list[Observation | Gap]:
    """What the sweep and the probe make of an agent."""
    community = Community("ro", version, Secret("public"), sweep=True)
    book, target = Book(community), Target("192.0.2.1")
    profile = PROFILES["lab"]
    limiter = RateLimiter(profile)
    access = InMemoryAccess(target, book, limiter.at(target.address), RetryPolicy(), PysnmpEngines())
    access.agent = AgentChannel(rows, fault)
    probe = SnmpProbe(book, profile, registry.wanted_objects(database()), rate_limiter=limiter)
    swept = (oid_of("1.3.6.1.2.1.1.1.0"), oid_of("1.3.6.1.2.1.1.2.0"))
    items: list[Observation | Gap] = [
        Observation(source, dotted, rows[oid][1])
        for oid, source, dotted in zip(
            swept,
            (Source.SNMP_SYS_DESCR, Source.SNMP_SYS_OBJECT_ID),
            ("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"),
            strict=True,
        )
    ]
    authenticated = await access.authenticate(False)
    items += access.gaps
    if authenticated is not None:
        async for observed in probe.ask_all(access, authenticated):
            items += observed
    return items


def asked_by_ssh(outputs: dict[str, Output], echo: bool, prompt: str = "nx-1# ") -> list[Observation | Gap]:
    """What a session makes of a command line."""
    shell = FaultyShell(outputs, prompt, echo)
    session = CliSession(
        shell,
        "22/tcp",
        "SSH-2.0-OpenSSH_6.2 FIPS",
        Deadline(300.0, shell.clock.now),
        load_platforms(),
        lambda platform, channel, _shell: PlainDriver(platform, channel),
        clock=shell.clock,
    )
    return [*session.observe()]


def asked(random: Random, box: Box, faulty: bool, by_snmp: bool) -> list[Observation | Gap]:
    """One box asked over SNMP or SSH, with a fault or without."""
    if by_snmp:
        rows, hidden = rows_of(random, box)
        version = random.choice((CommunityVersion.V2C, CommunityVersion.V2C, CommunityVersion.V1))
        fault = random.choice(snmp_faults.FAULTS)(random, hidden) if faulty else honest
        return asyncio.run(asked_by_snmp(rows, fault, version))
    prompt = f"{box.name}# "
    texts = outputs_of(random, box)
    outputs: dict[str, Output] = {command: (text,) for command, text in texts.items()}
    if faulty:
        command = random.choice((*COMMANDS, COMMANDS[-1], COMMANDS[-1]))
        outputs[command] = random.choice(shell_faults.FAULTS)(random, texts[command], prompt)
    return asked_by_ssh(outputs, random.random() < 0.7, prompt)


def evidence_of(random: Random, box: Box, faulty: bool, by_snmp: bool) -> Evidence:
    """What a run holds of one box. Some runs were killed, and are assessed as they stand, or were resumed: then the box
    was asked again, whatever had come before."""
    state = random.getstate()
    items = asked(random, box, faulty, by_snmp)
    if faulty and random.random() < 0.1:
        items = [*items[: random.randrange(len(items) + 1)], UNFINISHED]
    elif faulty and random.random() < 0.1:
        again = Random()
        again.setstate(state)  # the same box with the same fault
        items = [*items[: random.randrange(len(items) + 1)], *asked(again, box, faulty, by_snmp)]
    address = f"10.0.0.{box.number}"
    observations = tuple(dict.fromkeys(item for item in items if isinstance(item, Observation)))
    gaps = tuple(dict.fromkeys(item for item in items if isinstance(item, Gap)))
    return Evidence(Subject(address, address, (address,)), observations, gaps)


def verdicts(seed: int, number: int, faulty: bool = True) -> tuple[Verdict | None, Verdict | None]:
    """The verdicts on the box and on its twin in one network; None for a box that told nothing. Only the box is
    `faulty`."""
    random = Random(f"{seed} {number}")
    box, twin = boxes_of(random)
    judged_by, by_snmp = random.choice(options()), random.random() < 0.6
    evidence = [evidence_of(random, box, faulty, by_snmp), evidence_of(random, twin, False, by_snmp)]
    judged = run_assessment(lambda _: evidence, judged_by, RunInfo("1", "0", 2, ())).devices
    by_address = {address: one.verdict for one in judged for address in one.device.addresses}
    verdict, of_twin = (by_address.get(one.subject.address) for one in evidence)
    return verdict, of_twin


def measured(seed: int, numbers: range) -> Counter[tuple[str, str]]:
    """How many boxes and twins got each verdict."""
    counts: Counter[tuple[str, str]] = Counter()
    for number in numbers:
        box, twin = verdicts(seed, number)
        counts["box", str(box)] += 1
        counts["twin", str(twin)] += 1
        if box is Verdict.CLEAR:
            counts["false clear", str(number)] += 1
    return counts


def is_kept(counts: Counter[tuple[str, str]]) -> bool:
    """True if no box is clear and nearly all twins are."""
    twins = sum(count for (who, _), count in counts.items() if who == "twin")
    return counts["box", Verdict.CLEAR] == 0 and counts["twin", Verdict.CLEAR] >= MIN_CLEAR * twins


def _parts(count: int) -> Iterator[range]:
    return (range(first, min(first + COUNT_A_PROCESS, count)) for first in range(0, count, COUNT_A_PROCESS))


def main() -> int:
    """Measure, and print one row of figures. 1 if the promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="networks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    with ProcessPoolExecutor(arguments.processes) as pool:
        for part in pool.map(
            measured, *zip(*((arguments.seed, part) for part in _parts(arguments.count)), strict=True)
        ):
            counts += part
    print(f"networks {arguments.count}, seed {arguments.seed}:", end=" ")
    print(", ".join(f"{who} {what} {count}" for (who, what), count in sorted(counts.items())))
    return 0 if is_kept(counts) else 1


if __name__ == "__main__":
    sys.exit(main())
