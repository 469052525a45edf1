"""Shapes of operators: which roles there are, how many devices have each, and which products play them."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from fingerprints.database.yaml_file import FileModel, read_yaml

ZONES = Path(__file__).with_name("zones.yaml")
_SHAPES = Path(__file__).with_name("shapes")


class ShapeName(StrEnum):
    """The shapes that can be generated."""

    MOBILE = "mobile"
    ACCESS = "access"
    CAMPUS = "campus"
    MIXED = "mixed"


class OperatorRole(FileModel):
    """One role. `share` is its part of all devices, and the last role has what is left. `code` stands in the devices'
    names; `zone` is where they must be found to stand, None for nowhere.

    Each device is cabled to one of the role `above`; those of a role without one form a ring. Cables between two
    `routed` roles have addresses at both ends. `products` have weights.
    """

    name: str
    code: str
    group: str
    zone: str | None = None
    share: float
    above: str | None = None
    routed: bool = False
    products: Mapping[str, float]


class OperatorShape(FileModel):
    """One shape. `silent` and `refuses` are the parts of the last devices of the tree that answer nothing, and that
    refuse every credential; `optics` are the weights of the transceivers."""

    about: str
    silent: float
    refuses: float
    optics: Mapping[str, float]
    roles: tuple[OperatorRole, ...]


def read_shape(name: ShapeName) -> OperatorShape:
    """The shape of that name."""
    return read_yaml(_SHAPES / f"{name}.yaml", OperatorShape)


def counts_of(shape: OperatorShape, devices: int) -> tuple[int, ...]:
    """How many devices each role has: at least one while there are any left, and the last role has the rest."""
    left, counts = devices, []
    for role in shape.roles[:-1]:
        count = min(left, max(1, round(role.share * devices)))
        counts.append(count)
        left -= count
    return (*counts, left)
