"""Opens the server's socket on 127.0.0.1, and answers there until a signal comes."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

from uvicorn import Config, Server

from fingerprints.model.errors import KitscanError
from scanner.serve.access import Access

HOST = "127.0.0.1"
"""The only address that the server listens on. To reach it from elsewhere, forward the port over SSH."""

CLOSE_SECONDS = 1
"""How long an answer may take to its end once a signal has come."""


def listening_socket(port: int) -> socket.socket:
    """A socket that listens on a port; port 0 takes a free one. Raises KitscanError if the port is taken."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((HOST, port))
    except OSError as error:
        opened.close()
        raise KitscanError(f"port {port} of {HOST}: {error.strerror}", "name another one with --port") from error
    opened.listen()
    return opened


async def answer(app: Access, opened: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM, which is the normal end here. Calls `ready` once both are heeded."""
    server = _server(app)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    ready()
    await server.serve(sockets=[opened])


class QuietServer(Server):
    """A server that leaves the signals to the command."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


def _server(app: Access) -> Server:
    log = logging.getLogger("uvicorn")  # a request that the end of the server cuts off would be a traceback in it
    log.propagate = False
    log.addHandler(logging.NullHandler())
    config = Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=CLOSE_SECONDS,
    )
    return QuietServer(config)
