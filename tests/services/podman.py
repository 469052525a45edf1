"""Debian's podman and runc, with a store of their own that goes with the test.

The flags are for machines whose limits or control groups the defaults do not fit: root without CAP_SYS_RESOURCE may not
raise a limit, and crun refuses hybrid control groups.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024")
CLOSED = ("--network=none", "--read-only")
"""How every container runs here: no network but what the test gives it, and nothing to write on."""


def missing() -> str | None:
    """Why no container can run here; None if one can."""
    if os.geteuid() != 0:
        return "not root: containers with networks of their own need it"
    programs = [name for name in ("podman", "runc", "ip", "nsenter", "setcap") if shutil.which(name) is None]
    return f"not installed: {', '.join(programs)} (tests/packages.sh)" if programs else None


@dataclass(frozen=True, slots=True)
class Podman:
    """An engine whose images and containers lie in one folder."""

    folder: Path

    def do(self, *words: str, timeout: float = 200) -> "subprocess.CompletedProcess[str]":
        """Run podman; whoever calls looks at the exit code."""
        places = ("--root", str(self.folder / "store"), "--runroot", str(self.folder / "run"), "--runtime", "runc")
        command = ["podman", *places, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, cwd=self.folder)

    def must(self, *words: str) -> str:
        """What podman prints, where it has to succeed."""
        done = self.do(*words)
        assert done.returncode == 0, f"podman {' '.join(words)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def run(self, image: str, *words: str, flags: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
        """Run a command in a container that goes with it."""
        return self.do("run", "--rm", *CLOSED, *LIMITS, *flags, image, *words)

    def start(self, name: str, image: str, *words: str, flags: tuple[str, ...] = ()) -> int:
        """Start a container that stays, and return the id of its first process."""
        self.must("run", "--detach", "--name", name, "--hostname", name, *CLOSED, *LIMITS, *flags, image, *words)
        return int(self.must("inspect", "--format", "{{.State.Pid}}", name))


@contextmanager
def podman() -> Iterator[Podman]:
    """An engine in memory, because a disk takes longer than all else; what it made goes when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="podman-", dir="/tmp"))  # the path of a socket has 107 octets at most
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4g,mode=0711", "podman", folder], check=True)
    engine = Podman(folder)
    try:
        yield engine
    finally:
        engine.do("rm", "--force", "--all", "--time", "0")
        wait_for_others(folder)
        for place in (folder / "store" / "overlay", folder):
            subprocess.run(["umount", "--lazy", place], capture_output=True, check=False)
        folder.rmdir()


def wait_for_others(folder: Path) -> None:
    """Wait until no process of podman's own works on the folder: each container has one that tidies up behind it, and
    would make the folder's mounts anew."""
    for _ in range(100):
        lines = subprocess.run(
            ["ps", "-eo", "comm,args"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        if not any(line.startswith(("podman", "conmon", "runc")) and str(folder) in line for line in lines):
            return
        time.sleep(0.1)
