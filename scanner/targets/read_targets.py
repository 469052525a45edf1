"""Reads target words and inventory files into the targets of a scan, and exclusions into addresses never to touch."""

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import namespaces_of
from fingerprints.model.secret_names import first_word
from scanner.targets.addresses import AddressBlock, AddressSet, parse_address
from scanner.targets.entry import InventoryEntry
from scanner.targets.inventories import read_inventory, split_kind
from scanner.targets.spans import AddressSpan, SecretColumn, Targets, Unresolved, gather
from scanner.targets.target import Ports
from scanner.targets.target_syntax import EXAMPLES, Addresses, HostName, WordError, parse_word, refuse_too_many_ipv6

COMMAND_LINE = "command line"
MAX_FLAWS = 20

Resolve = Callable[[str], str]
"""Resolves a host name to the one address that the whole run uses. Raises OSError if it has none."""

ResolveAll = Callable[[str], tuple[str, ...]]
"""Resolves a host name to all its addresses, as an exclusion means them. Raises OSError if it has none."""

FILE_ENDINGS = (".csv", ".tsv", ".yml", ".yaml", ".json", ".txt", ".list")
"""Endings that mark a word as a missing file, not a host name. A file that exists is recognised by its content."""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What must never be touched, even if it is named as a target: addresses, and labels of targets in lower case."""

    addresses: AddressSet
    names: frozenset[str] = frozenset()


def resolve_name(name: str) -> str:
    """The first address that the system's resolver gives for a name. Raises OSError if it has none."""
    return resolve_all(name)[0]


def resolve_all(name: str) -> tuple[str, ...]:
    """The addresses that the system's resolver gives for a name, in its order. Raises OSError if it has none."""
    return tuple(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)))


def read_targets(words: tuple[str, ...], defaults: Ports, resolve: Resolve, folder: Path = Path()) -> Targets:
    """The targets that words name.

    A word is an address, CIDR, range, host name, one of these with `:port`, or a file in `folder`, whose kind it may
    declare (`csv:FILE`). A name that has no address goes to `unresolved`. Raises DataFileError, which names the file
    and place of each flaw, and quotes no more of a line than its first word.
    """
    spans: list[AddressSpan] = []
    unresolved: list[Unresolved] = []
    secret_columns: dict[SecretColumn, None] = {}
    ssh_ports = _SshPorts()
    for origin, entries in _lists(words, folder, "target"):
        flaws: list[Flaw] = []
        for entry in entries:
            secret_columns.update(dict.fromkeys(SecretColumn(origin, name) for name in entry.secret_columns))
            try:
                span = _span(entry, defaults, resolve)
                ssh_ports.add(span, entry, origin)
                spans.append(span)
            except WordError as error:
                flaws.append(Flaw(entry.place, error.problem, error.expected))
            except OSError as error:
                unresolved.append(Unresolved(entry.word, f"{origin}: {entry.place}", error.strerror or "no address"))
        _refuse(origin, flaws)
    _refuse("the lists together", list(islice(_in_two_namespaces(spans), MAX_FLAWS)))
    return replace(gather(map(ssh_ports.applied, spans), unresolved), secret_columns=tuple(secret_columns))


class _SshPorts:
    """The SSH ports that inventories give single addresses. What one inventory says holds for every list that names
    the address."""

    def __init__(self) -> None:
        self._ports: dict[tuple[AddressBlock, int, str], tuple[int, str]] = {}

    def add(self, span: AddressSpan, entry: InventoryEntry, origin: str) -> None:
        """Note an entry's SSH port. Raises WordError if another entry gives the same address a different one."""
        if entry.ssh_port is None or span.prefix:
            return
        port, place = self._ports.setdefault(span.endpoint, (entry.ssh_port, f"{origin}: {entry.place}"))
        if port != entry.ssh_port:
            raise WordError(
                f"{first_word(entry.word)} has SSH port {entry.ssh_port} here and {port} in {place}",
                "one SSH port for an address and SNMP port; a second device behind it has an snmp_port of its own",
            )

    def applied(self, span: AddressSpan) -> AddressSpan:
        """The span with the SSH port that an inventory gives it."""
        noted = self._ports.get(span.endpoint) if not span.prefix else None
        return span if noted is None else replace(span, ports=replace(span.ports, ssh=noted[0]))


