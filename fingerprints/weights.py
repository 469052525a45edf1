"""How much each kind of evidence weighs, and from which sum an identity counts as sure: data, from weights.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fingerprints.datafile import FileModel, read_yaml
from fingerprints.device import Level, Role

DATA = Path(__file__).with_name("weights.yaml")


class Group(StrEnum):
    """Evidence that stands or falls together: inside a group the strongest counts in full, the rest a little."""

    AGENT_TEXT = "agent-text"
    PRIVATE_TREE = "private-tree"
    EEPROM = "eeprom"
    LAYER_2 = "layer-2"
    CRYPTO = "crypto"
    STACK = "stack"
    COMMAND_LINE = "command-line"
    THIRD_PARTY = "third-party"


LogOdds = Annotated[float, Field(ge=-20, le=20)]
Share = Annotated[float, Field(ge=0, le=1)]


class ClassModel(FileModel):
    """One kind of evidence: its group, and its weight in natural-log odds."""

    group: Group
    weight: LogOdds


class LevelModel(FileModel):
    """From which confidence, and from how many independent groups, a level is reached."""

    confidence: Share
    groups: int = Field(ge=1, le=8)


class WeightsModel(FileModel):
    """The whole file."""

    classes: dict[str, ClassModel]
    roles: dict[Role, Share]
    rest_of_group: Share
    none_of_these: LogOdds
    levels: dict[Level, LevelModel]
    brand_from: LogOdds
    conflict_from: LogOdds
    made_by_from: LogOdds
    watched_from: LogOdds
    mac_majority: Share
    never_by_mention: tuple[str, ...] = ()
    general_systems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a level asks for: a confidence of at least this, from at least so many groups."""

    level: Level
    confidence: float
    groups: int


@dataclass(frozen=True, slots=True)
class Weights:
    """`classes` maps a kind of evidence to its group and log odds; `roles` how far a role speaks for the brand;
    `levels` are thresholds, surest first. The rest is told in fingerprints/README.md."""

    classes: Mapping[str, tuple[Group, float]]
    roles: Mapping[Role, float]
    rest_of_group: float
    none_of_these: float
    levels: tuple[Threshold, ...]
    brand_from: float
    conflict_from: float
    made_by_from: float
    watched_from: float
    mac_majority: float
    never_by_mention: frozenset[str]
    general_systems: frozenset[str]


def load_weights(path: Path = DATA) -> Weights:
    """Read the weights. Raises DataFileError."""
    model = read_yaml(path, WeightsModel)
    order = (Level.CONFIRMED, Level.PROBABLE, Level.POSSIBLE)
    levels = tuple(
        Threshold(level, model.levels[level].confidence, model.levels[level].groups)
        for level in order
        if level in model.levels
    )
    return Weights(
        {name: (kind.group, kind.weight) for name, kind in model.classes.items()},
        model.roles,
        model.rest_of_group,
        model.none_of_these,
        levels,
        model.brand_from,
        model.conflict_from,
        model.made_by_from,
        model.watched_from,
        model.mac_majority,
        frozenset(model.never_by_mention),
        frozenset(model.general_systems),
    )
