"""Who may ask the server, and how: a token, a host name of this machine, and methods that only read.

It stands before every route. A browser shows the token once in the address that `kitscan serve` prints; from then on a
cookie carries it, so that no link, bookmark or Referer header holds it.
"""

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

AsgiMessage = MutableMapping[str, Any]
App = Callable[
    [AsgiMessage, Callable[[], Awaitable[AsgiMessage]], Callable[[AsgiMessage], Awaitable[None]]], Awaitable[None]
]
"""An ASGI application (asgi.readthedocs.io, version 3)."""

METHODS = ("GET", "HEAD")

HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Headers of every answer: nothing is kept by the browser, framed by another page, or told to another host."""

_DENIED = "Open the address that kitscan serve printed when it started: it holds the token.\n"


class Access:
    """An ASGI application around another one, which it calls for a request that may pass."""

    def __init__(self, app: App, token: str, port: int) -> None:
        self._app, self._token, self._cookie = app, token, f"kitscan-{port}"
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}

    async def __call__(
        self,
        scope: AsgiMessage,
        receive: Callable[[], Awaitable[AsgiMessage]],
        send: Callable[[AsgiMessage], Awaitable[None]],
    ) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if headers.get("host", "") not in self._hosts:  # a name that someone else's DNS points at this machine
            await _answer(send, 421, "This server answers to 127.0.0.1 and localhost.\n")
        elif scope["method"] not in METHODS:
            await _answer(send, 405, "This server only reads.\n", (b"allow", b"GET, HEAD"))
        elif self._is_known(_asked_token(scope)):
            cookie = f"{self._cookie}={self._token}; HttpOnly; SameSite=Strict; Path=/"
            await _answer(send, 303, "", (b"location", b"/"), (b"set-cookie", cookie.encode()))
        elif self._is_known(_bearer(headers)) or self._is_known(_cookie(headers, self._cookie)):
            await self._app(scope, receive, _with_headers(send))
        else:
            await _answer(send, 401, _DENIED, (b"www-authenticate", b"Bearer"))

    def _is_known(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._token.encode())


def _asked_token(scope: AsgiMessage) -> str:
    return next((value for name, value in parse_qsl(scope["query_string"].decode("latin-1")) if name == "token"), "")


def _bearer(headers: MutableMapping[str, str]) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def _cookie(headers: MutableMapping[str, str], name: str) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value


def _with_headers(send: Callable[[AsgiMessage], Awaitable[None]]) -> Callable[[AsgiMessage], Awaitable[None]]:
    async def sending(message: AsgiMessage) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in HEADERS if pair[0] not in own)]
        await send(message)

    return sending


async def _answer(
    send: Callable[[AsgiMessage], Awaitable[None]], status: int, text: str, *more: tuple[bytes, bytes]
) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(text)), *HEADERS, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
