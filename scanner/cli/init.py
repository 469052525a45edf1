"""`kitscan init`: writes a project folder with commented files. It leaves existing files alone."""

import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.project_files.new_file import write_new

FILES = (("kitscan.yaml", 0o644), ("credentials.yaml", 0o600), ("zones.yaml", 0o644))
"""The files that it writes, each with its mode."""

NIGHTLY = "nightly"

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
"""A user name as useradd(8) takes it."""

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def _time_of_day(_context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    found = _TIME.fullmatch(text) if text is not None else None
    if text is not None and found is None:
        raise click.BadParameter(f"{text!r} is no time of day; write it as 02:00", param=parameter)
    return f"{int(found[1]):02}:{found[2]}" if found else None


def _user_name(_context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    if text is not None and (text == "root" or not _USER.fullmatch(text)):
        raise click.BadParameter("name a user of its own, such as kitscan; it needs no root", param=parameter)
    return text


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--schedule", type=click.Choice([NIGHTLY]), help="Also a systemd service, its timer, and a cron line.")
@click.option("--at", metavar="HH:MM", callback=_time_of_day, help="When the audit begins.  [02:00]")
@click.option("--until", metavar="HH:MM", callback=_time_of_day, help="When it stops asking.  [when it is done]")
@click.option("--user", metavar="NAME", callback=_user_name, help="Who runs it.  [a user that systemd makes]")
def command(folder: Path, schedule: str | None, at: str | None, until: str | None, user: str | None) -> int:
    """Start a project folder: kitscan.yaml, credentials.yaml and zones.yaml, each with comments."""
    if schedule is None and (at or until or user):
        raise click.UsageError("--at, --until and --user are about --schedule nightly")
    if at and at == until:
        raise click.UsageError("--at and --until are the same time")
    to_write = [*_project_files(), *(_schedule(folder, at or "02:00", until, user) if schedule else ())]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, mode, content in to_write:
            written = write_new(folder / name, content, mode)
            click.echo(f"{'wrote' if written else 'kept '}  {folder / name}{'' if written else ' (already there)'}")
    except OSError as error:
        problem = f"{error.filename or folder}: cannot be written ({error.strerror})"
        raise KitscanError(problem, "name a folder that you may write to: kitscan init FOLDER") from error
    click.echo(
        "Next: name targets in kitscan.yaml and credentials in credentials.yaml, then run kitscan doctor.", err=True
    )
    if schedule:
        click.echo("To install the schedule: the first lines of kitscan.service say how.", err=True)
    return 0


def _project_files() -> Iterator[tuple[str, int, bytes]]:
    for name, mode in FILES:
        yield name, mode, files("scanner.cli.project_files").joinpath(name).read_bytes()


def _schedule(folder: Path, at: str, until: str | None, user: str | None) -> Iterator[tuple[str, int, bytes]]:
    from scanner.cli.project_files.schedule import Schedule, schedule_files

    program = Path(sys.executable).with_name("kitscan")
    python = tuple(dict.fromkeys(map(Path, (sys.prefix, sys.base_prefix))))
    source = Path(__file__).parents[2]  # not below these two where kitscan was installed from a working copy
    needed = python if any(source.is_relative_to(place) for place in python) else (*python, source)
    for name, text in schedule_files(Schedule(folder.resolve(), program, needed, at, until or "", user or "")):
        yield name, 0o644, text.encode()
