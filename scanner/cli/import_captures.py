"""`kitscan import`: turns saved captures into a run in the store. Each capture is a device of its own."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Subject
from scanner.cli.options import DEFAULT_STORE, check_platform
from scanner.version import VERSION

if TYPE_CHECKING:
    from fingerprints.model.device import Device
    from scanner.config import Config
    from scanner.store.writer import Writer

_STORE = click.option("--store", metavar="PATH|URL", help=f"Where to keep the run.  [{DEFAULT_STORE}]")
_ATTRIBUTES = click.option(
    "--attributes",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What you know of the devices: a CSV by label or serial.",
)
_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group("import")
def command() -> None:
    """Make a run of saved captures, and print its number."""


@command.command()
@_STORE
@_ATTRIBUTES
@_PATHS
def snmprec(paths: tuple[Path, ...], store: str | None, attributes: Path | None) -> int:
    """Recordings in snmpsim's .snmprec form, or folders of them."""
    from scanner.captures import files_of, read_snmprec

    files = tuple(files_of(paths, ".snmprec"))
    return _keep(store, [(_label(path, paths, ".snmprec"), path) for path in files], read_snmprec, attributes)


@command.command()
@_STORE
@_ATTRIBUTES
@_PATHS
def snmpwalk(paths: tuple[Path, ...], store: str | None, attributes: Path | None) -> int:
    """What `snmpwalk -On` printed, one device a file, or folders of *.snmpwalk files."""
    from scanner.captures import files_of, read_snmpwalk

    files = tuple(files_of(paths, ".snmpwalk"))
    return _keep(store, [(_label(path, paths, ".snmpwalk"), path) for path in files], read_snmpwalk, attributes)


@command.command()
@click.option(
    "--platform", required=True, metavar="PLATFORM", help="The platform of the command line, such as huawei_vrp."
)
@click.option(
    "--command", "command_line", required=True, help="The command that printed it, such as 'display version'."
)
@_STORE
@_ATTRIBUTES
@_PATHS
def cli(paths: tuple[Path, ...], store: str | None, attributes: Path | None, platform: str, command_line: str) -> int:
    """The output of a command, one device a file, or folders of such files."""
    from scanner.captures import files_of, read_cli

    check_platform(platform)
    files = [(_label(path, paths, _ending(path)), path) for path in files_of(paths, "")]
    return _keep(store, files, lambda path: read_cli(path, command_line, platform), attributes)


def _label(path: Path, arguments: tuple[Path, ...], ending: str) -> str:
    """The file's name without its ending. For a file below a folder of the arguments, with the folders in between."""
    root = next((root for root in arguments if root in path.parents), path.parent)
    return path.relative_to(root).as_posix().removesuffix(ending)


def _ending(path: Path) -> str:
    """The ending of a file's name, or an empty text: the last number of an address is no ending."""
    return "" if path.suffix[1:].isdigit() else path.suffix


def _unique_labels(captures: Sequence[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """The captures, each with a label of its own. Captures that would share a label get their paths instead."""
    uses = Counter(label for label, _ in captures)
    return ((label if uses[label] == 1 else path.as_posix(), path) for label, path in captures)


def _keep(
    place: str | None,
    captures: Sequence[tuple[str, Path]],
    read: Callable[[Path], Iterable[Observation | Gap]],
    attributes: Path | None,
) -> int:
    """Read all captures into one run. An unreadable capture is reported, and the others go on."""
    from scanner.cli.exit_codes import USAGE
    from scanner.cli.terminal.live_progress import Counting, shown
    from scanner.config import read_config
    from scanner.run_request import RunRequest, this_user
    from scanner.sink import RangeCount, RunOutcome
    from scanner.store.store import open_store

    config = read_config(Path())
    where = place or config.store or DEFAULT_STORE
    known, going = _CaptureAttributes(attributes, config), Counting("reading", "captures", len(captures))
    with (
        open_store(where, create=True) as store,
        store.writing("import", VERSION, datetime.now(UTC)) as writer,
        shown(going.reading),
    ):
        writer.record(RunRequest(this_user(), tuple(dict.fromkeys(path.parent.as_posix() for _, path in captures))))
        kept = incomplete = 0
        for label, path in going.each(_unique_labels(captures)):
            counted = _Counted()
            try:
                subject, items = known.subject(label, read(path))
                _write(writer, subject, counted.counting(items))
            except DataFileError as error:
                click.echo(f"kitscan: {error}", err=True)
                if counted.items:
                    unread = Gap("import", "rest of the file", GapReason.INTERRUPTED, "could not be read")
                    writer.add(Subject(label, labels=(label,)), "import", (unread,), datetime.now(UTC))
                continue
            kept += 1
            incomplete += counted.gaps > 0
        writer.range(RangeCount("", kept, 0))
        writer.finish(RunOutcome.COMPLETE, datetime.now(UTC))
    note = f"; {incomplete} of them only in part" if incomplete else ""
    click.echo(f"{kept} of {len(captures)} captures kept in {where}{note}", err=True)
    known.report()
    click.echo(str(writer.run))
    return 0 if kept == len(captures) else USAGE


BATCH = 2_000
"""Items that are written at once: as text, some 100 KB."""


@dataclass(slots=True)
class _Counted:
    """How many items of a capture went by, and how many of them are gaps."""

    items: int = 0
    gaps: int = 0

    def counting(self, items: Iterable[Observation | Gap]) -> Iterator[Observation | Gap]:
        """The same items, counted."""
        for item in items:
            self.items += 1
            self.gaps += isinstance(item, Gap)
            yield item


def _write(writer: "Writer", subject: Subject, items: Iterator[Observation | Gap]) -> None:
    """Write the items in batches, so that memory stays flat however many there are."""
    while batch := tuple(islice(items, BATCH)):
        writer.add(subject, "import", batch, datetime.now(UTC))


class _CaptureAttributes:
    """What the operator's list says of the captures, by their labels and by the serial numbers in them."""

    def __init__(self, path: Path | None, config: "Config") -> None:
        from reports.declared.attribute_list import read_attributes
        from scanner.cli.assessment.reporting import database_of
        from scanner.cli.secret_columns import print_secret_columns
        from scanner.targets.spans import SecretColumn

        self._list = read_attributes(path) if path is not None else None
        if self._list is not None:
            print_secret_columns(SecretColumn(str(path), name) for name in self._list.secret_columns)
        self._database = database_of(config) if path is not None else None
        self._devices: list[Device] = []

    def subject(self, label: str, observed: Iterable[Observation | Gap]) -> tuple[Subject, Iterable[Observation | Gap]]:
        """The subject of a capture, with what the list says of it, and what was observed. A list has to know which
        device it is, so only then is all of it read at once. Raises DataFileError."""
        from fingerprints.identity.identify import identify

        subject = Subject(label, labels=(label,))
        if self._list is None or self._database is None:
            return subject, observed
        observed = tuple(observed)
        answers = tuple(item for item in observed if isinstance(item, Observation))
        device = identify((Evidence(subject, answers),), self._database)
        self._devices.append(device)
        return replace(subject, attributes=self._list.attributes_of(device)), observed

    def report(self) -> None:
        """Name the rows that are about none of the captures."""
        from reports.document.note_wording import note_text
        from reports.judgement.assessment import RowsWithoutDevice

        if self._list is not None and (unused := self._list.unused(self._devices)):
            places = tuple(row.place for row in unused)
            click.echo(note_text(RowsWithoutDevice(self._list.path.name, places, len(self._list.rows))), err=True)
