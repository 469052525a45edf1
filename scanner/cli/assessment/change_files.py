"""Writes what changed between two runs: to files, each in the format of its ending, or to standard output."""

from dataclasses import dataclass
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from reports.changes.change_report import ChangeReport
from reports.changes.formats.registry import change_format_of_name, render_changes
from scanner.cli.assessment.report_file import check_place, print_rendered, write_whole
from scanner.cli.options import ReportRequest
from scanner.cli.standard_streams import check_standard_output
from scanner.config import Config


@dataclass(frozen=True, slots=True)
class PlannedChanges:
    """One output: its format, and the file; None is standard output."""

    form: str
    out: Path | None


def planned_changes(
    form: str | None, outs: tuple[Path, ...], request: ReportRequest, config: Config
) -> tuple[PlannedChanges, ...]:
    """The outputs for a format, or None, and some files; standard output without a file. Raises KitscanError for a file
    that cannot be written, an unknown ending, one format for several files, and a file that is named twice."""
    if not outs:
        check_standard_output()
        return (PlannedChanges(form or "text", None),)
    if form is not None and len(outs) > 1:
        problem = f"--format {form} is given for {len(outs)} files"
        raise KitscanError(problem, "leave it out, so that each file's ending chooses its own")
    if len({out.resolve() for out in outs}) < len(outs):
        raise KitscanError("one file is named twice", "give each format a file of its own")
    for out in outs:
        check_place(out, request, config)
    return tuple(PlannedChanges(form or change_format_of_name(out.name), out) for out in outs)


def write_changes(report: ChangeReport, plan: tuple[PlannedChanges, ...]) -> None:
    """Write each output, a file whole or not at all. Raises KitscanError where one cannot be written."""
    for planned in plan:
        rendered = render_changes(report, planned.form)
        if planned.out is None:
            print_rendered(rendered if planned.form == "text" else rendered.encode())
            continue
        write_whole(planned.out, rendered.encode())
        click.echo(f"Changes: {planned.out}", err=True)
