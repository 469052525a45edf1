"""A router that answers from its loopback, and not from the address that was asked: not assessed, with a way on."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.hostile import snmp_agent
from benchmarks.hostile.snmp_agent import Asked, HostileAgent, Reply, agent_of, box, engine_of
from benchmarks.reliability.scanning import Peer, book_of, scan, snmp_probes, verdict_of
from benchmarks.reliability.snmp_peers import ENTRIES, PROFILE, RETRY_POLICY, SECRETS, V2C
from fingerprints.model.evidence import GapReason
from reports.document.not_assessed import silent
from reports.document.wording import describe_reason, next_step
from reports.policy.verdict import Verdict

LOOPBACK = "127.0.0.99"


def from_its_loopback(asked: Asked) -> Iterator[Reply]:
    """An honest answer from the address that `snmp_agent.running` has besides."""
    if asked.honest is not None:
        yield Reply(asked.honest, elsewhere="address")


async def test_a_router_that_answers_from_its_loopback_is_not_assessed_and_the_report_names_the_loopback(
    tmp_path: Path,
) -> None:
    agent = HostileAgent(agent_of(box("router", 7), engine_of(7)), from_its_loopback)
    async with snmp_agent.running(f"{V2C}.7", agent) as port:
        discoveries, probes = snmp_probes(book_of(tmp_path, ENTRIES, SECRETS), PROFILE, RETRY_POLICY)
        evidence = (await scan([Peer("router", f"{V2C}.7", port)], discoveries, probes))["router"]
    assert (verdict_of(evidence), evidence.observations) == (Verdict.NOT_ASSESSED, ())
    missing = silent(f"{V2C}.7", evidence.gaps)
    assert (missing.reason, missing.answered_from.split(":")[0]) == (GapReason.ANSWERED_ELSEWHERE, LOOPBACK)
    assert describe_reason(missing.reason).startswith("it answered from an address or port that was not asked")
    assert next_step(missing).startswith(f"if {missing.answered_from} is its own (a router's loopback, say), name that")
