"""Options that several commands share, and how the command line and kitscan.yaml come together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_STORE = "kitscan.sqlite"

FORMATS = ("text", "html", "json", "jsonl", "csv", "markdown")
VERDICTS = ("restricted", "review", "conditional", "not_assessed", "never")


@dataclass(frozen=True, slots=True)
class Assessment:
    """What `assess` and `scan` were asked to do with a run; None where neither option nor kitscan.yaml says."""

    store: str | None
    zones: Path | None
    policy: tuple[str, ...]
    waivers: Path | None
    as_of: date | None
    fail_on: str | None
    min_coverage: float | None
    output_format: str | None
    out: Path | None
    permits: Path | None = None
    include_unverified: bool = False


def assessment_options(command: Command) -> Command:
    """The options of `assess`, handed to the command as one Assessment named `assessment`."""
    for option in reversed(_ASSESSMENT):
        command = option(command)
    return command


def judging_options(command: Command) -> Command:
    """Those of `assess` that say by what to judge, for commands that print in their own way."""
    for option in reversed(_JUDGING):
        command = option(command)
    return command


def _date(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date; write it as 2018-12-31") from error


_FILE = click.Path(path_type=Path, dir_okay=False)

_JUDGING = (
    click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]"),
    click.option("--zones", type=_FILE, help="Where devices stand (zones.yaml)."),
    click.option("--policy", multiple=True, metavar="ID", help="Judge by this policy; may be given again."),
    click.option("--waivers", type=_FILE, help="Findings that somebody answers for."),
    click.option("--permits", type=_FILE, help="Permissions with their last days (permits.yaml)."),
    click.option("--include-unverified", is_flag=True, help="Judge by policies from memory alone as well."),
    click.option("--as-of", callback=_date, metavar="DATE", help="Judge as on this date.  [the date of the run]"),
)

_ASSESSMENT = (
    *_JUDGING,
    click.option("--fail-on", type=click.Choice(VERDICTS), help="Exit 1 at this verdict or worse.  [restricted]"),
    click.option("--min-coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="Below it, exit 3."),
    click.option("--format", "output_format", type=click.Choice(FORMATS), help="Form of the report.  [text]"),
    click.option("--out", type=_FILE, help="Write the report here rather than to standard output."),
)


def assessment_of(given: dict[str, Any]) -> Assessment:
    """The shared options out of a command's own, None where it has not got one; the command keeps the rest."""
    return Assessment(**{name: given.pop(name, None) for name in Assessment.__dataclass_fields__})
