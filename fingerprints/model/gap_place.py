"""Where a gap is: a port, a command, an OID subtree, or something with a name of its own.

A recorded line holds the place as text (`Gap.at`), which never changes once it is written. This module is the one
reader of that text.
"""

import re
from dataclasses import dataclass

from fingerprints.model.evidence import Gap

_HAD_ANSWERED = " after it had answered"
_PORT = re.compile(rf"([0-9]{{1,5}})/(tcp|udp)(?: via (.+?))?(?: answered from (\S+))?({_HAD_ANSWERED})?")
_OID = re.compile(r"[012](?:\.[0-9]+){5,}")
"""At least six arcs: an IPv4 address has four."""
_COMMAND = re.compile(r"[\w/-]+(?: |$)")
"""The first word of a command; a host with its port has a colon, and an address dots or colons."""

_CREDENTIAL = "credential "
_COMMAND_LINE_PROBE = "ssh"


@dataclass(frozen=True, slots=True)
class TransportPort:
    """A TCP or UDP port of the device, reached by way of a jump host or (empty) directly. `had_answered` is True if the
    service there had let kitscan in before the gap: then what it had told is not all that it knows. `answered_from` is
    the other address, with its port if that differs too, from which answers came."""

    number: int
    transport: str
    via: str = ""
    had_answered: bool = False
    answered_from: str = ""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command of a command line."""

    line: str


@dataclass(frozen=True, slots=True)
class OidSubtree:
    """The objects below an object identifier."""

    arcs: tuple[int, ...]

    def lies_in(self, root: tuple[int, ...]) -> bool:
        """Whether the subtree is `root`'s or a part of it."""
        return self.arcs[: len(root)] == root


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """Anything else: a credential, a jump host, the helper; empty for the run or the device as a whole."""

    name: str


GapPlace = TransportPort | CommandLine | OidSubtree | NamedPlace


def place_of_gap(gap: Gap) -> GapPlace:
    """The place of a gap."""
    port = _PORT.fullmatch(gap.at)
    if port is not None:
        return TransportPort(int(port[1]), port[2], port[3] or "", port[5] is not None, port[4] or "")
    if _OID.fullmatch(gap.at):
        return OidSubtree(tuple(map(int, gap.at.split("."))))
    if gap.probe == _COMMAND_LINE_PROBE and _COMMAND.match(gap.at) and not gap.at.startswith(_CREDENTIAL):
        return CommandLine(gap.at)
    return NamedPlace(gap.at)


def text_of_port(place: TransportPort) -> str:
    """The text of a port, as `Gap.at` holds it."""
    via = f" via {place.via}" if place.via else ""
    source = f" answered from {place.answered_from}" if place.answered_from else ""
    return f"{place.number}/{place.transport}{via}{source}{_HAD_ANSWERED if place.had_answered else ''}"
