"""A site's end. It takes orders as a Celery worker, and sends over a connection of its own."""

import time

from kombu import Connection, Producer

from scanner.courier.broker_names import CENTRE, site_queue
from scanner.courier.broker_url import BrokerUrl
from scanner.courier.celery_courier.bodies import body_of
from scanner.courier.celery_courier.connection import BROKER_ERRORS, connection_to, described
from scanner.courier.celery_courier.order_worker import OrderWorker
from scanner.courier.celery_courier.publishing import DELIVERY, Publisher
from scanner.courier.courier import Handler
from scanner.courier.handling import check_size
from scanner.courier.tls_files import TlsFiles

MIN_SERVE_SECONDS = 1.0
"""A worker takes a moment to connect, and would look at nothing in less."""


class CelerySite:
    """A site's end."""

    def __init__(self, url: BrokerUrl, site: str, tls: TlsFiles | None) -> None:
        self._url, self._site, self._tls = url, site, tls
        self._publisher = Publisher(url, tls)
        self._stopped = False

    def send(self, octets: bytes) -> None:
        check_size(octets)

        def act(producer: Producer) -> None:
            producer.publish(body_of(octets), exchange=CENTRE, routing_key=CENTRE, serializer="json", **DELIVERY)

        self._publisher.publish(act)

    def serve(self, handle: Handler, seconds: float | None = None) -> None:
        end = None if seconds is None else time.monotonic() + max(seconds, MIN_SERVE_SECONDS)

        def ended() -> bool:
            return self._stopped or (end is not None and time.monotonic() >= end)

        try:
            OrderWorker(site_queue(self._site), self._connect, handle, ended).run()
        except BROKER_ERRORS as error:
            raise described(self._url, error) from error

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        self._publisher.close()

    def _connect(self) -> Connection:
        return connection_to(self._url, self._tls)
