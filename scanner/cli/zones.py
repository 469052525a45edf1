"""`kitscan zones`: where the zones file places devices and why, and where the evidence suggests that they stand."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import assessment_options, report_request_of

if TYPE_CHECKING:
    from reports.document.document import Document
    from reports.placement.zones import Zones

MAX_NEAR_MISSES = 3
"""Zones shown that almost placed a device, in the order of the file."""


@click.group("zones")
def command() -> None:
    """Test where devices are placed, and propose where."""


@command.command()
@click.argument("run", type=int, required=False)
@assessment_options
def test(run: int | None, **given: Any) -> int:
    """Show which zone decides for each device of a run and which zones almost do, which zones never decide, and where
    the evidence contradicts the file."""
    from fingerprints.model.errors import KitscanError
    from reports.document.overview import name_of
    from reports.document.sanitize import sanitize
    from reports.placement.zones import check, describe_near_misses

    document, zones = _judged(run, given)
    if zones is None:
        raise KitscanError("no zones file", "name one with --zones, or in kitscan.yaml")
    for judged in document.devices:
        placed = judged.placement
        split = {True: "core", False: "non-core", None: "unclassified"}[placed.core]
        click.echo(f"{sanitize(name_of(judged), 40):<40}  {split:<12}  {sanitize(placed.because, 160)}")
        for near_miss in describe_near_misses(judged.device, zones)[:MAX_NEAR_MISSES]:
            click.echo(f"{'':<40}  nearly: {sanitize(near_miss, 160)}")
    for remark in (*check(zones, tuple(judged.device for judged in document.devices)), *_contradictions(document)):
        click.echo(sanitize(remark, 200), err=True)
    return 0


@command.command()
@click.argument("run", type=int, required=False)
@assessment_options
def suggest(run: int | None, **given: Any) -> int:
    """Propose a zones file from the evidence of a run, with the reasons for each device.

    Where there is a zones file, propose only for devices that it does not place, and show where the evidence
    contradicts it.
    """
    from reports.document.sanitize import sanitize
    from reports.placement.placement import Origin
    from reports.placement.suggest import suggest as proposals_for
    from reports.placement.zone_draft import draft

    out: Path | None = given["out"]
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
        return document_of(store, stored, options), options.zones


def _contradictions(document: "Document") -> tuple[str, ...]:
    from reports.document.finding_wording import contradiction_text
    from reports.placement.suggest import contradictions
    from reports.placement.suggest import suggest as proposals_for

    placed = [(judged.device, judged.placement) for judged in document.devices]
    contradicted = contradictions(placed, proposals_for([device for device, _ in placed], use_names=False))
    return tuple(f"{found.device.name or found.device.id}: {contradiction_text(found)}" for found in contradicted)
