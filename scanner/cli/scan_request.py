"""What the command line asks to be asked: a scope and the credentials for it, from the options and kitscan.yaml."""

from dataclasses import dataclass
from pathlib import Path

import click

from scanner.cli.prompt import ask
from scanner.config import Config
from scanner.credentials.book import FileBook, read_credentials
from scanner.rate_limit.profiles import PROFILES
from scanner.scope import USUAL_PROBES, Scope, admit
from scanner.targets.read_targets import read_exclusions, read_targets, resolve_name


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What the command line asked of a scan, besides its report."""

    targets: tuple[str, ...]
    exclude: tuple[str, ...]
    credentials: Path | None
    profile: str | None
    probes: tuple[str, ...]
    listen: float
    source_address: str | None
    known_hosts: Path | None
    yes: bool
    dry_run: bool
    resume: bool


def scope_of(asked: ScanRequest, config: Config) -> Scope:
    """What may be touched, from the command line first and kitscan.yaml second; exclusions of both count."""
    words = asked.targets or config.targets
    if not words:
        raise click.UsageError("name a target, such as 192.0.2.0/24, or write `targets` in kitscan.yaml")
    folder = Path() if asked.targets else config.folder
    targets = read_targets(words, config.ports, resolve_name, folder)
    if asked.targets and config.targets:  # what the operator's own list says of an address holds however it is named
        listed = read_targets(config.targets, config.ports, resolve_name, config.folder)
        targets = targets.described(listed, config.ports)
    left_alone = read_exclusions((*asked.exclude, *config.exclude), resolve_name, config.folder)
    profile = PROFILES[asked.profile or config.profile or "normal"]
    probes = asked.probes or config.probes or USUAL_PROBES
    return admit(targets, left_alone, profile, probes, confirmed=asked.yes or asked.dry_run)


def book_of(asked: ScanRequest, config: Config, scope: Scope) -> FileBook:
    """The credentials for this scope, an empty book where no file is named. A dry run reads no secret."""
    path = asked.credentials or config.credentials
    book = FileBook((), Path(), ask) if path is None else read_credentials(path, ask)
    return (book.unread() if asked.dry_run else book).avoiding(scope.forbids, resolve_name)
