"""What a device knows of those beside it: neighbours, learned MAC addresses, addresses by MAC."""

from dataclasses import dataclass
from enum import StrEnum


class NeighbourProtocol(StrEnum):
    """The protocol by which a device knows a neighbour: LLDP (IEEE 802.1AB), those of Cisco, Extreme, Foundry, Huawei
    and MikroTik that are like it, and routing protocols."""

    LLDP = "lldp"
    CDP = "cdp"
    EDP = "edp"
    FDP = "fdp"
    NDP = "ndp"
    MNDP = "mndp"
    BGP = "bgp"
    OSPF = "ospf"
    ISIS = "isis"
    LDP = "ldp"


ANNOUNCING = frozenset(
    (
        NeighbourProtocol.LLDP,
        NeighbourProtocol.CDP,
        NeighbourProtocol.EDP,
        NeighbourProtocol.FDP,
        NeighbourProtocol.NDP,
        NeighbourProtocol.MNDP,
    )
)
"""The protocols by which a device announces itself to the other end of each of its links."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A device that this one sees next to it, in the words that it announces of itself; `addresses` are its management
    addresses."""

    protocol: NeighbourProtocol
    local_port: str
    name: str = ""
    chassis_id: str = ""
    port: str = ""
    platform: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LearnedMac:
    """A MAC address that a device has learned: from its bridge table, on a `port` that has `on_port` addresses in all,
    or from ARP or ND, for `address`."""

    mac: str
    port: str
    address: str = ""
    on_port: int = 0


@dataclass(frozen=True, slots=True)
class InterfaceAddress:
    """An address from a device's own table and its interface: the interface's `names` (short, long, and the alias that
    people gave it), its routing instance, and its VLAN number if the name holds one."""

    address: str
    names: tuple[str, ...] = ()
    vrf: str = ""
    vlan: str = ""


@dataclass(frozen=True, slots=True)
class L2L3Tables:
    """Where a device sits in the network, by its own tables.

    `addresses` are its own, with the prefix length where its table has one; `interface_addresses` those with a known
    interface; `macs` the MAC addresses that it may be known by. `learned_count` is the size of its bridge table before
    a cut; `fastest_mbps` is 0 if no speed is known.
    """

    addresses: tuple[str, ...] = ()
    interface_addresses: tuple[InterfaceAddress, ...] = ()
    macs: tuple[str, ...] = ()
    learned: tuple[LearnedMac, ...] = ()
    learned_count: int = 0
    subscriber_lines: int = 0
    powers_ports: bool = False
    fastest_mbps: int = 0


NO_TABLES = L2L3Tables()
"""A device that told of no addresses beside it."""
