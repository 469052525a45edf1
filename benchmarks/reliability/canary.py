"""`python -m benchmarks.reliability.canary`: how many secrets a scan leaves of devices that repeat them. Promise: 0.

Each device repeats every secret of the credentials file in one writing, in every field. After the scan, every report,
`discover`, `doctor` and `explain`, all that was printed, every file (the store with its journal, temporary files, host
keys) and the command lines and environments of all programs that were started are searched for every secret in every
writing.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.free_ports import free_ports
from benchmarks.hostile.echoing import USER, Canaries, serving
from benchmarks.hostile.writings import WRITINGS
from fingerprints.model.secret_names import HIDDEN
from reports.formats.registry import FORMATS
from scanner.targets.target import Ports

COMMANDS = """
import sys
from scanner.cli.main import run
for line in sys.argv[1:]:
    print("$", line, run(line.split()), flush=True)
"""

FULL_FORMATS = ("json", "html")
"""The formats of report that hold most."""

FROM_HERE = {"credentials.yaml", "community", "authentication", "privacy", "login", "show-login"}
"""The files in which the secrets are kept."""

ROOT = Path(__file__).parents[2]

_UNICODE = re.compile(rb"\\u00([0-9a-f]{2})")
_NO_LETTER = re.compile(rb"[^0-9a-z]+")
_SETTLED = 4
"""Letters and digits of the shortest writing that is searched for."""


@dataclass(frozen=True, slots=True)
class Left:
    """What one run left: by its place, what was printed, written, or to be seen from other programs meanwhile.

    `struck` is how often a secret was struck out: the devices did repeat them.
    """

    places: dict[str, bytes]
    secrets: tuple[str, ...]
    struck: int

    def found(self) -> tuple[str, ...]:
        """Each place that holds a secret, with the writing: never the secret itself."""
        wanted = {
            (number, name): form
            for number, secret in enumerate(self.secrets, 1)
            for name, write in WRITINGS.items()
            if len(form := letters(write(secret))) >= _SETTLED
        }
        return tuple(
            f"{place}: secret {number}, {name}"
            for place, octets in self.places.items()
            for view in (letters(octets), letters(unescaped(octets)))
            for (number, name), form in wanted.items()
            if form in view
        )


def letters(octets: bytes) -> bytes:
    """Letters and digits in small letters: whatever stands between them differs between writings of the same."""
    return _NO_LETTER.sub(b"", octets.lower())


def unescaped(octets: bytes) -> bytes:
    """Octets as they were before JSON escaped them."""
    plain = _UNICODE.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), octets)
    return re.sub(rb'\\([nrtbf"\\/])', lambda match: b"\n" if match[1] in b"nrtbf" else match[1], plain)


def canaries(seed: int) -> Canaries:
    """Secrets of the shapes that people choose, new for each seed."""
    drawn = random.Random(seed)
    one, two, three, four, five = (f"{drawn.getrandbits(40):010x}" for _ in range(5))
    return Canaries(f"c0m-{one}", f"auth {two}!", f"priv&{three}", f"P@ss/{four}", f"old-{five}")


def write_project(folder: Path, secrets: Canaries, addresses: Sequence[str], ports: Ports) -> None:
    """The files of a scan of these addresses, as a careless user may have them: a password in the inventory as well."""
    for name in ("community", "authentication", "privacy", "login"):
        (folder / name).write_text(f"{getattr(secrets, name)}\n")
        (folder / name).chmod(0o600)
    (folder / "show-login").write_text("#!/bin/sh\nsleep 0.2\ncat login\n")
    (folder / "show-login").chmod(0o700)
    prefixes = "prefixes: [127.0.5.0/24]"
    (folder / "credentials.yaml").write_text(
        f"credentials:\n  - {{name: v3, snmp: v3, user: {USER}, auth: [sha256, file:authentication], "
        f"priv: [aes128, file:privacy], {prefixes}}}\n"
        f"  - {{name: old, snmp: v2c, community: env:WRONG, {prefixes}}}\n"
        f"  - {{name: ro, snmp: v2c, community: file:community, sweep: true, {prefixes}}}\n"
        f"  - {{name: cli, ssh: true, user: {USER}, password: 'cmd:./show-login', {prefixes}}}\n"
    )
    rows = "".join(f"{address},{secrets.login},{secrets.community}\n" for address in addresses)
    (folder / "targets.csv").write_text(f"address,adminPassword,SNMP Community\n{rows}")
    (folder / "kitscan.yaml").write_text(
        "targets: [targets.csv]\ncredentials: credentials.yaml\nprofile: lab\nprobes: [snmp, ssh]\n"
        f"ports: {{snmp: {ports.snmp}, ssh: {ports.ssh}}}\nknown_hosts: known_hosts\n"
    )


async def left_by_a_scan(
    folder: Path, secrets: Canaries, writings: Sequence[str], shells: Sequence[str], thorough: bool
) -> Left:
    """Scan devices that repeat the secrets, run the commands on the store, and gather all that is left. A
    thorough run also writes every format of report, and waits for what is silent."""
    ports = free_ports("127.0.5.1")
    async with serving(secrets, writings, shells, ports.snmp, ports.ssh) as addresses:
        for name in ("tmp", "home"):
            (folder / name).mkdir()
        write_project(folder, secrets, addresses, ports)
        (folder / "careless.txt").write_text(f"{addresses[0]}\nr1 ansible_password={secrets.login}\n")
        formats = FORMATS if thorough else FULL_FORMATS
        reports = [f"assess --format {name} --out report{FORMATS[name].suffix}" for name in formats]
        first = addresses[0]
        others = ["runs", f"explain {first}", f"discover {first}", "scan --dry-run careless.txt"]
        others += [f"doctor {first}"] if thorough else []
        places = await _run(folder, secrets, ("scan", *reports, *others))
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in {*FROM_HERE, "targets.csv", "careless.txt"}:
            places[str(path.relative_to(folder))] = path.read_bytes()
            if zipfile.is_zipfile(path):  # the files of a workbook are compressed
                archive = zipfile.ZipFile(path)
                places.update({f"{path.name}/{name}": archive.read(name) for name in archive.namelist()})
    places["rows of the store"] = rows_of_store(folder / "kitscan.sqlite")
    return Left(places, secrets.all(), places["rows of the store"].count(HIDDEN.encode()))


async def _run(folder: Path, secrets: Canaries, lines: Sequence[str]) -> dict[str, bytes]:
    own = {"WRONG": secrets.wrong, "KITSCAN_DEBUG": "1", "PYTHONWARNINGS": "default", "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **own, "TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COMMANDS, *lines),
        cwd=folder,
        env=environment,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
    )
    seen: dict[str, bytes] = {}
    printing = asyncio.create_task(process.communicate())
    while not printing.done():
        seen.update(_seen_of(process.pid))
        await asyncio.wait({printing}, timeout=0.1)
    return {**seen, "printed": (await printing)[0]}


def _seen_of(parent: int) -> Iterator[tuple[str, bytes]]:
    """The command lines of a process and its children, and the environments of its children."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            above = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            line = (process / "cmdline").read_bytes()
            if parent in (above, int(process.name)) and line:
                yield f"command line {process.name}", line
            if above == parent:
                yield f"environment of a child {process.name}", (process / "environ").read_bytes()


def rows_of_store(store: Path) -> bytes:
    """Every row of a store: in the file itself a long value lies on several pages."""
    with contextlib.closing(sqlite3.connect(store)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = (row for table in tables for row in connection.execute(f"SELECT * FROM {table}"))
        return "\n".join(str(cell) for row in rows for cell in row).encode()


def measured(folder: Path, seed: int, devices: int, shells: int, thorough: bool = False) -> Left:
    """What a scan leaves of so many devices, of which so many have a command line. The seed chooses the writings."""
    names = random.Random(seed).sample(sorted(WRITINGS), devices)
    return asyncio.run(left_by_a_scan(folder, canaries(seed), names, names[:shells], thorough))


def main() -> int:
    """Measure and print one row. 1 if a secret was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=len(WRITINGS), help="devices, each with a writing of its own")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = min(given.count, len(WRITINGS))
        left = measured(Path(folder), given.seed, count, count, thorough=True)
    found = left.found()
    counts = f"places searched {len(left.places)}, struck out {left.struck}, secrets found {len(found)}"
    print(f"devices {count}, {counts}")
    for place in found:
        print(f"  {place}")
    return 1 if found or not left.struck else 0


if __name__ == "__main__":
    sys.exit(main())
