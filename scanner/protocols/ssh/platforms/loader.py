"""Reads the platform files of this folder. A file that holds a command of no read-only form is refused."""

import re
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Annotated

from pydantic import AfterValidator, Field

from fingerprints.database.pattern import compiled
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from scanner.protocols.ssh.platforms.platform import Detection, Platform, Platforms
from scanner.protocols.ssh.platforms.read_only import LEAVE_COMMANDS, is_read_command, is_session_command

FOLDER = Path(__file__).parent

_READING = Lock()


def _pattern(text: str) -> str:
    compiled(text, ())
    return text


def _read_command(line: str) -> str:
    if not is_read_command(line):
        raise ValueError("a command that only reads (see scanner/protocols/ssh/platforms/read_only.py)")
    return line


def _session_command(line: str) -> str:
    if not is_session_command(line):
        raise ValueError("a command that only turns paging off (see scanner/protocols/ssh/platforms/read_only.py)")
    return line


def _leave_command(line: str) -> str:
    if line not in LEAVE_COMMANDS:
        raise ValueError(f"one of {', '.join(sorted(LEAVE_COMMANDS))}")
    return line


PatternText = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
ReadCommand = Annotated[str, AfterValidator(_read_command)]
SessionCommand = Annotated[str, AfterValidator(_session_command)]
LeaveCommand = Annotated[str, AfterValidator(_leave_command)]


class DetectionModel(FileModel):
    """How the file says the platform is recognised (see `Detection`)."""

    output: PatternText
    commands: tuple[ReadCommand, ...] = ()
    prompt: PatternText | None = None
    ident: PatternText | None = None
    greeting: PatternText | None = None
    answer: PatternText | None = None
    yields_to: tuple[str, ...] = ()


class SessionExampleModel(FileModel):
    """A session that must be recognised: what the device showed, what a detection command printed (the first of them
    if none is named), and what it prints for another command, a refusal most often."""

    ident: str
    prompt: str
    greeting: str = ""
    command: str | None = None
    answer: str = ""
    output: str


class SshPlatformModel(FileModel):
    """One platform as its file writes it. The file's name, less `.yaml`, is the platform's name."""

    title: str
    netmiko_driver: str
    detection: DetectionModel
    commands: tuple[ReadCommand, ...] = Field(min_length=1)
    paging_off: tuple[SessionCommand, ...] = ()
    leave: LeaveCommand
    examples: tuple[SessionExampleModel, ...] = Field(min_length=1)


def load_platforms() -> Platforms:
    """The platforms that ship with kitscan. Reading them takes a tenth of a second, so it happens at the first use,
    and once: sessions that begin together wait for the first of them."""
    with _READING:
        return _shipped()


@cache
def _shipped() -> Platforms:
    return read_platforms(FOLDER)


def read_platforms(folder: Path) -> Platforms:
    """The platforms of a folder. Raises DataFileError for a file that is not a platform, or that yields to none."""
    models = read_models(folder)
    for name, model in models.items():
        for other in model.detection.yields_to:
            if other not in models:
                flaw = Flaw("detection.yields_to", f"{other} is no platform", "the name of another file of this folder")
                raise DataFileError(folder / f"{name}.yaml", (flaw,), "correct the name")
    return Platforms(tuple(_platform(name, model) for name, model in models.items()))


def read_models(folder: Path = FOLDER) -> dict[str, SshPlatformModel]:
    """The platform files of a folder by name, sorted. Raises DataFileError."""
    return {path.stem: read_yaml(path, SshPlatformModel) for path in sorted(folder.glob("*.yaml"))}


def _platform(name: str, model: SshPlatformModel) -> Platform:
    written = model.detection
    detection = Detection(
        written.commands or model.commands[:1],
        compiled(written.output, ()),
        _compiled(written.prompt),
        _compiled(written.ident),
        _compiled(written.greeting),
        _compiled(written.answer),
        frozenset(written.yields_to),
    )
    return Platform(name, model.netmiko_driver, detection, model.commands, model.paging_off, model.leave)


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return compiled(pattern, ()) if pattern else None
