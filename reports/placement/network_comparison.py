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
    """One carrier beside all of them: `bgp_speakers` of the `carriers` have BGP sessions, half of those at least
    `bgp_usual`. `alike` are the same product, itself among them, or 0 where nothing names its product. `is_central`
    says that the node in the middle of most paths is one of these. Speeds are 0 where they are not known."""

    carriers: int
    bgp_sessions: int
    bgp_speakers: int
    bgp_usual: float
    mbps: int
    fastest_mbps: int
    alike: int
    is_central: bool

    @property
    def bgp_rarity(self) -> float:
        """The share of carriers without BGP where it has some, else 0."""
        return 1 - self.bgp_speakers / self.carriers if self.bgp_sessions else 0.0

    @property
    def bgp_against_others(self) -> float:
        """The logarithm of its sessions against the usual number, 0 where it has none."""
        if not self.bgp_sessions:
            return 0.0
        return max(MIN_MORE, min(MAX_MORE, math.log(self.bgp_sessions / self.bgp_usual)))

    @property
    def speed(self) -> float:
        """The logarithm (base 10) of its fastest port against the fastest of all, 0 where one is not known."""
        return max(MIN_SPEED, math.log10(self.mbps / self.fastest_mbps)) if self.mbps and self.fastest_mbps else 0.0

    @property
    def commonness(self) -> float:
        """The share of carriers that are the same product."""
        return self.alike / self.carriers

    @property
    def like_centre(self) -> float:
        """The share of other products where its own is that of the node in the middle, else 0."""
        return 1 - self.commonness if self.is_central else 0.0


BGP_MEASURES = ("bgp_rarity", "bgp_against_others")
SPEED_MEASURES = ("speed",)
PRODUCT_MEASURES = ("commonness", "like_centre")
COMPARED = (*BGP_MEASURES, *SPEED_MEASURES, *PRODUCT_MEASURES)
"""Properties of NetworkComparison. suggest.yaml holds a weight for each; benchmarks.topology.invented fits them."""


def compare_with_network(devices: Sequence[Device], shapes: Mapping[str, Shape]) -> Mapping[str, NetworkComparison]:
    """Each of some carriers against all of them, by its id. `shapes` are those of the graph that they form."""
    sessions = {device.id: adjacencies(device).get("bgp", 0) for device in devices}
    speakers = [count for count in sessions.values() if count]
    products = Counter(product_of(device) for device in devices)
    central = _central_products(devices, shapes)
    fastest = max((device.l2_l3_tables.fastest_mbps for device in devices), default=0)
    return {
        device.id: NetworkComparison(
            carriers=len(devices),
            bgp_sessions=sessions[device.id],
            bgp_speakers=len(speakers),
            bgp_usual=median(speakers) if speakers else 0.0,
            mbps=device.l2_l3_tables.fastest_mbps,
            fastest_mbps=fastest,
            alike=products[product_of(device)] if any(product_of(device)) else 0,
            is_central=product_of(device) in central,
        )
        for device in devices
    }


def product_of(device: Device) -> tuple[str, ...]:
    """What two devices share that are the same product: maker, model, family and system."""
    identity = device.identity
    vendor = identity.vendor.id if identity.vendor else ""
    return (vendor, identity.model or "", identity.kind or "", identity.os or "")


def _central_products(devices: Sequence[Device], shapes: Mapping[str, Shape]) -> frozenset[tuple[str, ...]]:
    """The products of the carriers that most paths have in their middle."""
    passed = {device.id: shapes[device.id].middle + shapes[device.id].far for device in devices if device.id in shapes}
    most = max(passed.values(), default=0.0)
    return frozenset(
        product_of(device) for device in devices if any(product_of(device)) and most and passed.get(device.id) == most
    )
