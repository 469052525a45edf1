"""Labs on Linux network namespaces: brought up and taken down. Needs root and `ip`; nothing else is installed.

The machine's own network is never changed: every bridge, every cable end and every address is made inside a namespace.
"""

import fcntl
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from scanner.lab.errors import LabRefusedError
from scanner.lab.keeper import KeeperOrders, KeptNode
from scanner.lab.lab_folder import ENV_FILE, LabFolder, read_variables
from scanner.lab.lab_state import (
    NAMESPACES,
    NEW_STATE_FILE,
    STATE_FILE,
    LabState,
    create_state,
    read_state,
    remove_state,
    save_state,
)
from scanner.lab.namespace_plan import NamespacePlan, joined_ends, plan_namespaces
from scanner.lab.netns import run_ip
from scanner.lab.process_identity import end_process, identity_of
from scanner.lab.topology_data import TOPOLOGY_DATA, topology_data
from scanner.simulator.device_folder import read_device_folder
from scanner.simulator.passwords import VARIABLES
from scanner.targets.inventories.containerlab.topology import LabTopology

LOG_FILE = "keeper.log"
KNOWN_HOSTS = "known_hosts"
LOCK_FILE = "lock"
_WRITTEN = (LOCK_FILE, LOG_FILE, KNOWN_HOSTS, TOPOLOGY_DATA, STATE_FILE, NEW_STATE_FILE)
LOCK_SECONDS = 30
_POLL_SECONDS = 0.05
START_SECONDS = 60
"""How long the devices may take until all of them answer."""

_KEEPER = (sys.executable, "-P", "-m", "scanner.lab.keeper")


def bring_up(lab: LabFolder, topology: LabTopology, folder: Path) -> LabState:
    """Bring a lab up; `folder` is its `clab-NAME`. What was made is taken away again where it fails, or is interrupted.
    Raises LabRefusedError, and DataFileError for its files."""
    if os.geteuid():
        raise LabRefusedError("network namespaces need root", "run it with sudo, or install containerlab")
    devices = read_device_folder(lab.devices)
    plan, passwords = plan_namespaces(topology, devices), read_variables(lab.folder)
    for name in VARIABLES:
        if not passwords.get(name):
            raise LabRefusedError(f"{lab.folder / ENV_FILE} does not set {name}", f"write {name}=... into it")
    state = LabState(
        lab=topology.name,
        topology=str(lab.topology),
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        management=plan.management,
        namespaces=plan.namespaces,
        nodes=len(plan.played),
    )
    with _locked(folder) as lock:
        _check_absent(plan, state, folder)
        create_state(folder, state)
        try:
            _make(plan, lock)
            state = _started(state, folder, _orders(lab, topology, plan, passwords))
            data = topology_data(topology, plan, lab.topology, folder)
            (folder / TOPOLOGY_DATA).write_text(data, encoding="utf-8")
        except BaseException:
            _remove(folder, read_state(folder) or state, lock)
            raise
    return state


def take_down(folder: Path, state: LabState) -> None:
    """End what a record names: its process, its namespaces and what is in them, its files but the reports. Raises
    LabRefusedError."""
    if os.geteuid():
        raise LabRefusedError("network namespaces need root", "run it with sudo")
    with _locked(folder) as lock:
        _remove(folder, state, lock)


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Only one command at a time makes or removes what belongs to a lab: an `ip` that outlives a killed `up` is waited
    for. Yields the descriptor that holds the lock. Raises LabRefusedError."""
    _refuse_links(folder)
    try:
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise LabRefusedError(f"{folder} cannot be written ({error.strerror})", "a folder of your own") from error
    try:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    problem = f"another kitscan lab works in {folder}"
                    raise LabRefusedError(problem, "wait for it, and run the same command again") from None
                time.sleep(_POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_links(folder: Path) -> None:
    """Root writes into this folder, and a lab that somebody sent may hold links that lead elsewhere."""
    for path in (folder, *(folder / name for name in _WRITTEN)):
        if path.is_symlink():
            raise LabRefusedError(
                f"{path} is a symbolic link: root would write or remove what it leads to", f"rm {path}"
            )


def _remove(folder: Path, state: LabState, lock: int) -> None:
    if state.keeper is not None:
        end_process(state.keeper)
    run_ip([f"netns delete {name}" for name in state.namespaces if (NAMESPACES / name).exists()], lock)
    for name in (TOPOLOGY_DATA, KNOWN_HOSTS):
        (folder / name).unlink(missing_ok=True)
    remove_state(folder, state)


def _check_absent(plan: NamespacePlan, wanted: LabState, folder: Path) -> None:
    """Refuse a lab that is up, or whose names others have: what `down` removes must be what `up` made."""
    state = read_state(folder)
    if state is not None and state.is_gone:
        remove_state(folder, state)
    elif state is not None:
        how = f"is up already, since {state.since}" if state.is_whole else "was left half up"
        raise LabRefusedError(f"lab {wanted.lab} {how}", f"kitscan lab down {folder.parent}")
    taken = [namespace for namespace in plan.namespaces if (NAMESPACES / namespace).exists()]
    if taken:
        problem = f"a network namespace {taken[0]} is there already, and is not this lab's"
        raise LabRefusedError(problem, f"ip netns delete {taken[0]}, or another name for the lab")


def _make(plan: NamespacePlan, lock: int) -> None:
    run_ip(plan.create, lock)
    run_ip(plan.wire, lock, plan.management)
    for namespace, commands in plan.set_up:
        run_ip(commands, lock, namespace)


def _orders(lab: LabFolder, topology: LabTopology, plan: NamespacePlan, passwords: Mapping[str, str]) -> KeeperOrders:
    links: dict[str, list[str]] = {}
    for ends in joined_ends(topology.links):
        for end in ends:
            links.setdefault(end.node, []).append(end.interface)
    nodes = (
        KeptNode(
            device=played.device.name,
            namespace=played.namespace,
            address=str(played.address),
            links=tuple(links.get(played.node.name, ())),
        )
        for played in plan.played
    )
    wanted = {name: passwords[name] for name in VARIABLES}
    return KeeperOrders(devices=str(lab.devices), nodes=tuple(nodes), passwords=wanted)


def _started(state: LabState, folder: Path, orders: KeeperOrders) -> LabState:
    """Start the process that plays the devices, record it, and then only have it begin. Returns the new record."""
    log = folder / LOG_FILE
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 # this very program
            _KEEPER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=written, cwd="/", start_new_session=True
        )
    with process.stdin as orders_pipe, process.stdout as answer_pipe:  # type: ignore[union-attr] # both are pipes
        recorded = state.model_copy(update={"keeper": identity_of(process.pid)})
        save_state(folder, recorded)
        try:
            orders_pipe.write(orders.model_dump_json().encode() + b"\n")
            orders_pipe.flush()
        except BrokenPipeError:
            pass  # it ended at once: its log says why
        ready, _, _ = select.select([answer_pipe], [], [], START_SECONDS)
        line = answer_pipe.readline() if ready else b""
    if not line:
        raise LabRefusedError(f"the devices of lab {state.lab} did not start", f"see {log}")
    problem = str(json.loads(line))
    if problem:
        raise LabRefusedError(f"lab {state.lab}: {problem}", f"see {log}")
    process.returncode = 0  # it stays: nobody waits for it
    return recorded
