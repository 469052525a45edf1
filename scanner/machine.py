"""What this machine has of what a scan needs: versions, privileges, a place to write, data and how old it is."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

MIN_PYTHON = (3, 11)
CAP_NET_RAW = 13
"""The capability's bit, capabilities(7)."""

MAX_AGE_DAYS = 365
"""Registries grow by some hundred prefixes a month: older data names newer devices nobody's."""

_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)")
_DATE = re.compile(r"\b20[0-9]{2}-[01][0-9](?:-[0-3][0-9])?\b")


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


def check_data_ages(today: date, package: str = "fingerprints") -> Iterator[Check]:
    """The newest date in each SOURCE.yaml beside the data that identities rest on."""
    found = sorted(_sources(files(package), ""))
    for name, text in found:
        dates = sorted(_DATE.findall(text))
        if not dates:
            yield Check(State.WARN, f"data {name}: its SOURCE.yaml says no date", "state the snapshot's date there")
            continue
        taken = date.fromisoformat(dates[-1] if len(dates[-1]) == 10 else f"{dates[-1]}-01")
        days = (today - taken).days
        if days > MAX_AGE_DAYS:
            yield Check(State.WARN, f"data {name}: of {dates[-1]}, {days} days old", "install a newer kitscan")
        else:
            yield Check(State.OK, f"data {name}: of {dates[-1]}")
    if not found:
        yield Check(State.WARN, "data: no SOURCE.yaml says how old it is", "install kitscan again")


def _sources(folder: Traversable, name: str) -> Iterator[tuple[str, str]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _sources(item, f"{name}/{item.name}" if name else item.name)
        elif item.name == "SOURCE.yaml":
            yield name or "fingerprints", item.read_text(encoding="utf-8")
