"""The routes of the server. Each only reads; what takes long runs in a thread, so that the server answers."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fingerprints.model.errors import KitscanError
from reports.changes.change_report import ChangeReport
from reports.changes.history import DeviceHistory
from reports.formats.registry import FORMATS, Output, render
from scanner.serve.access import Access
from scanner.serve.judged_runs import JudgedRuns
from scanner.serve.pages import comparison_page, error_page, history_page, runs_page

PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""The Content Security Policy of the pages around the reports. A report has one of its own."""


Answering = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the pages are from: the judged runs, two of them compared, and the history of a device by its lasting id
    (raises KitscanError if there is none). `place` names the store."""

    judged: JudgedRuns
    compared: Callable[[int, int], ChangeReport]
    history: Callable[[str], DeviceHistory]
    place: str


def application(sources: Sources, token: str, port: int) -> Access:
    """The server's application."""
    routes = _Routes(sources)
    endpoints: tuple[tuple[str, Answering], ...] = (
        ("/", routes.runs),
        ("/runs/{run:int}", routes.report),
        ("/runs/{run:int}/{name}", routes.file),
        ("/compare", routes.comparison),
        ("/devices/{lasting}", routes.history),
        ("/pages.css", routes.style),
    )
    app = Starlette(
        routes=[Route(path, _guarded(endpoint)) for path, endpoint in endpoints],
        exception_handlers={404: routes.unknown},
    )
    return Access(app, token, port)


@dataclass(frozen=True, slots=True)
class _Routes:
    """What each address answers."""

    sources: Sources

    def runs(self, _request: Request) -> Response:
        return _page(runs_page(self.sources.judged.runs(), self.sources.place))

    def report(self, request: Request) -> Response:
        document = self.sources.judged.document(request.path_params["run"])
        return Response(render(document, "html"), media_type="text/html; charset=utf-8")

    def file(self, request: Request) -> Response:
        run, name = request.path_params["run"], request.path_params["name"]
        found = next((key for key, known in FORMATS.items() if name == f"report{known.suffix}"), None)
        if found is None:
            raise KitscanError(f"there is no format of the name {name!r}", "choose one from the list of runs")
        kind = "application/octet-stream" if FORMATS[found].output is Output.BYTES else "text/plain; charset=utf-8"
        headers = {"content-disposition": f'attachment; filename="run-{run}-{name}"'}
        return Response(render(self.sources.judged.document(run), found), headers=headers, media_type=kind)

    def comparison(self, request: Request) -> Response:
        before, after = (_number(request.query_params.get(name, "")) for name in ("before", "after"))
        return _page(comparison_page(self.sources.compared(before, after)))

    def history(self, request: Request) -> Response:
        return _page(history_page(self.sources.history(request.path_params["lasting"])))

    def style(self, _request: Request) -> Response:
        sheet = files("scanner.serve").joinpath("templates", "pages.css").read_text(encoding="utf-8")
        return Response(sheet, media_type="text/css; charset=utf-8")

    def unknown(self, _request: Request, _error: Exception) -> Response:
        return _page(error_page("There is no such page.", "go to the runs"), 404)


def _guarded(endpoint: Answering) -> Answering:
    """The endpoint, whose errors become pages: no traceback reaches a log, since it may hold device text."""

    def answer(request: Request) -> Response:
        try:
            return endpoint(request)
        except KitscanError as error:
            return _page(error_page(error.problem, error.next_step), 404)
        except Exception as error:  # noqa: BLE001  the edge of a request: the server goes on
            problem = f"internal error: {type(error).__name__}"
            return _page(error_page(problem, "run kitscan assess with KITSCAN_DEBUG=1"), 500)

    return answer


def _page(text: str, status: int = 200) -> Response:
    return Response(text, status, {"content-security-policy": PAGE_POLICY}, "text/html; charset=utf-8")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise KitscanError(f"{text!r} is not the number of a run", "choose two runs on the list of runs")
    return int(text)
