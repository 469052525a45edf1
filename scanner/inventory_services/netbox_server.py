"""Asks NetBox or Nautobot for devices, virtual machines and prefixes. The only importer of pynetbox. It only GETs."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fingerprints.model.errors import KitscanError
from scanner.credentials.references import FORMS, Prompt, Reference, parse_reference, resolve
from scanner.credentials.secret import Secret
from scanner.inventory_services.read_only_session import ReadOnlySession
from scanner.targets.entry import InventoryContent
from scanner.targets.inventories.netbox.answers import content_of_objects
from scanner.targets.lists import Service, shown_service

MAX_OBJECTS = 500_000
PAGE = 250
"""Objects of one page. The server may give fewer."""

DEVICES = ("dcim/devices", "virtualization/virtual-machines")
PREFIXES = "ipam/prefixes"
TOKENS = {"netbox": "env:NETBOX_TOKEN", "nautobot": "env:NAUTOBOT_TOKEN"}
"""Where the token is, if the URL has no `token=REFERENCE`."""

_OWN = {
    "netbox": {"exclude": "config_context"},  # large, rendered for each device, and perhaps with secrets
    "nautobot": {"depth": "1"},  # without it an address is but a link
}


@dataclass(frozen=True, slots=True)
class ServerRequest:
    """What a word asks of which server: `base` ends with /api, `filters` go to the server as they are written."""

    base: str
    lists: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]
    token: Reference


def parse_request(service: Service, *, with_prefixes: bool) -> ServerRequest:
    """The request of a word such as `netbox:https://netbox.example?site=ams&token=env:TOKEN`. A path below /api names
    the one list to ask. Raises KitscanError, which repeats no part of the query."""
    name = shown_service(service)
    try:
        parts = urlsplit(service.place)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise KitscanError(
            f"{name}: is no URL", "write netbox:https://HOST or netbox:https://HOST?site=NAME"
        ) from error
    if parts.username is not None or not host:
        raise KitscanError(f"{name}: the URL holds a login, or no host", "write netbox:https://HOST")
    if parts.scheme != "https" and not _is_here(host):
        raise KitscanError(f"{name}: a token is not sent without TLS", "write https://")
    query = parse_qsl(parts.query, keep_blank_values=True)
    written = next((value for key, value in query if key == "token"), TOKENS[service.kind])
    token = parse_reference(written)
    if token is None:
        raise KitscanError(
            f"{name}: token= is no reference (not shown: it may be the token)", f"write a reference: {FORMS}"
        )
    before, _, below = parts.path.partition("/api/")
    shown = f"[{host}]" if ":" in host else host
    base = f"{parts.scheme}://{shown}{f':{port}' if port else ''}{before.rstrip('/').removesuffix('/api')}/api"
    lists = (below.strip("/"),) if below.strip("/") else (*DEVICES, *((PREFIXES,) if with_prefixes else ()))
    known = {*DEVICES, PREFIXES}
    if not known.issuperset(lists):
        raise KitscanError(f"{name}: this list is not read", f"one of {', '.join(sorted(known))}")
    return ServerRequest(base, lists, tuple(pair for pair in query if pair[0] != "token"), token)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def ask_server(service: Service, folder: Path, prompt: Prompt, *, with_prefixes: bool) -> InventoryContent:
    """What the server lists. Raises KitscanError."""
    request = parse_request(service, with_prefixes=with_prefixes)
    objects = objects_of(service, request, token_of(service, request, folder, prompt))
    return content_of_objects(objects, any_state=any(key == "status" for key, _ in request.filters))


def token_of(service: Service, request: ServerRequest, folder: Path, prompt: Prompt) -> Secret:
    """The token that a request names. Raises KitscanError where it is not there."""
    name = shown_service(service)
    token = resolve(request.token, folder, prompt, f"the token of {name}")
    if not isinstance(token, Secret):
        raise KitscanError(f"{name}: token: {token.problem}", token.next_step)
    return token


def objects_of(service: Service, request: ServerRequest, token: Secret) -> list[Any]:
    """The objects of all lists of a request, as the server's JSON has them. Raises KitscanError."""
    name = shown_service(service)
    session = ReadOnlySession(request.base)
    try:
        objects = list(islice(_objects(service.kind, request, token, session), MAX_OBJECTS + 1))
    except KitscanError as error:
        raise KitscanError(f"{name}: {error.problem}", error.next_step) from error
    finally:
        session.close()
    if len(objects) > MAX_OBJECTS:
        raise KitscanError(f"{name}: more than {MAX_OBJECTS:,} objects", "choose less with a filter")
    return objects


def _objects(kind: str, request: ServerRequest, token: Secret, session: ReadOnlySession) -> Iterator[Any]:
    """The objects of all lists, page by page."""
    try:
        from pynetbox.core.query import ContentError, Request, RequestError
    except ImportError as error:
        raise KitscanError("asking NetBox needs pynetbox", "pip install 'kitscan[netbox]'") from error
    for path in request.lists:
        filters: dict[str, Any] = {} if path == PREFIXES and len(request.lists) > 1 else _by_key(request.filters)
        own = _OWN[kind] if path in DEVICES or kind == "nautobot" else {}
        asked = Request(
            base=f"{request.base}/{path}/",
            filters={**own, **filters},
            limit=PAGE,
            token=token.reveal(),
            http_session=session,
        )
        try:
            for item in asked.get():
                if not isinstance(item, dict):
                    raise TypeError("no object")
                yield item
        except RequestError as error:
            raise KitscanError(f"{path}: {_refusal(error)}", "check the token's rights, and the filters") from error
        except ContentError as error:
            raise KitscanError(f"{path}: the answer is no JSON", "check that the URL is that of the server") from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise KitscanError(f"{path}: the answer has not the shape of a list", "check the URL") from error


def _by_key(filters: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The filters as pynetbox takes them: a key that is given several times has a list."""
    found: dict[str, list[str]] = {}
    for key, value in filters:
        found.setdefault(key, []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def _refusal(error: Any) -> str:
    """Why a server refused, without its words, which may repeat the request."""
    status = getattr(getattr(error, "req", None), "status_code", None)
    known = {400: "a filter is not known", 401: "the token is not accepted", 403: "the token may not read this"}
    return f"the server answers {status}{f': {known[status]}' if status in known else ''}"
