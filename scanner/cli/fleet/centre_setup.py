"""What the commands of a centre begin with: the block `fleet` of kitscan.yaml, its key, its courier and its sites."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from scanner.config import Config
from scanner.courier.centre_settings import FOLDER, CentreSettings
from scanner.credentials.references import Reference, Unreadable, resolve

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
    """The private key that seals orders. No message repeats it. Raises KitscanError."""
    from scanner.store.bundles.signing import public_key_of

    text = _secret(settings.key, folder, "fleet.key")
    try:
        public_key_of(text)
    except ValueError:
        raise KitscanError(
            f"fleet.key {settings.key}: is no private key of kitscan", "kitscan runs new-key FILE"
        ) from None
    return text


def centre_courier(settings: CentreSettings, folder: Path, warn: Callable[[str], None]) -> "CentreCourier":
    """The courier that kitscan.yaml names. `warn` is told where serving waits for a broker. Raises KitscanError."""
    from scanner.courier.opening import open_centre

    return open_centre(courier_text(settings, folder), settings.tls, warn)


def courier_text(settings: CentreSettings, folder: Path) -> str:
    """Where the courier is: `folder:PATH`, or a URL that may hold a password."""
    match settings.courier:
        case Reference() as reference:
            return _secret(reference, folder, "fleet.courier")
        case Path() as path:
            return f"{FOLDER}{path}"


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


def _secret(reference: Reference, folder: Path, purpose: str) -> str:
    secret = resolve(reference, folder, _nobody, purpose)
    if isinstance(secret, Unreadable):
        raise KitscanError(f"{purpose}: {secret.problem}", secret.next_step)
    return secret.reveal()


def _nobody(text: str) -> str:
    """A prompt where nobody sits."""
    raise click.ClickException(f"{text}: nobody can be asked")
