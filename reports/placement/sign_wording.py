"""The words of the signs by which a place is suggested."""

from collections.abc import Mapping
from typing import assert_never

from reports.placement.sign import (
    AloneBehindPort,
    BesideCore,
    BridgesOnly,
    FastPorts,
    GraphPosition,
    InventoryWord,
    NameWord,
    NetworkFunction,
    PowersPorts,
    ProductFamily,
    RoutingAdjacencies,
    SharedProduct,
    SignReason,
    SingleHostPorts,
    SlowerPorts,
    SubscriberLines,
)

PROTOCOL: Mapping[str, str] = {"isis": "IS-IS", "ospf": "OSPF", "ldp": "LDP", "bgp": "BGP"}

NO_SIGNS = "no evidence says where it stands"


def sign_text(reason: SignReason) -> str:
    """One sign as a clause."""
    match reason:
        case ProductFamily(kind):
            return f"product family {kind}"
        case RoutingAdjacencies():
            return _adjacencies_text(reason)
        case GraphPosition():
            return _position_text(reason)
        case InventoryWord(column, word):
            return f"the inventory says {column} {word}"
        case NameWord(word, devices, is_core):
            stands = "core" if is_core else "not core"
            return f"{word} in its name, as in those of {devices} devices that the inventory says are {stands}"
        case SharedProduct(alike, carriers, is_central):
            centre = ", and so is the one in the middle" if is_central else ""
            return f"{alike} of {carriers} that carry traffic are this product{centre}"
        case NetworkFunction(word):
            return f"its own name says {word}, a function of the core"
        case BesideCore(routers):
            return f"linked with {' and '.join(routers)} only, which are core, and few devices are like it"
        case _:
            return _port_text(reason)


def _port_text(
    reason: SingleHostPorts | BridgesOnly | SubscriberLines | PowersPorts | FastPorts | SlowerPorts | AloneBehindPort,
) -> str:
    match reason:
        case SingleHostPorts(ports):
            return f"{ports} ports with one address behind them"
        case BridgesOnly(addresses, routers):
            others = f", as {routers} others have" if routers else ""
            return f"bridges {addresses} addresses and has no routing neighbour{others}"
        case SubscriberLines(lines):
            return f"{lines} lines to subscribers"
        case PowersPorts():
            return "powers what is plugged into it (PoE)"
        case FastPorts(mbps):
            return f"ports of {mbps // 1000} Gbit/s"
        case SlowerPorts(mbps, fastest):
            return f"no port is faster than {mbps} Mbit/s, while the fastest of the network has {fastest}"
        case AloneBehindPort(port, device):
            return f"is alone behind port {port} of {device}"
        case _:
            assert_never(reason)


def _adjacencies_text(reason: RoutingAdjacencies) -> str:
    """`14 IS-IS and 2 BGP adjacencies`."""
    parts = [f"{count} {PROTOCOL.get(protocol, protocol)}" for protocol, count in reason.by_protocol]
    total = sum(count for _, count in reason.by_protocol)
    return f"{' and '.join(parts)} adjacenc{'y' if total == 1 else 'ies'}"


def _position_text(position: GraphPosition) -> str:
    links = f"{position.links} link{'' if position.links == 1 else 's'}"
    more = f", more than {position.rank:.0%} of the network" if position.rank else ""
    paths = f"on {position.betweenness:.0%}" if position.betweenness >= 0.005 else "on none"
    return f"{links}{more}, and {paths} of the shortest paths between others"
