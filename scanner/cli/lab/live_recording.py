"""One live device, scanned as `kitscan scan` scans it, into a store that is gone afterwards."""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Evidence

if TYPE_CHECKING:
    from fingerprints.database.fingerprint_database import FingerprintDatabase
    from scanner.config import Config
    from scanner.stop_signals import StopSignals


def scanned(
    stop: "StopSignals", target: str, given: dict[str, Any], config: "Config", database: "FingerprintDatabase"
) -> tuple[Evidence, ...] | None:
    """The evidence of one target; None for a dry run, which is printed. Raises KitscanError if the target is several
    devices, or none that answers."""
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.lists.wording import print_lists
    from scanner.cli.network_commands.scanning import RunClock, print_problems, print_summary, reading_of
    from scanner.cli.terminal.live_progress import shown
    from scanner.cli.terminal.prompt import ask
    from scanner.progress import Progress
    from scanner.run_request import CollectionTerms
    from scanner.run_survey import survey_into
    from scanner.store.store import open_store
    from scanner.survey import ScanRequest, Survey, check_source_address, credentials_of, scope_of

    verbose = given.pop("verbose")
    request = ScanRequest((target, *given.pop("inventory")), **given)
    clock = RunClock()
    scope = scope_of(request, config, stop.asking(ask))
    if not scope.targets.count:
        problem = f"{target}: there is no such file, and no address has this name or is in the scope"
        raise KitscanError(problem, "correct SOURCE: a file, an address or a host name")
    if scope.targets.count != 1:
        raise KitscanError(f"{target} is {scope.targets.count:,} targets", "record one device at a time")
    book = credentials_of(request, config, scope, stop.asking(ask))
    survey = Survey(request, config, scope, book, wanted_objects(database), None)
    if request.dry_run:
        with closing(survey):
            click.echo(survey.dry_run(verbose), nl=False)
        print_lists(scope.targets)
        return None
    check_source_address(request.source_address)
    with (
        tempfile.TemporaryDirectory(prefix="kitscan-record-") as folder,
        open_store(str(Path(folder, "run.sqlite")), create=True) as store,
    ):
        progress = Progress()
        with shown(lambda: reading_of(progress)):
            result = survey_into(store, survey, CollectionTerms(), clock.now, progress, stop)
        print_summary(progress, survey.sweep_cost, result.cost)
        print_problems(survey, book)
        evidence = tuple(store.evidence(result.run))
    if not result.complete:
        raise KitscanError("the recording was interrupted, and nothing is written", "run the same command again")
    if not any(part.observations for part in evidence):
        raise KitscanError(f"{target} answered nothing", "kitscan doctor, or --dry-run, shows what is asked")
    return evidence
