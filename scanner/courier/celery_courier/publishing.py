"""Sends messages over a connection of its own, and returns once the broker has confirmed them.

A connection that was open already may have gone since: then the message is sent again over a new one, and may come
twice. An error closes the connection, since a confirmation that comes late would count for the next message.
"""

import threading
from collections.abc import Callable
from typing import Any

from kombu import Connection, Producer

from scanner.courier.broker_url import BrokerUrl
from scanner.courier.celery_courier.connection import (
    BROKER_ERRORS,
    CONFIRM_SECONDS,
    connection_to,
    described,
    is_refusal,
    opened,
)
from scanner.courier.tls_files import TlsFiles

DELIVERY: dict[str, Any] = {
    "mandatory": True,  # the broker returns what leads to no queue, rather than confirm and drop it
    "delivery_mode": 2,
    "retry": False,
    "confirm_timeout": CONFIRM_SECONDS,
}
"""How every message is published."""


class Publisher:
    """One end's connection for sending. It may be called from any thread."""

    def __init__(self, url: BrokerUrl, tls: TlsFiles | None) -> None:
        self._url, self._tls = url, tls
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def publish(self, act: Callable[[Producer], None]) -> None:
        """Let `act` publish over the connection. Raises CourierError, CourierFullError."""
        with self._lock:
            try:
                if self._connection is not None and self._done(act, self._connection):
                    return
                self._drop()
                self._connection = opened(connection_to(self._url, self._tls))
                act(Producer(self._connection.default_channel, auto_declare=False))
            except BROKER_ERRORS as error:
                self._drop()
                raise described(self._url, error) from error

    def close(self) -> None:
        """Close the connection; the next message opens another."""
        with self._lock:
            self._drop()

    def _done(self, act: Callable[[Producer], None], connection: Connection) -> bool:
        """Whether a message went over a connection that was open; False where that had gone."""
        try:
            act(Producer(connection.default_channel, auto_declare=False))
        except BROKER_ERRORS as error:
            if is_refusal(error):
                raise
            return False
        return True

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.collect(socket_timeout=1.0)
