"""Devices that answer each request at its last send, for ever: each costs its own time and packets only."""

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from benchmarks.hostile import snmp_agent
from benchmarks.hostile.snmp_agent import Asked, Hook, HostileAgent, Reply, agent_of, box, engine_of, honest
from benchmarks.reliability.scanning import Peer, book_of, scan, snmp_probes, verdict_of
from benchmarks.reliability.snmp_peers import ENTRIES, SECRETS, V2C
from fingerprints.model.evidence import GapReason
from reports.policy.verdict import Verdict
from scanner.protocols.snmp.message.codec import ErrorStatus, Message
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.rtt_estimator import MAX_SENDS
from scanner.rate_limit.profiles import PROFILES

pytestmark = pytest.mark.alone

PROFILE = replace(PROFILES["lab"], walk_seconds=2.0)
POLICY = RetryPolicy(0.1, 3, 1.5)
LONGEST_REQUEST = sum(POLICY.waits()) + MAX_SENDS * 0.2
"""Seconds that one request takes if its last send is answered."""


@dataclass
class Late:
    """Answers every third datagram of a request; with `fails` by an error over all variables, so that each is asked for
    by itself."""

    fails: bool = False
    sends: Counter[int] = field(default_factory=Counter)

    def __call__(self, asked: Asked) -> Iterable[Reply | bytes]:
        if not isinstance(asked.message, Message):
            return honest(asked)
        identity = asked.pdu.request_id
        self.sends[identity] += 1
        if self.sends[identity] % POLICY.attempts:
            return []
        if self.fails and len(asked.pdu.varbinds) > 1:
            return [asked.response(asked.pdu.varbinds, ErrorStatus.GEN_ERR)]
        return honest(asked)


async def scanned(folder: Path, hooks: dict[str, Hook]) -> dict[str, tuple[Verdict, set[GapReason]]]:
    """The verdict on each agent, and the reasons of its gaps."""
    async with AsyncExitStack() as stack:
        peers = []
        for number, (name, hook) in enumerate(hooks.items(), 1):
            host = f"{V2C}.{number}"
            agent = HostileAgent(agent_of(box(name, number), engine_of(number)), hook)
            peers.append(Peer(name, host, await stack.enter_async_context(snmp_agent.running(host, agent))))
        discoveries, probes = snmp_probes(book_of(folder, ENTRIES, SECRETS), PROFILE, POLICY)
        found = await scan(peers, discoveries, probes)
    return {name: (verdict_of(one), {gap.reason for gap in one.gaps}) for name, one in found.items()}


async def test_fifty_of_them_end_in_their_time_and_do_not_starve_an_honest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.protocols.snmp.probe.LOGIN_SECONDS", PROFILE.walk_seconds)
    late = {f"late {number}": Late(fails=bool(number % 2)) for number in range(50)}
    began = time.monotonic()
    found = await scanned(tmp_path, {**late, "honest": honest})
    assert time.monotonic() - began < 2 * (PROFILE.walk_seconds + LONGEST_REQUEST) + 10  # the login, and the walks
    assert found["honest"] == (Verdict.RESTRICTED, set())
    for name, hook in late.items():
        verdict, reasons = found[name]
        assert verdict is not Verdict.CLEAR
        assert GapReason.BUDGET_SPENT in reasons
        assert max(hook.sends.values()) <= MAX_SENDS
        assert hook.sends.total() <= MAX_SENDS * (1 + 2 * (PROFILE.walk_seconds + LONGEST_REQUEST) / 0.2)
