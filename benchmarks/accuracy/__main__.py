"""`python -m benchmarks.accuracy`: how often kitscan names the right maker, beside simpler methods, on recordings of
known makers. Without options: the 116 recordings of snmpsim-data against the truth table beside this file."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.accuracy import baselines, plot, tables
from benchmarks.accuracy.recordings import document_of, labels_of, public_recordings
from benchmarks.accuracy.score import Answer, Naming, Score, answers_in, bins, only, score
from benchmarks.accuracy.truth import TruthError, read_truth
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from scanner.version import VERSION

OWN = "kitscan"
VERSIONS = "Measured with kitscan {} and its data of version {}."
TRUTH = Path(__file__).with_name("truth.csv")


def main() -> int:
    """Measure, print, and write the files that the options name. Returns 2 for a truth table or a folder that cannot be
    used."""
    options = _parser().parse_args()
    try:
        truths = read_truth(options.truth, options.family)
    except TruthError as error:
        print(error, file=sys.stderr)
        return 2
    cache = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    recordings = options.recordings.resolve() if options.recordings else public_recordings(cache)
    files = labels_of(recordings)
    missing = [truth.recording for truth in truths if truth.recording not in files]
    if missing:
        print(f"{options.truth}: no recording in {recordings} for {', '.join(missing[:5])}", file=sys.stderr)
        return 2
    store = cache / ("own.db" if options.recordings else "public.db")
    database = load_database()
    methods = {OWN: answers_in(document_of(recordings, store, options.reuse)), **_baselines(files, database)}
    if options.watched:
        entities = frozenset(options.watched.split(","))
        methods = {name: only(entities, answers) for name, answers in methods.items()}
    naming = Naming(database.companies)
    scores = {name: score(truths, answers, naming) for name, answers in methods.items()}
    _report(scores, database.version, options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--recordings", type=Path, help="a folder of .snmprec files instead of snmpsim-data")
    parser.add_argument("--truth", type=Path, default=TRUTH, help="their truth table (columns: docs/accuracy.md)")
    parser.add_argument("--family", default="family", metavar="COLUMN", help="the column that --wrong groups by")
    parser.add_argument("--watched", metavar="ID,ID", help="judge claims of these watched companies only")
    parser.add_argument("--wrong", action="store_true", help="list each wrong, missing or false answer")
    parser.add_argument("--reuse", action="store_true", help="judge what was imported last time, without importing")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write the diagrams there, as SVG")
    parser.add_argument("--into", type=Path, action="append", default=[], help="put the tables into this page's marks")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--cache", type=Path, default=home / "kitscan-accuracy", help="where recordings are kept")
    return parser


def _baselines(files: Mapping[str, Path], database: FingerprintDatabase) -> dict[str, dict[str, Answer]]:
    seen = {label: baselines.seen_in(path) for label, path in files.items()}
    products, oui, companies = database.products, database.oui, database.companies
    return {
        "enterprise number": {
            label: baselines.by_enterprise(each, products, companies) for label, each in seen.items()
        },
        "MAC prefixes": {label: baselines.by_macs(each, oui, companies) for label, each in seen.items()},
    }


def _report(scores: Mapping[str, Score], version: str, options: argparse.Namespace) -> None:
    own = scores[OWN]
    by_confidence = bins(own.judged)
    sections = {
        "figures": f"{tables.figures(scores, OWN, by_confidence)}\n\n{VERSIONS.format(VERSION, version)}",
        "reliability": tables.reliability(by_confidence),
        "coverage": tables.coverage_table(own.judged),
        "families": tables.families(own.judged),
    }
    print("\n\n".join(text for name, text in sections.items() if options.wrong or name != "families"))
    print(f"\n{own.unknowable.hits} of {own.unknowable.of} recordings whose maker cannot be known are given one.")
    if options.wrong:
        print("\n" + tables.mistakes(own.judged))
    if options.plot:
        options.plot.parent.mkdir(parents=True, exist_ok=True)
        options.plot.write_text(plot.picture(scores, OWN, by_confidence), encoding="utf-8")
    for page in options.into:
        page.write_text(tables.placed(page.read_text(encoding="utf-8"), sections), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
