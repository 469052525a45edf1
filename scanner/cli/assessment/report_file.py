"""Writes reports: checks their places before a scan begins, and writes each whole or not at all."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from reports.document.document import Document
from reports.formats.registry import render_parts
from scanner.cli.assessment.report_plan import PlannedReport, planned_reports, report_places
from scanner.cli.options import ReportRequest, store_of
from scanner.cli.standard_streams import OutputError, check_standard_output
from scanner.cli.terminal.colours import wants_colour
from scanner.cli.terminal.live_progress import shown
from scanner.cli.terminal.progress_line import WorkReading
from scanner.config import Config
from scanner.project_file import CONFIG_FILE

if TYPE_CHECKING:
    from reports.formats.own_template import OwnTemplate

STORE_ENDINGS = ("-wal", "-shm", "-journal", "-answers", ".lock")
"""The files beside a store: three of SQLite (sqlite.org/tempfiles.html), and two of kitscan."""


def check_out(request: ReportRequest, config: Config) -> tuple[PlannedReport, ...]:
    """The reports to write. Refuses one of unknown format, by a wrong template, or in a place that cannot be written,
    before the work begins."""
    for out in report_places(request, config):
        if out is None:
            check_standard_output()
        elif not out.exists() or out.is_file() or out.is_dir():
            check_place(out, request, config)
    return planned_reports(request, config)


def _read_files(request: ReportRequest, config: Config) -> Iterator[Path]:
    """The files that say what to scan and how to judge, and the templates."""
    named = (config.credentials, config.known_hosts, config.zones, config.waivers, config.permits, config.support)
    given = (request.zones, request.waivers, request.permits, request.support, request.attributes)
    yield from filter(None, (*named, config.attributes, *given))
    yield from (config.folder / name for name in (CONFIG_FILE, *config.targets))
    yield from (template for template, _ in request.template)


def check_place(out: Path, request: ReportRequest, config: Config) -> None:
    """Raises KitscanError where a file cannot be written, or is one that kitscan reads."""
    store = Path(store_of(request, config)).resolve()
    if out.resolve() in (store, *(Path(f"{store}{ending}") for ending in STORE_ENDINGS)):
        raise _unwritable(out, "it is the store")
    read = tuple(_read_files(request, config))
    if out.is_file() and any(path.is_file() and path.samefile(out) for path in read):
        raise _unwritable(out, "it is a file that kitscan reads")
    if out.is_dir():
        raise _unwritable(out, "it is a folder")
    if not os.access(out.resolve().parent, os.W_OK | os.X_OK):
        raise _unwritable(out, "its folder is not there or cannot be written")


def write_reports(document: Document, plan: tuple[PlannedReport, ...]) -> None:
    """Write each report of the plan, also those behind one that fails. Raises the KitscanError of the first that
    failed, once all are done; what the others failed of is printed."""
    failed: list[KitscanError] = []
    for report in plan:
        try:
            write(document, report.form, report.out)
        except KitscanError as error:
            failed.append(error)
    for other in failed[1:]:
        click.echo(f"kitscan: {other.summary}", err=True)
    if failed:
        raise failed[0]


def write(document: Document, form: "str | OwnTemplate", out: Path | None) -> None:
    """Write the document in a format, or by a template, to a file or to standard output."""
    with shown(lambda: WorkReading("writing", notes=(str(out or form),))):
        parts = _parts_of(document, form)
        if out is not None:
            write_parts(out, parts)
            click.echo(f"Report: {out}", err=True)
            return
        # Only the summary is for people: a file that a program reads is the same whatever the terminal's encoding is.
        rendered = _terminal_summary(document) if form == "text" else b"".join(parts)
    print_rendered(rendered)


def _parts_of(document: Document, form: "str | OwnTemplate") -> Iterator[bytes]:
    if isinstance(form, str):
        yield from render_parts(document, form)
    else:
        yield form.render(document).encode()


def _terminal_summary(document: Document) -> str:
    from reports.formats.as_text import WIDTH, render_text

    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else WIDTH
    return render_text(document, width, wants_colour(is_terminal, os.environ))


def write_whole(out: Path, content: bytes) -> None:
    """Write the file whole or not at all; as `write_parts`."""
    write_parts(out, (content,))


def write_parts(out: Path, parts: Iterable[bytes]) -> None:
    """Write the file out of its parts, whole or not at all.

    A report lists a network, so only the owner can read a new file; a replaced file keeps its mode. A pipe or device
    (/dev/stdout) is written to and never replaced.
    """
    place = out.resolve()
    try:
        if out.exists() and not out.is_file():
            _write(out, parts)
            return
        mode = place.stat().st_mode & 0o777 if place.exists() else 0o600
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as folder:
            partial = Path(folder) / "partial"
            partial.touch(0o600)
            _write(partial, parts)
            partial.chmod(mode)
            partial.replace(place)
    except OSError as error:
        raise _unwritable(out, error.strerror or type(error).__name__) from error


def _write(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(parts)


def _unwritable(out: Path, why: str) -> KitscanError:
    return KitscanError(f"{out}: the report cannot be written ({why})", "name another place with --out")


def print_rendered(rendered: str | bytes) -> None:
    """Print. A reader that closes early (`| head`) ends the printing and does not change the exit code."""
    try:
        if isinstance(rendered, str):
            sys.stdout.write(rendered)
        else:
            sys.stdout.buffer.write(rendered)
        sys.stdout.flush()
    except OutputError as error:
        if not error.reader_gone:
            raise
