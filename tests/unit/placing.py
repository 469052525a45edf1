"""The first of the places where a device may stand."""

from fingerprints.model.device import Device
from reports.placement.placement import Placement
from reports.placement.zones import Zones, places


def place(device: Device, zones: Zones | None) -> Placement:
    """Where the operator's words put a device; where they say nothing, where its own words may."""
    return places(device, zones)[0]
