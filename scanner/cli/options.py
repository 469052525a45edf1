"""Options that several commands share, and how the command line and kitscan.yaml combine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fingerprints.model.errors import KitscanError
from reports.formats.registry import FORMATS
from reports.policy.verdict import Verdict

if TYPE_CHECKING:
    from scanner.config import Config

ClickFunction = TypeVar("ClickFunction", bound=Callable[..., Any])

DEFAULT_STORE = "kitscan.sqlite"

NEVER = "never"
"""The value of --fail-on that no verdict reaches."""

STANDARD_OUTPUT = "-"
"""What stands for standard output where --template asks for a place."""

FAIL_ON = (*(verdict.value for verdict in Verdict if verdict is not Verdict.CLEAR), NEVER)


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What a user asks of a report: the options of `assess`, which `scan` shares. One that was not given is None or
    empty. `template` has pairs of a template and where its report goes: a path, or STANDARD_OUTPUT."""

    store: str | None = None
    zones: Path | None = None
    policy: tuple[str, ...] = ()
    waivers: Path | None = None
    as_of: date | None = None
    fail_on: str | None = None
    min_coverage: float | None = None
    output_format: str | None = None
    out: tuple[Path, ...] = ()
    permits: Path | None = None
    include_unverified: bool = False
    folder: Path | None = None
    support: Path | None = None
    attributes: Path | None = None
    template: tuple[tuple[Path, str], ...] = ()
    redact: bool = False
    only: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    maker: tuple[str, ...] = ()
    jobs: int | None = None


def store_of(request: ReportRequest, config: "Config") -> str:
    """Where the store is: the option, kitscan.yaml, or the default in this folder."""
    return request.store or config.store or DEFAULT_STORE


def is_redacted(request: ReportRequest, config: "Config") -> bool:
    """Whether reports have pseudonyms: the option, or kitscan.yaml's `redact`."""
    return request.redact or config.redact


def assessment_options(command: ClickFunction) -> ClickFunction:
    """Add the options of `assess` to a command, which reads them with `report_request_of`."""
    for option in reversed(_ASSESSMENT):
        command = option(command)
    return command


def judging_options(command: ClickFunction) -> ClickFunction:
    """Add the options of `assess` that say what to judge by, for commands that print in their own way."""
    for option in reversed(_JUDGING):
        command = option(command)
    return command


def parse_date(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
    """The day of an option, for click. Raises BadParameter for a text that is no date."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a date; write it as 2018-12-31") from error


_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)

_JUDGING = (
    click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]"),
    click.option("--zones", type=_FILE, help="Where devices stand (zones.yaml)."),
    click.option("--policy", multiple=True, metavar="ID", help="Judge by this policy; may be given again."),
    click.option("--folder", type=_FOLDER, help="Also your own policies: a folder of policy files."),
    click.option("--waivers", type=_FILE, help="Accepted findings (waivers.yaml)."),
    click.option("--permits", type=_FILE, help="Permissions with their last days (permits.yaml)."),
    click.option("--support", type=_FILE, help="When makers' support ends (support.yaml, or CSV)."),
    click.option("--attributes", type=_FILE, help="What you know of devices: a CSV by address, label or serial."),
    click.option("--include-unverified", is_flag=True, help="Also judge by policies written from memory."),
    click.option(
        "-j", "--jobs", type=click.IntRange(1, 256), metavar="N", help="Work in N processes.  [as many as pay off]"
    ),
    click.option("--as-of", callback=parse_date, metavar="DATE", help="Judge as on this date.  [the date of the run]"),
)


def _inventories(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of --inventory, for click. Raises BadParameter for one that declares no kind."""
    if words:
        from scanner.targets.inventories.registry import KINDS
        from scanner.targets.lists import is_inventory_word

        for word in words:
            if not is_inventory_word(word):
                kinds = ", ".join((*KINDS, "ansible-inventory"))
                raise click.BadParameter(f"write KIND:FILE; the kinds are {kinds}")
    return words


INVENTORY = click.option(
    "--inventory",
    multiple=True,
    metavar="KIND:FILE",
    callback=_inventories,
    help="Targets from a file of this kind; may be given again.",
)

REDACT = click.option("--redact", is_flag=True, help="Pseudonyms for names, addresses and serial numbers.")

_ASSESSMENT = (
    *_JUDGING,
    click.option("--fail-on", type=click.Choice(FAIL_ON), help="Exit 1 at this verdict or worse.  [restricted]"),
    click.option("--min-coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="Below it, exit 3."),
    click.option("--format", "output_format", type=click.Choice(tuple(FORMATS)), help="Format of the report.  [text]"),
    click.option(
        "--out", multiple=True, type=_FILE, help="Write it here; the ending chooses the format; may be given again."
    ),
    click.option(
        "--template",
        multiple=True,
        type=(_FILE, str),
        metavar="TEMPLATE OUT",
        help="Write OUT (- prints it) by your own Jinja template.",
    ),
    REDACT,
    click.option("--only", multiple=True, metavar="VERDICT", help="Devices of these verdicts alone (a,b)."),
    click.option("--zone", multiple=True, metavar="NAME", help="Devices of this zone alone; may be given again."),
    click.option("--site", multiple=True, metavar="NAME", help="Devices of this site alone; may be given again."),
    click.option("--maker", multiple=True, metavar="COMPANY", help="Devices of this maker alone; may be given again."),
)


def report_request_of(given: dict[str, Any]) -> ReportRequest:
    """Take the shared options out of a command's options. One that the command does not have is as if not given."""
    fields = ReportRequest.__dataclass_fields__
    return ReportRequest(**{name: given.pop(name, field.default) for name, field in fields.items()})


def check_platform(name: str) -> None:
    """Raises KitscanError, which names those that look alike, if no platform of a command line has this name."""
    from fingerprints.database.command_line_platforms import load_command_line_platforms

    known = load_command_line_platforms().by_name
    if name not in known:
        near = ", ".join(get_close_matches(name, known, 5, 0.4) or known)
        raise KitscanError(f"there is no platform {name!r}", f"name one of {near}")
