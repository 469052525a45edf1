"""What this machine has of what a scan needs: versions, privileges, a place to write, data and how old it is."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from scanner.updates.status import DataStatus

MIN_PYTHON = (3, 11)
CAP_NET_RAW = 13
"""The capability's bit, capabilities(7)."""

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)")


class State(StrEnum):
    """How a check came out. A warning costs a part of a scan, a failure the scan."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is, and what to do where it is not well."""

    state: State
    told: str
    next_step: str = ""


def check_versions(distribution: str = "kitscan") -> Iterator[Check]:
    """Python's version, and of each library that the distribution requires whether it is there and new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= MIN_PYTHON:
        yield Check(State.OK, f"Python {found}")
    else:
        yield Check(State.FAIL, f"Python {found}", "install Python 3.11 or later")
    try:
        wanted = [one for one in requires(distribution) or () if "extra ==" not in one]
    except PackageNotFoundError:
        yield Check(State.WARN, f"{distribution} is not installed, so its libraries are not known", "pip install .")
        return
    troubles = [check for check in map(_library, wanted) if check is not None]
    yield from troubles or (Check(State.OK, f"{len(wanted)} libraries, each new enough"),)


def _library(requirement: str) -> Check | None:
    match = _REQUIREMENT.match(requirement)
    if match is None:
        return None
    name, floor = match.groups()
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(State.FAIL, f"{name} is not installed", f"pip install '{name}>={floor}'")
    if _numbers(found) < _numbers(floor):
        return Check(State.FAIL, f"{name} {found} is older than {floor}", f"pip install '{name}>={floor}'")
    return None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", text)[:4])


def check_layer_2(status: Path = Path("/proc/self/status")) -> Check:
    """Whether the helper program will be let near the wire: root's children are, others' by an ambient capability."""
    try:
        fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
    except OSError:
        fields = {}
    key = "CapEff" if fields.get("Uid", "").split()[:2] == ["0", "0"] else "CapAmb"
    if int(fields.get(key, "0"), 16) >> CAP_NET_RAW & 1:
        return Check(State.OK, "layer 2: the helper may use raw sockets")
    return Check(
        State.WARN,
        "layer 2: no CAP_NET_RAW, so no ARP, ND, LLDP or CDP; the rest works",
        "run with sudo, or as a systemd service with AmbientCapabilities=CAP_NET_RAW",
    )


def check_store(place: str) -> Check:
    """Whether evidence can be kept there; nothing is written to find out."""
    if "://" in place:
        return Check(State.OK, "store: a database URL, tried when a run begins")
    path = Path(place)
    there = path.exists()
    usable = not there or (path.is_file() and os.access(path, os.R_OK | os.W_OK))
    if usable and path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK):
        return Check(State.OK, f"store: {place} can be written{'' if there else ' (a first run makes it)'}")
    return Check(
        State.FAIL, f"store: {place} cannot be written", "correct its permissions, or name another with store:"
    )


def check_data(known: Iterable[DataStatus], today: date) -> Iterator[Check]:
    """Of each set of data its day, and a warning where it is old, or where newer data that are there are not used."""
    for one in known:
        if one.note:
            yield Check(
                State.WARN,
                f"data {one.name}: {one.note.partition('. Next: ')[0]}",
                f"kitscan db update {one.name}, or with --rollback",
            )
        told = f"data {one.name}: of {one.day.isoformat()}{', your own' if one.own else ''}"
        if one.stale(today):
            yield Check(State.WARN, f"{told}, {one.age(today)} days old", one.next_step())
        else:
            yield Check(State.OK, told)
