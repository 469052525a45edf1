"""The words of the signs by which a place is suggested."""

from collections.abc import Mapping
from typing import assert_never

from reports.placement.sign import (
    AloneBehindPort,
    BesideCore,
    BgpComparison,
    BridgesOnly,
    FastPorts,
    GraphPosition,
    InventoryWord,
    NameWord,
    NetworkFunction,
    PowersPorts,
    ProductFamily,
    RoutingAdjacencies,
    ShapePosition,
    SharedProduct,
    SignReason,
    SingleHostPorts,
    SlowerPorts,
    SubscriberLines,
    UntoldHost,
)

PROTOCOL: Mapping[str, str] = {"isis": "IS-IS", "ospf": "OSPF", "ldp": "LDP", "bgp": "BGP"}

MAX_NAMES = 3
"""Devices that one reason names."""

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
        case ShapePosition():
            return _shape_text(reason)
        case BgpComparison(sessions, speakers, carriers, usual):
            own = f"{sessions} BGP session{'' if sessions == 1 else 's'}"
            return f"{own}, where {speakers} of {carriers} that carry traffic have some and {usual:g} is usual"
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
        case UntoldHost():
            return _host_text(reason)
        case BesideCore(routers):
            return f"linked with {_listed(routers)} only, proposed as core, and few others are its product"
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


def _shape_text(position: ShapePosition) -> str:
    """Every measure of the shape that is not nothing."""
    shape = position.shape
    parts = [
        f"{position.links} link{'' if position.links == 1 else 's'}, {shape.of_best:.2f} of the best linked",
        f"{shape.inner:.2f} without dead ends" if shape.inner else "",
        f"in the middle of {shape.middle:.0%} as many paths as the first"
        if shape.middle
        else "in the middle of no path",
        f"of {shape.far:.0%} as many long ones" if shape.far else "",
        f"{shape.depth:.0%} of the way from the centre to the edge",
        f"{shape.leaf_share:.0%} of its links are dead ends" if shape.leaf_share else "",
        "nearer to all others than its neighbours" if shape.is_summit else "",
        "one of a ring or chain" if shape.is_on_chain else "",
        "leaning on better linked neighbours" if shape.is_leaning else "",
    ]
    return ", ".join(filter(None, parts))


def _host_text(host: UntoldHost) -> str:
    named = f" named {host.service}" if host.service else ""
    behind = f" behind {_listed(host.beside)}" if host.beside else ""
    return f"a host{named}{behind}: nothing here says whether it is a function of the core"


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(names) if len(names) <= MAX_NAMES else f"{', '.join(names[:MAX_NAMES])} and others"
