"""Where a gap is: a port, a command, an OID subtree, or something with a name of its own.

A recorded line holds the place as text (`Gap.at`), which never changes once it is written. This module is the one
reader of that text.
"""

import re
from dataclasses import dataclass

from fingerprints.model.evidence import Gap

_PORT = re.compile(r"([0-9]{1,5})/(tcp|udp)(?: via (.+))?")
_OID = re.compile(r"[012](?:\.[0-9]+){5,}")
"""At least six arcs: an IPv4 address has four."""
_COMMAND_LINE_PROBE = "ssh"


@dataclass(frozen=True, slots=True)
class TransportPort:
    """A TCP or UDP port of the device, reached by way of a jump host or (empty) directly."""

    number: int
    transport: str
    via: str = ""


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
    port = _PORT.match(gap.at)
    if port is not None:
        return TransportPort(int(port[1]), port[2], port[3] or "")
    if _OID.fullmatch(gap.at):
        return OidSubtree(tuple(map(int, gap.at.split("."))))
    if gap.probe == _COMMAND_LINE_PROBE and " " in gap.at and "/tcp" not in gap.at:
        return CommandLine(gap.at)
    return NamedPlace(gap.at)
