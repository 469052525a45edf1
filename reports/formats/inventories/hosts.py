"""The devices of a document as hosts of another tool's inventory: names that it accepts, addresses, platforms, groups.

Everything that a device says of itself may stand in a name or a value. Names keep letters, digits, `_`, `.` and `-`;
values keep no brace, because Ansible runs what stands between two of them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from fingerprints.database.command_line_platforms import CommandLinePlatform, load_command_line_platforms
from fingerprints.model.device import Party
from reports.document.document import Document, ReportedDevice, place_of
from reports.document.overview import name_of, party_name
from reports.document.sanitize import sanitize

MAX_NAME = 80
"""Characters of a name. Some file systems take 255 octets, and Oxidized calls a file by it."""

MAX_VALUE = 200
"""Characters of a value."""

RESERVED = frozenset(("all", "ungrouped", "localhost", "127.0.0.1", "_meta", "nil", "true", "false"))
"""Names with a meaning of their own: Ansible runs what it does for `localhost` on its own machine."""

GROUP_KINDS = ("zone", "site", "maker")

_NOT_OF_A_NAME = re.compile(r"[^\w.-]+")
_NOT_OF_A_GROUP = re.compile(r"\W+")
_NOT_OF_AN_ADDRESS = re.compile(r"[^\w.:%-]+")
_INERT = str.maketrans("{}", "()")


@dataclass(frozen=True, slots=True)
class Host:
    """A device as another tool calls it. `platform` is None where the scan did not find it out, or no tool is known to
    have a name for it; `groups` are names that are legal in Ansible."""

    name: str
    address: str
    judged: ReportedDevice
    platform_name: str
    platform: CommandLinePlatform | None
    groups: tuple[str, ...]


def hosts_of(document: Document) -> tuple[Host, ...]:
    """All devices that have an address, by name. Each name is there once."""
    addressed = [judged for judged in document.devices if judged.device.addresses]
    names, groups = _names(addressed), _group_names(addressed)
    known = load_command_line_platforms().by_name
    hosts = (
        Host(
            names[judged.device.id],
            _NOT_OF_AN_ADDRESS.sub("_", sanitize(_address(judged.device.addresses), MAX_NAME)),
            judged,
            judged.device.command_line if judged.device.command_line in known else "",
            known.get(judged.device.command_line),
            tuple(groups[group] for group in _groups(judged)),
        )
        for judged in addressed
    )
    return tuple(sorted(hosts, key=lambda host: host.name))


def values_of(host: Host) -> Mapping[str, str]:
    """What is known of a host, by names that no reader takes for the operator's own word; what is unknown is absent."""
    judged, identity = host.judged, host.judged.device.identity
    values = {
        "kitscan_id": judged.device.id,
        "kitscan_verdict": judged.verdict.value,
        "kitscan_place": place_of(judged.placement).value,
        "kitscan_zone": judged.placement.zone or "",
        "kitscan_site": judged.placement.site or "",
        "kitscan_vendor": party_name(identity.vendor),
        "kitscan_made_by": party_name(identity.made_by),
        "kitscan_model": identity.model or "",
        "kitscan_version": identity.version or "",
        "kitscan_serial": identity.serial or "",
        "kitscan_platform": host.platform_name,
    }
    return {name: inert(text) for name, text in values.items() if text}


def inert(text: str) -> str:
    """Text on one line that no tool runs."""
    return sanitize(text, MAX_VALUE).translate(_INERT)


def _address(addresses: tuple[str, ...]) -> str:
    """The first address of IPv4, which every tool takes, else the first."""
    return next((address for address in addresses if ":" not in address), addresses[0])


def _names(devices: Iterable[ReportedDevice]) -> Mapping[str, str]:
    """The name of each device by its id. One that is no name, or that others have, ends with the id."""
    wanted = {judged.device.id: legal_name(name_of(judged)) for judged in devices}
    shared = Counter(name.casefold() for name in wanted.values())
    taken: set[str] = set()
    names: dict[str, str] = {}
    for own_id, name in sorted(wanted.items()):
        clear = name and shared[name.casefold()] == 1 and name.casefold() not in RESERVED and not _is_group(name)
        chosen = name if clear else f"{name or 'device'}-{legal_name(own_id)}"
        while chosen.casefold() in taken:
            chosen += "-"
        taken.add(chosen.casefold())
        names[own_id] = chosen
    return names


def legal_name(text: str) -> str:
    """A text as a name: letters, digits, `_`, `.` and `-`, none of the last two at an end; empty if nothing is left."""
    return _NOT_OF_A_NAME.sub("_", sanitize(text, MAX_NAME)).strip("._-")[:MAX_NAME]


def _is_group(name: str) -> bool:
    return name.startswith(tuple(f"{kind}_" for kind in GROUP_KINDS))


def _groups(judged: ReportedDevice) -> tuple[tuple[str, str], ...]:
    """The kind and the words of each group that a device is in."""
    identity, placement = judged.device.identity, judged.placement
    maker: Party | None = identity.made_by or identity.vendor or identity.platform
    words = (placement.zone or "", placement.site or "", maker.id if maker else "")
    return tuple((kind, word) for kind, word in zip(GROUP_KINDS, words, strict=True) if word)


def _group_names(devices: Iterable[ReportedDevice]) -> Mapping[tuple[str, str], str]:
    """The name of each group. Where several would have the same, each ends with a digest of its words."""
    groups = {group for judged in devices for group in _groups(judged)}
    by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, word in groups:
        by_name[f"{kind}_{_NOT_OF_A_GROUP.sub('_', sanitize(word, MAX_NAME)).strip('_').casefold()}"].append(
            (kind, word)
        )
    return {
        group: name if len(sharing) == 1 and not name.endswith("_") else f"{name}_{_digest(group[1])}"
        for name, sharing in by_name.items()
        for group in sharing
    }


def _digest(word: str) -> str:
    return sha256(word.encode("utf-8", "surrogatepass")).hexdigest()[:8]
