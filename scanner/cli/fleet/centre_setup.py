"""What the commands of a centre begin with: the block `fleet` of kitscan.yaml, its key, its courier and its sites."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from scanner.config import Config
from scanner.courier.centre_settings import CentreSettings

if TYPE_CHECKING:
    from scanner.courier.courier import CentreCourier
    from scanner.fleet.sites import Site, Sites

ALL = "all"
"""The word of --sites for every site."""


def centre_settings(config: Config) -> CentreSettings:
    """The block `fleet` of kitscan.yaml. Raises KitscanError where there is none."""
    if config.fleet is None:
        raise KitscanError("kitscan.yaml has no block fleet", "write one, as docs/fleet.md shows: its key and courier")
    return config.fleet


def centre_key(settings: CentreSettings, folder: Path) -> str:
    """The private key that seals orders. Raises KitscanError."""
    from scanner.fleet.own_secrets import nobody, read_private_key

    return read_private_key(settings.key, folder, nobody, "fleet.key")


def centre_courier(settings: CentreSettings, folder: Path, warn: Callable[[str], None]) -> "CentreCourier":
    """The courier that kitscan.yaml names. `warn` is told where serving waits for a broker. Raises KitscanError."""
    from scanner.courier.opening import open_centre
    from scanner.fleet.own_secrets import read_courier

    return open_centre(read_courier(settings.courier, folder, "fleet.courier"), settings.tls, warn)


def chosen_sites(sites: "Sites", wanted: str) -> "tuple[Site, ...]":
    """The sites that `--sites` names, sorted. Raises KitscanError for one that nobody enrolled."""
    if not sites.by_name:
        raise KitscanError("no site is enrolled", "kitscan fleet enrol SITE --scope CIDR --collector NAME --key KEY")
    names = sites.by_name.keys() if wanted == ALL else [word.strip() for word in wanted.split(",") if word.strip()]
    if unknown := sorted(set(names) - sites.by_name.keys()):
        raise KitscanError(f"--sites: there is no site {_listed(unknown)}", f"name some of {_listed(sites.by_name)}")
    if not names:
        raise KitscanError("--sites names no site", f"name some of {_listed(sites.by_name)}, or {ALL}")
    return tuple(sites.by_name[name] for name in sorted(set(names)))


def warner() -> Callable[[str], None]:
    """Prints each warning once, until another one was printed. An empty one says that all is well again."""
    last = [""]

    def warn(text: str) -> None:
        if text and last != [text]:
            click.echo(text, err=True)
        last[:] = [text]

    return warn


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
