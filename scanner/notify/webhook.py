"""Sends a signed notice by POST: certificates verified, no redirect followed, no proxy, few attempts."""

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from scanner.credentials.references import Unreadable
from scanner.credentials.secret import Secret
from scanner.notify.webhook_body import signed_headers
from scanner.version import VERSION

ATTEMPTS = 3
PAUSES = (1.0, 4.0)
"""Seconds before the second attempt and the third."""

SECONDS = 10.0
"""How long one step of the exchange may take: to connect, to send, to wait for the next octets."""

TRY_AGAIN = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Answers that another attempt may better."""

CORRECT_URL = "correct the URL behind the reference"


@dataclass(frozen=True, slots=True)
class WallClock:
    """The clock of the edge, in seconds since 1970-01-01 UTC, and how to wait."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class _FailedAttempt:
    problem: str
    next_step: str
    again: bool = False


def post(url: Secret, key: bytes, notice_id: str, body: bytes, clock: WallClock) -> Unreadable | None:
    """Send a body, with a new timestamp for each attempt and the same id. None if the server took it (2xx). No word of
    the answer, of the URL or of the key is in the problem."""
    parts = _parts(url)
    if isinstance(parts, Unreadable):
        return parts
    refusal = _FailedAttempt("nothing was sent", CORRECT_URL)
    for attempt in range(ATTEMPTS):
        if attempt:
            clock.sleep(PAUSES[attempt - 1])
        answered = _attempt(parts, signed_headers(key, notice_id, int(clock.now()), body), body)
        if answered is None:
            return None
        refusal = answered
        if not refusal.again:
            break
    return Unreadable(refusal.problem, refusal.next_step)


def _parts(url: Secret) -> SplitResult | Unreadable:
    try:
        parts = urlsplit(url.reveal())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        return Unreadable("what the reference leads to is no http or https URL", CORRECT_URL)
    if parts.username is not None or parts.password is not None:
        return Unreadable("the URL holds a user or a password, which are not sent", "leave them out: the key signs")
    if any(not 0x21 <= ord(letter) < 0x7F for letter in url.reveal()):
        return Unreadable("the URL holds spaces or letters outside of ASCII", "write them percent-encoded")
    return parts


def _attempt(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> _FailedAttempt | None:
    connection = _connection(parts)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    about = {"Content-Type": "application/json", "User-Agent": f"kitscan/{VERSION}", "Connection": "close"}
    try:
        connection.request("POST", path, body, {**about, **headers})
        return _answered(connection.getresponse().status)
    except ssl.SSLCertVerificationError as error:
        problem = f"the server's certificate cannot be verified ({error.verify_message.partition(' for ')[0]})"
        return _FailedAttempt(problem, "correct it; SSL_CERT_FILE names authorities of your own")
    except TimeoutError:
        return _FailedAttempt(f"the server did not answer within {SECONDS:.0f} s", "look whether it is up", again=True)
    except (http.client.HTTPException, OSError) as error:  # their texts may hold the URL
        return _FailedAttempt(f"the connection failed ({type(error).__name__})", "look whether it is up", again=True)
    finally:
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)


def _answered(status: int) -> _FailedAttempt | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return _FailedAttempt(
            f"the server redirects ({status}), which is not followed", "name the URL that it leads to"
        )
    return _FailedAttempt(f"the server answered {status}", "look into its log", again=status in TRY_AGAIN)
