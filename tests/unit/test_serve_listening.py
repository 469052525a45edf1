"""The server's own words: none but those of the command."""

import logging

import pytest

pytest.importorskip("uvicorn", reason="uvicorn is not installed (kitscan[serve])")

from scanner.serve.access import Access
from scanner.serve.listening import _server


async def _app(*_: object) -> None:
    """An application that nobody asks."""


def test_a_request_that_is_cut_off_writes_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    _server(Access(_app, "token", 1))
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")
    assert capfd.readouterr() == ("", "")
