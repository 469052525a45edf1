"""Runs a containerlab topology on plain Linux namespaces: each node a tree of processes of its own, each link a veth.

A node has its own network, mounts, host name and processes, with private /run and accounts; ending its first
process ends everything in it. What the node does is lab/node/start.py's business, as in a container.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LAB = Path(__file__).parents[2] / "lab"

_UNSHARE = ("unshare", "--net", "--uts", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc")

_INIT = r"""
hostname "$1"
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lldpd /run/frr /run/sshd /run/node /var/agentx
chown _lldpd:_lldpd /run/lldpd; chown frr:frr /run/frr
mount --bind "$2" /run/node
mkdir -p /run/node/var-snmp /run/node/frr
mount --bind /run/node/var-snmp /var/lib/snmp
mount -t tmpfs -o mode=1777 tmpfs /var/agentx
mount --bind /run/node/frr /etc/frr
cp /etc/passwd /run/passwd; cp /etc/shadow /run/shadow; chmod 600 /run/shadow
echo "audit:x:4001:4001::/run/home:$3" >>/run/passwd
echo "audit:$(openssl passwd -6 -salt lab lab-ssh-pass):19000:0:99999:7:::" >>/run/shadow
mkdir -p /run/home; chown 4001:4001 /run/home
mount --bind /run/passwd /etc/passwd; mount --bind /run/shadow /etc/shadow
mkdir -p /var/tmp/frr; mount -t tmpfs -o mode=1777 tmpfs /var/tmp/frr
ip link set lo up
for file in ipv4/ip_forward ipv6/conf/all/forwarding; do
  [ ! -e /proc/sys/net/$file ] || echo 1 >/proc/sys/net/$file
done
touch /run/node/ready
exec sleep infinity
"""


@dataclass(slots=True)
class Node:
    """One running node: `state` is its /run/node as seen from outside, `pid` its first process."""

    name: str
    state: Path
    process: subprocess.Popen[bytes]
    pid: int = 0

    def inside(self, *command: str) -> list[str]:
        """A command line that runs another one in this node."""
        return ["nsenter", "-t", str(self.pid), "-a", "--", *command]

    def on_its_network(self, *command: str) -> list[str]:
        """A command line that runs another one on this node's network, but with the files of the host."""
        return ["nsenter", "-t", str(self.pid), "-n", "--", *command]

    def run(self, *command: str, seconds: float = 60, check: bool = True) -> str:
        """Run a command in this node and return what it printed: through a file, so that no daemon can hang us."""
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                self.inside(*command), stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=seconds, check=False
            )
            said.seek(0)
            text = said.read()
        if check and done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(command)} ended with {done.returncode}:\n{text}")
        return text


@dataclass(slots=True)
class Lab:
    """A topology that is up. Use as a context manager."""

    topology_file: Path
    state: Path
    nodes: dict[str, Node] = field(default_factory=dict)
    topology: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> "Lab":
        self.topology = yaml.safe_load(self.topology_file.read_text())["topology"]
        try:
            for name in self.topology["nodes"]:
                self.nodes[name] = self._started(name)
            for node in self.nodes.values():
                _wait_ready(node)
            for number, link in enumerate(self.topology["links"]):
                self._link(number, *link["endpoints"])
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(self._served, self.nodes.values()))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes.values():
            for pid in (node.pid, node.process.pid):
                if pid:
                    _end(pid)
            node.process.wait(10)

    def _started(self, name: str) -> Node:
        state = self.state / name
        state.mkdir(parents=True)
        shell = str(LAB / "node" / "vty.py")
        with (state / "init.log").open("wb") as log:
            process = subprocess.Popen(
                [*_UNSHARE, "--propagation", "private", "sh", "-ec", _INIT, "init", name, str(state), shell],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return Node(name, state, process)

    def _link(self, number: int, one: str, other: str) -> None:
        (a, a_port), (b, b_port) = one.split(":"), other.split(":")
        ends = (f"l{number}a", f"l{number}b")
        pids = (str(self.nodes[a].pid), str(self.nodes[b].pid))
        _run("ip", "link", "add", ends[0], "netns", pids[0], "type", "veth", "peer", ends[1], "netns", pids[1])
        self.nodes[a].run("ip", "link", "set", ends[0], "name", a_port)
        self.nodes[b].run("ip", "link", "set", ends[1], "name", b_port)

    def _served(self, node: Node) -> None:
        node.run(sys.executable, str(LAB / "node" / "start.py"), str(self.topology_file), node.name)


def _wait_ready(node: Node) -> None:
    until = time.monotonic() + 20
    while not (node.state / "ready").exists():
        if time.monotonic() > until or node.process.poll() is not None:
            raise RuntimeError(f"{node.name} did not start:\n{(node.state / 'init.log').read_text()}")
        time.sleep(0.01)
    children = Path(f"/proc/{node.process.pid}/task/{node.process.pid}/children").read_text().split()
    node.pid = int(children[0])


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
