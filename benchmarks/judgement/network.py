"""An invented operator of 20,000 devices. Every count is exact, so that a test knows which rule each falls under."""

from collections.abc import Iterator
from dataclasses import dataclass

from fingerprints.model.device import (
    Component,
    Device,
    Identity,
    Level,
    Party,
    Role,
    Watched,
    WatchLevel,
)
from reports.judgement.finding import Finding
from reports.placement.placement import Origin, Placement
from reports.policy.vocabulary import Tier
from reports.policy.vocabulary_file import read_vocabulary

SENSITIVE_EVERY = 100
"""One device in so many stands on a sensitive site: the first of each hundred of its segment."""

INSTALLED_LATE_EVERY = 10
"""One of the watched maker's devices in so many was installed after the direction, the first of each ten."""

LATE = "2023-02-01"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the network: how many devices, and how many of each hundred the watched maker made."""

    segment: str
    devices: int
    percent: int


PARTS = (
    Part("ran_5g", 6_000, 40),
    Part("ran_4g", 4_000, 40),
    Part("fixed_access_gpon", 3_000, 40),
    Part("fixed_access", 2_000, 20),
    Part("transport", 1_500, 20),
    Part("transport_5g", 1_000, 25),
    Part("cpe", 1_000, 10),
    Part("core_ip", 400, 10),
    Part("core_4g", 300, 20),
    Part("core_5g", 200, 20),
    Part("transport_core_highrate", 200, 20),
    Part("management", 200, 10),
    Part("core_fixed", 100, 20),
    Part("surveillance", 100, 0),
)

OTHERS = ("nokia", "ericsson", "cisco", "juniper", "zte", "hikvision")


@dataclass(frozen=True, slots=True)
class Judged:
    """A device with its placement and its findings."""

    device: Device
    placement: Placement
    findings: tuple[Finding, ...] = ()


def network(watched: str = "huawei") -> tuple[Judged, ...]:
    """All its devices, not yet judged."""
    tiers = {name: segment.tier for name, segment in read_vocabulary().segments.items()}
    return tuple(judged for part in PARTS for judged in _devices(part, watched, tiers[part.segment]))


def _devices(part: Part, watched: str, tier: Tier) -> Iterator[Judged]:
    for number in range(part.devices):
        own = number % 100 < part.percent
        maker = watched if own else OTHERS[number % len(OTHERS)]
        sensitive = number % SENSITIVE_EVERY == 0
        late = own and number % INSTALLED_LATE_EVERY == 0
        yield Judged(_device(f"{part.segment}-{number}", maker, own, late), _place(part, number, sensitive, tier))


def _device(name: str, maker: str, own: bool, late: bool) -> Device:
    party = Party(maker, maker.title())
    identity = Identity(
        Level.CONFIRMED, 0.99, vendor=party, made_by=party, platform=party, model="X-1000", kind="router"
    )
    ties = (Watched(maker, WatchLevel.CONFIRMED, 0.99, (Role.BRAND, Role.MAKER), ()),) if own else ()
    attributes = (("name", name), *((("installed", LATE),) if late else ()))
    return Device(name, (), (name,), name, attributes, identity, ties, (Component("optic", "1/1", party),))


def _place(part: Part, number: int, sensitive: bool, tier: Tier) -> Placement:
    return Placement(
        None,
        tier,
        f"zone {part.segment}: address 10.{number // 65536}.{number // 256 % 256}.{number % 256} lies in 10.0.0.0/8",
        Origin.DECLARED,
        zone=part.segment,
        segment=part.segment,
        site_type="military_base" if sensitive else None,
        site=f"site {number // 20}",
    )
