"""HTTP for pynetbox that can only GET, only from one server, and within limits. `writing_session` is apart.

It follows no redirect and no `next` to another server: a token is sent to nobody but the server that the user named.
"""

import time
from typing import Any
from urllib.parse import urlsplit

from fingerprints.model.errors import KitscanError

MAX_ANSWER = 64 * 1024 * 1024
"""Octets of one page."""

CONNECT_SECONDS, READ_SECONDS, PAGE_SECONDS = 10.0, 60.0, 300.0
MAX_PAGES = 20_000
_BLOCK = 256 * 1024


class ReadOnlySession:
    """Has one method, `get`, so nothing that uses it can write."""

    def __init__(self, origin: str) -> None:
        """`origin` is scheme, host and port of the one server that is asked."""
        import requests

        self._origin = _origin_of(origin)
        self._session = requests.Session()
        self._session.auth = _unchanged  # else a login in ~/.netrc would replace the token
        self._left = MAX_PAGES

    def get(self, url: str, headers: Any = None, params: Any = None, **_given: Any) -> Any:
        """One answer, read to its end. Raises KitscanError."""
        import requests

        self._left -= 1
        if _origin_of(url) != self._origin:
            raise KitscanError(
                "the server's answer goes on at another server, to which no token is sent",
                "name the server by the address that it gives itself (BASE_PATH, proxy headers)",
            )
        if self._left < 0:
            raise KitscanError(f"the server has more than {MAX_PAGES:,} pages", "choose less with a filter")
        ends = time.monotonic() + PAGE_SECONDS
        try:
            answer = self._session.get(
                url,
                headers=headers,
                params=params,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            content = bytearray()
            for block in answer.iter_content(_BLOCK):
                content += block
                if len(content) > MAX_ANSWER or time.monotonic() > ends:
                    raise KitscanError("the answer is too large or too slow", "choose less with a filter")
        except requests.exceptions.SSLError as error:
            raise KitscanError(
                "the certificate of the server is not trusted", "set REQUESTS_CA_BUNDLE to your own authority's file"
            ) from error
        except requests.exceptions.RequestException as error:
            raise KitscanError(
                f"the server cannot be asked ({type(error).__name__})", "check the URL, and whether it is reached"
            ) from error
        if 300 <= answer.status_code < 400:
            raise KitscanError(
                "the server redirects to another place", "write the URL as it is after the redirection, with https"
            )
        answer._content = bytes(content)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _unchanged(request: Any) -> Any:
    return request


def _origin_of(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", "", None
    return parts.scheme, (parts.hostname or "").lower(), port
