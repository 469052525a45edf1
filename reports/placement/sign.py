"""What speaks for or against the core: one value for each kind of sign. reports.placement.sign_wording words them."""

from dataclasses import dataclass

from reports.placement.shape import Shape


@dataclass(frozen=True, slots=True)
class ProductFamily:
    """The product family that the identity names."""

    kind: str


@dataclass(frozen=True, slots=True)
class RoutingAdjacencies:
    """Routing neighbours: each protocol (`isis`) with its number of them."""

    by_protocol: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SingleHostPorts:
    """Ports behind each of which a single address was learned."""

    ports: int


@dataclass(frozen=True, slots=True)
class BridgesOnly:
    """It bridges some addresses without routing neighbours, which so many other devices have."""

    addresses: int
    routers: int


@dataclass(frozen=True, slots=True)
class SubscriberLines:
    """Lines to subscribers."""

    lines: int


@dataclass(frozen=True, slots=True)
class PowersPorts:
    """It feeds devices by Power over Ethernet."""


@dataclass(frozen=True, slots=True)
class FastPorts:
    """The speed of its fastest port."""

    mbps: int


@dataclass(frozen=True, slots=True)
class AloneBehindPort:
    """It is alone behind a port of another device."""

    port: str
    device: str


@dataclass(frozen=True, slots=True)
class GraphPosition:
    """Its links, the share of nodes with fewer (0 to 1), and the share of the shortest paths that pass it."""

    links: int
    rank: float
    betweenness: float


@dataclass(frozen=True, slots=True)
class ShapePosition:
    """Its links, and where it stands in the shape of its network."""

    links: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class BgpComparison:
    """Its BGP sessions: so many of the carriers have some, and half of those at least the usual number."""

    sessions: int
    speakers: int
    carriers: int
    usual: float


@dataclass(frozen=True, slots=True)
class SlowerPorts:
    """Its fastest port is slower than the fastest of the network."""

    mbps: int
    fastest: int


@dataclass(frozen=True, slots=True)
class SharedProduct:
    """So many of the network's carriers are the same product, of so many in all. `is_central` says that the node in the
    middle of most paths is one of them."""

    alike: int
    carriers: int
    is_central: bool


@dataclass(frozen=True, slots=True)
class NetworkFunction:
    """A word of its own name that names a function of a mobile core (`upf`)."""

    word: str


@dataclass(frozen=True, slots=True)
class UntoldHost:
    """A computer, whose function its place does not show. `service` is a word of its name that names a service of any
    network (`dns`, `ems`), `beside` names the devices that it is next to."""

    service: str
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BesideCore:
    """Every carrier that it is linked with is proposed as core (names), and few others are its product."""

    routers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InventoryWord:
    """A word in a column of the operator's inventory."""

    column: str
    word: str


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of its name that so many devices have, most of which the inventory calls core, or not core."""

    word: str
    devices: int
    is_core: bool


SignReason = (
    ProductFamily
    | RoutingAdjacencies
    | SingleHostPorts
    | BridgesOnly
    | SubscriberLines
    | PowersPorts
    | FastPorts
    | AloneBehindPort
    | GraphPosition
    | ShapePosition
    | BgpComparison
    | SlowerPorts
    | SharedProduct
    | NetworkFunction
    | UntoldHost
    | BesideCore
    | InventoryWord
    | NameWord
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason; `points` are natural-log odds, positive for the core."""

    points: float
    reason: SignReason
