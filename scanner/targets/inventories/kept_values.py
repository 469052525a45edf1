"""What is kept of the values that an inventory gives for one device: attributes, and the names of the rest.

An inventory of variables may hold anything, a secret under an innocent name too. Of it only names are kept that
zones and reports read. A table's columns were chosen by a person, and are kept but for those that name a secret.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from fingerprints.model.secret_names import names_secret, without_secrets
from scanner.targets.addresses import parse_address
from scanner.targets.target_syntax import Addresses, HostName, WordError, parse_word

MAX_VALUE = 1_000
"""Characters kept of one value."""

MAX_VALUES = 100
"""Attributes kept of one device."""

TAG_NAMES = ("tag", "tags")

ATTRIBUTE_NAMES = frozenset(
    (
        *("site", "location", "region", "building", "floor", "room", "rack", "row", "pop", "city", "country", "area"),
        *("role", "function", "kind", "group", "type", "device_role", "device_type", "environment", "env", "status"),
        *("state", "tag", "tags", "vrf", "namespace", "vlan", "segment", "zone", "tier", "plane", "tenant", "customer"),
        *("owner", "vendor", "manufacturer", "maker", "make", "brand", "model", "hardware", "part_number", "serial"),
        *("serial_number", "asset_tag", "platform", "os", "os_version", "version", "description"),
    )
)
"""Names of variables that are kept, in lower case."""


@dataclass(frozen=True, slots=True)
class KeptValues:
    """What is kept, and the names of what is not: secrets, and all others."""

    attributes: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def kept_variables(values: Mapping[str, Any], known: Iterable[str] = ()) -> KeptValues:
    """Of a device's variables those with an ATTRIBUTE_NAMES name and a plain value. `known` are names that the reader
    itself reads."""
    ignored = frozenset(known)
    attributes: list[tuple[str, str]] = []
    secrets: list[str] = []
    unread: list[str] = []
    for key, value in values.items():
        name = str(key)
        if names_secret(name):
            if not is_empty(value):
                secrets.append(name)
        elif name.lower() in ATTRIBUTE_NAMES and (pairs := attribute_pairs(name.lower(), value)):
            attributes.extend(pairs)
        elif name not in ignored and not is_empty(value):
            unread.append(name)
    return KeptValues(tuple(attributes[:MAX_VALUES]), tuple(secrets), tuple(unread))


def attribute_pairs(name: str, value: Any) -> list[tuple[str, str]]:
    """An attribute for each plain value: a list of texts is several. Nothing for an empty value or a template."""
    values = value if isinstance(value, list) else [value]
    name = "tag" if name in TAG_NAMES else name
    texts = (text_of_value(item) for item in values[:MAX_VALUES])
    return [(name, without_secrets(text)) for text in texts if text and "{{" not in text]


def text_of_value(value: Any) -> str:
    """A plain value as a text on one line, or an empty text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > 10**30:  # str() of a very long number takes very long
        return ""
    return " ".join(str(value)[:MAX_VALUE].split()) if isinstance(value, str | int | float) else ""


def is_empty(value: Any) -> bool:
    """True for null, an empty text, list or mapping."""
    return value is None or (isinstance(value, str | list | dict) and not value)


def nested(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items_of(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def host_word(text: str) -> str:
    """The one address or host name in a text, without its prefix length; an empty text if there is none.

    Inventories other than people's own lists never mean a port or a network by such a cell: `PP:B117` is no host.
    """
    host = text.strip().removeprefix("[").removesuffix("]") if text.startswith("[") else text.strip()
    bare = bare_host(host)
    try:
        written = parse_word(bare)
    except WordError:
        return ""
    match written:
        case HostName(name, None):
            return name
        case Addresses(prefix="", port=None):
            return bare
        case _:
            return ""


def bare_host(word: str) -> str:
    """The address of a host written with its prefix length, as inventories export it (`192.0.2.5/24`, `192.0.2.5/32`).
    A network (`192.0.2.0/24`) and all other words stay as they are."""
    host, slash, _ = word.partition("/")
    if not slash:
        return word
    try:
        address, network = parse_address(host), ip_network(word, strict=False)
    except ValueError:
        return word
    single = network.num_addresses == 1
    return host if single or network.network_address != address else word


def port_of(value: Any) -> int | None:
    """A TCP or UDP port, given as a number or its digits, or None."""
    text = text_of_value(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) <= 5):
        return None
    return int(text) if 1 <= int(text) <= 65_535 else None


def addresses_of(text: str) -> Addresses | None:
    """What a text names, if it names addresses and no port."""
    try:
        written = parse_word(text)
    except WordError:
        return None
    return written if isinstance(written, Addresses) and written.port is None else None
