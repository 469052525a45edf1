"""Names of MIB objects as net-snmp prints them where it was not asked for numbers, and what they are in numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml

DATA = Path(__file__).parents[1] / "data" / "mib_names.yaml"

MAX_NAME = 400
"""Characters of a printed object identifier that is read."""

_MODULE = re.compile(r"^[A-Za-z][\w-]{0,60}::")
_INDEX = re.compile(r"\[(\d{1,10})\]")
_ARC = re.compile(r"\d{1,10}")


class ModuleModel(FileModel):
    """One MIB module: the arcs of its objects below one node, and the objects whose values have a form of their own."""

    module: str
    source: str
    below: str
    names: dict[str, str] = Field(min_length=1)
    addresses: list[str] = Field(default_factory=list)
    identifiers: list[str] = Field(default_factory=list)
    ticks: list[str] = Field(default_factory=list)
    labels: dict[str, dict[str, int]] = Field(default_factory=dict)


class MibNamesModel(FileModel):
    """The whole file."""

    nodes: dict[str, str]
    modules: list[ModuleModel] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class MibNames:
    """Object identifiers by name; those of objects that hold MAC addresses, object identifiers or TimeTicks; and the
    labels of enumerated values."""

    by_name: Mapping[str, str]
    addresses: frozenset[str]
    identifiers: frozenset[str]
    ticks: frozenset[str]
    labels: Mapping[str, Mapping[str, int]]

    def resolve(self, printed: str) -> str | None:
        """The object identifier in numbers, in any of net-snmp's forms: `SNMPv2-MIB::sysDescr.0`, `sysDescr.0`,
        `ifDescr[3]`, `.iso.org.dod...system.sysDescr.0`, `SNMPv2-SMI::enterprises.9.1`, `iso.3.6.1`, `1.3.6.1`. None
        for a name that is not known, and for indexes in words."""
        text = _INDEX.sub(r".\1", _MODULE.sub("", printed.strip()[:MAX_NAME])).strip(".")
        arcs: list[str] = []
        known = True
        for word in text.split("."):
            if _ARC.fullmatch(word):
                arcs.append(word)
            elif word in self.by_name:
                arcs, known = self.by_name[word].split("."), True
            else:
                known = False
        return ".".join(arcs) if known and len(arcs) > 1 else None


def object_of(oid: str, objects: frozenset[str] | Mapping[str, object]) -> str | None:
    """The one of some objects that an object identifier is an instance of."""
    place = oid.rfind(".")
    while place > 0:
        if oid[:place] in objects:
            return oid[:place]
        place = oid.rfind(".", 0, place)
    return None


def load_mib_names(path: Path = DATA) -> MibNames:
    """Read the names. Raises DataFileError."""
    file = read_yaml(path, MibNamesModel)
    by_name = dict(file.nodes)
    special: dict[str, set[str]] = {"addresses": set(), "identifiers": set(), "ticks": set()}
    labels: dict[str, Mapping[str, int]] = {}
    for module in file.modules:
        oids = {name: f"{module.below}.{arcs}" for name, arcs in module.names.items()}
        by_name |= oids
        special["addresses"].update(oids[name] for name in module.addresses)
        special["identifiers"].update(oids[name] for name in module.identifiers)
        special["ticks"].update(oids[name] for name in module.ticks)
        labels |= {oids[name]: values for name, values in module.labels.items()}
    return MibNames(
        by_name,
        frozenset(special["addresses"]),
        frozenset(special["identifiers"]),
        frozenset(special["ticks"]),
        labels,
    )


@cache
def mib_names() -> MibNames:
    """The shipped names, read once."""
    return load_mib_names()
