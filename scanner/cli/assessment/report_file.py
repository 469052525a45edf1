"""Writes a report: chooses its format, checks its place before a scan begins, and writes it whole or not at all."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from reports.document.document import Document
from reports.formats.registry import FORMATS, format_of_suffix, render
from scanner.cli.options import ReportRequest, store_of
from scanner.cli.standard_streams import OutputError, check_standard_output
from scanner.cli.terminal.colours import wants_colour
from scanner.cli.terminal.live_progress import shown
from scanner.cli.terminal.progress_line import WorkReading
from scanner.config import Config


def format_of(request: ReportRequest, config: Config) -> str:
    """The format to write: --format, then the ending of --out, then kitscan.yaml's `format` and `out`, else text.

    A file without an ending (a pipe, /dev/stdout) names no format. Raises KitscanError for an unknown ending.
    """
    return request.output_format or _format_of(request.out) or config.format or _format_of(config.out) or "text"


def check_out(request: ReportRequest, config: Config) -> None:
    """Refuse a report file of unknown format, or one that cannot be written, before the work begins."""
    out = request.out or config.out
    if out is None:
        check_standard_output()
    elif not out.exists() or out.is_file() or out.is_dir():
        _check_place(out, Path(store_of(request, config)))
    format_of(request, config)


def _check_place(out: Path, store: Path) -> None:
    if out.resolve() == store.resolve():
        raise _unwritable(out, "it is the store")
    if out.is_dir():
        raise _unwritable(out, "it is a folder")
    if not os.access(out.resolve().parent, os.W_OK | os.X_OK):
        raise _unwritable(out, "its folder is not there or cannot be written")


def write(document: Document, format_name: str, out: Path | None) -> None:
    """Write the document in one format, to a file or to standard output."""
    with shown(lambda: WorkReading("writing", notes=(str(out or format_name),))):
        is_summary = out is None and format_name == "text"
        rendered = _terminal_summary(document) if is_summary else render(document, format_name)
    if out is None:
        # Only the summary is for people: a file that a program reads is the same whatever the terminal's encoding is.
        _print(rendered.encode() if isinstance(rendered, str) and format_name != "text" else rendered)
        return
    _write_whole(out, rendered.encode() if isinstance(rendered, str) else rendered)
    click.echo(f"Report: {out}", err=True)


def _terminal_summary(document: Document) -> str:
    from reports.formats.as_text import WIDTH, render_text

    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else WIDTH
    return render_text(document, width, wants_colour(is_terminal, os.environ))


def _write_whole(out: Path, content: bytes) -> None:
    """Write the file whole or not at all.

    A report lists a network, so only the owner can read a new file; a replaced file keeps its mode. A pipe or device
    (/dev/stdout) is written to and never replaced.
    """
    place = out.resolve()
    try:
        if out.exists() and not out.is_file():
            out.write_bytes(content)
            return
        mode = place.stat().st_mode & 0o777 if place.exists() else 0o600
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.") as folder:
            partial = Path(folder) / "partial"
            partial.touch(0o600)
            partial.write_bytes(content)
            partial.chmod(mode)
            partial.replace(place)
    except OSError as error:
        raise _unwritable(out, error.strerror or type(error).__name__) from error


def _unwritable(out: Path, why: str) -> KitscanError:
    return KitscanError(f"{out}: the report cannot be written ({why})", "name another place with --out")


def _print(rendered: str | bytes) -> None:
    """A reader that closes early (`| head`) ends the printing and does not change the exit code."""
    try:
        if isinstance(rendered, str):
            sys.stdout.write(rendered)
        else:
            sys.stdout.buffer.write(rendered)
        sys.stdout.flush()
    except OutputError as error:
        if not error.reader_gone:
            raise


def _format_of(out: Path | None) -> str | None:
    """The format of a file's ending; None for a file without one."""
    if out is None or not out.suffix:
        return None
    name = format_of_suffix(out.suffix)
    if name is None:
        known = ", ".join(f"{known.suffix} ({name})" for name, known in FORMATS.items())
        raise KitscanError(
            f"{out}: no report format has the ending {out.suffix}; the endings are {known}",
            "choose one of these endings, or name the format with --format",
        )
    return name
