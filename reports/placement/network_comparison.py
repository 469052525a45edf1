"""How a device compares with the other carriers of its network: its BGP sessions, its fastest port, its product.

Counts alone say little: where every switch speaks BGP, speaking it is no sign of the core.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from fingerprints.model.device import Device
from reports.placement.shape import Shape
from reports.placement.topology import adjacencies

MAX_MORE, MIN_MORE = 2.0, -1.0
"""Bounds of `bgp_against_others`."""

MIN_SPEED = -2.0
"""Slower than a hundredth of the fastest is as slow as that."""


@dataclass(frozen=True, slots=True)
class NetworkComparison:
    """One carrier against the others.

    `bgp_rarity` is the share of carriers without BGP where it has some, else 0. `bgp_against_others` is the logarithm
    of its sessions against the median of those that have some. `speed` is the logarithm (base 10) of its fastest port
    against the fastest of all, 0 where speeds are not known. `commonness` is the share of carriers that are the same
    product. `like_centre` is the share of other products where its own is that of the node in the middle of most paths,
    else 0.
    """

    bgp_sessions: int
    bgp_rarity: float
    bgp_against_others: float
    speed: float
    commonness: float
    like_centre: float


COMPARED = ("bgp_rarity", "bgp_against_others", "speed", "commonness", "like_centre")
"""Fields of NetworkComparison. suggest.yaml holds a weight for each; benchmarks/topology fits them."""


def compare_with_network(devices: Sequence[Device], shapes: Mapping[str, Shape]) -> Mapping[str, NetworkComparison]:
    """Each of some carriers against all of them, by its id. `shapes` are those of the graph that they form."""
    sessions = {device.id: adjacencies(device).get("bgp", 0) for device in devices}
    speakers = [count for count in sessions.values() if count]
    middling = median(speakers) if speakers else 1.0
    fastest = max((device.l2_l3_tables.fastest_mbps for device in devices), default=0)
    products = Counter(_product(device) for device in devices)
    central = _central_products(devices, shapes)
    return {
        device.id: NetworkComparison(
            bgp_sessions=(own := sessions[device.id]),
            bgp_rarity=1 - len(speakers) / len(devices) if own else 0.0,
            bgp_against_others=max(MIN_MORE, min(MAX_MORE, math.log(own / middling))) if own else 0.0,
            speed=_speed(device.l2_l3_tables.fastest_mbps, fastest),
            commonness=products[_product(device)] / len(devices),
            like_centre=1 - products[_product(device)] / len(devices) if _product(device) in central else 0.0,
        )
        for device in devices
    }


def _product(device: Device) -> tuple[str, ...]:
    identity = device.identity
    vendor = identity.vendor.id if identity.vendor else ""
    return (vendor, identity.model or "", identity.kind or "", identity.os or "")


def _speed(own: int, fastest: int) -> float:
    return max(MIN_SPEED, math.log10(own / fastest)) if own and fastest else 0.0


def _central_products(devices: Sequence[Device], shapes: Mapping[str, Shape]) -> frozenset[tuple[str, ...]]:
    """The products of the carriers that most paths have in their middle."""
    passed = {device.id: shapes[device.id].middle + shapes[device.id].far for device in devices if device.id in shapes}
    most = max(passed.values(), default=0.0)
    return frozenset(_product(device) for device in devices if most and passed.get(device.id) == most)
