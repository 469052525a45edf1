"""Twelve bad networks between the scan and its devices: each is read in full, or is said to be incomplete."""

import asyncio

import pytest

from benchmarks.reliability.faults import CELLS, NetworkTally, Run, run_cells

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
    assert tally.complete + tally.incomplete == tally.devices == RUN.devices * (CELLS[name].snmp + CELLS[name].ssh)


@pytest.mark.parametrize("name", CALM)
def test_a_network_that_loses_little_costs_no_evidence(tallies: dict[str, NetworkTally], name: str) -> None:
    assert tallies[name].complete >= 0.75 * tallies[name].devices
