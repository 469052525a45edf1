"""Runs kitscan on recordings that are served as live agents on loopback, and keeps what each agent was sent."""

import csv
import shutil
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.accuracy.recordings import NO_INCIDENT, assessed, run, without
from benchmarks.agents.recording import put_in_order
from benchmarks.agents.replaying import Agent, replaying
from benchmarks.agents.responses import Kind

FIRST, PORT, COMMUNITY = IPv4Address("127.64.0.1"), 11763, "public"
CREDENTIALS = "credentials: [{name: ro, snmp: v2c, community: env:RO, prefixes: [127.0.0.0/8], sweep: true}]\n"

COLUMNS = ("name", *Kind, "octets in", "octets out")


class SetSentError(Exception):
    """A scan sent a SET, which it must never do."""


def scanned(
    files: Mapping[str, Path], ordered: Path | None, store: Path, reuse: bool
) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The document that `kitscan scan --profile lab --probe snmp` and `kitscan assess` make of these recordings, and
    how many packets each of their agents was sent. `ordered` is a folder where their copies in order are kept for the
    next time; None keeps none. With `reuse`, an existing store is judged again without a scan. Raises SetSentError."""
    packets = store.with_suffix(".packets.csv")
    if not (reuse and store.exists() and packets.exists()):
        without(store)
        with TemporaryDirectory(dir=store.parent) as folder:
            copies = _in_order(files, ordered or Path(folder) / "ordered")
            with replaying(copies, FIRST, PORT, COMMUNITY.encode()) as agents:
                _scan(agents, store)
        _keep(agents, packets)
        _check_read_only(agents)
    return assessed(store), tuple(_packets_in(packets))


def _in_order(files: Mapping[str, Path], ordered: Path) -> dict[str, Path]:
    if not ordered.is_dir():
        partial = ordered.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        put_in_order(files, partial)
        partial.rename(ordered)
    return {label: ordered / f"{label}.snmprec" for label in files}


def _scan(agents: Sequence[Agent], store: Path) -> None:
    targets, credentials = store.with_suffix(".targets.csv"), store.with_suffix(".credentials.yaml")
    with targets.open("w", encoding="utf-8", newline="") as file:
        rows = [(agent.label, agent.address, agent.port) for agent in agents]
        csv.writer(file).writerows([("name", "address", "snmp_port"), *rows])
    credentials.write_text(CREDENTIALS, encoding="utf-8")
    words = ("scan", str(targets), "--credentials", str(credentials), "--profile", "lab", "--probe", "snmp", "--yes")
    run((*words, "--store", str(store)), store.parent, NO_INCIDENT, {"RO": COMMUNITY})


def _keep(agents: Sequence[Agent], packets: Path) -> None:
    with packets.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for agent in agents:
            sent = agent.traffic
            table.writerow((agent.label, *(sent.requests[kind] for kind in Kind), sent.octets_in, sent.octets_out))


def _check_read_only(agents: Sequence[Agent]) -> None:
    """Raises SetSentError."""
    asked_to_set = [agent.label for agent in agents if agent.traffic.requests[Kind.SET]]
    if asked_to_set:
        raise SetSentError(f"a SET was sent to {', '.join(asked_to_set)}")


def _packets_in(packets: Path) -> list[int]:
    with packets.open(encoding="utf-8", newline="") as file:
        return [sum(int(row[kind]) for kind in Kind) for row in csv.DictReader(file)]
