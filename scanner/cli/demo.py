"""`kitscan demo`: simulates a network on this machine, scans it as usual, and writes the report."""

import asyncio
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.exit_codes import FINDINGS, INCOMPLETE
from scanner.cli.options import ReportRequest
from scanner.cli.terminal.started_by import typed_command
from scanner.targets.target import Ports

if TYPE_CHECKING:
    from scanner.demo.network import DemoNetwork

REPORTS = ("report.html", "report.xlsx", "report.json", "report.csv")
EXPECTED_CODES = (0, FINDINGS, INCOMPLETE)
"""Exit codes of a scan that worked: it has findings, and one device is silent on purpose."""

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

    Starts devices of many makers on addresses of 127.0.1.0/24, scans them over SNMP and SSH like any other devices,
    and leaves the report and all files of the scan in a folder. It needs neither root nor a network.
    """
    from scanner.demo.network import DEMO_PORTS

    ports = Ports(snmp_port or DEMO_PORTS.snmp, ssh_port or DEMO_PORTS.ssh)
    return asyncio.run(_run_demo(out, keep, ports))


async def _run_demo(folder: Path, keep: bool, ports: Ports) -> int:
    from scanner.demo.network import start

    async with start(folder, ports) as network:
        click.echo(f"{len(network.devices)} simulated devices are up; in {folder}: kitscan scan", err=True)
        code = await _run_scan(folder)
        if code not in EXPECTED_CODES:
            click.echo(f"kitscan: the scan of the simulated devices ended with exit code {code}", err=True)
            return code
        _write_reports(folder)
        click.echo(_next_steps(folder, network, keep), err=True)
        if keep:
            await _wait_for_stop()
    return 0


async def _run_scan(folder: Path) -> int:
    """Run the ordinary command in that folder, in its own process, with every secret by reference."""
    scan = [sys.executable, "-P", "-m", "scanner.cli.main", "scan"]
    process = await asyncio.create_subprocess_exec(*scan, cwd=folder, stdin=asyncio.subprocess.DEVNULL)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _write_reports(folder: Path) -> None:
    """Write the report of the run in each form, from the store."""
    from scanner.cli.assessment.report_file import write_reports
    from scanner.cli.assessment.report_plan import planned_reports
    from scanner.cli.assessment.reporting import assessment_options_of, document_of
    from scanner.cli.options import store_of
    from scanner.config import read_config
    from scanner.store.store import open_store

    config, request = read_config(folder), ReportRequest(out=tuple(folder / name for name in REPORTS))
    with open_store(store_of(request, config)) as store:
        run = store.run(None)
        document = document_of(store, run, assessment_options_of(request, config, run.started.date()))
    write_reports(document, planned_reports(request, config))


def _next_steps(folder: Path, network: "DemoNetwork", keep: bool) -> str:
    place, explain = shlex.quote(str(folder)), f"{typed_command()} explain {network.devices[0].name}"
    lines = [f"Next: open {place}/report.html in a browser; then type", f"  cd {place} && {explain}"]
    if keep:
        snmp = next(device.address for device in network.devices if device.snmp and not device.snmp.auth)
        ssh = next(device.address for device in network.devices if device.ssh and device.ssh.login)
        lines += [
            "The devices stay up until Ctrl-C. From that folder, query one yourself:",
            f'  snmpwalk -v2c -c "$(cat secrets/community)" {snmp}:{network.ports.snmp} .1',
            f"  ssh -p {network.ports.ssh} audit@{ssh}    (the password is in secrets/ssh-password)",
        ]
    return "\n".join(lines)


async def _wait_for_stop() -> None:
    """Wait for Ctrl-C or SIGTERM, which is the normal end here and no interruption."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
