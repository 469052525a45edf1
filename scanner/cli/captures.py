"""`kitscan import`: saved captures become a run in the store, each capture a device of its own."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from fingerprints.errors import KitscanError
from fingerprints.evidence import Gap, Observation, Subject
from scanner.cli.options import DEFAULT_STORE
from scanner.version import VERSION

_STORE = click.option("--store", default=DEFAULT_STORE, metavar="PATH|URL", show_default=True, help="Where to keep it.")
_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group("import")
def command() -> None:
    """Make a run of saved captures; its number goes to standard output."""


@command.command()
@_STORE
@_PATHS
def snmprec(paths: tuple[Path, ...], store: str) -> int:
    """Recordings in snmpsim's .snmprec form, or folders of them."""
    from scanner.probes.captures import files_of, read_snmprec

    files = files_of(paths, ".snmprec")
    return _keep(store, ((_label(path, paths, ".snmprec"), read_snmprec(path)) for path in files))


@command.command()
@_STORE
@_PATHS
def snmpwalk(paths: tuple[Path, ...], store: str) -> int:
    """What `snmpwalk -On` printed, one device a file, or folders of *.snmpwalk files."""
    from scanner.probes.captures import files_of, read_snmpwalk

    files = files_of(paths, ".snmpwalk")
    return _keep(store, ((_label(path, paths, ".snmpwalk"), read_snmpwalk(path)) for path in files))


@command.command()
@click.option("--platform", required=True, metavar="DIALECT", help="Whose command line it was, such as huawei_vrp.")
@click.option("--command", "asked", required=True, help="The command that printed it, such as 'display version'.")
@_STORE
@_PATHS
def cli(paths: tuple[Path, ...], store: str, platform: str, asked: str) -> int:
    """What one command printed, one device a file."""
    from scanner.probes.captures import read_cli
    from scanner.ssh.dialects import DIALECTS

    known = [dialect.platform for dialect in DIALECTS]
    if platform not in known:
        raise KitscanError(f"there is no platform {platform!r}\nNext: name one of {', '.join(known)}")
    return _keep(store, ((path.stem, read_cli(path, asked, platform)) for path in paths))


def _label(path: Path, named: tuple[Path, ...], ending: str) -> str:
    """The file's name less its ending; below a folder that was named, with the folders in between."""
    root = next((root for root in named if root in path.parents), path.parent)
    return path.relative_to(root).as_posix().removesuffix(ending)


def _keep(place: str, captures: Iterable[tuple[str, tuple[Observation | Gap, ...]]]) -> int:
    from scanner.store import Range, open_store

    with open_store(place, create=True) as store, store.writing("import", VERSION, datetime.now(UTC)) as writer:
        count = unreadable = 0
        for label, said in captures:
            time = datetime.now(UTC)
            writer.add(Subject(label, labels=(label,)), "import", said, time)
            count += 1
            unreadable += any(isinstance(item, Gap) for item in said)
        writer.range(Range("", count, 0))
        writer.finish("complete", datetime.now(UTC))
    click.echo(f"{count} captures kept in {place}; {unreadable} with lines that could not be read", err=True)
    click.echo(str(writer.run))
    return 0
