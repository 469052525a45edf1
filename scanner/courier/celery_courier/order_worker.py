"""A Celery worker of one queue, in this thread, that does nothing but hand on orders.

Of Celery's worker run the connection, the consumer and the loop. What speaks to other workers is not there: no remote
control, no gossip, no mingle, no events, no delayed delivery (which would declare exchanges and queues of its own).
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from celery import Celery
from celery.backends.base import DisabledBackend
from celery.exceptions import Reject, WorkerShutdown
from celery.worker import WorkController
from celery.worker.consumer import Consumer
from celery.worker.consumer.connection import Connection as ConnectionStep
from celery.worker.consumer.consumer import Evloop
from celery.worker.consumer.tasks import Tasks
from kombu import Connection, Message, Queue

from scanner.courier.broker_names import TASK
from scanner.courier.celery_courier.bodies import order_of
from scanner.courier.celery_courier.connection import BROKER_ERRORS, TICK_SECONDS, is_refusal, opened
from scanner.courier.courier import CourierError, Handler
from scanner.courier.envelope import MessageRefusedError
from scanner.courier.handling import Handled, hand_over

GIVE_BACK_SECONDS = 5.0
"""How long an order is kept that this collector cannot do now, before another may have it."""

RETRY_SECONDS = 5.0
"""How long a worker waits that had its queue and is refused it, as by a broker that is just starting."""

_RUN = 1


class OrderWorker:
    """Hands orders of a queue on until it ends. `connect` makes a connection that is not open yet; `ended` says whether
    to end, and is asked every TICK_SECONDS. An error that ends the worker is raised by `run`."""

    def __init__(
        self, queue: str, connect: Callable[[], Connection], handle: Handler, ended: Callable[[], bool]
    ) -> None:
        self._handle, self._ended = handle, ended
        self._error: BaseException | None = None
        self._consumed = False
        self._app = _order_app(queue, connect, self._do)

    def run(self) -> None:
        """Hand orders on. Raises what a broker refuses, and what is a handler's defect."""
        controller = WorkController(
            app=self._app,
            consumer_cls=_consumer_of(self),
            pool_cls="solo",
            concurrency=1,
            hostname="kitscan",
            loglevel=None,
            use_eventloop=False,
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
        )
        self._app.set_current()  # of this thread: where Celery looks its tasks up
        controller.start()
        if self._error is not None:
            raise self._error
        if controller.exitcode:
            raise CourierError("Celery's worker ended by itself", "start it again; if it ends again, report it")

    def ensure_connected(self, connection: Connection) -> Connection:
        """Open a connection, however long the broker is away."""
        pause = 1.0
        while True:
            self.check()
            try:
                return opened(connection)
            except BROKER_ERRORS as error:
                if is_refusal(error) and not self._consumed:
                    self.end_with(error)
                connection.collect(socket_timeout=1.0)
                self._wait(pause)
                pause = min(2 * pause, 10.0)

    def loop(self, consumer: Any, connection: Connection, task_consumer: Any, blueprint: Any, *_: object) -> None:
        """Celery's loop without an event loop, which looks whether to end."""
        task_consumer.on_message = self._checked(consumer.create_task_handler())
        try:
            task_consumer.consume()
        except BROKER_ERRORS as error:
            if is_refusal(error) and not self._consumed:
                self.end_with(error)
            self._wait(RETRY_SECONDS)
            raise
        self._consumed = True
        consumer.on_ready()
        while blueprint.state == _RUN:
            consumer.perform_pending_operations()
            with suppress(TimeoutError):
                connection.drain_events(timeout=TICK_SECONDS)
            self.check()

    def check(self) -> None:
        """End the worker if it is to end."""
        if self._error is not None or self._ended():
            raise WorkerShutdown(0)

    def end_with(self, error: BaseException) -> NoReturn:
        """End the worker; `run` raises the error."""
        self._error = error
        raise WorkerShutdown(0)

    def _checked(self, hand_on: Callable[[Message], None]) -> Callable[[Message], None]:
        def checked(message: Message) -> None:
            try:
                order_of(message.headers, message.content_type, message.body)
            except MessageRefusedError:
                message.reject()
                return
            hand_on(message)

        return checked

    def _do(self, sealed: str) -> None:
        """The task. A defect ends the worker with the order unacknowledged: given back, it would come here once more
        before the connection is closed, and count twice."""
        try:
            handled = hand_over(self._handle, sealed.encode())
        except BaseException as error:  # noqa: BLE001 - `run` raises it
            self.end_with(error)
        if handled is Handled.LATER:
            self._wait(GIVE_BACK_SECONDS)
            raise Reject(requeue=True)
        if handled is Handled.NEVER:
            raise Reject(requeue=False)

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._ended() and time.monotonic() < until:
            time.sleep(min(TICK_SECONDS, max(0.0, until - time.monotonic())))


def _consumer_of(worker: OrderWorker) -> type:
    """Celery's consumer with three of its steps, connected and looped as the worker says."""

    class TasksAlone(Tasks):  # type: ignore[misc]  # Celery ships no types
        requires = (ConnectionStep,)

    class OrderConsumer(Consumer):  # type: ignore[misc]
        event_dispatcher = None
        loop = staticmethod(worker.loop)

        class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
            default_steps = (ConnectionStep, TasksAlone, Evloop)

        def ensure_connected(self, conn: Connection) -> Connection:
            return worker.ensure_connected(conn)

    return OrderConsumer


def _order_app(queue: str, connect: Callable[[], Connection], do: Callable[[str], None]) -> Celery:
    class OrderApp(Celery):  # type: ignore[misc]
        """Its connections and its backend are not those that CELERY_BROKER_URL and the like name."""

        def connection_for_read(self, *_: object, **__: object) -> Connection:
            return connect()

        def connection_for_write(self, *_: object, **__: object) -> Connection:
            return connect()

        def _get_backend(self) -> Any:
            return DisabledBackend(app=self)

    app = OrderApp("kitscan", set_as_current=False, loader="app", fixups=[])
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=False,
        task_reject_on_worker_lost=True,
        task_create_missing_queues=False,
        task_queues=[Queue(queue, no_declare=True, queue_arguments={"x-queue-type": "quorum"})],
        task_default_queue=queue,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=True,  # none runs when a solo worker reconnects
        broker_channel_error_retry=True,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
    )

    # shared: Celery would give the first handler of a process to all apps that come after it
    @app.task(name=TASK, shared=False)  # type: ignore[untyped-decorator]
    def order(sealed: str) -> None:
        do(sealed)

    return app
