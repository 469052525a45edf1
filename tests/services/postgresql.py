"""PostgreSQL as Debian has it, started by a test in a folder of its own, on a socket there and on no port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

OWNER = "postgres"
"""The user that the server runs as where the tests run as root, which it refuses."""


def programs() -> Path | None:
    """The folder of the newest server's programs; None where none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return next((path for path in reversed(found) if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


@contextmanager
def server(bin_folder: Path, password: str) -> Iterator[Path]:
    """The folder of the socket of a server that runs while the block does. Its only user is `kitscan`, with this
    password."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has 107 octets at most
    try:
        user = pwd.getpwnam(OWNER) if os.geteuid() == 0 else None
        data = folder / "data"
        (folder / "password").write_text(password)
        for path in (folder, folder / "password") if user is not None else ():
            os.chown(path, user.pw_uid, user.pw_gid)
        secrets = ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
        options = [*secrets, "--username=kitscan", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run(user, [str(bin_folder / "initdb"), "-D", str(data), *options])
        flags = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        control = [str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
        _run(user, [*control, "-l", str(folder / "log"), "-o", flags, "start"])
        try:
            yield folder
        finally:
            _run(user, [*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def processor_seconds(folder: Path) -> float:
    """The processor seconds of all processes of a server, also of those that ended, by the folder of its socket: the
    fields ppid, utime, stime, cutime and cstime of /proc/PID/stat (proc(5))."""
    server, ticks = int((folder / "data/postmaster.pid").read_text().split()[0]), 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            fields = path.read_text().rpartition(")")[2].split()
            if int(path.parent.name) == server:
                ticks += sum(map(int, fields[11:15]))
            elif int(fields[1]) == server:
                ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def new_database(folder: Path, name: str, password: str, words: str = "") -> str:
    """The URL of a new database of a server, by the folder of its socket. `words` are more of CREATE DATABASE."""
    place = f"postgresql+pg8000://kitscan@/postgres?unix_sock={folder}/.s.PGSQL.5432"
    engine = sa.create_engine(place, isolation_level="AUTOCOMMIT", connect_args={"password": password})
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 {words}")
    engine.dispose()
    return place.replace("/postgres?", f"/{name}?")


def _run(user: pwd.struct_passwd | None, command: list[str]) -> None:
    extra = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    done = subprocess.run(command, cwd="/", timeout=100, check=False, **quiet, **extra)
    assert done.returncode == 0, done.stderr.decode()
