"""`kitscan lab compare`: a report of a generated operator against what a scan of it must find."""

import json
from pathlib import Path

import click

from fingerprints.model.errors import KitscanError
from scanner.cli.exit_codes import FINDINGS

_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("compare")
@click.argument("expected", type=_PATH)
@click.argument("report", type=_PATH)
def compare(expected: Path, report: Path) -> int:
    """Compare a JSON report with expected.csv of a generated operator: one line a difference.

    Makers, places, verdicts and watched parts of every device. Exit code 1 says that something differs.
    """
    from scanner.operators.comparison import differences, found_devices
    from scanner.operators.reading import read_expectations

    wanted = read_expectations(expected)
    try:
        document = json.loads(report.read_text(encoding="utf-8"))
        found = tuple(found_devices(document))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KitscanError(
            f"{report}: it is no JSON report of kitscan", "write one with kitscan assess --out report.json"
        ) from error
    different = tuple(differences(wanted, found))
    for one in different:
        click.echo(f"{one.device}: {one.compared}: expected {one.expected or 'none'}, found {one.found or 'none'}")
    wrong = len({one.device for one in different})
    click.echo(f"{len(wanted) - wrong:,} of {len(wanted):,} devices are as expected", err=True)
    return FINDINGS if different else 0
