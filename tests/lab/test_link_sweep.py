"""The ARP sweep of a segment of 4,096 stations: all are found, once, at the pace asked for, in memory that is small."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from benchmarks.segment import FIRST, ROUTER, STATIONS, Inside, segment

pytestmark = pytest.mark.lab

ROOT = Path(__file__).parents[2]
BEYOND = "10.66.33.255"
"""With this as the last address, 512 are asked that no station has."""


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    with segment() as made:
        yield made


def asked(inside: Inside, first: str, last: str, rate: float) -> list[dict[str, Any]]:
    """What the helper answers about this range."""
    request = json.dumps({"ranges": [[first, last, ""]], "rate": rate, "wait": 0.5, "listen": 0})
    command = inside(sys.executable, "-m", "scanner.link_helper")
    done = subprocess.run(command, input=request, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_station_is_found_once_and_nobody_else(inside: Inside) -> None:
    lines = asked(inside, FIRST, BEYOND, rate=20_000)
    message = Counter(address for line in lines for address, _ in line.get("answered", ()))
    stations = [str(ip_address(FIRST) + number) for number in range(STATIONS)]
    assert (sorted(message, key=ip_address), set(message.values())) == (stations, {1})
    assert (lines[-1]["done"], lines[-1]["answers"]) == (STATIONS + 2 * 512, STATIONS)


@pytest.mark.alone
def test_questions_go_out_at_the_rate_asked_for(inside: Inside) -> None:
    start = time.monotonic()
    lines = asked(inside, FIRST, "10.66.17.255", rate=1_000)
    assert lines[-1]["done"] == 512
    assert time.monotonic() - start > 0.48


def test_answers_of_who_was_not_asked_are_passed_over(inside: Inside) -> None:
    lines = asked(inside, ROUTER, ROUTER, rate=1_000)
    assert [address for line in lines for address, _ in line.get("answered", ())] == [ROUTER]
