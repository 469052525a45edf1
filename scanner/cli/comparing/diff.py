"""`kitscan diff`: what happened between two runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reports.changes.formats.registry import CHANGE_FORMATS
from scanner.cli.options import (
    FAIL_ON,
    NEVER,
    REDACT,
    is_redacted,
    judging_options,
    report_request_of,
    store_of,
)

if TYPE_CHECKING:
    from reports.changes.change_report import ChangeReport


@click.command("diff")
@click.argument("old", default="previous")
@click.argument("new", default="last")
@judging_options
@click.option("--anew", is_flag=True, help="Judge both runs by today's rules, whatever was said of them then.")
@click.option("--fail-on", type=click.Choice(FAIL_ON), help="Exit 1 at this verdict or worse.  [restricted]")
@click.option("--format", "form", type=click.Choice(tuple(CHANGE_FORMATS)), help="Format of the changes.  [text]")
@click.option(
    "--out",
    "changes_out",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write them here; the ending chooses the format; may be given again.",
)
@REDACT
def command(old: str, new: str, anew: bool, form: str | None, changes_out: tuple[Path, ...], **given: Any) -> int:
    """Say what happened between two runs: new, gone, swapped, moved, judged otherwise, and why.

    OLD and NEW are numbers of runs, `last`, or `previous`: the run of the same targets before the other one. What an
    audit said of a run is taken as it was said then; other runs are judged by today's rules as on their own day, and so
    are both with --anew or any option of what to judge by. Exits 1 where a device is new or worse than before at
    --fail-on.
    """
    from scanner.cli.assessment.change_files import planned_changes, write_changes
    from scanner.cli.comparing.run_choice import runs_named
    from scanner.cli.comparing.run_states import StateReader, is_judged_anew
    from scanner.cli.exit_codes import FINDINGS
    from scanner.config import read_config
    from scanner.store.store import open_store

    request = report_request_of(given)
    config = read_config(Path())
    plan = planned_changes(form, changes_out, request, config)
    with open_store(store_of(request, config)) as store:
        before, after = runs_named(store, old, new)
        report = StateReader(store, request, config, anew or is_judged_anew(request)).compared(before, after)
    if is_redacted(request, config):
        from reports.changes.change_report import redact_report

        report = redact_report(report)
    write_changes(report, plan)
    return FINDINGS if _is_worse(report, request.fail_on or config.fail_on) else 0


def _is_worse(report: "ChangeReport", fail_on: str | None) -> bool:
    """True if a device is new or worse than before at the verdict from which on a run counts as failed."""
    from reports.changes.change_wording import newly_bad
    from reports.policy.verdict import Verdict, is_worse

    if fail_on == NEVER:
        return False
    limit = Verdict(fail_on or Verdict.RESTRICTED)
    return any(device.verdict is limit or is_worse(device.verdict, limit) for device in newly_bad(report))
