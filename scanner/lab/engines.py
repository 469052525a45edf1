"""Which engine runs a lab: containerlab where it is installed, network namespaces otherwise."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scanner.lab import containerlab_engine, namespace_engine
from scanner.lab.errors import LabRefusedError
from scanner.lab.lab_folder import LabFolder, find_lab
from scanner.lab.lab_state import has_old_record, read_state, recorded_states
from scanner.lab.namespace_plan import is_bridge
from scanner.lab.topology_data import TOPOLOGY_DATA
from scanner.targets.inventories.containerlab.topology import LabTopology, read_lab


class LabEngine(StrEnum):
    """What runs a lab."""

    CONTAINERLAB = "containerlab"
    NAMESPACES = "namespaces"


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab as it is on disk: its files and its topology."""

    files: LabFolder
    topology: LabTopology

    @property
    def directory(self) -> Path:
        """`clab-NAME` beside the topology: what belongs to the lab while it is up, and the reports of checks."""
        return self.files.folder / f"clab-{self.topology.name}"

    @property
    def topology_data(self) -> Path:
        """The file that the lab's engine writes once it is up: the target of a scan."""
        return self.directory / TOPOLOGY_DATA

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """The labels of each node that is a device."""
        return {node.name: dict(node.labels) for node in self.topology.nodes if not is_bridge(node)}


@dataclass(frozen=True, slots=True)
class RunningLab:
    """A lab that is up on this machine. `since` is empty where the engine does not say; `whole` is False for one that
    was left half up."""

    name: str
    engine: LabEngine
    nodes: int
    since: str
    folder: str
    whole: bool = True


def open_lab(word: str) -> Lab:
    """The lab that a word means (see `find_lab`). Of the environment only CLAB_... reaches its topology: what stands
    there becomes text of reports. Raises LabRefusedError and DataFileError."""
    files = find_lab(word)
    allowed = {name: value for name, value in os.environ.items() if name.startswith("CLAB_")}
    return Lab(files, read_lab(files.topology, allowed))


def bring_up(lab: Lab, engine: LabEngine | None = None) -> LabEngine:
    """Bring a lab up, on the engine that is wanted or the one that is there. Raises LabRefusedError."""
    chosen = engine or (LabEngine.CONTAINERLAB if containerlab_engine.is_installed() else LabEngine.NAMESPACES)
    match chosen:
        case LabEngine.CONTAINERLAB:
            containerlab_engine.deploy(lab.files)
            if not lab.topology_data.is_file():
                raise LabRefusedError(f"containerlab left no {lab.topology_data}", "see what it printed above")
        case LabEngine.NAMESPACES:
            namespace_engine.bring_up(lab.files, lab.topology, lab.directory)
    return chosen


def take_down(lab: Lab) -> LabEngine:
    """Take a lab down, on the engine that runs it. Raises LabRefusedError."""
    state = read_state(lab.directory)
    if state is not None:
        namespace_engine.take_down(lab.directory, state)
        return LabEngine.NAMESPACES
    if containerlab_engine.is_installed():
        containerlab_engine.destroy(lab.files)
        return LabEngine.CONTAINERLAB
    raise LabRefusedError(f"lab {lab.topology.name} is not up", "kitscan lab list shows the labs that are")


def scan_namespace(lab: Lab) -> str | None:
    """The network namespace to scan a lab from; None where it is reached from here. Raises LabRefusedError."""
    state = read_state(lab.directory)
    if state is not None and not state.is_whole:
        raise LabRefusedError(f"lab {state.lab} was left half up", f"kitscan lab down {lab.files.folder}")
    # The data file of a lab that is down names addresses that are somebody else's by now.
    runs_here = state is not None or (containerlab_engine.is_installed() and not has_old_record(lab.directory))
    if not runs_here or not lab.topology_data.is_file():
        raise LabRefusedError(f"lab {lab.topology.name} is not up", f"kitscan lab up {lab.files.folder}")
    if state is None:
        return None
    if os.geteuid():
        raise LabRefusedError(f"lab {state.lab} runs in network namespaces, which need root", "run it with sudo")
    return state.management


def running_labs() -> list[RunningLab]:
    """The labs that are up on this machine, by engine and name."""
    ours = [
        RunningLab(state.lab, LabEngine.NAMESPACES, state.nodes, state.since, str(folder.parent), state.is_whole)
        for folder, state in recorded_states()
    ]
    deployed = [
        RunningLab(lab.name, LabEngine.CONTAINERLAB, lab.nodes, "", lab.topology)
        for lab in containerlab_engine.deployed_labs()
    ]
    return deployed + ours
