"""The words of a scope, each as a list of entries: a target word is a list of one, a file or a service of many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from scanner.targets.entry import InventoryContent, InventoryEntry
from scanner.targets.inventories.registry import KINDS, read_inventory, split_kind
from scanner.targets.shown_content import shown_content
from scanner.targets.target_syntax import EXAMPLES, Addresses, WordError, parse_word

COMMAND_LINE = "command line"

FILE_ENDINGS = (".csv", ".tsv", ".yml", ".yaml", ".json", ".txt", ".list", ".xlsx", ".xml", ".ini", ".db", ".cfg")
"""Endings that mark a word as a missing file, not a host name. A file that exists is recognised by its content."""

ANSIBLE_PROGRAM = "ansible-inventory"
"""The kind of an inventory that the user's own `ansible-inventory` reads."""

SERVICES = ("netbox", "nautobot")
"""Kinds that also name a server (`netbox:https://...`)."""


@dataclass(frozen=True, slots=True)
class Service:
    """An inventory that is no file: `kind` is one of SERVICES or ANSIBLE_PROGRAM, `place` a URL or a path."""

    kind: str
    place: str


Fetch = Callable[[Service, Path], InventoryContent]
"""Asks a service for what it lists; a relative path starts at the folder. Raises KitscanError."""


def fetch_nothing(service: Service, _folder: Path) -> InventoryContent:
    """The Fetch of who asks no service. Raises KitscanError."""
    raise KitscanError(f"{service.kind} is not asked here", "name a file that it exported")


@dataclass(frozen=True, slots=True)
class NamedList:
    """One word of a scope as a list. `origin` names it in errors. `kind` is empty for a word that is no inventory, and
    `because` for a kind that the user declared."""

    origin: str
    content: InventoryContent
    kind: str = ""
    because: str = ""


def lists_of(words: tuple[str, ...], folder: Path, role: str, fetch: Fetch) -> Iterator[NamedList]:
    """Each word as a list, in order. `role` says in errors what the words are. Raises KitscanError."""
    for number, word in enumerate(words, 1):
        place = f"{role} {number}"
        service = service_of(word)
        if service is not None:
            yield NamedList(shown_service(service), shown_content(fetch(service, folder)), service.kind)
            continue
        declared, name = split_kind(word)
        path = folder / name
        if declared is None and _is_address(word):
            yield NamedList(COMMAND_LINE, InventoryContent((InventoryEntry(place, word),)))
        elif path.is_file():
            read = read_inventory(path, declared)
            yield NamedList(str(path), shown_content(read.content), read.kind.name, read.because)
        elif declared or word.lower().endswith(FILE_ENDINGS) or path.exists():
            flaw = Flaw(place, f"there is no file {path}", f"a file, or {EXAMPLES}")
            raise DataFileError(COMMAND_LINE, (flaw,), "name a file that exists and run the same command again")
        else:
            yield NamedList(COMMAND_LINE, InventoryContent((InventoryEntry(place, word),)))


def service_of(word: str) -> Service | None:
    """The service that a word names, or None."""
    kind, _, place = word.partition(":")
    if kind in SERVICES and place.lower().startswith(("https://", "http://")):
        return Service(kind, place)
    return Service(kind, place) if kind == ANSIBLE_PROGRAM and place and not place.isdigit() else None


def shown_service(service: Service) -> str:
    """A service as messages name it: its URL without the query, in which a secret may stand, and without a login."""
    if service.kind == ANSIBLE_PROGRAM:
        return f"{service.kind}:{service.place}"
    scheme, _, rest = service.place.partition("://")
    place = rest.partition("?")[0].partition("#")[0]
    host, slash, path = place.partition("/")
    return f"{service.kind}:{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def is_inventory_word(word: str) -> bool:
    """True for a word that declares a kind: `KIND:FILE`, or one of the services."""
    name, colon, rest = word.partition(":")
    return bool(colon and rest) and (name in KINDS or service_of(word) is not None)


def _is_address(word: str) -> bool:
    try:
        return isinstance(parse_word(word), Addresses)
    except WordError:
        return False
