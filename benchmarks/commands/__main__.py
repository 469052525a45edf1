"""`python -m benchmarks.commands [FOLDER]`: how many attributes `kitscan import cli` and identification read from
transcripts.

The transcripts are those of tests/replay/commands, or of a folder of the same form. An attribute counts if its
transcript states the expected value. Standard error lists each wrong one.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.evidence import Evidence, Subject
from fingerprints.model.recording import split_items
from scanner.captures import read_cli

TRANSCRIPTS = Path(__file__).parents[2] / "tests" / "replay" / "commands"
ATTRIBUTES = ("vendor", "model", "version", "serial")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attribute of one transcript: the expected and the actual value."""

    platform: str
    transcript: str
    attribute: str
    expected: str | None
    actual: str | None

    @property
    def right(self) -> bool:
        """True if the actual value contains the expected one; vendor and serial number must be equal."""
        if self.attribute in ("vendor", "serial"):
            return self.actual == self.expected
        return self.expected is not None and self.expected in (self.actual or "")


def outcomes(folder: Path, database: FingerprintDatabase) -> Iterator[Outcome]:
    """Every attribute of every transcript in a folder."""
    for path in sorted(folder.glob("*.yaml")):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number, capture in enumerate(file["captures"], 1):
            yield from _outcomes(file, capture, f"{path.stem} {number}", database)


def _outcomes(
    file: dict[str, Any], capture: dict[str, Any], name: str, database: FingerprintDatabase
) -> Iterator[Outcome]:
    platform = capture.get("platform", file["platform"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "capture.txt"
        path.write_text(capture["text"], encoding="utf-8")
        observations, gaps = split_items(read_cli(path, capture["command"], platform))
    identity = identify((Evidence(Subject("capture"), observations, gaps),), database).identity
    vendor = identity.vendor.id if identity.vendor is not None else None
    transcript = f"{name}: {capture['command']}"
    yield Outcome(platform, transcript, "vendor", capture.get("vendor", file["vendor"]), vendor)
    for attribute, expected in capture["expect"].items():
        yield Outcome(platform, transcript, attribute, str(expected), getattr(identity, attribute))


def table_of(results: Iterable[Outcome]) -> Iterator[str]:
    """The lines of a Markdown table: how many attributes were right, of how many that the transcripts hold."""
    table: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for outcome in results:
        for platform in (outcome.platform, "all"):
            table[platform][outcome.attribute].append(outcome.right)
    yield from ("| platform | transcripts | vendor | model | version | serial |", "|---|---|---|---|---|---|")
    for platform in (*sorted(name for name in table if name != "all"), "all"):
        row = table[platform]
        cells = (f"{sum(row[name])} of {len(row[name])}" if row[name] else "" for name in ATTRIBUTES)
        yield f"| {platform} | {len(row['vendor'])} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    results = [*outcomes(Path(sys.argv[1]) if len(sys.argv) > 1 else TRANSCRIPTS, load_database())]
    for result in results:
        if not result.right:
            actual = f"{result.attribute} {result.actual!r}, not {result.expected!r}"
            print(f"wrong: {result.transcript}: {actual}", file=sys.stderr)
    for line in table_of(results):
        print(line)


if __name__ == "__main__":
    main()
