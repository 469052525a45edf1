"""`kitscan history`: when devices were first and last seen, and what happened to them in between."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import judging_options, report_request_of, store_of

if TYPE_CHECKING:
    from scanner.cli.options import ReportRequest
    from scanner.config import Config
    from scanner.store.store import Store

MAX_DEVICES = 20
"""Devices of one name whose histories are printed; the rest is counted."""


@click.command("history")
@click.argument("device", required=False)
@click.option("--maker", metavar="COMPANY", help="List all devices of this maker, or with a part of it.")
@click.option("--rebuild", is_flag=True, help="Judge each run of the store again, and keep what is said of it.")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True)
@judging_options
def command(device: str | None, maker: str | None, rebuild: bool, output_format: str, **given: Any) -> int:
    """Say when a device was first and last seen, what changed of it when, and what it was called before.

    DEVICE is an id, a name, a label, an address or a serial number, also one that it had once. The history is what
    audits said each night. --rebuild makes it again from the evidence of all runs, by today's rules as on each run's
    day; the other options of what to judge by are for it.
    """
    from scanner.config import read_config
    from scanner.store.store import open_store

    if sum((device is not None, maker is not None, rebuild)) != 1 or (maker is not None and not maker.strip()):
        raise click.UsageError("Name one device, or give --maker or --rebuild.")
    request = report_request_of(given)
    config = read_config(Path())
    with open_store(store_of(request, config)) as store:
        if rebuild:
            _rebuild(store, request, config)
        else:
            click.echo(_text_of(store, device, maker, output_format), nl=False)
    return 0


def _rebuild(store: "Store", request: "ReportRequest", config: "Config") -> None:
    from scanner.cli.comparing.rebuild import rebuild_states
    from scanner.cli.comparing.run_states import StateReader

    runs = list(rebuild_states(StateReader(store, request, config, anew=True)))
    click.echo(f"The history of {len(runs):,} runs was rebuilt from their evidence.", err=True)


def _text_of(store: "Store", device: str | None, maker: str | None, output_format: str) -> str:
    from scanner.cli.comparing.histories import KeptHistory
    from scanner.cli.comparing.history_text import as_json, format_history, format_list

    kept = KeptHistory(store)
    spans = kept.named(device) if device is not None else kept.by_maker(maker or "")
    if output_format == "json":
        return as_json(map(kept.history, spans), kept.day) + "\n"
    if device is None:
        return "".join(f"{line}\n" for line in format_list(map(kept.row, spans), kept.day))
    lines = [line for span in spans[:MAX_DEVICES] for line in (*format_history(kept.history(span), kept.day), "")]
    if len(spans) > MAX_DEVICES:
        lines += [f"and {len(spans) - MAX_DEVICES:,} more devices of this name", ""]
    return "\n".join(lines)
