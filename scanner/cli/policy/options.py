"""What the subcommands of `kitscan policy` share: the user's own folder, and the words of who is meant."""

import os
from pathlib import Path

import click

from fingerprints.model.errors import DataFileError
from reports.policy.choice import BoundBy
from reports.policy.jurisdictions import Jurisdictions
from reports.policy.policy_set import KnownPolicies, known_policies
from scanner.config import read_config
from scanner.updates.installed_data import data_folder

FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Also your own policies.  [policies_folder of kitscan.yaml]",
)
UNVERIFIED = click.option(
    "--include-unverified", is_flag=True, help="Also those that are from memory alone; check them first."
)
JURISDICTION = click.option(
    "--jurisdiction", "jurisdictions", multiple=True, metavar="CODE|NAME", help="Such as de; may be given again."
)
ROLE = click.option(
    "--role", "roles", multiple=True, metavar="ROLE", help='Such as "mobile operator"; may be given again.'
)


def policies_here(folder: Path | None) -> KnownPolicies:
    """Every policy known in this folder: those in use, and those of `folder` or of kitscan.yaml's policies_folder."""
    config = read_config(Path())
    return known_policies(folder or config.policies_folder, data_folder(config.data, os.environ))


def bound_by_options(jurisdictions: tuple[str, ...], roles: tuple[str, ...], known: Jurisdictions) -> BoundBy:
    """Who is meant by --jurisdiction and --role. Raises DataFileError for a word that means nothing."""
    from scanner.cli.assessment.policy_choice import read_bound_by

    bound_by, flaws = read_bound_by(jurisdictions, roles, known)
    if flaws:
        raise DataFileError("the command line", flaws, "give the word that is expected")
    return bound_by
