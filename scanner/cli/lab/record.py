"""`kitscan lab record`: a real device as a device file, with stand-ins for all that names its network."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Evidence, Observation, Subject
from scanner.cli.network_commands.scanning import scanning_options
from scanner.cli.options import DEFAULT_STORE, check_platform

if TYPE_CHECKING:
    from fingerprints.database.fingerprint_database import FingerprintDatabase
    from scanner.config import Config
    from scanner.recorder.record import Recorded
    from scanner.stop_signals import StopSignals

MAX_LISTED = 5
"""Places of a refused file that the error names."""

_NAME_LINE = "line 1"
"""Where a device file has its `name`, which is the user's word and no value of the device."""

_SNMPREC, _SNMPWALK = ".snmprec", ".snmpwalk"


@click.command("record")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The device file.")
@click.option("--name", help="What the device is called in it.  [that of --out]")
@click.option("--run", help="SOURCE is a device of this run: a number, or latest.")
@click.option("--store", metavar="PATH|URL", help=f"Where that run is kept.  [{DEFAULT_STORE}]")
@click.option("--platform", metavar="PLATFORM", help="SOURCE is command output of this platform, such as huawei_vrp.")
@click.option("--command", "command_line", help="The command that printed it, such as 'display version'.")
@click.option("--all-objects", is_flag=True, help="Also the numbers that identification does not read.")
@scanning_options
@click.option("--dry-run", is_flag=True, help="Of a live device: print what may be sent, and send nothing.")
@click.option("-v", "--verbose", is_flag=True, help="With --dry-run: a line for each request of each group.")
@click.pass_obj
def record(
    stop: "StopSignals",
    /,
    sources: tuple[str, ...],
    out: Path,
    name: str | None,
    all_objects: bool,
    **given: Any,
) -> int:
    """Turn a real device into a device file that hides whose it is.

    SOURCE is a device of a run (--run), saved captures of one device (.snmprec, the output of snmpwalk, command output
    with --platform), or a live target, which is scanned as `kitscan scan` would. Names, addresses, MAC addresses and
    serial numbers become stand-ins. The file is searched for all of them before it is written.
    """
    from scanner.cli.assessment.reporting import database_of
    from scanner.config import read_config
    from scanner.recorder.record import record as record_device

    config = read_config(Path())
    database = database_of(config)
    evidence = _evidence_of(stop, sources, given, config, database)
    if evidence is None:
        return 0
    recorded = record_device(evidence, name or out.stem, database, all_objects)
    _refuse_leaks(recorded, out)
    out.write_text(recorded.text, encoding="utf-8")
    _print_summary(recorded, out)
    return 0


def _evidence_of(
    stop: "StopSignals",
    sources: tuple[str, ...],
    given: dict[str, Any],
    config: "Config",
    database: "FingerprintDatabase",
) -> tuple[Evidence, ...] | None:
    """The evidence about the one device; None for a dry run. Raises KitscanError where it is not one."""
    run, store = given.pop("run"), given.pop("store") or config.store or DEFAULT_STORE
    platform, command_line = given.pop("platform"), given.pop("command_line")
    _check_command_output(platform, command_line)
    files = [Path(source) for source in sources if Path(source).is_file()]
    if given["dry_run"] and (files or run is not None):
        raise click.UsageError("--dry-run is for a live device: nothing is sent for files and runs")
    if run is None and len(files) == len(sources):
        return (_captured(files, platform, command_line),)
    if len(sources) > 1:
        raise click.UsageError("one device at a time: several SOURCEs must all be files that exist")
    if run is not None:
        return _of_run(store, run, sources[0], database)
    from scanner.cli.lab.live_recording import scanned

    return scanned(stop, sources[0], given, config, database)


def _check_command_output(platform: str | None, command_line: str | None) -> None:
    """Raises UsageError for half of the pair, and KitscanError for a platform that is unknown."""
    if (platform is None) != (command_line is None):
        raise click.UsageError("--platform and --command go together")
    if platform is not None:
        check_platform(platform)


def _captured(files: list[Path], platform: str | None, command_line: str | None) -> Evidence:
    observations = [item for path in files for item in _read(path, platform, command_line)]
    found = tuple(item for item in observations if isinstance(item, Observation))
    if not found:
        raise KitscanError(f"{files[0]}: there is nothing in it to record", "check that this is the right file")
    return Evidence(Subject("capture"), found)


def _read(path: Path, platform: str | None, command_line: str | None) -> Iterator[object]:
    from scanner.captures import read_cli, read_snmprec, read_snmpwalk

    if path.suffix == _SNMPREC:
        yield from read_snmprec(path)
    elif path.suffix != _SNMPWALK and platform is not None and command_line is not None:
        yield from read_cli(path, command_line, platform)
    else:
        yield from read_snmpwalk(path)


def _of_run(store: str, run: str, device: str, database: "FingerprintDatabase") -> tuple[Evidence, ...]:
    from fingerprints.matching.merge_addresses import merge_addresses
    from reports.document.sanitize import sanitize
    from scanner.cli.assessment.reporting import run_named
    from scanner.store.store import open_store

    if run != "latest" and not run.isdecimal():
        raise click.UsageError("--run is the number of a run, or latest")
    with open_store(store) as opened:
        chosen = run_named(opened, None if run == "latest" else int(run))
        for evidence in merge_addresses(opened.evidence(chosen.id), database):
            if device.casefold() in _names(evidence):
                return evidence
    problem = f"{sanitize(device)}: no device of run {chosen.id} has this name or address"
    raise KitscanError(problem, "kitscan assess --format csv lists the devices")


def _names(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    from fingerprints.model.evidence import Source
    from fingerprints.model.observation_index import clean

    for part in evidence:
        yield from (name.casefold() for name in (part.subject.key, part.subject.address, *part.subject.labels))
        names = (said.value for said in part.observations if said.source is Source.SNMP_SYS_NAME)
        yield from (clean(name).casefold() for name in names)


def _refuse_leaks(recorded: "Recorded", out: Path) -> None:
    """Raises KitscanError, which names kinds and places and quotes nothing."""
    if recorded.leaks:
        places = "; ".join(f"{leak.kind.value} at {leak.place}" for leak in recorded.leaks[:MAX_LISTED])
        if all(leak.place == _NAME_LINE for leak in recorded.leaks):
            problem = f"{out} is not written: the name that it would give the device is a private word of the real one"
            raise KitscanError(problem, "--name with another word, such as box")
        raise KitscanError(
            f"{out} is not written: {len(recorded.leaks)} private values would stand in it ({places})",
            "report this with the kinds and the objects named here; they hold nothing of yours",
        )


def _print_summary(recorded: "Recorded", out: Path) -> None:
    from reports.document.sanitize import sanitize

    click.echo(f"{out}: {recorded.values:,} values, {recorded.hidden:,} private ones replaced", err=True)
    if recorded.unread:
        click.echo(f"left out: {recorded.unread:,} objects that identification does not read", err=True)
    for source, count in recorded.not_played:
        click.echo(f"left out: {count} x {source.value}, which no simulated device plays", err=True)
    for difference in recorded.differences:
        real, now = sanitize(difference.real) or "none", sanitize(difference.recorded) or "none"
        click.echo(f"read otherwise than the real device: {difference.what}: {now}, not {real}", err=True)
