"""`kitscan policy new`: a commented policy file to begin from."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.project_files.new_file import write_new
from scanner.config import read_config
from scanner.project_file import CONFIG_FILE
from scanner.updates.installed_data import data_folder

DEFAULT_FOLDER = "policies"
YEARS_TO_COMPLY = 2
"""How long the example rule gives."""


@click.command("new")
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where to write it.  [policies_folder of kitscan.yaml, else {DEFAULT_FOLDER}]",
)
def write_policy(name: str, folder: Path | None) -> int:
    """Write a commented policy file NAME.yaml, which `kitscan policy test` accepts, into your folder of policies."""
    from reports.policy.policy_set import TAKEN, known_policies

    config = read_config(Path())
    place = folder or config.policies_folder or Path(DEFAULT_FOLDER)
    path = place / f"{name}.yaml"
    text = policy_text(name, datetime.now(UTC).date())
    if name in TAKEN or name in known_policies(data=data_folder(config.data, os.environ)).by_id:
        raise KitscanError(f"kitscan has a policy {name}", "give yours another name, such as acme-board-2026")
    try:
        place.mkdir(parents=True, exist_ok=True)
        written = write_new(path, text.encode(), 0o644)
    except OSError as error:
        raise KitscanError(f"{path}: cannot be written ({error.strerror})", "name a folder with --folder") from error
    if not written:
        raise KitscanError(f"{path}: is there already", "give the policy another name")
    click.echo(f"wrote {path}")
    if config.policies_folder is None:
        click.echo(f"Next: add `policies_folder: {place}` to {CONFIG_FILE}, or give --folder {place}", err=True)
    click.echo(f"Next: change it, then kitscan policy test --folder {place}", err=True)
    return 0


def policy_text(name: str, today: date) -> str:
    """A policy file of this id whose rule begins today. Raises KitscanError for a name that is no id."""
    from reports.policy.policy_file import ID_PATTERN, MAX_ID

    if not re.fullmatch(ID_PATTERN, name) or len(name) > MAX_ID:
        raise KitscanError(
            f"{name!r} is no id of a policy", "use small letters, digits, - and _, such as acme-board-2026"
        )
    deadline = date(today.year + YEARS_TO_COMPLY, 12, 31)
    template = files("scanner.cli.project_files").joinpath("policy.yaml").read_text(encoding="utf-8")
    return template.format(id=name, today=today, deadline=deadline, after=deadline + timedelta(days=1))
