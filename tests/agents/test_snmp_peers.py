"""Thirty-eight ways for an SNMP agent to break the rules, and how a scan of each must end: all in one scan."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.hostile.snmp_peers import peers
from benchmarks.hostile.snmp_v3_peers import V3_PEERS
from benchmarks.reliability import snmp_peers
from benchmarks.reliability.scanning import book_of
from benchmarks.reliability.snmp_peers import ENTRIES, MAX_MEGABYTES, MAX_SECONDS, SECRETS, Round

pytestmark = pytest.mark.alone

NAMES = ("honest", "v3: honest", *peers(), *V3_PEERS)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """One scan of all peers."""
    return asyncio.run(snmp_peers.one_round(book_of(tmp_path_factory.mktemp("peers"), ENTRIES, SECRETS)))


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_agent_comes_to_the_outcome_that_it_must(scanned: Round, name: str) -> None:
    assert scanned.wrong.get(name, []) == []


@pytest.mark.finding(1)
def test_an_agent_that_answers_the_sweep_and_then_nothing_is_not_clear(scanned: Round) -> None:
    assert scanned.wrong.get("answers the sweep only", []) == []


@pytest.mark.finding(9)
@pytest.mark.parametrize("name", ["noSuchName in v2c", "column ended early by an illegal exception"])
def test_an_end_that_v2c_does_not_have_is_not_taken_for_the_end_of_a_table(scanned: Round, name: str) -> None:
    assert scanned.wrong.get(name, []) == []


def test_no_peer_is_left_out_and_none_other_is_wrong(scanned: Round) -> None:
    assert scanned.peers == len(NAMES) + 4  # engine IDs of four lengths
    assert set(scanned.wrong) <= set(NAMES)


def test_all_of_them_together_end_in_time_and_in_memory(scanned: Round) -> None:
    assert scanned.seconds < MAX_SECONDS
    assert scanned.megabytes < MAX_MEGABYTES


def test_an_outcome_that_is_not_the_expected_one_is_told(tmp_path: Path) -> None:
    """The comparison can fail: an honest agent that is taken for a silent one does."""

    async def compared() -> list[str]:
        from benchmarks.hostile.snmp_agent import HostileAgent, agent_of, box
        from benchmarks.hostile.snmp_peers import NO_ANSWER
        from fingerprints.model.evidence import Evidence, Subject

        agent = HostileAgent(agent_of(box("x", 1)))
        told = snmp_peers.Expected(agent, "127.0.40.1", NO_ANSWER)
        return [*snmp_peers.problems(told, Evidence(Subject("x", "127.0.40.1"), ()))]

    assert asyncio.run(compared()) == ["gaps for [] are not the expected ones"]
