"""Which reports the command line and kitscan.yaml ask for: in which format or by which template, and where."""

from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import KitscanError
from reports.formats.own_template import OwnTemplate, read_template
from reports.formats.registry import FORMATS, check_format, format_of_name, nearest_suffix
from scanner.cli.options import STANDARD_OUTPUT, ReportRequest
from scanner.config import Config

_ONE_FORMAT = "leave the format out, so that each file's ending chooses its own, or name one file only"


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """One report to write: in a format of the registry, by name, or by a template of the user's; and where. None is
    standard output."""

    form: str | OwnTemplate
    out: Path | None


def planned_reports(request: ReportRequest, config: Config) -> tuple[PlannedReport, ...]:
    """The reports that the command line and kitscan.yaml ask for, each once; at least one.

    `--out` wins over kitscan.yaml's `out`. Without both the report goes to standard output, unless `--template` says
    where one goes and no `--format` asks for another. Raises KitscanError for an unknown ending, one format for several
    files, a file that is named twice, and a template that cannot be used.
    """
    outs = _outs(request, config)
    formatted = tuple(PlannedReport(form, out) for out, form in zip(outs, _formats(outs, request, config), strict=True))
    templated = tuple(PlannedReport(read_template(template), _place(out)) for template, out in request.template)
    plan = (*formatted, *templated)
    _check_places(plan)
    return plan


def report_places(request: ReportRequest, config: Config) -> tuple[Path | None, ...]:
    """Where the reports go; None is standard output."""
    return (*_outs(request, config), *(_place(out) for _, out in request.template))


def _outs(request: ReportRequest, config: Config) -> tuple[Path | None, ...]:
    if request.template and not request.out and not request.output_format:
        return ()
    return request.out or config.out or (None,)


def _place(out: str) -> Path | None:
    return None if out == STANDARD_OUTPUT else Path(out)


def _formats(outs: tuple[Path | None, ...], request: ReportRequest, config: Config) -> tuple[str, ...]:
    """The format of each file: --format, then the ending of --out, then kitscan.yaml's `format`, then the ending of its
    `out`, else text. A file without an ending (a pipe, /dev/stdout) names no format."""
    if request.output_format and len(outs) > 1:
        raise KitscanError(f"--format {request.output_format} is given for {len(outs)} files", _ONE_FORMAT)
    if config.format and len(outs) > 1 and not request.out:
        raise KitscanError(f"kitscan.yaml gives {len(outs)} files one format, {config.format}", _ONE_FORMAT)
    forms = tuple(_format_of(out, request, config) for out in outs)
    for form in forms:
        check_format(form)
    return forms


def _format_of(out: Path | None, request: ReportRequest, config: Config) -> str:
    if request.output_format:
        return request.output_format
    if out in request.out:
        return _format_of_ending(out) or config.format or "text"
    return config.format or _format_of_ending(out) or "text"


def _format_of_ending(out: Path | None) -> str | None:
    """The format of a file's ending; None for a file without one."""
    if out is None or not out.suffix:
        return None
    name = format_of_name(out.name)
    if name is None:
        near = nearest_suffix(out.suffix)
        meant = f"; did you mean {near}?" if near else ""
        known = ", ".join(f"{known.suffix} ({name})" for name, known in FORMATS.items())
        raise KitscanError(
            f"{out}: no report format has the ending {out.suffix}{meant}; the endings are {known}",
            "choose one of these endings, or name the format with --format",
        )
    return name


def _check_places(plan: tuple[PlannedReport, ...]) -> None:
    """Raises KitscanError where two reports would go to one place."""
    places = [None if report.out is None else report.out.resolve() for report in plan]
    for number, place in enumerate(places):
        if place in places[:number]:
            named = plan[number].out or "standard output"
            raise KitscanError(f"{named}: two reports would be written to it", "give each report a place of its own")
