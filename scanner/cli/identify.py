"""`kitscan identify`: the maker that a few values name. It uses no store and no network."""

import os
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept


@click.command("identify")
@click.option("--sysobjectid", metavar="OID", help="The value of sysObjectID.")
@click.option("--sysdescr", metavar="TEXT", help="The value of sysDescr.")
@click.option("--mac", multiple=True, metavar="MAC", help="An interface's MAC address; repeat it for more.")
@click.option("--engine-id", metavar="HEX", help="The SNMP engine ID, such as 800007db0300e0fc0a0001.")
@click.option("--ssh-banner", metavar="TEXT", help="The SSH identification string.")
def command(mac: tuple[str, ...], engine_id: str | None, **given: str | None) -> int:
    """Name the maker that a few values point to."""
    from fingerprints.database.fingerprint_database import load_database
    from fingerprints.identity.identify import identify
    from fingerprints.sources.snmp_system import SYS_DESCR, SYS_OBJECT_ID
    from reports.explanation.device import explain_identity
    from scanner.config import read_config
    from scanner.updates.installed_data import data_folder

    fields = {
        "sysobjectid": (SYS_OBJECT_ID.source, SYS_OBJECT_ID.oid),
        "sysdescr": (SYS_DESCR.source, SYS_DESCR.oid),
        "ssh_banner": (Source.SSH_IDENT, "22/tcp"),
    }
    observations = [Observation(*fields[name], kept(value.strip())) for name, value in given.items() if value]
    observations += [Observation(Source.LINK_MAC, str(n), _octets("--mac", value, 6)) for n, value in enumerate(mac, 1)]
    if engine_id:
        observations.append(Observation(Source.SNMP_ENGINE_ID, "", _octets("--engine-id", engine_id, None)))
    if not observations:
        raise click.UsageError("give at least one value, such as --sysobjectid 1.3.6.1.4.1.2011.2.88.2")
    evidence = Evidence(Subject("given", labels=("given",)), tuple(observations))
    config = read_config(Path())
    database = load_database(config.rules, data_folder(config.data, os.environ))
    for note in database.notes:
        click.echo(f"note: {note}", err=True)
    device = identify((evidence,), database)
    click.echo(explain_identity(device), nl=False)
    return 0


def _octets(option: str, text: str, length: int | None) -> str:
    digits = "".join(digit for digit in text.lower().removeprefix("0x") if digit not in ":-. ")
    try:
        octets = bytes.fromhex(digits)
    except ValueError as error:
        raise KitscanError(f"{option} {text!r} is not hexadecimal", "write it as 00:e0:fc:01:02:03") from error
    if length is not None and len(octets) != length:
        raise KitscanError(f"{option} {text!r} has {len(octets)} octets, not {length}", "write all of it")
    return kept(octets)
