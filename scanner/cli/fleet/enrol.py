"""`kitscan fleet enrol`: says at the centre which key speaks for which site, and what the site must write."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError

MAX_KEY = 4096
"""Octets that are read of a file with a public key."""


@click.command("enrol")
@click.argument("site")
@click.option("--scope", multiple=True, metavar="CIDR", help="Addresses that may be reported for it; may be repeated.")
@click.option("--collector", required=True, metavar="NAME", help="The collector at the site.")
@click.option("--key", metavar="KEY|FILE", help="Its public key, as kitscan runs new-key printed it.")
@click.option("--remove", is_flag=True, help="Take the collector out: what it sends is put aside from then on.")
def enrol(site: str, scope: tuple[str, ...], collector: str, key: str | None, remove: bool) -> int:
    """Enrol a collector for a site, or a further one, and print what the site writes into its kitscan.yaml.

    A site that is known keeps its scope. Two sites may have the same addresses: each is a namespace of its own.
    """
    from scanner.cli.fleet.centre_setup import centre_key, centre_settings
    from scanner.config import read_config
    from scanner.store.bundles.signing import public_key_of

    if remove and (scope or key):
        raise click.UsageError("--remove takes --collector and nothing else")
    config = read_config(Path())
    settings = centre_settings(config)
    path = settings.sites / f"{_file_name(site)}.yaml"
    if remove:
        _remove(path, site, collector)
        return 0
    if key is None:
        raise click.UsageError("--key is missing: what kitscan runs new-key printed at the site")
    public = public_key_of(centre_key(settings, config.folder))
    _add(path, site, scope, collector, _public_key(key))
    click.echo("\n".join(_site_block(site, collector, public)))
    return 0


def _add(path: Path, site: str, scope: tuple[str, ...], collector: str, key: str) -> None:
    from fingerprints.model.input_file import read_text_file
    from scanner.cli.assessment.report_file import write_whole
    from scanner.cli.project_files.new_file import write_new
    from scanner.fleet.centre.enrolment import new_site, with_collector
    from scanner.fleet.sites import read_sites

    owner = read_sites(path.parent).of_key(key) if path.parent.is_dir() else None
    if owner is not None and (owner[0].name, owner[1]) != (site, collector):
        raise KitscanError(
            f"the key is that of {owner[0].name}/{owner[1]}", "make a key for each: kitscan runs new-key"
        )
    before = read_text_file(path) if path.exists() else None
    if before is None and not scope:
        raise click.UsageError(f"site {site} is new: name its addresses with --scope")
    if before is None:
        text = new_site(path, site, scope, collector, key)
        path.parent.mkdir(mode=0o755, exist_ok=True)
        if not write_new(path, text.encode(), 0o644):
            raise KitscanError(f"{path} appeared meanwhile", "run the same command again")
    elif (text := with_collector(path, before, scope, collector, key)) != before:
        write_whole(path, text.encode())
    else:
        click.echo(f"{path}: collector {collector} was enrolled already", err=True)
        return
    click.echo(f"{path}: collector {collector} is enrolled", err=True)


def _remove(path: Path, site: str, collector: str) -> None:
    from fingerprints.model.input_file import read_text_file
    from scanner.cli.assessment.report_file import write_whole
    from scanner.fleet.centre.enrolment import without_collector

    if not path.exists():
        raise KitscanError(f"there is no site {site}: {path} is missing", "kitscan fleet status lists the sites")
    left = without_collector(path, read_text_file(path), collector)
    if left is None:
        raise KitscanError(
            f"{path}: {collector} is the last collector of the site",
            f"enrol another one first, or remove the site: rm {path}",
        )
    write_whole(path, left.encode())
    click.echo(f"{path}: collector {collector} is removed; what it sends is put aside", err=True)


def _file_name(site: str) -> str:
    """The name of a site as a name of a file. Raises KitscanError for one that leads elsewhere."""
    if os.sep in site or site in ("", ".", ".."):
        raise KitscanError(f"{site!r} is no name of a site", "use letters, digits, - and _")
    return site


def _public_key(text: str) -> str:
    """A public key, or the one in a file."""
    from fingerprints.model.input_file import read_text_file
    from scanner.store.bundles.signing import PRIVATE, is_public_key

    if text.startswith(PRIVATE):
        raise KitscanError("--key was given a private key (not shown)", "make a new one: others may have seen this one")
    found = text if is_public_key(text) or not Path(text).is_file() else read_text_file(Path(text), MAX_KEY).strip()
    if not is_public_key(found):
        raise KitscanError("--key is no public key", "give what kitscan runs new-key printed at the site: ed25519:...")
    return found


def _site_block(site: str, collector: str, centre: str) -> Iterator[str]:
    yield "# In kitscan.yaml at the site:"
    yield "collector:"
    yield f"  site: {json.dumps(site)}"  # in YAML, a site 123 would be a number
    yield f"  name: {json.dumps(collector)}"
    yield "  key: file:collector.key  # the private key, which stays at the site"
    yield f"  centre: {centre}"
    yield "  courier: env:KITSCAN_BROKER  # or folder:PATH"
