"""Hostile SNMP agents, all in one scan: does each come to the outcome that it must, in its time and memory?

`python -m benchmarks.reliability.snmp_peers --rounds 20`
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.hostile import snmp_agent
from benchmarks.hostile.snmp_agent import ENTITY, RESTRICTED_MAKER, SPOOFED, HostileAgent, agent_of, box, engine_of
from benchmarks.hostile.snmp_peers import READ, Outcome, peers
from benchmarks.hostile.snmp_v3_peers import ENGINE_ID_LENGTHS, V3_PEERS, odd_engine_id
from benchmarks.reliability.scanning import Peer, book_of, scan, snmp_probes, verdict_of
from fingerprints.model.evidence import Evidence
from reports.policy.verdict import Verdict
from scanner.credentials.book import FileBook
from scanner.protocols.snmp.message.codec import PduType
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.rate_limit.profiles import PROFILES, Profile

WALK_SECONDS = 3.0
PROFILE = replace(PROFILES["lab"], walk_seconds=WALK_SECONDS, walk_varbinds=5_000, table_varbinds=200)
RETRY_POLICY = RetryPolicy(0.25, 2, 1.5)

MAX_SECONDS = WALK_SECONDS + 27
"""All peers together: the sweep, the limit of the walks, and what was in flight then. A quiet machine of two cores
takes a third of it: this bounds what a peer can hold up, not how fast the machine is."""

MAX_MEGABYTES = 120
"""What the scan of all peers at once may add to the memory of this process."""

READING = frozenset({PduType.GET, PduType.GET_NEXT, PduType.GET_BULK})
V2C, V3 = "127.0.40", "127.0.41"
ENTRIES = (
    f'name: ro, snmp: v2c, community: "file:community", sweep: true, prefixes: [{V2C}.0/24]',
    f'name: v3, snmp: v3, user: {snmp_agent.USER}, auth: [sha256, "file:auth"], priv: [aes128, "file:priv"], '
    f"prefixes: [{V3}.0/24]",
)
SECRETS = {
    "community": snmp_agent.COMMUNITY,
    "auth": snmp_agent.AUTH_PASSWORD,
    "priv": snmp_agent.PRIV_PASSWORD,
}


@dataclass(frozen=True, slots=True)
class Expected:
    """One peer with the agent behind it and the outcome that it must come to."""

    agent: HostileAgent
    host: str
    outcome: Outcome


@dataclass(slots=True)
class Round:
    """One scan of all peers: what was wrong, by peer, and what it took."""

    wrong: dict[str, list[str]] = field(default_factory=dict)
    peers: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0


def all_peers() -> dict[str, Expected]:
    """Every peer by name, each at an address of its own. Call it inside the running loop."""
    found = {}
    over_v2c = {"honest": (snmp_agent.honest, READ), **peers()}
    for number, (name, (hook, outcome)) in enumerate(over_v2c.items(), 1):
        agent = HostileAgent(agent_of(box(f"v2c-{number}", number), engine_of(number)), hook)
        found[name] = Expected(agent, f"{V2C}.{number}", outcome)
    for number, length in enumerate(ENGINE_ID_LENGTHS, 200):
        engine = replace(engine_of(number), engine_id=odd_engine_id(length))
        agent = HostileAgent(agent_of(box(f"v2c-{number}", number), engine))
        found[f"engine ID of {length} octets"] = Expected(agent, f"{V2C}.{number}", READ)
    found["v3: honest"] = Expected(HostileAgent(agent_of(box("v3-1", 301), engine_of(301), False)), f"{V3}.1", READ)
    for number, (name, peer) in enumerate(V3_PEERS.items(), 2):
        engine = engine_of(300 + number, peer.boots, peer.age)
        rows = box(f"v3-{number}", 300 + number)
        found[name] = Expected(
            HostileAgent(agent_of(rows, engine, False), peer.hook(engine)), f"{V3}.{number}", peer.outcome
        )
    return found


async def one_round(book: FileBook, profile: Profile = PROFILE) -> Round:
    """Scan all peers at once, and compare what came of each with what must."""
    result, expected = Round(), all_peers()
    async with AsyncExitStack() as stack:
        places = [
            Peer(name, one.host, await stack.enter_async_context(snmp_agent.running(one.host, one.agent)))
            for name, one in expected.items()
        ]
        discoveries, probes = snmp_probes(book, profile, RETRY_POLICY)
        before, began = _megabytes(), time.monotonic()
        found = await scan(places, discoveries, probes)
        result.seconds, result.megabytes = time.monotonic() - began, _megabytes() - before
    for name, one in expected.items():
        wrong = [*problems(one, found[name])]
        result.wrong |= {name: wrong} if wrong else {}
    result.peers = len(expected)
    return result


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def problems(expected: Expected, evidence: Evidence) -> Iterator[str]:
    """How the evidence of a peer differs from its outcome, in words."""
    outcome, verdict = expected.outcome, verdict_of(evidence)
    makers = {one.value for one in evidence.observations if one.at.startswith(f"{ENTITY}.12.")}
    reasons = {gap.reason for gap in evidence.gaps}
    if verdict is Verdict.CLEAR and not outcome.may_be_clear:
        yield f"clear, with gaps for {sorted(reasons)}"
    if outcome == READ and (verdict is not Verdict.RESTRICTED or RESTRICTED_MAKER not in makers):
        yield f"{verdict}: the optic was not read; gaps for {sorted(reasons)}"
    if outcome.reasons and not reasons & outcome.reasons:
        yield f"gaps for {sorted(reasons)} are not the expected ones"
    if any(SPOOFED in one.value for one in evidence.observations):
        yield "an answer was believed that nobody may believe"
    if not expected.agent.kinds <= READING:
        yield f"it was sent {sorted(expected.agent.kinds - READING)}"
    if expected.agent.communities - {snmp_agent.COMMUNITY.encode()}:
        yield "it was offered another community than is bound to its address"
    if expected.host.startswith(V3) and expected.agent.communities:
        yield "a community followed where a user is bound alone"


async def rounds(count: int) -> list[Round]:
    """So many rounds, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        return [await one_round(book_of(Path(folder), ENTRIES, SECRETS)) for _ in range(count)]


def main(words: Sequence[str] | None = None) -> int:
    """Print a row for each round, and what was wrong; 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    count = parser.parse_args(words).rounds
    broken = 0
    for number, result in enumerate(asyncio.run(rounds(count)), 1):
        late = result.seconds > MAX_SECONDS or result.megabytes > MAX_MEGABYTES
        broken += bool(result.wrong) or late
        print(
            f"round {number}: {result.peers} peers, {len(result.wrong)} wrong, {result.seconds:.1f} s (at most "
            f"{MAX_SECONDS:.0f}), {result.megabytes:.0f} MB more (at most {MAX_MEGABYTES})"
        )
        for name, wrong in result.wrong.items():
            print(f"  {name}: {'; '.join(wrong)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
