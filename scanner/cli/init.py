"""`kitscan init`: a working folder with commented files. What is there already stays as it is."""

import os
from importlib.resources import files
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError

FILES = (("kitscan.yaml", 0o644), ("credentials.yaml", 0o600), ("zones.yaml", 0o644))
"""What is written, and with which mode."""


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
def command(folder: Path) -> int:
    """Start a project folder: kitscan.yaml, credentials.yaml and zones.yaml, each with comments."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, mode in FILES:
            written = write_new(folder / name, files("scanner.cli.project_files").joinpath(name).read_bytes(), mode)
            click.echo(f"{'wrote' if written else 'kept '}  {folder / name}{'' if written else ' (it was there)'}")
    except OSError as error:
        told = f"{error.filename or folder}: cannot be written ({error.strerror})"
        raise KitscanError(f"{told}\nNext: name a folder you may write to: kitscan init FOLDER") from error
    click.echo(
        "Next: name targets in kitscan.yaml and credentials in credentials.yaml, then run kitscan doctor.", err=True
    )
    return 0


def write_new(path: Path, content: bytes, mode: int) -> bool:
    """Write a file that is not there yet, whatever races for its name; False where it is. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return True
