"""`kitscan scan --retry-failed RUN`: which targets that run did not assess, and for which causes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import ClickFunction

if TYPE_CHECKING:
    from reports.document.document import NotAssessedReason
    from scanner.cli.options import ReportRequest
    from scanner.config import Config
    from scanner.store.store import Store
    from scanner.targets.failed_targets import Retry
    from scanner.targets.spans import Targets

MAX_NAMED = 5
"""Targets that are named."""


def retry_options(command: ClickFunction) -> ClickFunction:
    """Add the options of a retry to a command, which reads them with `causes_of` and `retry_of`."""
    command = click.option(
        "--cause", "causes", metavar="CAUSE,...", help="With --retry-failed: only these, such as no-credential."
    )(command)
    return click.option("--retry-failed", type=int, metavar="RUN", help="Ask again only what this run did not assess.")(
        command
    )


def causes_of(given: dict[str, Any]) -> tuple[int | None, tuple[str, ...]]:
    """Take a retry's options out of a command's options: its run, or None, and its causes, empty for all of them.

    Raises UsageError for a cause without a retry, and BadParameter for one that is none.
    """
    from fingerprints.model.evidence import GapReason
    from reports.document.document import Unidentified

    run, words = given.pop("retry_failed"), given.pop("causes")
    causes = tuple(dict.fromkeys(word.strip() for word in (words or "").split(",") if word.strip()))
    if run is None and words is not None:
        raise click.UsageError("--cause belongs to a retry; add --retry-failed RUN")
    known = tuple(reason.value for reason in (*GapReason, *Unidentified))
    for cause in causes:
        if cause not in known:
            raise click.BadParameter(f"{cause!r} is none of {', '.join(known)}", param_hint="--cause")
    return run, causes


def retry_of(
    store: "Store", number: int, causes: tuple[str, ...], request: "ReportRequest", config: "Config"
) -> "Retry":
    """The targets of a run that it did not assess, judged as its report is. Raises StoreError for a run that is not
    there."""
    from reports.document.not_assessed import failed_subjects
    from scanner.cli.assessment.reporting import assessment_options_of, document_of
    from scanner.targets.failed_targets import Retry

    run = store.run(number)
    document = document_of(store, run, assessment_options_of(request, config, run.started.date()), request.jobs)
    failed = failed_subjects(document, store.evidence(run.id, frozenset()), store.subjects(run.id)[1])
    if not run.complete:
        click.echo(f"run {number} did not reach its end: what it never asked is not asked here", err=True)
    return Retry(number, chosen(failed, causes), causes)


def chosen(failed: "Mapping[str, NotAssessedReason]", causes: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of those that failed for one of these causes, sorted. Without causes all, but for those that no policy
    judges: another scan changes nothing there."""
    from reports.document.document import Unjudged

    return tuple(
        sorted(
            key
            for key, reason in failed.items()
            if (reason.value in causes if causes else not isinstance(reason, Unjudged))
        )
    )


def print_retry(retry: "Retry | None", targets: "Targets") -> None:
    """Say whom a retry asks; nothing of a scan that is none. `targets` is today's scope."""
    if retry is not None:
        click.echo(describe_retry(retry, retry.missing(targets)), err=True)


def describe_retry(retry: "Retry", missing: tuple[str, ...]) -> str:
    """Whom the retry asks, and whom today's scope does not hold."""
    from reports.document.sanitize import sanitize
    from reports.document.wording import format_count

    asked = format_count(len(retry.keys) - len(missing), "target", "targets")
    text = f"Retry of run {retry.run}: {asked} that it did not assess"
    if not missing:
        return text
    names = ", ".join(sanitize(key) for key in missing[:MAX_NAMED])
    more = f" and {len(missing) - MAX_NAMED:,} more" if len(missing) > MAX_NAMED else ""
    return f"{text}; {len(missing):,} more are not in today's scope, and not asked: {names}{more}"
