"""The pages around the reports, as plain values: the list of runs, and two runs compared."""

from dataclasses import dataclass
from urllib.parse import quote

from reports.document.answers.comparison import ChangedDevice, DocumentComparison, GoneDevice
from reports.document.document import Document, ReportedDevice, place_of
from reports.document.force_wording import label_device
from reports.document.overview import maker_of, name_of, overview
from reports.document.wording import MARK, PLACE, describe_reason, format_count
from reports.formats.registry import FORMATS
from reports.formats.templates import environment_of
from scanner.serve.judged_runs import StoredRun

SHOWN = 1_000
"""Devices listed of each kind of a comparison; all are counted."""


OTHER_SCOPE = "The two runs were asked different targets, so a device may be new or gone for that alone."


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list: the cell that is a link, where it leads, and the other cells. `state` is a verdict, a class of
    the style sheet."""

    link: str
    head: str
    cells: tuple[str, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A titled list with its headings; `more` counts what is not shown, or is empty."""

    title: str
    headings: tuple[str, ...]
    lines: tuple[ListRow, ...]
    more: str = ""


def runs_page(runs: tuple[StoredRun, ...], place: str) -> str:
    """Every run of the store, the latest first."""
    finished = [stored.run.id for stored in runs if stored.run.finished is not None]
    latest = tuple(reversed(finished))[:2]
    values = {
        "title": "Runs",
        "place": place,
        "runs": tuple(map(_run_line, reversed(runs))),
        "pairs": ((f"/compare?before={latest[1]}&after={latest[0]}", latest),) if len(latest) == 2 else (),
        "endings": tuple(f"report{known.suffix}" for known in FORMATS.values()),
        "numbers": tuple(reversed(finished)),
    }
    return environment_of("scanner.serve").get_template("runs.html.j2").render(values)


def comparison_page(before: int, after: int, compared: DocumentComparison, document: Document) -> str:
    """What is new, gone and changed in run `after`, whose document is given, compared with run `before`."""
    notice = overview(document).notice
    values = {
        "title": f"Run {after}, compared with run {before}",
        "notices": (notice,) if notice else (),
        "warnings": (OTHER_SCOPE,) if compared.same_scope is False else (),
        "counts": (
            f"{format_count(len(compared.new), 'new device')}, {len(compared.gone):,} gone, {len(compared.changed):,} "
            f"changed, {compared.same:,} the same."
        ),
        "listings": (
            _new(compared, after, document),
            _gone(compared, before, document),
            _changed(compared, after, document),
        ),
    }
    return environment_of("scanner.serve").get_template("comparison.html.j2").render(values)


def error_page(problem: str, next_step: str) -> str:
    """An error in words."""
    values = {"title": "This cannot be shown", "problem": problem, "next_step": next_step}
    return environment_of("scanner.serve").get_template("error.html.j2").render(values)


def _run_line(stored: StoredRun) -> ListRow:
    run, request = stored.run, stored.request
    return ListRow(
        f"/runs/{run.id}",
        f"{run.id}",
        (
            run.kind,
            run.started.isoformat(" ", "minutes"),
            run.finished.isoformat(" ", "minutes") if run.finished else "unfinished",
            run.outcome.value if run.outcome else "unfinished",
            request.by or "not recorded",
            " ".join(request.targets) or "not recorded",
            f"{stored.targets:,}",
        ),
    )


def _device_line(judged: ReportedDevice, run: int, binding: bool, *more: str) -> ListRow:
    device = judged.device
    verdict = f"{MARK[judged.verdict]} {label_device(judged, binding)}"
    place = PLACE[place_of(judged.placement)]
    cells = (verdict, maker_of(judged), device.identity.model or "—", place, *more)
    return ListRow(f"/runs/{run}#device={quote(device.id)}", name_of(judged), cells, judged.verdict.value)


def _new(compared: DocumentComparison, run: int, document: Document) -> Listing:
    lines = tuple(_device_line(judged, run, document.header.binding) for judged in compared.new[:SHOWN])
    return Listing("New", _HEADINGS, lines, _more(len(compared.new)))


def _gone(compared: DocumentComparison, run: int, document: Document) -> Listing:
    lines = tuple(
        _device_line(gone.device, run, document.header.binding, _why_gone(gone)) for gone in compared.gone[:SHOWN]
    )
    return Listing("Gone", (*_HEADINGS, "Why"), lines, _more(len(compared.gone)))


def _why_gone(gone: GoneDevice) -> str:
    if gone.missing is None:
        return "not seen in the later run; that does not make it clear"
    return f"not assessed in the later run: {describe_reason(gone.missing.reason)}"


def _changed(compared: DocumentComparison, run: int, document: Document) -> Listing:
    lines = tuple(
        _device_line(changed.device, run, document.header.binding, _how_changed(changed))
        for changed in compared.changed[:SHOWN]
    )
    return Listing("Changed", (*_HEADINGS, "What changed"), lines, _more(len(compared.changed)))


def _how_changed(changed: ChangedDevice) -> str:
    return "; ".join(
        f"{change.of.value}: {change.before or 'none'} → {change.after or 'none'}" for change in changed.changes
    )


def _more(count: int) -> str:
    return f"and {format_count(count - SHOWN, 'device')} more" if count > SHOWN else ""


_HEADINGS = ("Device", "Verdict", "Maker", "Model", "Place")
