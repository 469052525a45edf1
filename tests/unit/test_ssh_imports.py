"""Who may import the SSH libraries, and when."""

import subprocess
import sys
from pathlib import Path

import scanner.protocols.ssh.probe

PACKAGE = Path(scanner.protocols.ssh.probe.__file__).parents[2]


def importers(library: str) -> set[str]:
    starts = (f"import {library}", f"from {library}")
    return {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(line.strip().startswith(starts) for line in path.read_text(encoding="utf-8").splitlines())
    }


def test_netmiko_is_imported_in_one_module() -> None:
    assert importers("netmiko") == {"protocols/ssh/netmiko_driver.py"}


def test_paramiko_is_imported_in_one_module() -> None:
    assert {path for path in importers("paramiko") if not path.startswith("simulator/")} == {
        "protocols/ssh/bounded/paramiko_client.py"
    }


def test_importing_the_probe_loads_neither_library() -> None:
    message = (
        "import sys, scanner.protocols.ssh.probe; print({'netmiko', 'paramiko', 'cryptography'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", message], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
