"""`python -m benchmarks.commands [FOLDER]`: what `kitscan import cli` and identification make of written transcripts.

The transcripts are those of tests/replay/commands, or of a folder of the same form. A trait counts where a transcript
says what is expected; `wrong` on standard error names each that was not had.
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
TRAITS = ("vendor", "model", "version", "serial")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One trait of one transcript: what was expected and what was found."""

    platform: str
    transcript: str
    trait: str
    expected: str | None
    found: str | None

    @property
    def right(self) -> bool:
        """Whether what was found holds what was expected; a serial number and a maker must be it."""
        if self.trait in ("vendor", "serial"):
            return self.found == self.expected
        return self.expected is not None and self.expected in (self.found or "")


def outcomes(folder: Path, database: FingerprintDatabase) -> Iterator[Outcome]:
    """Every trait of every transcript below a folder."""
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
    found = identify((Evidence(Subject("capture"), observations, gaps),), database).identity
    vendor = found.vendor.id if found.vendor is not None else None
    told = f"{name}: {capture['command']}"
    yield Outcome(platform, told, "vendor", capture.get("vendor", file["vendor"]), vendor)
    for trait, expected in capture["expect"].items():
        yield Outcome(platform, told, trait, str(expected), getattr(found, trait))


def table_of(found: Iterable[Outcome]) -> Iterator[str]:
    """The table as Markdown, line by line: how many were right of how many that a transcript holds."""
    table: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        for platform in (one.platform, "all"):
            table[platform][one.trait].append(one.right)
    yield from ("| platform | transcripts | vendor | model | version | serial |", "|---|---|---|---|---|---|")
    for platform in (*sorted(name for name in table if name != "all"), "all"):
        of = table[platform]
        cells = (f"{sum(of[trait])} of {len(of[trait])}" if of[trait] else "" for trait in TRAITS)
        yield f"| {platform} | {len(of['vendor'])} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    found = [*outcomes(Path(sys.argv[1]) if len(sys.argv) > 1 else TRANSCRIPTS, load_database())]
    for one in found:
        if not one.right:
            print(f"wrong: {one.transcript}: {one.trait} {one.found!r}, not {one.expected!r}", file=sys.stderr)
    for line in table_of(found):
        print(line)


if __name__ == "__main__":
    main()
