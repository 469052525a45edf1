"""Which program is the layer 2 helper, and whether it may use raw sockets.

The helper needs CAP_NET_RAW, and inherits it from a process that has it. Where kitscan has none, an interpreter whose
file has the capability gives it to the helper alone: the image of kitscan holds one beside its own interpreter.
"""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

CAP_NET_RAW = 13
"""The number of the capability's bit, capabilities(7)."""

CAPABLE_PYTHON = "python-net-raw"
"""The name of an interpreter with CAP_NET_RAW, beside kitscan's own. The Dockerfile makes it."""

CAPABILITIES = "security.capability"
"""The attribute of a file that holds its capabilities, capabilities(7)."""

STATUS = Path("/proc/self/status")


def read_status(status: Path = STATUS) -> dict[str, str]:
    """The fields of proc_pid_status(5); none where they cannot be read."""
    with suppress(OSError):
        return dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
    return {}


def helper_program(fields: Mapping[str, str], own: str = sys.executable) -> tuple[str, ...]:
    """The words that start the helper. The capable interpreter is taken only by a process that may gain what its file
    has: the kernel refuses to run it where the bounding set lacks the capability."""
    capable = Path(own).with_name(CAPABLE_PYTHON)
    usable = _inherits(fields) or not _may_gain(fields) or not _has_capabilities(capable)
    return (own if usable else str(capable), "-P", "-m", "scanner.link_helper")


def may_use_raw_sockets(fields: Mapping[str, str], own: str = sys.executable) -> bool:
    """Whether the helper will have CAP_NET_RAW."""
    return _inherits(fields) or helper_program(fields, own)[0] != own


def _inherits(fields: Mapping[str, str]) -> bool:
    """A child of root has root's capabilities, one of others the ambient ones."""
    return _has(fields, "CapEff" if fields.get("Uid", "").split()[:2] == ["0", "0"] else "CapAmb")


def _may_gain(fields: Mapping[str, str]) -> bool:
    return _has(fields, "CapBnd") and fields.get("NoNewPrivs", "0").strip() == "0"


def _has(fields: Mapping[str, str], capabilities: str) -> bool:
    return bool(int(fields.get(capabilities, "0"), 16) >> CAP_NET_RAW & 1)


def _has_capabilities(program: Path) -> bool:
    try:
        return bool(os.getxattr(program, CAPABILITIES))
    except OSError:
        return False
