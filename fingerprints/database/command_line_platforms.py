"""Command-line platforms by their names in netmiko and ntc-templates: the company of each, its templates, and what
Ansible and Oxidized call it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Role

DATA = Path(__file__).parents[1] / "data" / "command_line_platforms.yaml"
USUAL_CONNECTION = "ansible.netcommon.network_cli"
"""The ansible_connection of an ansible_network_os that the file gives no other."""


class PlatformModel(FileModel):
    """One platform as written in the file."""

    company: str | None = None
    role: Literal["brand", "platform"] = "brand"
    templates: str | None = None
    netmiko: Literal[""] | None = None
    ansible: str | None = None
    connection: str | None = None
    oxidized: str | None = None


class ColumnsModel(FileModel):
    """For each attribute the columns of templates that hold it, the best first."""

    version: list[str]
    model: list[str]
    serial: list[str]


class CommandLinePlatformsModel(FileModel):
    """The whole file."""

    platforms: dict[str, PlatformModel] = Field(min_length=1)
    columns: ColumnsModel
    other_names: dict[str, str]
    systems: dict[str, str]


@dataclass(frozen=True, slots=True)
class CommandLinePlatform:
    """One platform: a device that has it is of `company` in `role`; of any company if that is None. `netmiko`,
    `ansible` (its ansible_network_os), `connection` (its ansible_connection) and `oxidized` are what these tools call
    it, empty for nothing."""

    company: str | None
    role: Role
    templates: str
    netmiko: str
    ansible: str
    connection: str
    oxidized: str


@dataclass(frozen=True, slots=True)
class CommandLinePlatforms:
    """Platforms by their names in netmiko and ntc-templates, and the templates' columns by attribute. `by_other_name`
    has the name of a platform by what other tools call it, in lower case; `by_system` by its operating system."""

    by_name: Mapping[str, CommandLinePlatform]
    columns: Mapping[str, tuple[str, ...]]
    by_other_name: Mapping[str, str]
    by_system: Mapping[str, str]

    def templates_of(self, name: str) -> str:
        """The name of a platform in ntc-templates."""
        known = self.by_name.get(name)
        return known.templates if known is not None else name


@cache
def load_command_line_platforms(path: Path = DATA) -> CommandLinePlatforms:
    """Read the file. Raises DataFileError."""
    file = read_yaml(path, CommandLinePlatformsModel)
    known = {name: _platform(name, model) for name, model in file.platforms.items()}
    columns = {"version": file.columns.version, "model": file.columns.model, "serial": file.columns.serial}
    return CommandLinePlatforms(
        known,
        {attribute: tuple(names) for attribute, names in columns.items()},
        _other_names(known, file.other_names),
        file.systems,
    )


def _platform(name: str, model: PlatformModel) -> CommandLinePlatform:
    return CommandLinePlatform(
        model.company,
        Role(model.role),
        model.templates or name,
        name if model.netmiko is None else model.netmiko,
        model.ansible or "",
        model.connection or (USUAL_CONNECTION if model.ansible else ""),
        model.oxidized or "",
    )


def _other_names(known: Mapping[str, CommandLinePlatform], written: Mapping[str, str]) -> Mapping[str, str]:
    """What is written, and the names in Ansible (the last part) and Oxidized of platforms that are the first to have
    them."""
    names = dict(written)
    for name, platform in known.items():
        for other in (platform.ansible.rpartition(".")[2], platform.oxidized):
            if other:
                names.setdefault(other, name)
    return names
