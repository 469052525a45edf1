"""A generated operator as values: its devices, its cables, and how they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scanner.operators.shape import ShapeName
from scanner.targets.target import Ports


class Behaviour(StrEnum):
    """How a device answers."""

    ALL = "all"
    NOTHING = "nothing"
    REFUSALS = "refusals"
    """It is there, and accepts no credential."""


@dataclass(frozen=True, slots=True)
class FittedOptic:
    """A transceiver in a device: the id of its kind, and its serial number."""

    kind: str
    serial: str


@dataclass(frozen=True, slots=True)
class GeneratedDevice:
    """One device. `serials` are in the order of its product's."""

    name: str
    address: str
    mac: str
    product: str
    release: str
    site: str
    role: str
    group: str
    answers: Behaviour
    serials: tuple[str, ...] = ()
    optic: FittedOptic | None = None


@dataclass(frozen=True, slots=True)
class CableEnd:
    """One end of a cable: a device, the interface, and its address with prefix length, or empty."""

    device: str
    port: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Cable:
    """A cable between two devices."""

    a: CableEnd
    b: CableEnd


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: the same order gives the same operator."""

    shape: ShapeName
    devices: int
    seed: int
    network: str
    ports: Ports


@dataclass(frozen=True, slots=True)
class GeneratedOperator:
    """The whole: devices by name in the order of their addresses, and all cables."""

    devices: Mapping[str, GeneratedDevice]
    cables: tuple[Cable, ...]
