"""The pages around the reports, as plain values: the list of runs, and two runs compared."""

from dataclasses import dataclass
from urllib.parse import quote

from reports.changes.change_report import ChangeReport, DeviceChanges, by_device
from reports.changes.change_wording import (
    describe_device,
    describe_event,
    describe_runs,
    headline,
    label_state,
    notices,
    worse_sentence,
)
from reports.changes.history import DeviceHistory
from reports.document.wording import MARK, format_count
from reports.formats.registry import FORMATS
from reports.formats.templates import environment_of
from scanner.serve.judged_runs import StoredRun

SHOWN = 1_000
"""Devices listed of a comparison; all are counted."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list: the cell that is a link, where it leads, and the other cells. `state` is a verdict, a class of
    the style sheet. `history` leads to the history of a device; empty if there is none."""

    link: str
    head: str
    cells: tuple[str, ...]
    state: str = ""
    history: str = ""


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


def comparison_page(report: ChangeReport) -> str:
    """What happened between two runs, the worst device first."""
    devices = tuple(by_device(report.comparison.events))
    more = f"and {format_count(len(devices) - SHOWN, 'device')} more" if len(devices) > SHOWN else ""
    here = frozenset(device.lasting_id for device in report.after.devices)
    rows = tuple(_changed_device(changes, report, changes.device.lasting_id in here) for changes in devices[:SHOWN])
    values = {
        "title": f"Run {report.after.run}, compared with run {report.before.run}",
        "notices": tuple(notices(report)),
        "counts": headline(report),
        "sentences": tuple(filter(None, (worse_sentence(report), describe_runs(report)))),
        "listings": (Listing("What happened", ("Device", "Verdict", "Box and place", "What happened"), rows, more),),
    }
    return environment_of("scanner.serve").get_template("comparison.html.j2").render(values)


def history_page(history: DeviceHistory) -> str:
    """What happened to a device, the oldest first, each with a link to its run."""
    device = history.span.device
    rows = tuple(
        ListRow(
            f"/runs/{entry.run}", entry.day.isoformat(), (str(entry.run), "; ".join(map(describe_event, entry.events)))
        )
        for entry in history.entries
    )
    values = {
        "title": f"History of {device.name}",
        "notices": (),
        "counts": f"{MARK[device.verdict]} {label_state(device, history.binding)}. {describe_device(device)}",
        "sentences": (f"First seen in run {history.span.first}, last seen in run {history.span.last}.",),
        "listings": (Listing("What happened", ("Day", "Run", "What happened"), rows),),
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


def _changed_device(changes: DeviceChanges, report: ChangeReport, is_here: bool) -> ListRow:
    """A device, with a link into the report of the run that saw it, and one to its history if it has any."""
    device = changes.device
    run = report.after.run if is_here else report.before.run
    verdict = f"{MARK[device.verdict]} {label_state(device, report.after.judged.binding)}"
    return ListRow(
        f"/runs/{run}#device={quote(device.id)}",
        device.name,
        (verdict, describe_device(device), "; ".join(map(describe_event, changes.events))),
        device.verdict.value,
        "" if report.judged_anew else f"/devices/{quote(device.lasting_id)}",
    )
