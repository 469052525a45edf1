"""Random scopes as users write them, each with the truth about it: which addresses it permits, worked out apart from
the code under test."""

import random
from dataclasses import dataclass
from ipaddress import IPv4Address

BLOCK = 256
"""Addresses that one scope may name, and that belong to no other scope of the same time."""

SSH = 0.06
"""The part of the scopes that are scanned by SSH too."""

COMMUNITIES = ("packets-a", "packets-b", "packets-c")

_NAMES = "host-{}-{}.packets.invalid"


@dataclass(frozen=True, slots=True)
class RandomScope:
    """What a user would write for one scope, and which addresses that permits: worked out by hand. `bound` are the
    addresses that each community may go to, `jump` the hosts that a login goes through."""

    targets: tuple[str, ...]
    exclude: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    permitted: frozenset[str]
    bound: dict[str, frozenset[str]]
    jump: frozenset[str]
    credentials: str
    uses_ssh: bool


def random_scope(rng: random.Random, first: int) -> RandomScope:
    """A scope in the block of addresses that begins at `first`."""
    names: dict[str, tuple[str, ...]] = {}
    meant, excluded = set[int](), set[int]()
    targets = tuple(_word(rng, first, names, meant) for _ in range(rng.randint(1, 4)))
    exclude = tuple(_word(rng, first, names, excluded) for _ in range(rng.randint(0, 3)))
    for name in exclude:  # what is excluded by name is excluded at all its addresses, and under that label
        excluded.update(int(IPv4Address(address)) - first for address in names.get(name, ()))
    permitted = {number for number in meant if number not in excluded}
    bound, entries = {}, []
    for community in COMMUNITIES:
        size = rng.choice((8, 32, 128, 256))
        start = rng.randrange(0, BLOCK, size)
        length = 33 - size.bit_length()
        bound[community] = frozenset(_text(first + number) for number in range(start, start + size))
        sweep = rng.choice(("true", "false"))
        entries.append(
            f'name: {community}, snmp: v2c, community: "file:{community}", sweep: {sweep}, '
            f"prefixes: [{_text(first + start)}/{length}]"
        )
    jump = rng.randrange(BLOCK)
    if rng.random() < 0.3:
        entries.append(
            f'name: cli, ssh: true, user: audit, password: "file:login", jump: "{_text(first + jump)}:{{ssh}}", '
            f"prefixes: [{_text(first)}/24]"
        )
    hosts = frozenset({_text(first + jump)} if len(entries) > len(COMMUNITIES) and jump not in excluded else ())
    credentials = "credentials:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)
    texts = frozenset(_text(first + number) for number in permitted)
    return RandomScope(targets, exclude, names, texts, bound, hosts, credentials, rng.random() < SSH)


def _word(rng: random.Random, first: int, names: dict[str, tuple[str, ...]], meant: set[int]) -> str:
    """A word that names some addresses of a block, which are added to `meant`."""
    number = rng.randrange(BLOCK)
    match rng.randrange(5):
        case 0:
            last = min(BLOCK - 1, number + rng.randrange(1, 12))
            meant.update(range(number, last + 1))
            return f"{_text(first + number)}-{_text(first + last)}"
        case 1:
            size = rng.choice((2, 4, 8, 16))
            start = number - number % size
            meant.update(range(start, start + size))
            return f"{_text(first + start)}/{33 - size.bit_length()}"
        case 2:
            name = _NAMES.format(first, len(names))
            places = [number, *(rng.randrange(BLOCK) for _ in range(rng.choice((0, 0, 2))))]
            names[name] = tuple(_text(first + place) for place in places)
            meant.add(number)
            return name
        case 3 if names:
            name = rng.choice(list(names))
            meant.add(int(IPv4Address(names[name][0])) - first)
            return name
        case _:
            meant.add(number)
            return _text(first + number)


def _text(number: int) -> str:
    return str(IPv4Address(number))
