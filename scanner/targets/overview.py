"""What is understood of a list, without resolving a name: counts, attributes, secrets by name, and contradictions."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address

from scanner.targets.entry import InventoryEntry
from scanner.targets.lists import NamedList
from scanner.targets.shown_content import shown_word
from scanner.targets.target_syntax import Addresses, WordError, parse_word

MAX_PREFIXES = 20
"""Networks that one proposal names. More become the networks of /24 and /64 that hold them."""


@dataclass(frozen=True, slots=True)
class SecretProposal:
    """A secret that a list holds and kitscan drops: its name, the login beside it, the hosts it covers, and the
    reference that may stand in credentials.yaml in its place."""

    name: str
    user: str
    hosts: int
    prefixes: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class NamedTwice:
    """One address that two entries name, and the attributes of which they say different things."""

    word: str
    places: tuple[str, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOverview:
    """What one list was understood to hold. `names` are words that a scan would resolve, `flaws` words that are no
    target. `attributes` have the number of entries that have one."""

    named: NamedList
    addresses: int
    names: tuple[str, ...]
    flaws: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, int], ...]
    secrets: tuple[SecretProposal, ...]
    twice: tuple[NamedTwice, ...]


def overview_of(named: NamedList) -> ListOverview:
    """The overview of a list."""
    addresses, names, flaws = 0, dict[str, None](), []
    for entry in named.content.entries:
        try:
            written = parse_word(entry.word)
        except WordError as error:
            flaws.append((entry.place, f"{error.problem}; expected {error.expected}"))
            continue
        if isinstance(written, Addresses):
            addresses += written.hosts.count
        else:
            names[written.name] = None
    entries = named.content.entries
    counted = Counter(name for entry in entries for name in {name for name, _ in entry.attributes})
    return ListOverview(
        named,
        addresses,
        tuple(names),
        tuple(flaws),
        tuple(sorted(counted.items())),
        tuple(_proposals(entries)),
        tuple(_named_twice(entries)),
    )


def _proposals(entries: Iterable[InventoryEntry]) -> Iterator[SecretProposal]:
    """A proposal for each name of a secret and each login beside it."""
    covered: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        for name in entry.secret_columns:
            covered.setdefault((name, entry.user), []).append(entry.word)
    for (name, user), words in covered.items():
        variable = re.sub(r"[^A-Z0-9]+", "_", f"{name}_{user}".upper().encode("ascii", "ignore").decode()).strip("_")
        yield SecretProposal(name, user, len(words), _prefixes(words), f"env:KITSCAN_{variable[:60] or 'SECRET'}")


def _prefixes(words: Iterable[str]) -> tuple[str, ...]:
    """The fewest networks that hold exactly these addresses, or wider ones if they are too many. Names have none."""
    addresses = [address for word in words if (address := _address(word)) is not None]
    exact = _collapsed(addresses, 32, 128)
    return exact if len(exact) <= MAX_PREFIXES else _collapsed(addresses, 24, 64)


def _collapsed(addresses: list[str], length4: int, length6: int) -> tuple[str, ...]:
    four = collapse_addresses(IPv4Network(f"{one}/{length4}", strict=False) for one in addresses if ":" not in one)
    six = collapse_addresses(IPv6Network(f"{one}/{length6}", strict=False) for one in addresses if ":" in one)
    return (*map(str, four), *map(str, six))


def _address(word: str) -> str | None:
    try:
        return str(ip_address(word)).partition("%")[0]
    except ValueError:
        return None


def _named_twice(entries: Iterable[InventoryEntry]) -> Iterator[NamedTwice]:
    by_word: dict[tuple[str, int | None], list[InventoryEntry]] = {}
    for entry in entries:
        by_word.setdefault((entry.word.lower(), entry.snmp_port), []).append(entry)
    for (word, _), same in by_word.items():
        if len(same) > 1:
            names = dict.fromkeys(name for entry in same for name, _ in entry.attributes)
            different = tuple(name for name in names if len({_values(entry, name) for entry in same}) > 1)
            yield NamedTwice(shown_word(word), tuple(entry.place for entry in same), different)


def _values(entry: InventoryEntry, name: str) -> tuple[str, ...]:
    return tuple(sorted(value for own, value in entry.attributes if own == name))
