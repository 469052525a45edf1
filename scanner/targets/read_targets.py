"""Reads target words and inventory files into the targets of a scan, and exclusions into addresses never to touch."""

import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import namespaces_of
from fingerprints.model.secret_names import first_word
from scanner.targets.addresses import AddressBlock, AddressSet, parse_address
from scanner.targets.entry import InventoryEntry, SkippedEntry
from scanner.targets.lists import Fetch, NamedList, fetch_nothing, lists_of
from scanner.targets.spans import AddressSpan, ReadList, SecretColumn, Targets, Unresolved, gather
from scanner.targets.target import Ports
from scanner.targets.target_syntax import Addresses, HostName, WordError, parse_word, refuse_too_many_ipv6

MAX_FLAWS = 20

MAY_BE_EMPTY = ("", "list", "csv")
"""Kinds that people write themselves: such a list may have no entry yet. The empty text is a word by itself."""

Resolve = Callable[[str], str]
"""Resolves a host name to the one address that the whole run uses. Raises OSError if it has none."""

ResolveAll = Callable[[str], tuple[str, ...]]
"""Resolves a host name to all its addresses, as an exclusion means them. Raises OSError if it has none."""


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


def read_targets(
    words: tuple[str, ...],
    defaults: Ports,
    resolve: Resolve,
    folder: Path = Path(),
    fetch: Fetch = fetch_nothing,
) -> Targets:
    """The targets that words name.

    A word is an address, CIDR, range, host name, one of these with `:port`, a file in `folder`, whose kind it may
    declare (`csv:FILE`), or a service that `fetch` asks. A name that has no address goes to `unresolved`. Raises
    DataFileError, which names the file and place of each flaw, and quotes no more of a line than its first word.
    """
    spans: list[AddressSpan] = []
    unresolved: list[Unresolved] = []
    secret_columns: dict[SecretColumn, None] = {}
    ssh_ports = _SshPorts()
    lists: list[ReadList] = []
    for named in lists_of(words, folder, "target", fetch):
        origin, flaws = named.origin, list[Flaw]()
        _refuse_empty(named)
        lists += [_counted(named)] if named.kind else []
        secret_columns.update(dict.fromkeys(SecretColumn(origin, name) for name in named.content.secret_names))
        for entry in named.content.entries:
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
    gathered = gather(map(ssh_ports.applied, spans), unresolved)
    return replace(gathered, secret_columns=tuple(secret_columns), lists=tuple(lists))


def _refuse_empty(named: NamedList) -> None:
    """Refuse a list that names things and no target: a scan of nothing is no clean scan."""
    content = named.content
    if not content.entries and (content.skipped or named.kind not in MAY_BE_EMPTY):
        reasons = Counter(skipped.reason for skipped in content.skipped)
        shown = ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items()))
        problem = f"names no target{f': all of it is skipped ({shown})' if shown else ''}"
        flaw = Flaw("whole file", problem, "at least one host to ask")
        raise DataFileError(named.origin, (flaw,), "see what was understood with kitscan targets show")


def _counted(named: NamedList) -> ReadList:
    skipped = Counter(skipped.reason for skipped in named.content.skipped)
    content = named.content
    return ReadList(
        named.origin,
        named.kind,
        len(content.entries),
        tuple(sorted(skipped.items())),
        content.notes,
        content.networks,
    )


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


def read_exclusions(
    words: tuple[str, ...], resolve: ResolveAll, folder: Path = Path(), fetch: Fetch = fetch_nothing
) -> Exclusions:
    """What the same words exclude. A port is ignored: the whole address is excluded. A name excludes all its
    addresses.

    Raises DataFileError. A name without an address is a flaw here, because what it excludes is unknown, and so is all
    that a list skips.
    """
    blocks: list[AddressBlock] = []
    names: set[str] = set()
    for named in lists_of(words, folder, "exclusion", fetch):
        flaws = [_not_excluded(skipped) for skipped in named.content.skipped]
        for entry in named.content.entries:
            names.update(label.lower() for label in entry.labels)
            try:
                blocks.extend(_excluded(entry, resolve, names))
            except WordError as error:
                flaws.append(Flaw(entry.place, error.problem, error.expected))
            except OSError as error:
                problem = f"the name {first_word(entry.word)} has no address ({error.strerror})"
                flaws.append(Flaw(entry.place, problem, "an address, or a name that resolves here"))
        _refuse(named.origin, flaws)
    return Exclusions(AddressSet(blocks), frozenset(names))


def _not_excluded(skipped: SkippedEntry) -> Flaw:
    problem = f"{first_word(skipped.name) or 'it'} is skipped ({skipped.reason}), so it would not be excluded"
    return Flaw(skipped.place, problem, "an address, in a list of its own for exclusions")


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
