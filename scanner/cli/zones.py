"""`kitscan zones`: where the zones file places devices and why, and where the evidence suggests that they stand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import judging_options, report_request_of

if TYPE_CHECKING:
    from reports.document.document import Document, ReportedDevice
    from reports.placement.zones import Zones

MAX_NEAR_MISSES = 3
"""Zones shown that almost placed a device, in the order of the file."""

SPLIT = {True: "core", False: "non-core", None: "unclassified"}
"""What `Placement.core` means, in words."""


@click.group("zones")
def command() -> None:
    """Test where devices are placed, and propose where."""


@command.command()
@click.argument("run", type=int, required=False)
@judging_options
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
def test(run: int | None, output_format: str, **given: Any) -> int:
    """Show which zone decides for each device of a run and which zones almost do, which zones never decide, and where
    the evidence contradicts the file."""
    from fingerprints.model.errors import KitscanError
    from reports.document.sanitize import sanitize
    from reports.placement.zones import check

    document, zones = _judged(run, given)
    if zones is None:
        raise KitscanError("no zones file", "name one with --zones, or in kitscan.yaml")
    remarks = (*check(zones, tuple(judged.device for judged in document.devices)), *_contradictions(document))
    if output_format == "json":
        devices = [_as_json(judged, zones) for judged in document.devices]
        click.echo(json.dumps({"devices": devices, "remarks": remarks}, indent=2))
        return 0
    for judged in document.devices:
        for line in _lines(judged, zones):
            click.echo(line)
    for remark in remarks:
        click.echo(sanitize(remark, 200), err=True)
    return 0


def _lines(judged: "ReportedDevice", zones: "Zones") -> "Iterator[str]":
    from reports.document.overview import name_of
    from reports.document.sanitize import sanitize
    from reports.placement.zones import describe_near_misses

    place, because = SPLIT[judged.placement.core], judged.placement.because
    yield f"{sanitize(name_of(judged), 40):<40}  {place:<12}  {sanitize(because, 160)}"
    for near_miss in describe_near_misses(judged.device, zones)[:MAX_NEAR_MISSES]:
        yield f"{'':<40}  nearly: {sanitize(near_miss, 160)}"


def _as_json(judged: "ReportedDevice", zones: "Zones") -> dict[str, Any]:
    """A device and its place for a program; `nearly` holds every zone that almost decided."""
    from reports.document.overview import name_of
    from reports.placement.zones import describe_near_misses

    placed = judged.placement
    return {
        "id": judged.device.id,
        "name": name_of(judged),
        "place": SPLIT[placed.core],
        "because": placed.because,
        "nearly": list(describe_near_misses(judged.device, zones)),
    }


@command.command()
@click.argument("run", type=int, required=False)
@judging_options
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the proposed zones file here.")
def suggest(run: int | None, out: Path | None, **given: Any) -> int:
    """Propose a zones file from the evidence of a run, with the reasons for each device.

    Where there is a zones file, propose only for devices that it does not place, and show where the evidence
    contradicts it.
    """
    from reports.document.sanitize import sanitize
    from reports.placement.placement import Origin
    from reports.placement.suggest import suggest as proposals_for
    from reports.placement.zone_draft import draft

    document, _ = _judged(run, given)
    declared = {judged.device.id for judged in document.devices if judged.placement.origin is Origin.DECLARED}
    proposals = proposals_for(tuple(judged.device for judged in document.devices))
    text = draft([proposal for proposal in proposals if proposal.device.id not in declared], document.header.run)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="")
        click.echo(f"Proposed zones: {out}", err=True)
    for contradiction in _contradictions(document):
        click.echo(sanitize(contradiction, 200), err=True)
    return 0


def _judged(run: int | None, given: dict[str, Any]) -> "tuple[Document, Zones | None]":
    """The document of a run, and the zones file that placed its devices, if there is one."""
    from scanner.cli.assessment.reporting import assessment_options_of, document_of, run_named
    from scanner.cli.options import store_of
    from scanner.config import read_config
    from scanner.store.store import open_store

    asked = report_request_of(given)
    config = read_config(Path())
    with open_store(store_of(asked, config)) as store:
        stored = run_named(store, run)
        options = assessment_options_of(asked, config, stored.started.date())
        return document_of(store, stored, options, asked.jobs), options.zones


def _contradictions(document: "Document") -> tuple[str, ...]:
    from reports.document.finding_wording import contradiction_text
    from reports.placement.suggest import contradictions
    from reports.placement.suggest import suggest as proposals_for

    placed = [(judged.device, judged.placement) for judged in document.devices]
    contradicted = contradictions(placed, proposals_for([device for device, _ in placed], use_names=False))
    return tuple(f"{found.device.name or found.device.id}: {contradiction_text(found)}" for found in contradicted)
