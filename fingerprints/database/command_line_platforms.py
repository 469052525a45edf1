"""Command-line platforms by their names in netmiko and ntc-templates: the company of each, and its templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Role

DATA = Path(__file__).parents[1] / "data" / "command_line_platforms.yaml"


class PlatformModel(FileModel):
    """One platform as written in the file."""

    company: str | None = None
    role: Literal["brand", "platform"] = "brand"
    templates: str | None = None


class ColumnsModel(FileModel):
    """For each attribute the columns of templates that hold it, the best first."""

    version: list[str]
    model: list[str]
    serial: list[str]


class CommandLinePlatformsModel(FileModel):
    """The whole file."""

    platforms: dict[str, PlatformModel] = Field(min_length=1)
    columns: ColumnsModel


@dataclass(frozen=True, slots=True)
class CommandLinePlatform:
    """One platform: a device that has it is of `company` in `role`; of any company if that is None."""

    company: str | None
    role: Role
    templates: str


@dataclass(frozen=True, slots=True)
class CommandLinePlatforms:
    """Platforms by their names in netmiko and ntc-templates, and the templates' columns by attribute."""

    by_name: Mapping[str, CommandLinePlatform]
    columns: Mapping[str, tuple[str, ...]]

    def templates_of(self, name: str) -> str:
        """The name of a platform in ntc-templates."""
        known = self.by_name.get(name)
        return known.templates if known is not None else name


def load_command_line_platforms(path: Path = DATA) -> CommandLinePlatforms:
    """Read the file. Raises DataFileError."""
    file = read_yaml(path, CommandLinePlatformsModel)
    known = {
        name: CommandLinePlatform(model.company, Role(model.role), model.templates or name)
        for name, model in file.platforms.items()
    }
    columns = {"version": file.columns.version, "model": file.columns.model, "serial": file.columns.serial}
    return CommandLinePlatforms(known, {attribute: tuple(names) for attribute, names in columns.items()})
