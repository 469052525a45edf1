"""PostgreSQL as Debian has it, in a folder of its own, on a socket there and on no port; it can be killed and started
again."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.services.postgresql import OWNER, programs

MAX_SECONDS = 60.0
_USER = "kitscan"


@dataclass(slots=True)
class Database:
    """A server whose only user is `kitscan`. `environment` is what a client needs."""

    programs: Path
    folder: Path
    password: str = field(repr=False)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The URL of the store, without the password."""
        return f"postgresql+pg8000://{_USER}@/postgres?unix_sock={self.folder}/.s.PGSQL.5432"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variable with the password."""
        return {"PGPASSWORD": self.password}

    @property
    def pid(self) -> int:
        """The process of the server."""
        if self._process is None:
            raise OSError("the database does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it takes connections. Raises OSError."""
        # A killed process loses nothing that it gave to the system: fsync is for power cuts, which are not made here.
        flags = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}", "-c", "fsync=off")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                (str(self.programs / "postgres"), "-D", str(self.folder / "data"), *flags),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_owner(),
            )
        ready = (str(self.programs / "pg_isready"), "-q", "-h", str(self.folder))
        until = time.monotonic() + MAX_SECONDS
        while subprocess.run(ready, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > until:
                raise OSError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2_000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and all its processes as a crash does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def dump(self) -> bytes:
        """All that it holds, as pg_dumpall writes it, with the hashes of passwords."""
        command = (str(self.programs / "pg_dumpall"), "-h", str(self.folder), "-U", _USER)
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300).stdout


@contextmanager
def database(password: str) -> Iterator[Database]:
    """A server that runs until the block ends. Raises OSError where none is installed."""
    found = programs()
    if found is None:
        raise OSError("PostgreSQL is not installed (Debian package postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has 107 octets at most
    running = Database(found, folder, password)
    try:
        (folder / "password").write_text(password)
        for path in (folder, folder / "password") if os.geteuid() == 0 else ():
            shutil.chown(path, OWNER, OWNER)
        options = ("--auth=scram-sha-256", f"--pwfile={folder / 'password'}", f"--username={_USER}")
        command = (str(found / "initdb"), "-D", str(folder / "data"), *options, "--encoding=UTF8", "--no-sync")
        subprocess.run(command, cwd="/", check=True, capture_output=True, timeout=100, **_owner())
        (folder / "password").unlink()
        running.start()
        yield running
    finally:
        running.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam(OWNER)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
