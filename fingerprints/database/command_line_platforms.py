"""Command lines by name: whose product a box that has one is, and which of ntc-templates' templates read its output."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.device import Role

DATA = Path(__file__).parents[1] / "data" / "command_lines.yaml"


class PlatformModel(FileModel):
    """One command line as the file writes it."""

    company: str | None = None
    role: Literal["brand", "platform"] = "brand"
    templates: str | None = None


class ColumnsModel(FileModel):
    """For each trait the columns of templates that say it, those that say it best first."""

    version: list[str]
    model: list[str]
    serial: list[str]


class CommandLinesModel(FileModel):
    """The whole file."""

    platforms: dict[str, PlatformModel] = Field(min_length=1)
    columns: ColumnsModel


@dataclass(frozen=True, slots=True)
class CommandLinePlatform:
    """One command line: `company` is in `role` behind a box that has it, nobody where it is None."""

    company: str | None
    role: Role
    templates: str


@dataclass(frozen=True, slots=True)
class CommandLinePlatforms:
    """Command lines by the names that netmiko and ntc-templates have for them, and templates' columns by trait."""

    by_name: Mapping[str, CommandLinePlatform]
    columns: Mapping[str, tuple[str, ...]]

    def templates_of(self, name: str) -> str:
        """The name that ntc-templates has for a command line."""
        known = self.by_name.get(name)
        return known.templates if known is not None else name


def load_command_line_platforms(path: Path = DATA) -> CommandLinePlatforms:
    """Read the file. Raises DataFileError."""
    file = read_yaml(path, CommandLinesModel)
    known = {
        name: CommandLinePlatform(model.company, Role(model.role), model.templates or name)
        for name, model in file.platforms.items()
    }
    columns = {"version": file.columns.version, "model": file.columns.model, "serial": file.columns.serial}
    return CommandLinePlatforms(known, {trait: tuple(names) for trait, names in columns.items()})
