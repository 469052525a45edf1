"""Whether the destinations of notices can be used: their secrets can be read, their files written. Nothing is sent."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import assert_never

from scanner.checks.machine import Check, State
from scanner.credentials.references import CREDENTIALS_DIRECTORY, Reference, Scheme, Unreadable, resolve
from scanner.notify.destination import (
    AppriseDestination,
    JsonLinesDestination,
    NoticeDestination,
    PrometheusDestination,
    SyslogDestination,
    WebhookDestination,
    describe_destination,
)
from scanner.notify.webhook_body import key_octets


def check_destinations(destinations: tuple[NoticeDestination, ...], folder: Path) -> Iterator[Check]:
    """One check for each destination. Relative paths of references start at `folder`."""
    for destination in destinations:
        name = f"notify {describe_destination(destination)}"
        if _is_systemds(destination) and not os.environ.get(CREDENTIALS_DIRECTORY):
            yield Check(State.WARN, f"{name}: not checked, for only the systemd service is given the secret", "")
            continue
        problem = _problem(destination, folder)
        if problem is None:
            yield Check(State.OK, f"{name}: can be used (nothing was sent)", "")
        else:
            yield Check(State.FAIL, f"{name}: {problem.problem}", problem.next_step)


def _is_systemds(destination: NoticeDestination) -> bool:
    match destination:
        case AppriseDestination(url=url):
            return url.scheme is Scheme.CREDENTIAL
        case WebhookDestination(url=url, key=key):
            return Scheme.CREDENTIAL in (url.scheme, key.scheme)
        case _:
            return False


def _problem(destination: NoticeDestination, folder: Path) -> Unreadable | None:
    match destination:
        case AppriseDestination(url=url):
            if find_spec("apprise") is None:
                return Unreadable("the apprise library is not installed", "pip install 'kitscan[notify]'")
            return _unreadable(url, folder)
        case WebhookDestination(url=url, key=key):
            return _unreadable(url, folder) or _unusable_key(key, folder)
        case JsonLinesDestination(path=path) | PrometheusDestination(path=path):
            return _unwritable(path)
        case SyslogDestination():
            return None
        case _:
            assert_never(destination)


def _unreadable(reference: Reference, folder: Path) -> Unreadable | None:
    secret = resolve(reference, folder, _nobody, "notify")
    return secret if isinstance(secret, Unreadable) else None


def _unusable_key(reference: Reference, folder: Path) -> Unreadable | None:
    secret = resolve(reference, folder, _nobody, "notify")
    octets = secret if isinstance(secret, Unreadable) else key_octets(secret)
    return octets if isinstance(octets, Unreadable) else None


def _unwritable(path: Path) -> Unreadable | None:
    place = path if path.exists() else path.parent
    if path.exists() and not path.is_file():
        return Unreadable("it is not a regular file", "name a file in a folder that kitscan may write to")
    if not os.access(place, os.W_OK):
        return Unreadable(f"{place} is not there or cannot be written", "name a file in a folder that you may write to")
    return None


def _nobody(_question: str) -> str:
    raise EOFError
