"""`python -m benchmarks.accuracy`: how often kitscan names the right maker on recordings of known makers: read as saved
captures, and on the wire, served as live agents that a scan asks; beside simpler methods. Without options: the 116
recordings of snmpsim-data against the truth table beside this file."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy import baselines, plot, tables
from benchmarks.accuracy.attributes import beside, is_right, known
from benchmarks.accuracy.column import CAPTURES, WIRE, Column, columns_of, shared
from benchmarks.accuracy.recordings import imported, labels_of, public_recordings
from benchmarks.accuracy.score import Answer, Naming, Score, answers_in, bins, only, score
from benchmarks.accuracy.truth import Truth, TruthError, read_truth
from benchmarks.accuracy.wire import SetSentError, scanned
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from scanner.version import VERSION

OWN = "kitscan"
VERSIONS = "Measured with kitscan {} and its data of version {}."
TRUTH = Path(__file__).with_name("truth.csv")


@dataclass(frozen=True, slots=True)
class Place:
    """The recordings, their files by label, and the cache folder with the name that this set has there."""

    recordings: Path
    files: Mapping[str, Path]
    cache: Path
    name: str


def main() -> int:
    """Measure, print, and write the files that the options name. Returns 2 for a truth table or a folder that cannot be
    used, 1 where a scan wrote."""
    options = _parser().parse_args()
    try:
        truths = read_truth(options.truth, options.family)
    except TruthError as error:
        print(error, file=sys.stderr)
        return 2
    place = _place(options)
    missing = [truth.recording for truth in truths if truth.recording not in place.files]
    if missing:
        print(f"{options.truth}: no recording in {place.recordings} for {', '.join(missing[:5])}", file=sys.stderr)
        return 2
    database = load_database()
    naming = Naming(database.companies)
    try:
        answers, packets = _answers(place, options)
    except SetSentError as error:
        print(error, file=sys.stderr)
        return 1
    others = _baselines(place.files, database) if CAPTURES in answers else {}
    if options.watched:
        entities = frozenset(options.watched.split(","))
        answers, others = ({name: only(entities, each) for name, each in table.items()} for table in (answers, others))
    columns = columns_of(truths, answers, packets, naming)
    _report(truths, columns, {name: score(truths, each, naming) for name, each in others.items()}, database, options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--recordings", type=Path, help="a folder of .snmprec files instead of snmpsim-data")
    parser.add_argument("--truth", type=Path, default=TRUTH, help="their truth table (columns: docs/accuracy.md)")
    parser.add_argument("--only", choices=(CAPTURES, WIRE), help="measure one column")
    parser.add_argument("--family", default="family", metavar="COLUMN", help="the column that --wrong groups by")
    parser.add_argument("--watched", metavar="ID,ID", help="judge claims of these watched companies only")
    parser.add_argument("--wrong", action="store_true", help="list each wrong, missing or false answer")
    parser.add_argument("--reuse", action="store_true", help="judge what was imported and scanned last time again")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the diagrams there, as SVG")
    parser.add_argument("--into", type=Path, action="append", default=[], help="put the tables into this page's marks")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--cache", type=Path, default=home / "kitscan-accuracy", help="where recordings are kept")
    return parser


def _place(options: argparse.Namespace) -> Place:
    cache = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    recordings = options.recordings.resolve() if options.recordings else public_recordings(cache)
    return Place(recordings, labels_of(recordings), cache, "own" if options.recordings else "public")


def _answers(place: Place, options: argparse.Namespace) -> tuple[dict[str, dict[str, Answer]], tuple[int, ...]]:
    """The answers of each column that is wanted, and the packets that each agent was sent."""
    answers: dict[str, dict[str, Answer]] = {}
    packets: tuple[int, ...] = ()
    if options.only != WIRE:
        answers[CAPTURES] = answers_in(imported(place.recordings, place.cache / f"{place.name}.db", options.reuse))
    if options.only != CAPTURES:
        ordered = place.cache / "ordered" if place.name == "public" else None
        document, packets = scanned(place.files, ordered, place.cache / f"{place.name}-wire.db", options.reuse)
        answers[WIRE] = answers_in(document)
    return answers, packets


def _baselines(files: Mapping[str, Path], database: FingerprintDatabase) -> dict[str, dict[str, Answer]]:
    seen = {label: baselines.seen_in(path) for label, path in files.items()}
    products, oui, companies = database.products, database.oui, database.companies
    return {
        "enterprise number": {
            label: baselines.by_enterprise(each, products, companies) for label, each in seen.items()
        },
        "MAC prefixes": {label: baselines.by_macs(each, oui, companies) for label, each in seen.items()},
    }


def _report(
    truths: Sequence[Truth],
    columns: Mapping[str, Column],
    others: Mapping[str, Score],
    database: FingerprintDatabase,
    options: argparse.Namespace,
) -> None:
    """Print and write. What is told in detail is told of the wire, where that was measured."""
    own = columns.get(WIRE, columns.get(CAPTURES))
    assert own is not None
    by_confidence = bins(own.score.judged)
    sections = {
        "figures": f"{tables.figures(columns)}\n\n{VERSIONS.format(VERSION, database.version)}",
        "reliability": tables.reliability(by_confidence),
        "coverage": tables.coverage_table(own.score.judged),
        "families": tables.families(own.score.judged),
    }
    if CAPTURES in columns:
        sections["methods"] = tables.methods({OWN: columns[CAPTURES].score, **others})
    print("\n\n".join(text for name, text in sections.items() if options.wrong or name != "families"))
    for name, column in columns.items():
        unknowable = column.score.unknowable
        print(f"\n{name}: {unknowable.hits} of {unknowable.of} recordings whose maker cannot be known are given one.")
        if options.wrong:
            print("\n".join(_wrong(truths, name, columns)))
    if options.plot:
        options.plot.parent.mkdir(parents=True, exist_ok=True)
        options.plot.write_text(plot.picture({OWN: own.score, **others}, OWN, by_confidence), encoding="utf-8")
    for page in options.into:
        page.write_text(tables.placed(page.read_text(encoding="utf-8"), sections), encoding="utf-8")


def _wrong(truths: Sequence[Truth], name: str, columns: Mapping[str, Column]) -> list[str]:
    """The wrong answers of one column; behind them, what the wire tells otherwise than the captures."""
    answers = columns[name].answers
    wrong = [each for each in known(truths, answers) if not is_right(*each[1:])]
    lines = [tables.mistakes(columns[name].score.judged)]
    lines += [f"one device: {', '.join(labels)}" for labels in shared(truths, answers)]
    lines += (
        ["otherwise than the truth:", tables.attribute_mistakes(wrong)] if any(t.attributes for t in truths) else []
    )
    if name == WIRE and CAPTURES in columns:
        told = beside(columns[CAPTURES].answers, answers, truths)
        lines += ["otherwise than the capture:", tables.attribute_mistakes(each for each in told if each[2] != each[3])]
    return lines


if __name__ == "__main__":
    sys.exit(main())
