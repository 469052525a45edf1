"""The centre's end. It sends orders as Celery tasks.

What sites send it takes with kombu, Celery's own transport, and not with Celery's worker. A worker gives back a message
that it could not do; the broker counts that, and after some counts gives the message up. But a centre whose database is
away for an hour must keep what it has and do it later, and go on in the order in which messages came.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from amqp.exceptions import NotFound
from celery import Celery
from celery.backends.base import DisabledBackend
from kombu import Connection, Consumer, Message, Producer, Queue

from scanner.courier.broker_names import CENTRE, ORDERS, TASK, site_queue
from scanner.courier.broker_url import BrokerUrl
from scanner.courier.celery_courier.bodies import body_of, sealed_of
from scanner.courier.celery_courier.connection import (
    BROKER_ERRORS,
    TICK_SECONDS,
    connection_to,
    described,
    is_refusal,
    opened,
)
from scanner.courier.celery_courier.publishing import DELIVERY, Publisher
from scanner.courier.courier import CourierError, Handler
from scanner.courier.envelope import MessageRefusedError
from scanner.courier.handling import Handled, check_size, hand_over
from scanner.courier.tls_files import TlsFiles

HOLD_SECONDS = 600.0
"""How long a message is kept that cannot be done now, before it goes back to the queue: the broker waits for half an
hour (its consumer_timeout)."""

MAX_PAUSE_SECONDS = 30.0


class CeleryCentre:
    """The centre's end."""

    def __init__(self, url: BrokerUrl, tls: TlsFiles | None, warn: Callable[[str], None] | None = None) -> None:
        self._url, self._tls, self._warn = url, tls, warn
        self._publisher = Publisher(url, tls)
        self._orders = _OrderApp("kitscan", set_as_current=False, loader="app", fixups=[])
        self._stopped = False
        self._consumed = False

    def send(self, site: str, octets: bytes) -> None:
        check_size(octets)

        def act(producer: Producer) -> None:
            self._orders.send_task(
                TASK,
                kwargs=body_of(octets),
                producer=producer,
                exchange=ORDERS,
                routing_key=site,
                serializer="json",
                declare=[],
                ignore_result=True,
                argsrepr="",
                kwargsrepr="",
                **DELIVERY,
            )

        self._publisher.publish(act)

    def waiting(self, site: str) -> int | None:
        counts: list[int] = []

        def act(producer: Producer) -> None:
            counts.append(producer.channel.queue_declare(site_queue(site), passive=True).message_count)

        try:
            self._publisher.publish(act)
        except CourierError as error:
            if isinstance(error.__cause__, NotFound):
                return None
            raise
        return counts[-1]

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        end = None if seconds is None else time.monotonic() + seconds
        pause = 1.0
        while not self._stopped:
            try:
                with opened(connection_to(self._url, self._tls)) as connection:
                    self._consume(connection, handle, end)
                    return
            except BROKER_ERRORS as error:
                if is_refusal(error) and not self._consumed:  # later it may be a broker that is just starting
                    raise described(self._url, error) from error
                if self._warn is not None:
                    self._warn(f"nothing is received: {described(self._url, error).summary}")
            if end is not None and time.monotonic() >= end:
                return
            self._wait(pause, end)
            pause = min(2 * pause, MAX_PAUSE_SECONDS)

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        self._publisher.close()

    def _consume(self, connection: Connection, handle: Handler, end: float | None) -> None:
        channel = connection.default_channel
        channel.basic_qos(0, 1, False)
        queue = Queue(CENTRE, no_declare=True)

        def hand_on(message: Message) -> None:
            self._hand_on(message, handle)

        with Consumer(channel, [queue], on_message=hand_on, auto_declare=False):
            self._consumed = True
            while not self._stopped:
                with suppress(TimeoutError):
                    connection.drain_events(timeout=TICK_SECONDS)
                if end is not None and time.monotonic() >= end:
                    return

    def _hand_on(self, message: Message, handle: Handler) -> None:
        """Hand a message on until it is done or given up."""
        try:
            octets = sealed_of(message.content_type, message.body)
        except MessageRefusedError:
            message.reject()
            return
        began, pause = time.monotonic(), 1.0
        while (handled := hand_over(handle, octets)) is Handled.LATER:
            self._wait(pause, began + HOLD_SECONDS)
            pause = min(2 * pause, MAX_PAUSE_SECONDS)
            if self._stopped or time.monotonic() >= began + HOLD_SECONDS:
                message.requeue()
                return
        message.ack() if handled is Handled.DONE else message.reject()

    def _wait(self, seconds: float, end: float | None) -> None:
        until = time.monotonic() + seconds if end is None else min(time.monotonic() + seconds, end)
        while not self._stopped and time.monotonic() < until:
            time.sleep(min(TICK_SECONDS, max(0.0, until - time.monotonic())))


class _OrderApp(Celery):  # type: ignore[misc]  # Celery ships no types
    """Celery without a store of results, whatever CELERY_RESULT_BACKEND says in the environment."""

    def _get_backend(self) -> Any:
        return DisabledBackend(app=self)
