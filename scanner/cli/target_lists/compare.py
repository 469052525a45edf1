"""`kitscan targets compare`: what the lists of a run say of its targets against what answered."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reports.inventory_check.rendering import CHECK_FORMATS
from scanner.cli.options import judging_options, report_request_of, store_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.model.evidence import Evidence
    from scanner.store.store import Store


@click.command("compare")
@click.argument("run", type=int, required=False)
@judging_options
@click.option("--format", "form", type=click.Choice(tuple(CHECK_FORMATS)), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
def compare(run: int | None, form: str, out: Path | None, **given: Any) -> None:
    """Compare what the lists of RUN (the latest by default) say with what answered: maker, model, serial number.

    It reads the store alone. What a list said is kept with the run, so that it is the list of that day.
    """
    from reports.inventory_check.compare import check_inventory
    from reports.inventory_check.rendering import check_of_form
    from scanner.cli.assessment.report_file import check_place, print_rendered, write_whole
    from scanner.cli.assessment.reporting import assessment_options_of, document_of, run_named
    from scanner.config import read_config
    from scanner.store.store import open_store

    request = report_request_of(given)
    config = read_config(Path())
    if out is not None:
        check_place(out, request, config)
    with open_store(store_of(request, config)) as store:
        stored = run_named(store, run)
        options = assessment_options_of(request, config, stored.started.date())
        document = document_of(store, stored, options, request.jobs)
        check = check_inventory(document, _without_answer(store, stored.id), options.database)
    rendered = check_of_form(check, form)
    if out is None:
        print_rendered(rendered if form == "text" else rendered.encode())
        return
    write_whole(out, rendered.encode())
    click.echo(f"Comparison: {out}", err=True)


def _without_answer(store: "Store", run: int) -> "Iterator[Evidence]":
    """The subjects of a run of which nothing was observed, with their gaps."""
    _, silent_keys = store.subjects(run)
    return (item for item in store.evidence(run, frozenset()) if item.subject.key in silent_keys)
