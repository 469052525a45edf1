"""`kitscan lab scan`: the ordinary scan of a lab that is up."""

import click

from scanner.cli.lab.lab_argument import LAB


@click.command("scan", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@LAB
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[SCAN OPTIONS]")
def scan(word: str, options: tuple[str, ...]) -> int:
    """Scan a lab that is up, as `kitscan scan` scans a network.

    It is `kitscan scan` of the lab's topology-data.json, run in the lab's folder with the files there (kitscan.yaml,
    zones.yaml, credentials.yaml), with the variables of lab.env, in the lab's management network. What stands behind
    LAB are options of `kitscan scan`.
    """
    from scanner.lab.engines import open_lab
    from scanner.lab.scan_process import become_scan

    become_scan(open_lab(word), options)
