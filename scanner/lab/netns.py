"""Network namespaces that have names: entering one, and running `ip` on them.

A thread that enters one leaves it again; sockets that it opened, and processes that it started there, stay.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scanner.lab.errors import LabRefusedError
from scanner.lab.lab_state import NAMESPACES

_CLONE_NEWNET = 0x40000000
_OWN = Path("/proc/thread-self/ns/net")
IP_SECONDS = 60


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """Have this thread be in a namespace until the block ends. Raises OSError."""
    own = os.open(_OWN, os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(namespace)
        try:
            yield
        finally:
            _set_namespace(own)
    finally:
        os.close(own)


def enter(namespace: str) -> None:
    """Have this thread be in a namespace from now on. Raises OSError."""
    descriptor = os.open(NAMESPACES / namespace, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _set_namespace(descriptor)
    finally:
        os.close(descriptor)


def run_ip(commands: Sequence[str], lock: int, namespace: str | None = None) -> None:
    """Run lines of `ip -batch`, in a namespace. The program holds the descriptor `lock` until it ends, even if this
    process is killed. Raises LabRefusedError, which quotes the line that failed."""
    if not commands:
        return
    where = ["-n", namespace] if namespace else []
    try:
        done = subprocess.run(  # noqa: S603 # lines of our own, on standard input
            ["ip", *where, "-batch", "-"],  # noqa: S607 # it is in /sbin or /usr/sbin
            input="\n".join(commands) + "\n",
            capture_output=True,
            text=True,
            timeout=IP_SECONDS,
            check=False,
            pass_fds=(lock,),
        )
    except FileNotFoundError as error:
        raise LabRefusedError("the program ip is not installed", "install iproute2") from error
    if done.returncode:
        raise LabRefusedError(_failure(done.stderr, commands), "kitscan lab down LAB, then bring it up again")


def _failure(message: str, commands: Sequence[str]) -> str:
    first, _, rest = message.strip().partition("\n")
    number = rest.rpartition(":")[2]
    line = commands[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(commands) else ""
    return f"ip {line}: {first}" if line else f"ip: {first}"


def _set_namespace(descriptor: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(descriptor, _CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
