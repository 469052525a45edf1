"""`kitscan runs export`, `import` and `new-key`: runs as one file that another store takes in."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.options import DEFAULT_STORE

if TYPE_CHECKING:
    from scanner.config import Config
    from scanner.store.bundles.bundle_reader import Bundle

MAX_FILE = 64 * 1024 * 1024
"""Octets of one of the operator's files in a bundle."""

_STORE = click.option("--store", metavar="PATH|URL", help=f"Where evidence is kept.  [{DEFAULT_STORE}]")
_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("export")
@click.argument("runs", type=int, nargs=-1, required=True, metavar="RUN...")
@click.option("--out", type=_FILE, required=True, help="The bundle. A file that is there stays, and is an error.")
@click.option("--sign", metavar="REFERENCE", help="Sign with the private key behind env:, file:, keyring: or cmd:.")
@click.option("--with-files", is_flag=True, help="Also kitscan.yaml and the files that it judges by.")
@_STORE
def export_runs(runs: tuple[int, ...], out: Path, sign: str | None, with_files: bool, store: str | None) -> int:
    """Write runs with their evidence into one file, a bundle: for an auditor, or for another store.

    The same runs make the same bytes. Credentials are never in it.
    """
    from fingerprints.database.fingerprint_database import load_database
    from scanner.cli.project_files.new_file import write_new
    from scanner.config import read_config
    from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
    from scanner.store.store import open_store
    from scanner.updates.installed_data import data_folder
    from scanner.version import VERSION

    config = read_config(Path())
    files = dict(_project_files(config)) if with_files else {}
    key = None if sign is None else _private_key(sign)
    data = load_database(config.rules, data_folder(config.data, os.environ)).version
    with open_store(store or config.store or DEFAULT_STORE) as opened:
        numbers = [opened.run(number).id for number in dict.fromkeys(runs)]
        octets = bundle_of(opened, numbers, BundleOptions(VERSION, data, files, key=key))
    try:
        if not write_new(out, octets, 0o600):
            raise KitscanError(f"{out} is there already", "name another file with --out")
    except OSError as error:
        raise KitscanError(f"{out}: cannot be written ({error.strerror})", "name another file with --out") from error
    signed = "" if key else ", not signed"
    click.echo(
        f"{out}: {len(numbers)} {'run' if len(numbers) == 1 else 'runs'}, {len(octets):,} bytes{signed}", err=True
    )
    return 0


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--trust", metavar="KEY|FILE", help="Refuse it unless this public key (ed25519:...) signed it.")
@click.option(
    "--files-into", type=click.Path(path_type=Path, file_okay=False), help="Write its files into this folder."
)
@_STORE
def import_runs(file: Path, trust: str | None, files_into: Path | None, store: str | None) -> int:
    """Take the runs of a bundle into the store.

    A run keeps its number if that is free. One that is there already stays as it is. A bundle that is broken, or that
    --trust does not name the signer of, is refused as a whole.
    """
    from scanner.config import read_config
    from scanner.store.bundles.bundle_reader import read_bundle
    from scanner.store.bundles.taking_in import take_in
    from scanner.store.store import open_store

    trusted = None if trust is None else _public_key(trust)
    bundle = read_bundle(file, None if trusted is None else frozenset({trusted}))
    if bundle.manifest.slice is not None:  # its run is complete, and asked one part of what it names
        problem = f"{file}: is a slice of a fleet's run, and no run by itself"
        raise KitscanError(problem, "kitscan receive takes slices; nothing was taken in")
    click.echo(_describe_signer(file, bundle, trusted), err=True)
    with open_store(store or read_config(Path()).store or DEFAULT_STORE, create=True) as opened:
        for bundled, subjects in zip(bundle.manifest.runs, bundle.subjects, strict=True):
            taken = take_in(opened, bundled, subjects)
            told = "was there already" if taken.was_there else f"taken in, {bundled.subjects:,} subjects"
            click.echo(f"run {bundled.run} of the bundle: run {taken.run}, {told}", err=True)
    for line in _write_files(bundle, files_into):
        click.echo(line, err=True)
    return 0


@click.command("new-key")
@click.argument("file", type=_FILE)
def new_key(file: Path) -> int:
    """Make a key to sign bundles with: the private one in FILE, for its owner only; prints the public one."""
    from scanner.cli.project_files.new_file import write_new
    from scanner.store.bundles.signing import new_private_key, public_key_of

    private = new_private_key()
    try:
        if not write_new(file, f"{private}\n".encode(), 0o600):
            raise KitscanError(f"{file} is there already", "name another file")
    except OSError as error:
        raise KitscanError(f"{file}: cannot be written ({error.strerror})", "name another file") from error
    click.echo(public_key_of(private))
    return 0


def _private_key(words: str) -> str:
    """The private key behind a reference. No message repeats it."""
    from scanner.credentials.references import FORMS, parse_reference
    from scanner.fleet.own_secrets import read_private_key

    reference = parse_reference(words)
    if reference is None:
        raise KitscanError("--sign is no reference", f"name where the key is: {FORMS}")
    return read_private_key(reference, Path(), lambda text: click.prompt(text, hide_input=True, err=True), "--sign")


def _public_key(words: str) -> str:
    """A public key, or the one in a file."""
    from fingerprints.model.input_file import read_text_file
    from scanner.store.bundles.signing import is_public_key

    text = words if is_public_key(words) else read_text_file(Path(words), 4096).strip()
    if not is_public_key(text):
        raise KitscanError(f"--trust {words}: is no public key", "give what kitscan runs new-key printed: ed25519:...")
    return text


def _describe_signer(file: Path, bundle: "Bundle", trusted: str | None) -> str:
    """Who signed a bundle that was read."""
    if bundle.signed_by is None:
        return f"{file}: not signed; who wrote it is not known"
    by = f"{file}: signed by {bundle.signed_by}"
    return by if trusted else f"{by}; whose key that is, only --trust can say"


def _project_files(config: "Config") -> Iterator[tuple[str, bytes]]:
    """kitscan.yaml and the files that it judges by, by their places in the project folder. Never credentials."""
    from fingerprints.model.input_file import read_octets
    from scanner.project_file import CONFIG_FILE

    own = config.folder / CONFIG_FILE
    judged_by = (config.zones, config.waivers, config.permits, config.support, config.attributes)
    for path in (own if own.exists() else None, *judged_by):
        if path is None:
            continue
        try:
            name = path.resolve().relative_to(config.folder.resolve()).as_posix()
        except ValueError as error:
            problem = f"{path}: is outside the folder of kitscan.yaml"
            raise KitscanError(problem, "copy it there, or export without --with-files") from error
        yield name, read_octets(path, MAX_FILE)


def _write_files(bundle: "Bundle", folder: Path | None) -> Iterator[str]:
    """Write the operator's files of a bundle where nothing stands yet, and say so."""
    from scanner.cli.project_files.new_file import write_new

    if folder is None:
        if bundle.files:
            yield f"{len(bundle.files)} files of the operator were not written; --files-into FOLDER writes them"
        return
    for name, octets in bundle.files:
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            wrote = write_new(path, octets, 0o600)
        except OSError as error:
            raise KitscanError(f"{path}: cannot be written ({error.strerror})", "name another folder") from error
        yield f"{path}: {'written' if wrote else 'is there already, and stays'}"
