"""`kitscan fleet broker`: writes what RabbitMQ is told of the sites, and the URL with which each of them connects."""

import re
from pathlib import Path

import click

from fingerprints.model.errors import DataFileError, Flaw, KitscanError

DEFINITIONS = "definitions.json"

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


@click.command("broker")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", required=True, metavar="NAME", help="The broker, as sites reach it: a name or an address.")
def broker(folder: Path, host: str) -> int:
    """Write the users, queues and limits of all enrolled sites for RabbitMQ into FOLDER, and a URL for each new user.

    definitions.json holds hashes and no password; rabbitmqctl import_definitions reads it. NAME.url holds a password:
    bring it to its site, and remove it here. A user that definitions.json has keeps its password.
    """
    from fingerprints.model.input_file import read_text_file
    from scanner.cli.assessment.report_file import write_whole
    from scanner.cli.fleet.centre_setup import centre_settings
    from scanner.cli.project_files.new_file import write_new
    from scanner.config import read_config
    from scanner.fleet.centre.broker_users import broker_files, hashes_in
    from scanner.fleet.sites import read_sites

    if not _HOST.fullmatch(host):
        raise click.UsageError(f"--host {host!r} is no name of a host")
    sites = read_sites(centre_settings(read_config(Path())).sites)
    path = folder / DEFINITIONS
    try:
        known = hashes_in(read_text_file(path)) if path.exists() else {}
    except ValueError as error:
        raise DataFileError(
            path, (Flaw("whole file", str(error), "one that kitscan fleet broker wrote"),), "name another folder"
        ) from error
    files = broker_files(known, sites.by_name, host)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, url in files.urls.items():
            if not write_new(folder / name, f"{url}\n".encode(), 0o600):
                raise KitscanError(f"{folder / name} is there already", "bring it to its site, or remove it")
            click.echo(f"{folder / name}: bring it to its place, and remove it here", err=True)
    except OSError as error:
        problem = f"{error.filename or folder}: cannot be written ({error.strerror})"
        raise KitscanError(problem, "name another folder") from error
    write_whole(path, files.definitions.encode())
    click.echo(f"{path}: {len(sites.by_name)} sites; next: rabbitmqctl import_definitions {path}", err=True)
    return 0
