"""The weight of each kind of evidence, and the thresholds of an identity's levels. They come from weights.yaml."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Level, Role
from fingerprints.model.evidence import EvidenceGroup

DATA = Path(__file__).parents[1] / "data" / "weights.yaml"


LogOdds = Annotated[float, Field(ge=-20, le=20)]
Fraction = Annotated[float, Field(ge=0, le=1)]
SampleCount = Annotated[float, Field(ge=0, le=1e6)]

MAX_WEIGHT = 6.0
"""The highest log odds that counts of successes can give a kind of evidence: 1 error in 400."""


class ClassModel(FileModel):
    """One kind of evidence: its group, its judged weight in natural-log odds, and how often it was right and wrong in
    labelled recordings. Each family of devices counts as one."""

    group: EvidenceGroup
    weight: LogOdds
    right: SampleCount = 0
    wrong: SampleCount = 0


class LevelModel(FileModel):
    """The confidence, and the number of independent groups, that a level requires."""

    confidence: Fraction
    groups: int = Field(ge=1, le=8)


class WeightsModel(FileModel):
    """The whole file."""

    judgement_counts: SampleCount
    classes: dict[str, ClassModel]
    roles: dict[Role, Fraction]
    rest_of_group: Fraction
    rest_of_channel: Fraction
    none_of_these: LogOdds
    most_sure: Fraction
    most_sure_in_conflict: Fraction
    levels: dict[Level, LevelModel]
    brand_from: LogOdds
    conflict_from: LogOdds
    made_by_from: LogOdds
    watched_from: LogOdds
    mac_majority: Fraction
    never_by_mention: tuple[str, ...] = ()
    everyday_names: tuple[str, ...] = ()
    general_systems: tuple[str, ...] = ()
    software_makers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least confidence, and the least number of groups, for a level."""

    level: Level
    confidence: float
    groups: int


@dataclass(frozen=True, slots=True)
class Weights:
    """`classes` maps a kind of evidence to its group and log odds. `roles` are the shares with which a role counts for
    the brand. `levels` are thresholds, surest first. fingerprints/README.md explains the other fields."""

    classes: Mapping[str, tuple[EvidenceGroup, float]]
    roles: Mapping[Role, float]
    rest_of_group: float
    rest_of_channel: float
    none_of_these: float
    most_sure: float
    most_sure_in_conflict: float
    levels: tuple[Threshold, ...]
    brand_from: float
    conflict_from: float
    made_by_from: float
    watched_from: float
    mac_majority: float
    never_by_mention: frozenset[str]
    everyday_names: frozenset[str]
    general_systems: frozenset[str]
    software_makers: frozenset[str]


def learned(kind: ClassModel, judgement_counts: float) -> float:
    """The log odds of a kind of evidence: the mean of the Beta posterior of its reliability. The judged weight is the
    prior and counts as `judgement_counts` observations. A kind without counts keeps its judged weight."""
    judged = 1 / (1 + math.exp(-kind.weight))
    total = kind.right + kind.wrong
    if total == 0:
        return kind.weight
    mean = (kind.right + judgement_counts * judged) / (total + judgement_counts)
    return round(min(math.log(mean / (1 - mean)), max(MAX_WEIGHT, kind.weight)), 3)


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
        {name: (kind.group, learned(kind, model.judgement_counts)) for name, kind in model.classes.items()},
        model.roles,
        model.rest_of_group,
        model.rest_of_channel,
        model.none_of_these,
        model.most_sure,
        model.most_sure_in_conflict,
        levels,
        model.brand_from,
        model.conflict_from,
        model.made_by_from,
        model.watched_from,
        model.mac_majority,
        frozenset(model.never_by_mention),
        frozenset(model.everyday_names),
        frozenset(model.general_systems),
        frozenset(model.software_makers),
    )
