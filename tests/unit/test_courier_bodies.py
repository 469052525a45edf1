"""Of all that a broker may hand over, one shape is an order and one is a message of a site; nothing else is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.courier.broker_names import TASK
from scanner.courier.celery_courier.bodies import JSON, body_of, order_of, sealed_of
from scanner.courier.envelope import MessageRefusedError
from scanner.courier.message import MAX_MESSAGE

HEADERS: dict[str, Any] = {"task": TASK, "id": "1", "retries": 0, "timelimit": [None, None], "eta": None}
EMBED: dict[str, Any] = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
SEALED = {"sealed": "text"}


def order(headers: dict[str, Any] = HEADERS, body: object = None, kind: str = JSON) -> bytes:
    return order_of(headers, kind, json.dumps([[], SEALED, EMBED] if body is None else body))


def test_what_was_put_in_comes_out() -> None:
    octets = b'{"message": "m", "key": "k"}'
    assert sealed_of(JSON, json.dumps(body_of(octets)).encode()) == octets
    assert order() == b"text"


@pytest.mark.parametrize(
    "further",
    [
        {"task": "other"},
        {"id": 1},
        {"eta": "now"},
        {"expires": "now"},
        {"retries": 1},
        {"timelimit": [1, None]},
        {"group": "g"},
    ],
)
def test_headers_that_ask_celery_for_more_are_refused(further: dict[str, Any]) -> None:
    with pytest.raises(MessageRefusedError):
        order({**HEADERS, **further})


@pytest.mark.parametrize(
    "body",
    [
        [[], SEALED, {**EMBED, "callbacks": [{"task": TASK}]}],
        [[], SEALED, {**EMBED, "errbacks": [{"task": TASK}]}],
        [[], SEALED, {**EMBED, "chain": [{"task": TASK}]}],
        [[], SEALED, {**EMBED, "chord": {"task": TASK}}],
        [["text"], {}, EMBED],
        [[], {"sealed": "text", "more": "text"}, EMBED],
        [[], {"sealed": "é"}, EMBED],
        [[], {"sealed": None}, EMBED],
        [[], SEALED],
        {"task": TASK},
        "text",
        7,
    ],
)
def test_bodies_of_any_other_shape_are_refused(body: object) -> None:
    with pytest.raises(MessageRefusedError):
        order(body=body)


def test_another_kind_of_content_and_a_large_one_are_refused() -> None:
    for kind in ("application/x-python-serialize", "application/x-yaml", "", "text/plain"):
        with pytest.raises(MessageRefusedError, match="no JSON"):
            order(kind=kind)
    with pytest.raises(MessageRefusedError, match="octets"):
        sealed_of(JSON, json.dumps({"sealed": "x" * 2 * MAX_MESSAGE}).encode())
    with pytest.raises(MessageRefusedError, match="no JSON"):
        sealed_of(JSON, b"[" * 100_000)


@given(st.binary() | st.text())
def test_any_octets_are_refused_without_another_error(body: bytes | str) -> None:
    with pytest.raises(MessageRefusedError):
        sealed_of(JSON, body)
    with pytest.raises(MessageRefusedError):
        order_of(HEADERS, JSON, body)
