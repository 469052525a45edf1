"""`kitscan discover`: which addresses answer, without logging in anywhere."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import INVENTORY
from scanner.rate_limit.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scanner.credentials.book import FileBook
    from scanner.credentials.redacting_sink import Redactor
    from scanner.protocols.snmp.request_channel import RetryPolicy
    from scanner.protocols.snmp.sweep.responder import SweepResult
    from scanner.scope import Scope
    from scanner.stop_signals import StopSignals


@click.command("discover")
@click.argument("targets", nargs=-1)
@INVENTORY
@click.option("--exclude", multiple=True, metavar="WORD|FILE", help="Never touch these; wins over any target.")
@click.option("--credentials", type=click.Path(path_type=Path, dir_okay=False), help="Communities marked `sweep`.")
@click.option("--profile", type=click.Choice(tuple(PROFILES)), help="How fast to send.  [normal]")
@click.option("--max-rate", type=click.FloatRange(1), metavar="N", help="At most so many packets a second in all.")
@click.option("--retries", type=click.IntRange(0, 5), default=1, show_default=True, help="How often to ask again.")
@click.option("--yes", is_flag=True, help="Allow more than 1,024 addresses, and public ones.")
@click.option("--dry-run", is_flag=True, help="Print what may be sent, and send nothing.")
@click.option("--format", "output_format", type=click.Choice(("jsonl",)), default="jsonl", show_default=True)
@click.pass_obj
def command(
    stop: "StopSignals",
    /,
    targets: tuple[str, ...],
    inventory: tuple[str, ...],
    exclude: tuple[str, ...],
    credentials: Path | None,
    profile: str | None,
    max_rate: float | None,
    retries: int,
    yes: bool,
    dry_run: bool,
    **_format: str,
) -> int:
    """Say who answers SNMP: one JSON line each with address, answered_from, sys_descr, sys_object_id, engine_id."""
    from dataclasses import replace

    from scanner.cli.lists.wording import print_lists
    from scanner.cli.terminal.prompt import ask
    from scanner.config import read_config
    from scanner.dry_run import describe_sweep
    from scanner.protocols.snmp.request_channel import RetryPolicy
    from scanner.survey import ScanRequest, credentials_of, scope_of

    request = ScanRequest(
        (*targets, *inventory), exclude, credentials, profile, probes=("snmp",), yes=yes, dry_run=dry_run
    )
    config = read_config(Path())
    scope = scope_of(request, config, stop.asking(ask))
    print_lists(scope.targets)
    if max_rate:
        packets = min(max_rate, scope.profile.packets or max_rate)
        scope = replace(scope, profile=replace(scope.profile, packets=packets))
    book = credentials_of(request, config, scope, stop.asking(ask))
    retry = RetryPolicy(1.0, retries + 1, 1.0)
    if dry_run:
        click.echo(describe_sweep(scope, book, retry), nl=False)
    else:
        return _print_until_stopped(stop, _print_answers(scope, book, retry))
    return 0


def _print_until_stopped(stop: "StopSignals", answers: "Coroutine[Any, Any, None]") -> int:
    from asyncio import CancelledError

    from scanner.stop_signals import AbandonedError

    try:
        stop.run(answers, lambda: None)
    except (CancelledError, AbandonedError):
        click.echo(f"Interrupted by {stop.name}: not every address was asked.", err=True)
        return stop.exit_code
    return 0


async def _print_answers(scope: "Scope", book: "FileBook", retry: "RetryPolicy") -> None:
    from contextlib import aclosing, nullcontext

    from scanner.cli.terminal.live_progress import shown
    from scanner.cli.terminal.progress_line import WorkReading
    from scanner.credentials.redacting_sink import Redactor
    from scanner.dry_run import packets_if_silent
    from scanner.protocols.snmp.sweep.sweep import SnmpSweep, Sweep
    from scanner.rate_limit.limiter import RateLimiter

    sweep, redactor = Sweep(scope.targets, book, RateLimiter(scope.profile)), Redactor(book.secrets_known_at)
    silent = SnmpSweep(book, scope.profile, None, retry)
    (planned,), alive = packets_if_silent(scope.targets, book.prefixes, (silent,)), 0

    def reading() -> WorkReading:
        notes = (f"{alive:,} of {scope.count:,} alive",)
        return WorkReading("sweep", "packets", min(sweep.cost().packets, planned), planned, notes)

    # A terminal that gets the answers has no room for a line below them.
    live = nullcontext() if sys.stdout.isatty() else shown(reading)
    try:
        with live:
            async with aclosing(sweep.run(retry)) as answers:
                async for completed in answers:
                    alive += len(completed)
                    click.echo("\n".join(json.dumps(_line(answer, redactor)) for answer in completed))
    finally:
        click.echo(str(sweep.cost()), err=True)


def _line(answer: "SweepResult", redactor: "Redactor") -> dict[str, str | None]:
    from fingerprints.model.evidence import Observation, Source, octets_of, text_of

    items = redactor.evidence(answer.target.address, "snmp", answer.observations)
    values = {item.source: item.value for item in items if isinstance(item, Observation)}
    engine_id = values.get(Source.SNMP_ENGINE_ID)
    sys_descr = values.get(Source.SNMP_SYS_DESCR)
    return {
        "address": answer.target.key,
        "answered_from": answer.answered_from,
        "sys_descr": text_of(sys_descr) if sys_descr is not None else None,
        "sys_object_id": values.get(Source.SNMP_SYS_OBJECT_ID),
        "engine_id": octets_of(engine_id).hex() if engine_id is not None else None,
    }
