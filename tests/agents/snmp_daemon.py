"""A real net-snmp agent on loopback for tests: started from a few configuration lines, stopped by its own pid."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SNMPD = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin")
PASS_PERSIST = Path(__file__).with_name("snmp_pass_persist.py")


def free_port(host: str = "127.0.0.1") -> int:
    """A UDP port that nothing holds now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def snmpd(folder: Path, lines: list[str], host: str = "127.0.0.1") -> Iterator[int]:
    """Run snmpd with these configuration lines; its port. Returns once it answers, and kills it at the end."""
    assert SNMPD is not None, "install Debian's snmpd"
    port = free_port(host)
    state = folder / f"state-{port}"
    state.mkdir()
    config = folder / f"snmpd-{port}.conf"
    config.write_text("\n".join(lines) + "\n")
    listen = f"udp6:[{host}]:{port}" if ":" in host else f"udp:{host}:{port}"
    environment = {**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": str(state)}
    with (folder / f"snmpd-{port}.log").open("wb") as log:
        daemon = subprocess.Popen(
            [SNMPD, "-f", "-Lo", "-C", "-c", str(config), "-I", "-smux", listen],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
        try:
            _await_answer(host, port, daemon)
            yield port
        finally:
            daemon.terminate()
            daemon.wait(10)


def recorded(rows: Mapping[str, tuple[str, str]], folder: Path) -> list[str]:
    """The lines that make snmpd answer `1.3.6.1` and `1.0` from rows: OID to pass_persist type and value."""
    path = folder / f"rows-{len(list(folder.glob('rows-*')))}.tsv"
    path.write_text("".join(f"{oid}\t{kind}\t{value}\n" for oid, (kind, value) in rows.items()))
    command = f"{sys.executable} -S {PASS_PERSIST} {path}"
    return [f"pass_persist -p 1 .1.3.6.1 {command}", f"pass_persist -p 1 .1.0 {command}"]


def _await_answer(host: str, port: int, daemon: "subprocess.Popen[bytes]") -> None:
    """Ask for the engine ID until it comes: an agent that answers has read its configuration."""
    from scanner.protocols.snmp.engine_id_request import encode_engine_id_request

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asker:
        asker.connect((host, port))
        asker.settimeout(0.1)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            assert daemon.poll() is None, "snmpd ended by itself; see its log"
            try:
                asker.send(encode_engine_id_request(1))
                asker.recv(65_535)
                return
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                time.sleep(0.02)
    raise AssertionError("snmpd does not answer")
