"""`kitscan demo`: a simulated network on this machine, the ordinary scan of it, and its report."""

import asyncio
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.exit_codes import FINDINGS, INCOMPLETE
from scanner.cli.options import Assessment
from scanner.targets.target import Ports

if TYPE_CHECKING:
    from scanner.demo.network import DemoNetwork

REPORTS = {"html": "report.html", "json": "report.json", "csv": "report.csv"}
ENDINGS = (0, FINDINGS, INCOMPLETE)
"""How the scan may end: there are findings, and one device is silent on purpose."""

_PORT = click.IntRange(1, 65_535)


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default="kitscan-demo",
    show_default=True,
    help="Folder for the report and the files of the scan.",
)
@click.option("--keep", is_flag=True, help="Leave the devices running after the scan, until Ctrl-C.")
@click.option("--snmp-port", type=_PORT, help="Where the devices answer SNMP.  [11161]")
@click.option("--ssh-port", type=_PORT, help="Where the devices answer SSH.  [11122]")
def command(out: Path, keep: bool, snmp_port: int | None, ssh_port: int | None) -> int:
    """Scan a simulated network on this machine and leave a report.

    Starts devices of many makers on addresses of 127.0.1.0/24, scans them over SNMP and SSH as it would any others,
    and leaves the report and all files of the scan in a folder. It needs neither root nor a network.
    """
    from scanner.demo.network import DEMO_PORTS

    ports = Ports(snmp_port or DEMO_PORTS.snmp, ssh_port or DEMO_PORTS.ssh)
    return asyncio.run(_demonstrated(out, keep, ports))


async def _demonstrated(folder: Path, keep: bool, ports: Ports) -> int:
    from scanner.demo.network import start

    async with start(folder, ports) as network:
        click.echo(f"{len(network.devices)} simulated devices are up; in {folder}: kitscan scan", err=True)
        code = await _scanned(folder)
        if code not in ENDINGS:
            click.echo(f"kitscan: the scan of the simulated devices ended with exit code {code}", err=True)
            return code
        _report(folder)
        click.echo(_what_next(folder, network, keep), err=True)
        if keep:
            await _told_to_stop()
    return 0


async def _scanned(folder: Path) -> int:
    """The ordinary command, as a user would type it there: its own process, every secret by reference."""
    scan = [sys.executable, "-P", "-m", "scanner.cli.main", "scan"]
    process = await asyncio.create_subprocess_exec(*scan, cwd=folder, stdin=asyncio.subprocess.DEVNULL)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _report(folder: Path) -> None:
    """The same run once more in every form, from the store."""
    from scanner.cli.options import store_of
    from scanner.cli.report_file import write
    from scanner.cli.reporting import assessment_options_of, document_of
    from scanner.config import read_config
    from scanner.store.store import open_store

    config, asked = read_config(folder), Assessment(None, None, (), None, None, None, None, None, None)
    with open_store(store_of(asked, config)) as store:
        run = store.run(None)
        document = document_of(store, run, assessment_options_of(asked, config, run.started.date()))
    for form, name in REPORTS.items():
        write(document, form, folder / name)


def _what_next(folder: Path, network: "DemoNetwork", keep: bool) -> str:
    lines = [f"Next: cd {shlex.quote(str(folder))}; open report.html; try kitscan explain {network.devices[0].name}"]
    if keep:
        asked = next(device.address for device in network.devices if device.snmp and not device.snmp.auth)
        typed = next(device.address for device in network.devices if device.ssh and device.ssh.login)
        lines += [
            "The devices stay up until Ctrl-C. From that folder, ask one yourself:",
            f'  snmpwalk -v2c -c "$(cat secrets/community)" {asked}:{network.ports.snmp} .1',
            f"  ssh -p {network.ports.ssh} audit@{typed}    (the password is in secrets/ssh-password)",
        ]
    return "\n".join(lines)


async def _told_to_stop() -> None:
    """Wait for Ctrl-C or SIGTERM: here it is the ordinary end, not an interruption."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
