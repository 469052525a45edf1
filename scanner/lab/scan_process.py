"""The ordinary `kitscan scan` of a lab: in the lab's folder, with its variables, in its management network."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import NoReturn

from scanner.lab.engines import Lab, scan_namespace
from scanner.lab.lab_folder import read_variables
from scanner.lab.namespace_engine import KNOWN_HOSTS
from scanner.lab.netns import enter, inside

_SCAN = (sys.executable, "-P", "-m", "scanner.cli.main", "scan")


def become_scan(lab: Lab, options: Sequence[str]) -> NoReturn:
    """Let this process be the scan, so that the terminal, signals and the exit code are its own. Raises
    LabRefusedError."""
    namespace, variables = scan_namespace(lab), read_variables(lab.files.folder)
    command = _command(lab, options)
    os.chdir(lab.files.folder)
    if namespace is not None:
        enter(namespace)
    sys.stdout.flush()
    os.execve(command[0], command, {**os.environ, **variables})  # noqa: S606 # this very program


def run_scan(lab: Lab, options: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run the scan to its end and return its exit code, with all that it printed as `stdout`. Raises
    LabRefusedError."""
    namespace, variables = scan_namespace(lab), read_variables(lab.files.folder)
    with inside(namespace) if namespace is not None else nullcontext():
        return subprocess.run(  # noqa: S603 # this very program
            _command(lab, options),
            cwd=lab.files.folder,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )


def _command(lab: Lab, options: Sequence[str]) -> list[str]:
    """Host keys are kept with the lab, because its devices have new ones each time it is brought up."""
    return [*_SCAN, str(lab.topology_data), "--known-hosts", str(lab.directory / KNOWN_HOSTS), *options]
