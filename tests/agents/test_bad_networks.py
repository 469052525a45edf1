"""Fourteen bad networks between the scan and its devices: each is read in full, or is said to be incomplete."""

import asyncio

import pytest

from benchmarks.hostile.snmp_agent import ENTITY, box
from benchmarks.reliability.faults import CELLS, OTHER_MAKER, NetworkTally, Run, run_cells
from fingerprints.model.evidence import Evidence, Observation, Subject
from scanner.protocols.snmp.to_observations import to_observations

RUN = Run(devices=4, seed=1, scale=0.15)
"""Few devices, and all times a seventh of the real ones."""

CALM = ("1% loss, SNMP", "1% loss, SSH", "5% loss, SNMP", "5% loss, SSH", "duplicates out of order")


@pytest.fixture(scope="module")
def tallies() -> dict[str, NetworkTally]:
    """All networks at once."""
    return asyncio.run(run_cells(RUN))


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.timeout(300)
def test_no_device_with_a_restricted_part_is_clear(tallies: dict[str, NetworkTally], name: str) -> None:
    tally = tallies[name]
    assert tally.false == []
    assert tally.changed == 0 or name == "wrong octets, right checksums, v2c"
    assert (
        tally.complete + tally.incomplete + tally.changed
        == tally.devices
        == RUN.devices * (CELLS[name].snmp + CELLS[name].ssh)
    )


@pytest.mark.parametrize("name", CALM)
def test_a_network_that_loses_little_costs_no_evidence(tallies: dict[str, NetworkTally], name: str) -> None:
    assert tallies[name].complete >= 0.75 * tallies[name].devices


def clear(maker: str) -> Evidence:
    """What a box told in full, with an optic of this maker: no company of that name is restricted."""
    rows = to_observations(box("sw-1", 1, 1, maker))
    assert any(row.at == f"{ENTITY}.12.21" for row in rows if isinstance(row, Observation))
    return Evidence(Subject("sw-1", "127.1.1.1"), tuple(row for row in rows if isinstance(row, Observation)))


def test_a_restricted_box_that_is_clear_is_false_unless_its_words_were_changed_on_the_way() -> None:
    tally, makers = NetworkTally(), frozenset({"Cisco Systems, Inc.", "CISCO-ACCELINK", OTHER_MAKER})
    tally.count("snmp 2", True, clear(OTHER_MAKER), makers)
    tally.count("snmp 4", True, clear("HUAWEH"), makers)
    assert (tally.devices, tally.complete, tally.changed, len(tally.false)) == (2, 0, 1, 1)