def _in_two_namespaces(spans: Iterable[AddressSpan]) -> Iterator[Flaw]:
    """Flaws for addresses that lists put into different namespaces at the same port. The scan reaches one box there,
    and cannot know in which namespace it is."""
    named = [(span, spaces) for span in spans if (spaces := namespaces_of(span.attributes))]
    farthest: dict[tuple[int, str, int], tuple[int, tuple[str, ...]]] = {}
    for span, spaces in sorted(named, key=lambda pair: pair[0].block):
        endpoint = (span.ports.snmp, span.zone, span.block.version)
        last, before = farthest.get(endpoint, (-1, spaces))
        if span.block.first <= last and before != spaces:
            both = f"is named in namespace {' and '.join(before)} and in {' and '.join(spaces)}, at one port"
            yield Flaw(str(span.block), both, "one run for each namespace, or a port of its own for each")
        if span.block.last > last:
            farthest[endpoint] = span.block.last, spaces


def read_exclusions(words: tuple[str, ...], resolve: ResolveAll, folder: Path = Path()) -> Exclusions:
    """What the same words exclude. A port is ignored: the whole address is excluded. A name excludes all its
    addresses.

    Raises DataFileError. A name without an address is a flaw here, because what it excludes is unknown.
    """
    blocks: list[AddressBlock] = []
    names: set[str] = set()
    for origin, entries in _lists(words, folder, "exclusion"):
        flaws: list[Flaw] = []
        for entry in entries:
            names.update(label.lower() for label in entry.labels)
            try:
                blocks.extend(_excluded(entry, resolve, names))
            except WordError as error:
                flaws.append(Flaw(entry.place, error.problem, error.expected))
            except OSError as error:
                problem = f"the name {first_word(entry.word)} has no address ({error.strerror})"
                flaws.append(Flaw(entry.place, problem, "an address, or a name that resolves here"))
        _refuse(origin, flaws)
    return Exclusions(AddressSet(blocks), frozenset(names))


def _lists(words: tuple[str, ...], folder: Path, kind: str) -> Iterator[tuple[str, Iterable[InventoryEntry]]]:
    for number, word in enumerate(words, 1):
        declared, name = split_kind(word)
        path = folder / name
        place = f"{kind} {number}"
        if declared is None and _is_address(word):
            yield COMMAND_LINE, (InventoryEntry(place, word),)
        elif path.is_file():
            yield str(path), read_inventory(path, declared)
        elif declared or word.lower().endswith(FILE_ENDINGS) or path.is_dir():
            flaw = Flaw(place, f"there is no file {path}", f"a file, or {EXAMPLES}")
            raise DataFileError(COMMAND_LINE, (flaw,), "name a file that exists and run the same command again")
        else:
            yield COMMAND_LINE, (InventoryEntry(place, word),)


def _is_address(word: str) -> bool:
    try:
        return isinstance(parse_word(word), Addresses)
    except WordError:
        return False


def _span(entry: InventoryEntry, defaults: Ports, resolve: Resolve) -> AddressSpan:
    written = parse_word(entry.word)
    snmp = written.port or entry.snmp_port or defaults.snmp
    ports = Ports(snmp, entry.ssh_port or defaults.ssh)
    match written:
        case Addresses():
            refuse_too_many_ipv6(written)
            return AddressSpan(written.hosts, ports, written.prefix, entry.labels, entry.attributes, written.zone)
        case HostName(name):
            labels = tuple(dict.fromkeys((*entry.labels, name)))
            return AddressSpan(_only(resolve(name)), ports, "", labels, entry.attributes)


def _excluded(entry: InventoryEntry, resolve: ResolveAll, names: set[str]) -> list[AddressBlock]:
    written = parse_word(entry.word)
    if isinstance(written, HostName):
        names.add(written.name.lower())
        return [_only(address) for address in resolve(written.name)]
    return [written.block]


def _only(text: str) -> AddressBlock:
    address = parse_address(text)
    return AddressBlock(address.version, int(address), int(address))


def _refuse(origin: str, flaws: list[Flaw]) -> None:
    if flaws:
        raise DataFileError(origin, tuple(flaws[:MAX_FLAWS]), "correct these places and run the same command again")
