"""Labs on containerlab, where that program is installed: it deploys, destroys and inspects; kitscan only calls it."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from scanner.lab.errors import LabRefusedError
from scanner.lab.lab_folder import LabFolder

PROGRAM = "containerlab"
INSPECT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class DeployedLab:
    """A lab that containerlab runs: its name, its topology file and how many containers it has."""

    name: str
    topology: str
    nodes: int


def is_installed() -> bool:
    """True if the program is on PATH."""
    return shutil.which(PROGRAM) is not None


def deploy(lab: LabFolder) -> None:
    """Deploy a lab; what the program prints goes to standard error. Raises LabRefusedError."""
    _run(lab, "deploy", "-t", str(lab.topology))


def destroy(lab: LabFolder) -> None:
    """Destroy a lab and remove its folder `clab-NAME`. Raises LabRefusedError."""
    _run(lab, "destroy", "-t", str(lab.topology), "--cleanup")


def deployed_labs() -> list[DeployedLab]:
    """The labs that run, by name; none where the program is not installed or does not answer."""
    program = shutil.which(PROGRAM)
    if program is None:
        return []
    try:
        done = subprocess.run(  # noqa: S603 # the user's own program
            [program, "inspect", "--all", "--format", "json"],
            capture_output=True,
            text=True,
            timeout=INSPECT_SECONDS,
            check=False,
        )
        return _labs(json.loads(done.stdout or "{}"))
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return []


def _labs(inspected: Any) -> list[DeployedLab]:
    """From both forms of its answer: containers in one list (`containers`), or in a list a lab."""
    by_lab: dict[str, list[dict[str, Any]]] = {}
    listed = inspected.get("containers", inspected) if isinstance(inspected, dict) else inspected
    groups = listed.values() if isinstance(listed, dict) else [listed]
    for container in (item for group in groups for item in group if isinstance(item, dict)):
        name = container.get("lab_name") or container.get("lab-name") or ""
        by_lab.setdefault(str(name), []).append(container)
    return [
        DeployedLab(name, str(containers[0].get("absLabPath") or containers[0].get("labPath") or ""), len(containers))
        for name, containers in sorted(by_lab.items())
    ]


def _run(lab: LabFolder, *words: str) -> None:
    program = shutil.which(PROGRAM)
    if program is None:
        raise LabRefusedError("containerlab is not installed", "install it, or run as root without it")
    try:
        done = subprocess.run([program, *words], cwd=lab.folder, stdout=2, check=False)  # noqa: S603 # the user's own
    except OSError as error:
        raise LabRefusedError(f"{program}: {error.strerror}", "see whether it can be run") from error
    if done.returncode:
        raise LabRefusedError(f"containerlab {words[0]} ended with {done.returncode}", "see what it printed above")
