"""`kitscan collect`: the scope of a site, slice by slice, as signed bundles on a stick."""

from contextlib import closing
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.network_commands.scanning import scanning_options

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from scanner.config import Config
    from scanner.credentials.references import Prompt
    from scanner.fleet.site.local_scope import LocalScope
    from scanner.fleet.site.slice_collection import SliceEdge
    from scanner.fleet.site.stick import StickResult, StickRun
    from scanner.fleet.slices import ScopeSlice
    from scanner.progress import Progress
    from scanner.stop_signals import StopSignals

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("collect")
@click.argument("targets", nargs=-1)
@click.option("--site", metavar="NAME", help="The name of this site at the centre.  [collector.site]")
@click.option("--collector", metavar="NAME", help="The name of this collector.  [collector.name]")
@click.option("--out", type=_FOLDER, required=True, help="The folder for the bundles: a stick.")
@click.option("--sign", metavar="REFERENCE", help="Sign with the private key behind env:, file: ...  [collector.key]")
@click.option("--run", "run", metavar="TOKEN", help="The run of the centre: 32 hexadecimal digits.  [a new one]")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The seed of that run.  [a new one]")
@click.option("--dry-run", is_flag=True, help="Print the slices and what may be sent, and send nothing.")
@scanning_options
@click.pass_obj
def command(stop: "StopSignals", /, **given: Any) -> int:
    """Collect the whole scope of a site, slice by slice, and write signed bundles for the centre.

    A bundle for each slice is written into the folder --out: carry it to the centre, and take it in there with kitscan
    receive. What the folder holds is not asked again: after an interruption, run the same command again.
    """
    from scanner.cli.terminal.prompt import ask
    from scanner.fleet.site.local_scope import read_local_scope
    from scanner.fleet.site.stick import collect_into, run_of_folder
    from scanner.survey import ScanRequest, check_source_address

    out, sign, run, seed = (given.pop(name) for name in ("out", "sign", "run", "seed"))
    names = given.pop("site"), given.pop("collector")
    given["targets"] += given.pop("inventory")
    request = ScanRequest(**given)
    prompt = cache(stop.asking(ask))  # each slice reads the secrets anew, and a person is asked once
    local = read_local_scope(request, Path(), prompt)
    site, collector = _names(names, local.config)
    kept = _checked_run(partial(run_of_folder, out, local, site, collector, run, seed))
    if request.dry_run:
        _print_plan(local, kept, out)
        return 0
    check_source_address(request.source_address)
    edge = _edge(local.config, sign, prompt, stop)
    result = collect_into(out, local, kept, edge, _print_slice)
    click.echo(_summary(site, out, result), err=True)
    if stop.received is not None:
        click.echo(f"Interrupted by {stop.name}. Next: the same command again", err=True)
        return stop.exit_code
    return 0


def _names(given: tuple[str | None, str | None], config: "Config") -> tuple[str, str]:
    """The names of the site and of the collector: of the options, or of kitscan.yaml."""
    own = config.collector
    site = given[0] or (own.site if own is not None else None)
    collector = given[1] or (own.name if own is not None else None)
    if site is None or collector is None:
        missing = "--site" if site is None else "--collector"
        raise KitscanError(f"no {missing}", "name it as the centre does, or write `collector` in kitscan.yaml")
    if own is not None and site != own.site:
        raise KitscanError(f"--site {site}: kitscan.yaml here is of site {own.site}", f"--site {own.site}")
    return site, collector


def _checked_run(read: "partial[StickRun]") -> "StickRun":
    """The run of the folder. Raises UsageError for a token or a name of another form."""
    from pydantic import ValidationError

    try:
        return read()
    except ValidationError as error:
        place = error.errors()[0]["loc"][0]
        form = "32 hexadecimal digits" if place == "run" else "letters, digits, - and _, at most 32"
        raise click.UsageError(f"--{place} takes {form}") from error


def _edge(config: "Config", sign: str | None, prompt: "Prompt", stop: "StopSignals") -> "SliceEdge":
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.assessment.reporting import database_of
    from scanner.cli.network_commands.scanning import RunClock
    from scanner.credentials.references import FORMS, parse_reference
    from scanner.fleet.own_secrets import read_private_key
    from scanner.fleet.site.slice_collection import SliceEdge

    reference = parse_reference(sign) if sign is not None else config.collector.key if config.collector else None
    if reference is None:
        problem = "--sign is no reference" if sign else "no key signs the bundles"
        raise KitscanError(problem, f"name where the key is with --sign: {FORMS}")
    key = read_private_key(reference, Path(), prompt, "--sign" if sign else "collector.key")
    database = database_of(config)
    return SliceEdge(
        wanted=wanted_objects(database),
        data_version=database.version,
        key=key,
        new_clock=lambda: RunClock().now,
        stop=stop,
        prompt=prompt,
        watch=_shown,
        note=cache(lambda problem: click.echo(problem, err=True)),
    )


def _shown(progress: "Progress") -> "AbstractContextManager[None]":
    from scanner.cli.network_commands.scanning import reading_of
    from scanner.cli.terminal.live_progress import shown

    return shown(lambda: reading_of(progress))


def _print_slice(part: "ScopeSlice", of: int) -> None:
    click.echo(f"slice {part.ordinal} of {of}: {part.targets.count:,} addresses: {part.words}", err=True)


def _print_plan(local: "LocalScope", kept: "StickRun", out: Path) -> None:
    """The slices in their order, and what may be sent to all of them."""
    from fingerprints.sources.registry import wanted_objects
    from scanner.cli.assessment.reporting import database_of
    from scanner.survey import Survey, credentials_of

    def nobody(_text: str) -> str:
        raise EOFError

    slices = local.slices(kept.seed)
    click.echo(f"{kept.site}: {len(slices):,} slices into {out}, in an order that the run's seed gives")
    for part in slices:
        click.echo(f"  slice {part.ordinal} of {len(slices)}: {part.targets.count:,} addresses: {part.words}")
    book = credentials_of(local.request, local.config, local.scope, nobody)
    wanted = wanted_objects(database_of(local.config))
    survey = Survey(local.request, local.config, local.scope, book, wanted)
    with closing(survey):
        click.echo(survey.dry_run(), nl=False)


def _summary(site: str, out: Path, result: "StickResult") -> str:
    there = f", {result.there:,} were there already" if result.there else ""
    missing = result.of - result.there - result.collected
    lacks = f", {missing:,} are missing" if missing else ""
    return (
        f"{site}: {result.collected:,} of {result.of:,} slices collected{there}{lacks}; "
        f"{result.addresses:,} addresses, {result.answered:,} answered; "
        f"{result.octets:,} bytes in {out}; run {result.run}"
    )
