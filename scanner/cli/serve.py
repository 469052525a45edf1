"""`kitscan serve`: the reports of a store in a browser on this machine."""

import asyncio
import secrets
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.options import ReportRequest, judging_options, report_request_of, store_of

if TYPE_CHECKING:
    from reports.document.document import Document
    from scanner.config import Config
    from scanner.serve.judged_runs import StoredRun
    from scanner.store.store import Store

DEFAULT_PORT = 8787


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65_535), default=DEFAULT_PORT, show_default=True, help="0: a free one.")
@judging_options
def command(port: int, **given: Any) -> int:
    """Show the reports of a store in a browser, and compare two runs.

    Listens on 127.0.0.1 only, asks for the token in the address that it prints, and only reads. It judges by the files
    of this folder as they are when it judges; restart it after a change of them.
    """
    _check_libraries()
    from scanner.cli.comparing.histories import KeptHistory
    from scanner.cli.comparing.run_states import StateReader, is_judged_anew
    from scanner.config import read_config
    from scanner.serve.application import Sources, application
    from scanner.serve.judged_runs import JudgedRuns
    from scanner.serve.listening import HOST, answer, listening_socket
    from scanner.store.store import open_store

    request = report_request_of(given)
    config = read_config(Path())
    place = store_of(request, config)
    with open_store(place) as store, listening_socket(port) as opened:
        judged = JudgedRuns(partial(_runs, store), partial(_document, store, request, config))
        reader = StateReader(store, request, config, is_judged_anew(request), judged.document)
        sources = Sources(judged, reader.compared, lambda lasting: KeptHistory(store).of(lasting), place)
        token, taken = secrets.token_urlsafe(24), opened.getsockname()[1]
        ready = partial(_print_address, f"http://{HOST}:{taken}/?token={token}")
        asyncio.run(answer(application(sources, token, taken), opened, ready))
    return 0


def _print_address(address: str) -> None:
    click.echo(address)
    sys.stdout.flush()
    click.echo("Open this address in a browser of this machine. Ctrl-C ends the server.", err=True)


def _runs(store: "Store") -> "tuple[StoredRun, ...]":
    from scanner.serve.judged_runs import StoredRun

    return tuple(
        StoredRun(run, store.request(run.id), sum(part.addresses for part in store.ranges(run.id)))
        for run in store.runs()
    )


def _document(store: "Store", request: ReportRequest, config: "Config", number: int) -> "Document":
    from scanner.cli.assessment.reporting import assessment_options_of, document_of

    run = store.run(number)
    options = assessment_options_of(request, config, run.started.date())
    return document_of(store, run, options, request.jobs)


def _check_libraries() -> None:
    """Raise KitscanError where the libraries of the server are not installed."""
    try:
        import starlette
        import uvicorn
    except ImportError as error:
        raise KitscanError(f"kitscan serve needs {error.name}", "pip install 'kitscan[serve]'") from error
    del starlette, uvicorn
