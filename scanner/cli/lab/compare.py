"""`kitscan lab compare`: a report of a generated operator against what a scan of it must find."""

import json
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.exit_codes import FINDINGS

MAX_REPORT = 1 << 30
"""Octets of the largest report: one of 2,000 devices has some 14 MB."""


@click.command("compare")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--report", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="[FOLDER/report.json]")
def compare(folder: Path, report: Path | None) -> int:
    """Compare a JSON report of a generated operator with its expected.csv and cables.csv: a line a difference.

    Makers, places, verdicts and watched parts of every device, and neighbours by LLDP. Exit code 1 says that something
    differs.
    """
    from fingerprints.model.input_file import read_text_file
    from scanner.operators.checking import compare_with_report
    from scanner.operators.reading import read_expected, read_project

    project, expected, path = read_project(folder), read_expected(folder), report or folder / "report.json"
    step = f"in {folder}: kitscan scan --yes --format json --out report.json"
    if not path.exists():
        raise KitscanError(f"{path}: there is no report", step)
    try:
        comparison = compare_with_report(project, expected, json.loads(read_text_file(path, MAX_REPORT)))
    except (ValueError, KeyError, TypeError) as error:
        problem = f"{path}: it is no JSON report of kitscan"
        raise KitscanError(problem, step) from error
    different = (*comparison.nodes.differences, *comparison.links.differences)
    for one in different:
        click.echo(f"{one.node}: {one.what}: expected {one.expected}, found {one.found}")
    right = f"{len(comparison.nodes.right):,} of {len(expected):,} devices are as expected"
    click.echo(f"{right}, {comparison.links.seen:,} of {len(project.operator.cables):,} cables seen", err=True)
    return FINDINGS if different else 0
