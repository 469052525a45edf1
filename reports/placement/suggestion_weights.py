"""suggest.yaml: what each sign of a device's place weighs, and what its product family is for."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from reports.policy.vocabulary import Tier

FILE = Path(__file__).with_name("suggest.yaml")


class GraphWeights(FileModel):
    """Of a logistic regression on centrality.FEATURES; `most` bounds what the graph alone may say."""

    bias: float
    rank: float
    of_best: float
    over_neighbours: float
    betweenness: float
    most: float


class RoutingWeights(FileModel):
    """Points for one neighbour by any of the protocols, and for more."""

    protocols: tuple[str, ...]
    one: float
    more: float


class BridgesOnly(FileModel):
    """Points for bridging without routing, and for it where other devices have routing neighbours: that is no core."""

    points: float
    beside_routers: float


class EdgePorts(FileModel):
    """Points for `from` ports behind which one address alone was learned, and `more` for `many`."""

    least: int = Field(alias="from")
    points: float
    many: int
    more: float


class Fast(FileModel):
    """Points for a port of so many Mbit/s."""

    mbps: int
    points: float


class NamedAlike(FileModel):
    """How many devices must bear a word in their names, and which share of them stand alike, for it to tell."""

    devices: int
    share: float
    points: float


class Kind(FileModel):
    """What a product family is for."""

    points: float
    tier: Tier | None = None
    end: bool = False


class Scale(FileModel):
    """The whole file."""

    core_from: float
    other_to: float
    graph: GraphWeights
    routing: tuple[RoutingWeights, ...]
    bridges_only: BridgesOnly
    edge_ports: EdgePorts
    subscriber_lines: float
    powers_ports: float
    alone_behind_port: float
    fast: Fast
    inventory: float
    named_alike: NamedAlike
    kinds: Mapping[str, Kind]
    words: Mapping[Tier, tuple[str, ...]]

    def tier_of(self, word: str) -> Tier | None:
        """The tier that a word of an inventory stands for."""
        return next((tier for tier, words in self.words.items() if word.casefold() in words), None)


def read_scale(path: Path = FILE) -> Scale:
    """Read a scale. Raises DataFileError."""
    return read_yaml(path, Scale)
