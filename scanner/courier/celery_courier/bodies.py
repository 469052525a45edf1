"""The bodies of messages at the broker: JSON alone, of one shape for orders and one for what comes from sites.

Celery would do more with a task message than call its task: run callbacks, wait for an hour, keep it in memory. Who
holds the broker can write such messages, so that one of any other shape is refused before Celery reads it.
"""

import json
from collections.abc import Mapping
from typing import Any

from scanner.courier.broker_names import TASK
from scanner.courier.envelope import MessageRefusedError
from scanner.courier.message import MAX_MESSAGE

JSON = "application/json"

_MAX_BODY = 2 * MAX_MESSAGE
_WAITING = ("eta", "expires", "group", "timelimit", "retries")
"""Headers that make Celery wait, drop or count."""


def body_of(octets: bytes) -> dict[str, str]:
    """The body of a sealed message, and the arguments of the task that carries it."""
    return {"sealed": octets.decode("ascii")}


def sealed_of(content_type: str | None, body: bytes | str) -> bytes:
    """The sealed message in a body. Raises MessageRefusedError."""
    return _sealed(_read(content_type, body))


def order_of(headers: Mapping[str, Any] | None, content_type: str | None, body: bytes | str) -> bytes:
    """The sealed message in a task message (protocol 2). Raises MessageRefusedError for any task but the one of orders,
    and for one with callbacks, a time, or anything else to be done."""
    given = headers or {}
    if given.get("task") != TASK or not isinstance(given.get("id"), str) or any(map(_means_something, _of(given))):
        raise _refused("is no order")
    match _read(content_type, body):
        case [[], dict() as words, dict() as further] if not any(further.values()):
            return _sealed(words)
    raise _refused("is no order")


def _of(headers: Mapping[str, Any]) -> list[object]:
    return [headers.get(name) for name in _WAITING]


def _means_something(value: object) -> bool:
    return any(map(_means_something, value)) if isinstance(value, list | tuple) else bool(value)


def _read(content_type: str | None, body: bytes | str) -> object:
    if content_type != JSON:
        raise _refused("is no JSON")
    if len(body) > _MAX_BODY:
        raise _refused(f"has {len(body):,} octets")
    try:
        read: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _refused("is no JSON") from error
    return read


def _sealed(read: object) -> bytes:
    match read:
        case {"sealed": str(text), **others} if not others and text.isascii():
            return text.encode()
    raise _refused("holds something else than a sealed text")


def _refused(problem: str) -> MessageRefusedError:
    return MessageRefusedError(f"a message {problem}", "nothing was done of it; look who may write to the queue")
