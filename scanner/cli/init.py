"""`kitscan init`: writes a project folder with commented files. It leaves existing files alone."""

from importlib.resources import files
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.project_files.new_file import write_new

FILES = (("kitscan.yaml", 0o644), ("credentials.yaml", 0o600), ("zones.yaml", 0o644))
"""The files that it writes, each with its mode."""


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
def command(folder: Path) -> int:
    """Start a project folder: kitscan.yaml, credentials.yaml and zones.yaml, each with comments."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, mode in FILES:
            written = write_new(folder / name, files("scanner.cli.project_files").joinpath(name).read_bytes(), mode)
            click.echo(f"{'wrote' if written else 'kept '}  {folder / name}{'' if written else ' (already there)'}")
    except OSError as error:
        problem = f"{error.filename or folder}: cannot be written ({error.strerror})"
        raise KitscanError(problem, "name a folder that you may write to: kitscan init FOLDER") from error
    click.echo(
        "Next: name targets in kitscan.yaml and credentials in credentials.yaml, then run kitscan doctor.", err=True
    )
    return 0
