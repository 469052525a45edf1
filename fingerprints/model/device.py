"""What is known of a device once its evidence has been read: identity by role, claims, components, neighbours."""

from dataclasses import dataclass
from enum import StrEnum

from fingerprints.model.evidence import Gap


class Role(StrEnum):
    """In what sense a company is behind a box: five answers, never fused into one."""

    BRAND = "brand"
    """Whose name is on it: `vendor` in the document."""
    PLATFORM = "platform"
    """Who wrote the firmware."""
    MAKER = "maker"
    """Who built the hardware: `made_by` in the document."""
    COMPONENT = "component"
    """Who made a part of it."""
    OPERATOR = "operator"
    """Whose logo a customer's equipment carries."""


class Level(StrEnum):
    """How sure an identity is, surest first. fingerprints/data/weights.yaml holds the thresholds on `confidence`."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    CONFLICTING = "conflicting"
    UNKNOWN = "unknown"


class WatchLevel(StrEnum):
    """How sure a tie to a watched company is. CLEARED: something pointed there, and a second channel refuted it."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    CONFLICTING = "conflicting"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Party:
    """A company as a document names it: `id` from the companies data (or a plain form of the name), and `name`."""

    id: str
    name: str

    def __hash__(self) -> int:
        return hash(self.id)  # votes are counted by it: half the cost of a hash of both


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """One reason to think a company is behind a box: the words seen (`text`), where (`source`, `at`), by which rule,
    and what they weigh: natural-log odds, positive for the company."""

    role: Role
    company: str
    source: str
    text: str
    rule: str
    weight: float
    at: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is behind a box, and what box it is. `confidence` is the probability, 0 to 1, that `vendor` is right.

    `conflicts` are contradictions that nothing harmless explains, `explained` those that something does; `turning` is
    the smallest change of the evidence that would turn the answer, a sentence each.
    """

    level: Level
    confidence: float
    vendor: Party | None = None
    made_by: Party | None = None
    platform: Party | None = None
    operator: Party | None = None
    model: str | None = None
    version: str | None = None
    serial: str | None = None
    os: str | None = None
    kind: str | None = None
    claims: tuple[ClaimRecord, ...] = ()
    conflicts: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    turning: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """A tie of a device or a component to a watched company; `because` quotes the claims it rests on."""

    entity: str
    level: WatchLevel
    confidence: float
    roles: tuple[Role, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A part with a maker of its own: `kind` is chassis, stack-member, card, optic, power-supply, fan or other."""

    kind: str
    position: str
    made_by: Party | None = None
    model: str | None = None
    serial: str | None = None
    watched: tuple[Watched, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A device that this one sees next to it; `protocol` is lldp, cdp, bgp, ospf, isis or ldp, the texts as said."""

    protocol: str
    local_port: str
    name: str = ""
    chassis_id: str = ""
    port: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class LearnedMac:
    """A MAC address that a device learned: by its bridge table on `port`, where `on_port` were learned in all, or by
    ARP or ND, for `address`."""

    mac: str
    port: str
    address: str = ""
    on_port: int = 0


@dataclass(frozen=True, slots=True)
class InterfaceAddress:
    """An address of a device's own table and the interface it sits on: its `names` (short, long, what people wrote
    beside it), the routing instance it is in, and the number of its VLAN where its name says one."""

    address: str
    names: tuple[str, ...] = ()
    vrf: str = ""
    vlan: str = ""


@dataclass(frozen=True, slots=True)
class L2L3Tables:
    """How a device hangs in the network by its own tables.

    `addresses` are its own, with the prefix length where it is told; `legs` the interfaces of those of which that is
    told; `macs` those it may be known by. `learned_count` is of its bridge table before that was cut; `fastest_mbps` is
    0 where no speed is told.
    """

    addresses: tuple[str, ...] = ()
    legs: tuple[InterfaceAddress, ...] = ()
    macs: tuple[str, ...] = ()
    learned: tuple[LearnedMac, ...] = ()
    learned_count: int = 0
    subscriber_lines: int = 0
    powers_ports: bool = False
    fastest_mbps: int = 0


@dataclass(frozen=True, slots=True)
class Device:
    """One box: the subjects it answered as, who is behind it, its parts and its neighbours.

    `id` is stable across runs; `attributes` are the operator's own words (evidence.Subject); `gaps` is what could
    not be asked of it.
    """

    id: str
    labels: tuple[str, ...]
    addresses: tuple[str, ...]
    name: str
    attributes: tuple[tuple[str, str], ...]
    identity: Identity
    watched: tuple[Watched, ...] = ()
    components: tuple[Component, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    gaps: tuple[Gap, ...] = ()
    l2_l3_tables: L2L3Tables = L2L3Tables()
