"""`kitscan import`: saved captures become a run in the store, each capture a device of its own."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import click

from fingerprints.model.errors import DataFileError, KitscanError
from fingerprints.model.evidence import Gap, Observation, Subject
from scanner.cli.options import DEFAULT_STORE
from scanner.version import VERSION

Said = tuple[Observation | Gap, ...]

_STORE = click.option("--store", metavar="PATH|URL", help=f"Where to keep it.  [{DEFAULT_STORE}]")
_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group("import")
def command() -> None:
    """Make a run of saved captures; its number goes to standard output."""


@command.command()
@_STORE
@_PATHS
def snmprec(paths: tuple[Path, ...], store: str | None) -> int:
    """Recordings in snmpsim's .snmprec form, or folders of them."""
    from scanner.captures import files_of, read_snmprec

    files = tuple(files_of(paths, ".snmprec"))
    return _keep(store, [(_label(path, paths, ".snmprec"), path) for path in files], read_snmprec)


@command.command()
@_STORE
@_PATHS
def snmpwalk(paths: tuple[Path, ...], store: str | None) -> int:
    """What `snmpwalk -On` printed, one device a file, or folders of *.snmpwalk files."""
    from scanner.captures import files_of, read_snmpwalk

    files = tuple(files_of(paths, ".snmpwalk"))
    return _keep(store, [(_label(path, paths, ".snmpwalk"), path) for path in files], read_snmpwalk)


@command.command()
@click.option("--platform", required=True, metavar="DIALECT", help="Whose command line it was, such as huawei_vrp.")
@click.option("--command", "asked", required=True, help="The command that printed it, such as 'display version'.")
@_STORE
@_PATHS
def cli(paths: tuple[Path, ...], store: str | None, platform: str, asked: str) -> int:
    """What commands printed, one device a file, or folders of such files."""
    from fingerprints.database.command_line_platforms import load_command_line_platforms
    from scanner.captures import files_of, read_cli

    known = load_command_line_platforms().by_name
    if platform not in known:
        near = ", ".join(get_close_matches(platform, known, 5, 0.4) or known)
        raise KitscanError(f"there is no platform {platform!r}\nNext: name one of {near}")
    files = [(_label(path, paths, _ending(path)), path) for path in files_of(paths, "")]
    return _keep(store, files, lambda path: read_cli(path, asked, platform))


def _label(path: Path, named: tuple[Path, ...], ending: str) -> str:
    """The file's name less its ending; below a folder that was named, with the folders in between."""
    root = next((root for root in named if root in path.parents), path.parent)
    return path.relative_to(root).as_posix().removesuffix(ending)


def _ending(path: Path) -> str:
    """What a file's name ends in, which is not its own name's: the last number of an address is no ending."""
    return "" if path.suffix[1:].isdigit() else path.suffix


def _apart(captures: Sequence[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """The captures, each under a label of its own: those that would share one are told by their paths."""
    alike = Counter(label for label, _ in captures)
    return ((label if alike[label] == 1 else path.as_posix(), path) for label, path in captures)


def _keep(place: str | None, captures: Sequence[tuple[str, Path]], read: Callable[[Path], Said]) -> int:
    """Read each capture into one run. One that cannot be read is told and costs nothing but itself."""
    from scanner.cli.exit_codes import USAGE
    from scanner.config import read_config
    from scanner.sink import RangeCount, RunOutcome
    from scanner.store.store import open_store

    where = place or read_config(Path()).store or DEFAULT_STORE
    with open_store(where, create=True) as store, store.writing("import", VERSION, datetime.now(UTC)) as writer:
        kept = partly = 0
        for label, path in _apart(captures):
            try:
                said = read(path)
            except DataFileError as error:
                click.echo(f"kitscan: {error}", err=True)
                continue
            writer.add(Subject(label, labels=(label,)), "import", said, datetime.now(UTC))
            kept += 1
            partly += any(isinstance(item, Gap) for item in said)
        writer.range(RangeCount("", kept, 0))
        writer.finish(RunOutcome.COMPLETE, datetime.now(UTC))
    parts = f"; {partly} of them only in part" if partly else ""
    click.echo(f"{kept} of {len(captures)} captures kept in {where}{parts}", err=True)
    click.echo(str(writer.run))
    return 0 if kept == len(captures) else USAGE
