"""RabbitMQ as Debian has it, started by a test in a folder of its own, on ports of loopback."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CONTROL = Path("/usr/lib/rabbitmq/bin/rabbitmqctl")
EPMD = Path("/usr/bin/epmd")
OWNER = "rabbitmq"
"""The user that the server runs as where the tests run as root."""

_QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def missing() -> str | None:
    """Why no broker can run here; None if one can."""
    absent = [str(path) for path in (SERVER, EPMD) if not path.exists()]
    return f"not installed: {', '.join(absent)} (Debian package rabbitmq-server)" if absent else None


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Broker:
    """A broker in a folder. `log` and `data` hold all that it writes."""

    folder: Path
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    _epmd_port: int = field(default_factory=free_port)
    _node_port: int = field(default_factory=free_port)
    _processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def url(self, user: str, password: str, tls: bool = False) -> str:
        scheme, port = ("amqps", self.tls_port) if tls else ("amqp", self.port)
        return f"{scheme}://{user}:{password}@localhost:{port}/kitscan"

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self._processes[-1].pid

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        if not self._processes:
            command = [str(EPMD), "-address", "127.0.0.1", "-port", str(self._epmd_port)]
            self._processes.append(subprocess.Popen(command, **_QUIET, **_as_owner()))
        self._processes.append(
            subprocess.Popen(
                [str(SERVER)], cwd=self.folder, env=self._environment(), start_new_session=True, **_QUIET, **_as_owner()
            )
        )
        self._wait_until_it_listens()

    def import_definitions(self, octets: bytes) -> None:
        """Let a broker that runs read further definitions, as whoever keeps it does."""
        file = self.folder / "further.json"
        file.write_bytes(octets)
        command = [str(CONTROL), "--quiet", "import_definitions", str(file)]
        done = subprocess.run(command, cwd=self.folder, env=self._environment(), check=False, **_QUIET, **_as_owner())
        assert done.returncode == 0

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "kitscan@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }

    def kill(self) -> None:
        """End it as a power cut does."""
        server = self._processes.pop()
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        while self._listens():  # the shell that started it ends before it does
            time.sleep(0.01)

    def end(self) -> None:
        """End all that was started."""
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL) if process.args == [str(SERVER)] else process.kill()
            process.wait()
        self._processes.clear()

    def written(self) -> Iterator[tuple[Path, bytes]]:
        """Every file that the broker has written."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.parent != self.folder:
                yield path, path.read_bytes()

    def _wait_until_it_listens(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert self._processes[-1].poll() is None, self._log()
            if self._listens():
                return
            time.sleep(0.1)
        raise AssertionError(self._log())

    def _listens(self) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _log(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in sorted((self.folder / "log").glob("*.log")))


def _as_owner() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam(OWNER)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


@contextmanager
def broker(configuration: str, files: Mapping[str, bytes]) -> Iterator[Broker]:
    """A broker that runs while the block does, with further files in its folder. In a configuration, FOLDER stands for
    the folder and TLS_PORT for the port of TLS."""
    running = Broker(Path(tempfile.mkdtemp(prefix="rabbitmq-", dir="/tmp")))
    try:
        text = configuration.replace("FOLDER", str(running.folder)).replace("TLS_PORT", str(running.tls_port))
        everything = {"rabbitmq.conf": text.encode(), "enabled_plugins": b"[].\n", **files}
        for name, octets in everything.items():
            (running.folder / name).write_bytes(octets)
        (running.folder / "data").mkdir()
        (running.folder / "log").mkdir()
        if os.geteuid() == 0:
            for path in (running.folder, *running.folder.rglob("*")):
                shutil.chown(path, OWNER, OWNER)
        running.start()
        yield running
    finally:
        running.end()
        shutil.rmtree(running.folder, ignore_errors=True)
