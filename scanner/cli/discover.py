"""`kitscan discover`: which addresses answer, without logging in anywhere."""

import asyncio
import json
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import click

from fingerprints.model.evidence import Source, octets_of, text_of
from scanner.cli.scan_request import ScanRequest, book_of, scope_of
from scanner.config import read_config
from scanner.credentials.book import FileBook
from scanner.protocols.probe import Planned
from scanner.protocols.snmp.message.ber import dotted
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.requests import SYSTEM_OIDS, sweep_communities
from scanner.protocols.snmp.sweep.responder import SweepResult
from scanner.protocols.snmp.sweep.sweep import SnmpSweep, Sweep
from scanner.rate_limit.limiter import RateLimiter
from scanner.rate_limit.profiles import PROFILES, Profile
from scanner.scope import Scope, plan
from scanner.targets.target import Target


@click.command("discover")
@click.argument("targets", nargs=-1)
@click.option("--exclude", multiple=True, metavar="WORD|FILE", help="Never touch these; wins over any target.")
@click.option("--credentials", type=click.Path(path_type=Path, dir_okay=False), help="Communities marked `sweep`.")
@click.option("--profile", type=click.Choice(tuple(PROFILES)), help="How fast to speak.  [normal]")
@click.option("--max-rate", type=click.FloatRange(1), metavar="N", help="Packets a second in all, at most.")
@click.option("--retries", type=click.IntRange(0, 5), default=1, show_default=True, help="Asked again this often.")
@click.option("--yes", is_flag=True, help="More than 1,024 addresses, or public ones, may be asked.")
@click.option("--dry-run", is_flag=True, help="Print what may be sent, and send nothing.")
@click.option("--format", "output_format", type=click.Choice(("jsonl",)), default="jsonl", show_default=True)
def command(
    targets: tuple[str, ...],
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
    asked = ScanRequest(targets, exclude, credentials, profile, ("snmp",), 0.0, None, None, yes, dry_run, False)
    config = read_config(Path())
    scope = scope_of(asked, config)
    pace = (
        replace(scope.profile, packets=min(max_rate, scope.profile.packets or max_rate)) if max_rate else scope.profile
    )
    book = book_of(asked, config, scope)
    patience = RetryPolicy(1.0, retries + 1, 1.0)
    if dry_run:
        finder = SnmpSweep(book, pace, retry_policy=patience)
        click.echo(plan(replace(scope, profile=pace), (_Sends(book),), book.prefixes, (finder,)), nl=False)
    else:
        asyncio.run(_print(scope, book, pace, patience))
    return 0


@dataclass(frozen=True, slots=True)
class _Sends:
    """What a sweep may send: the engine ID question, and two objects by each community that may be swept."""

    book: FileBook
    name: str = "snmp"

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """All of it for one target."""
        names = tuple(one.name for one in sweep_communities(self.book, target.address))
        asked = tuple(f"get {dotted(oid)}" for oid in SYSTEM_OIDS) if names else ()
        return (Planned(target.key, self.name, f"{target.snmp_port}/udp", ("engine-id", *asked), names),)


async def _print(scope: Scope, book: FileBook, pace: Profile, patience: RetryPolicy) -> None:
    sweep = Sweep(scope.targets, book, RateLimiter(pace))
    try:
        async with aclosing(sweep.run(patience)) as answers:
            async for completed in answers:
                click.echo("\n".join(json.dumps(_line(heard)) for heard in completed))
    finally:
        click.echo(str(sweep.cost()), err=True)


def _line(heard: SweepResult) -> dict[str, str | None]:
    said = {one.source: one.value for one in heard.observations}
    engine_id = said.get(Source.SNMP_ENGINE_ID)
    sys_descr = said.get(Source.SNMP_SYS_DESCR)
    return {
        "address": heard.target.key,
        "answered_from": heard.answered_from,
        "sys_descr": text_of(sys_descr) if sys_descr is not None else None,
        "sys_object_id": said.get(Source.SNMP_SYS_OBJECT_ID),
        "engine_id": octets_of(engine_id).hex() if engine_id is not None else None,
    }
