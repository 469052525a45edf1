"""Checks that this machine is ready for a scan: versions, privileges, the store, and the age of the data."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from scanner.protocols.link.helper_program import may_use_raw_sockets
from scanner.updates.status import DataStatus

MIN_PYTHON = (3, 11)
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)")


class State(StrEnum):
    """The result of a check. A warning costs part of a scan, a failure the whole scan."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check, a line about it, and what to do if it is not OK."""

    state: State
    summary: str
    next_step: str = ""


def check_versions(distribution: str = "kitscan") -> Iterator[Check]:
    """Check the version of Python, and that each library of the distribution is installed and recent enough."""
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= MIN_PYTHON:
        yield Check(State.OK, f"Python {python}")
    else:
        yield Check(State.FAIL, f"Python {python}", "install Python 3.11 or later")
    try:
        required = [requirement for requirement in requires(distribution) or () if "extra ==" not in requirement]
    except PackageNotFoundError:
        yield Check(State.WARN, f"{distribution} is not installed, so its libraries are unknown", "pip install .")
        return
    failures = [check for check in map(_check_library, required) if check is not None]
    yield from failures or (Check(State.OK, f"{len(required)} libraries, all recent enough"),)


def _check_library(requirement: str) -> Check | None:
    match = _REQUIREMENT.match(requirement)
    if match is None:
        return None
    name, floor = match.groups()
    try:
        installed = version(name)
    except PackageNotFoundError:
        return Check(State.FAIL, f"{name} is not installed", f"pip install '{name}>={floor}'")
    if _numbers(installed) < _numbers(floor):
        return Check(State.FAIL, f"{name} {installed} is older than {floor}", f"pip install '{name}>={floor}'")
    return None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", text)[:4])


def check_layer_2(fields: Mapping[str, str]) -> Check:
    """Check that the layer 2 helper may use raw sockets, by the fields of /proc/self/status."""
    if may_use_raw_sockets(fields):
        return Check(State.OK, "layer 2: the helper may use raw sockets")
    return Check(
        State.WARN,
        "layer 2: no CAP_NET_RAW, so no ARP, ND, LLDP or CDP; all else works",
        "run with sudo, as a service with AmbientCapabilities=CAP_NET_RAW, or in a container with --cap-add NET_RAW",
    )


def check_store(place: str) -> Check:
    """Check that a store can be written, without writing anything."""
    if "://" in place:
        return Check(State.OK, "store: a database URL, first used when a run begins")
    path = Path(place)
    exists = path.exists()
    usable = not exists or (path.is_file() and os.access(path, os.R_OK | os.W_OK))
    if usable and path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK):
        return Check(State.OK, f"store: {place} can be written{'' if exists else ' (the first run creates it)'}")
    return Check(
        State.FAIL, f"store: {place} cannot be written", "correct its permissions, or name another with `store:`"
    )


def check_data(known: Iterable[DataStatus], today: date) -> Iterator[Check]:
    """Check the age of each set of data, and that the newest one on this machine is in use."""
    for data in known:
        if data.fallback is not None:
            yield Check(State.WARN, f"data {data.name}: {data.fallback.problem}", data.fallback.next_step)
        summary = f"data {data.name}: of {data.day.isoformat()}{', your own' if data.own else ''}"
        if data.stale(today):
            yield Check(State.WARN, f"{summary}, {data.age(today):,} days old: {data.lacks}", data.next_step())
        else:
            yield Check(State.OK, summary)
