"""Runs the user's own `ansible-inventory --list`, which knows plugins, scripts and vaults. It runs only when asked."""

import os
import shutil
import subprocess
from pathlib import Path
from threading import Timer

from fingerprints.model.errors import KitscanError
from scanner.targets.entry import InventoryContent
from scanner.targets.inventories.ansible.tree import read_list_output
from scanner.targets.inventories.content import MAX_INVENTORY, content_of

PROGRAM = "ansible-inventory"
PROGRAM_SECONDS = 120.0
"""How long it may take: a plugin may ask a server."""


def list_by_program(place: str, folder: Path) -> InventoryContent:
    """What `ansible-inventory -i PLACE --list` prints, read. Raises KitscanError."""
    program, path = shutil.which(PROGRAM), folder / Path(place).expanduser()
    name = f"{PROGRAM}:{place}"
    if program is None:
        raise KitscanError(f"{name}: {PROGRAM} is not installed", "install ansible-core, or name the file itself")
    if not path.exists():
        raise KitscanError(f"{name}: there is no {path}", "name an inventory that exists")
    process = subprocess.Popen(  # noqa: S603 - the user's own program, which they named
        [program, "-i", str(path.absolute()), "--list"],
        cwd=folder,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    timer = Timer(PROGRAM_SECONDS, process.kill)
    timer.start()
    try:
        with process:
            octets = process.stdout.read(MAX_INVENTORY + 1) if process.stdout else b""
            if len(octets) > MAX_INVENTORY:
                process.kill()
    finally:
        timer.cancel()
    if len(octets) > MAX_INVENTORY:
        raise KitscanError(f"{name}: it prints more than {MAX_INVENTORY:,} bytes", "name a part of the inventory")
    if process.returncode:
        problem = f"{name}: it ended with exit code {process.returncode}, or took longer than {PROGRAM_SECONDS:.0f} s"
        raise KitscanError(problem, "run ansible-inventory --list by hand and see what it says")
    return read_list_output(content_of(octets, Path(name)))
