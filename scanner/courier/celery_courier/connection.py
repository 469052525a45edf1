"""Connections to the broker, with TLS that is checked, and what their errors mean.

AMQP heartbeats are off. They are sent by the thread that handles a message, and a slice takes minutes: the broker would
close the connection in the middle and give the order to another collector. TCP's own keepalive notices a dead peer.
"""

import logging
import socket
import ssl
from functools import cache
from typing import TYPE_CHECKING

from amqp.exceptions import AccessRefused, AMQPError, ChannelError, MessageNacked, NotAllowed, NotFound
from kombu import Connection
from kombu.exceptions import KombuError

from scanner.courier.broker_url import BrokerUrl
from scanner.courier.courier import CourierError, CourierFullError
from scanner.courier.tls_files import TlsFiles

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS = 10.0
CONFIRM_SECONDS = 30.0
"""How long a message may take to be confirmed."""

TICK_SECONDS = 0.5
"""How soon `stop` is noticed."""

BROKER_ERRORS = (AMQPError, MessageNacked, KombuError, OSError)
"""What goes wrong between here and a broker."""

_REFUSALS = (MessageNacked, AccessRefused, NotAllowed, NotFound, ssl.SSLError)

_KEEPALIVE: "Mapping[int, int]" = {
    socket.TCP_USER_TIMEOUT: 30_000,  # milliseconds; with amqp's own 1,000 a lost packet ends a connection
    socket.TCP_KEEPIDLE: 60,
    socket.TCP_KEEPINTVL: 10,
    socket.TCP_KEEPCNT: 9,
}


def connection_to(url: BrokerUrl, tls: TlsFiles | None) -> Connection:
    """A connection, not opened yet. Raises CourierError for TLS files that cannot be read."""
    _silence_logs()
    return Connection(
        transport="pyamqp",
        hostname=url.host,
        port=url.port,
        userid=url.user,
        password=url.password,
        virtual_host=url.vhost,
        login_method="PLAIN",
        heartbeat=0,
        connect_timeout=CONNECT_SECONDS,
        ssl=_tls_options(url, tls) if url.tls else False,
        transport_options={
            "confirm_publish": True,
            "max_retries": 0,
            "socket_settings": dict(_KEEPALIVE),
            "client_properties": {"product": "kitscan"},
        },
    )


def opened(connection: Connection) -> Connection:
    """A connection, opened at the first attempt or not: kombu's `connect` waits two seconds and tries again, whatever
    the error. Raises BROKER_ERRORS."""
    return connection.ensure_connection(max_retries=0, reraise_as_library_errors=False)


def is_refusal(error: BaseException) -> bool:
    """Whether a broker is there and says no: to a user, a queue or a message, or by a certificate not to be trusted."""
    causes = [error, error.__cause__, error.__context__]
    return any(isinstance(cause, _REFUSALS) for cause in causes)


def described(url: BrokerUrl, error: BaseException) -> CourierError:
    """What an error of a connection means. The reply of a broker is not repeated: it may hold what was sent."""
    causes = [error, error.__cause__, error.__context__]
    if any(isinstance(cause, MessageNacked) for cause in causes):
        return CourierFullError(f"{url}: the queue is full", "it takes messages again when those that wait are taken")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return CourierError(f"{url}: TLS fails: {_reason_of(causes)}", "see the host's name and the TLS files")
    if any(isinstance(cause, AccessRefused | NotAllowed) for cause in causes):
        return CourierError(f"{url}: the broker refuses this user", "see its password and its permissions")
    if any(isinstance(cause, ChannelError) for cause in causes):
        return CourierError(f"{url}: the broker has no such queue", "see that the site is enrolled at the broker")
    return CourierError(f"{url}: the broker cannot be reached", "it is tried again; see that it runs")


@cache
def _silence_logs() -> None:
    """What matters is raised; the rest would go to stderr, with tracebacks."""
    for name in ("celery", "kombu", "amqp"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False


def _reason_of(causes: "list[BaseException | None]") -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
    return "no agreement"


def _tls_options(url: BrokerUrl, tls: TlsFiles | None) -> dict[str, object]:
    files = tls or TlsFiles()
    for path in (files.ca, files.certificate, files.key):
        if path is not None and not path.is_file():
            raise CourierError(f"{path}: is no file", "name PEM files for TLS")
    return {
        "cert_reqs": ssl.CERT_REQUIRED,
        "server_hostname": url.host,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
        "ca_certs": None if files.ca is None else str(files.ca),
        "certfile": None if files.certificate is None else str(files.certificate),
        "keyfile": None if files.key is None else str(files.key),
    }
