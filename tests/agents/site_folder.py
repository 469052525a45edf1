"""A site: simulated devices that answer on loopback, and the project folder of its collector."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.free_ports import free_ports
from scanner.demo.network import start
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.targets.target import Ports

NAMED = ("127.0.1.5", "127.0.1.6", "127.0.1.7", "127.0.1.8")
RANGE = "127.0.1.22-127.0.1.24"
"""Devices of the demonstration that answer at once: a sweep of silent addresses takes seconds."""

CENTRE = new_private_key()


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """The folder, the ports of its devices, and the collector's public key."""

    folder: Path
    ports: Ports
    public_key: str

    def write(self, more: str = "", **collector: object) -> None:
        """Write kitscan.yaml: four devices by name and a range make two slices."""
        block = {"site": "LON", "name": "lon1", "key": "file:key", "centre": public_key_of(CENTRE)} | collector
        lines = "".join(f"  {name}: {value}\n" for name, value in block.items() if value is not None)
        (self.folder / "kitscan.yaml").write_text(
            f"targets: [{', '.join(NAMED)}, {RANGE}]\n"
            f"ports: {{snmp: {self.ports.snmp}, ssh: {self.ports.ssh}}}\n"
            "credentials: credentials.yaml\nprofile: lab\nprobes: [snmp]\nknown_hosts: known_hosts\n"
            f"{more}collector:\n{lines}"
        )


@contextmanager
def running_site(folder: Path) -> Iterator[SiteFolder]:
    """The devices answer, in a thread of their own, until the block ends."""
    ports, private = free_ports(), new_private_key()
    ready, loop, ended = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with start(folder, ports):
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(30)
    (folder / "key").write_text(private)
    (folder / "key").chmod(0o600)
    try:
        site = SiteFolder(folder, ports, public_key_of(private))
        site.write()
        yield site
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()
