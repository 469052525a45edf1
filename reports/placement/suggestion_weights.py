"""suggest.yaml: the weight of each sign of a device's place, and what each product family is for."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from reports.policy.vocabulary import Tier

FILE = Path(__file__).with_name("suggest.yaml")


class GraphWeights(FileModel):
    """The weights of a logistic regression on centrality.FEATURES; `most` bounds the points of the graph alone."""

    bias: float
    rank: float
    of_best: float
    over_neighbours: float
    betweenness: float
    most: float


class ShapeWeights(FileModel):
    """The weights of a logistic regression on shape.MEASURES and network_comparison.COMPARED."""

    bias: float
    of_best: float
    inner: float
    middle: float
    far: float
    depth: float
    leaf_share: float
    is_summit: float
    is_on_chain: float
    is_leaning: float
    bgp_rarity: float
    bgp_against_others: float
    speed: float
    commonness: float
    like_centre: float
    most: float


class BesideCoreWeights(FileModel):
    """Points for a carrier of one of `kinds`, or with BGP, whose every neighbour is core, where at most `per_core`
    carriers that are not core are its product for each core carrier."""

    points: float
    per_core: float
    kinds: tuple[str, ...]


class RoutingWeights(FileModel):
    """Points for one routing neighbour by any of the protocols, and for several."""

    protocols: tuple[str, ...]
    one: float
    more: float


class BridgesOnlyWeights(FileModel):
    """Points for a bridge without routing neighbours; `beside_routers` where other devices have some."""

    points: float
    beside_routers: float


class EdgePortWeights(FileModel):
    """Points for at least `from` ports behind which a single address was learned, and `more` for at least `many`."""

    least: int = Field(alias="from")
    points: float
    many: int
    more: float


class FastPortWeights(FileModel):
    """Points for a port of at least so many Mbit/s."""

    mbps: int
    points: float


class NameWordWeights(FileModel):
    """A word counts where at least so many devices have it in their names, and such a share of them stand alike."""

    devices: int
    share: float
    points: float


class ProductFamilyWeights(FileModel):
    """What a product family is for: points for the core, the usual tier, whether it is the end of every path (`end`),
    and whether it is a computer, which may run anything (`host`)."""

    points: float
    tier: Tier | None = None
    end: bool = False
    host: bool = False


class SuggestionWeights(FileModel):
    """The whole file."""

    core_from: float
    other_to: float
    graph: GraphWeights
    shape: ShapeWeights
    beside_core: BesideCoreWeights
    function: float
    functions: tuple[str, ...]
    services: tuple[str, ...]
    routing: tuple[RoutingWeights, ...]
    bridges_only: BridgesOnlyWeights
    edge_ports: EdgePortWeights
    subscriber_lines: float
    powers_ports: float
    alone_behind_port: float
    fast: FastPortWeights
    inventory: float
    named_alike: NameWordWeights
    kinds: Mapping[str, ProductFamilyWeights]
    host_systems: tuple[str, ...]
    words: Mapping[Tier, tuple[str, ...]]

    def tier_of(self, word: str) -> Tier | None:
        """The tier that a word of an inventory stands for, or None."""
        return next((tier for tier, words in self.words.items() if word.casefold() in words), None)


def read_suggestion_weights(path: Path = FILE) -> SuggestionWeights:
    """Read a file of weights. Raises DataFileError."""
    return read_yaml(path, SuggestionWeights)
