"""`python -m benchmarks.fit RECORDINGS TRUTH`: counts how often each kind of evidence is right in labelled recordings,
and prints how well the confidence of answers is calibrated on families left out of the count. --write stores the counts
in weights.yaml. With --attributes it counts the origins of models, versions and serials instead
(attribute_scores.yaml)."""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import tables
from benchmarks.accuracy.recordings import labels_of
from benchmarks.accuracy.score import Answer, Judged, Naming, bins, calibration_error
from benchmarks.accuracy.truth import Truth, TruthError, read_truth
from benchmarks.fit import attributes
from benchmarks.fit.counts import KindOutcome, counted, refitted, seen_in, with_weights
from fingerprints.claims.claim import Claim
from fingerprints.database.attribute_scores import DATA as SCORES
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.database.weights import DATA, WeightsModel
from fingerprints.database.yaml_file import read_yaml
from fingerprints.identity.identify import identify
from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Evidence, Gap, Observation, Subject
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.bridge_mib import bridge_address_claims
from fingerprints.sources.entity_mib import entity_mib_items
from fingerprints.sources.if_mib import mac_majority_claims
from fingerprints.sources.private_mib.owner import private_mib_items
from fingerprints.sources.snmp_system import snmp_system_items
from scanner.captures import read_snmprec

FOLDS = 5
"""The families are split into this many parts; each part is judged by weights fitted on the others."""

Truths = Mapping[Truth, Path]


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, print, and write if asked to. Returns 2 for a truth table or a recording that cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        return _fit_attributes(options) if options.attributes else _fit_weights(options)
    except (TruthError, DataFileError) as error:
        print(error, file=sys.stderr)
        return 2


def _fit_weights(options: argparse.Namespace) -> int:
    truths = {truth: path for truth, path in _labelled(options) if truth.accepted}
    database = load_database()
    seen = {truth: _seen(truth, path, database) for truth, path in truths.items()}
    judged = tuple(_left_out(truths, seen, database))
    counts = counted(item for items in seen.values() for item in items)
    _print_result(judged, counts)
    if options.write:
        DATA.write_text(with_weights(DATA.read_text(encoding="utf-8"), counts), encoding="utf-8")
    return 0


def _fit_attributes(options: argparse.Namespace) -> int:
    files, database = labels_of(options.recordings), attributes.with_spaced_origins(load_database())
    read_truth(options.truth, options.family)  # its columns are checked there
    seen = [
        item
        for truth in attributes.read_attribute_truth(options.truth, options.family)
        if truth.recording in files
        for item in attributes.seen_by_origin(truth, _evidence(truth.recording, files[truth.recording]), database)
    ]
    counts = attributes.counts_by_origin(seen)
    for origin, by_name in sorted(counts.items()):
        for name, (right, wrong) in sorted(by_name.items()):
            print(f"{origin:20} {name:8} {right:7.1f} right {wrong:6.1f} wrong")
    if options.write:
        text = SCORES.read_text(encoding="utf-8")
        SCORES.write_text(attributes.with_counts(text, counts), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("recordings", type=Path, help="a folder of .snmprec files")
    parser.add_argument("truth", type=Path, help="their truth table (columns: docs/accuracy.md)")
    parser.add_argument("--family", default="family", metavar="COLUMN", help="the column that names the family")
    parser.add_argument("--attributes", action="store_true", help="count the origins of models, versions and serials")
    parser.add_argument("--write", action="store_true", help="store the counts in fingerprints/data")
    return parser


def _labelled(options: argparse.Namespace) -> Iterator[tuple[Truth, Path]]:
    files = labels_of(options.recordings)
    for truth in read_truth(options.truth, options.family):
        if truth.recording in files:
            yield truth, files[truth.recording]


def _evidence(label: str, path: Path) -> tuple[Evidence, ...]:
    items = tuple(read_snmprec(path))
    observations = tuple(item for item in items if isinstance(item, Observation))
    gaps = tuple(item for item in items if isinstance(item, Gap))
    return (Evidence(Subject(label, labels=(label,)), observations, gaps),)


def _seen(truth: Truth, path: Path, database: FingerprintDatabase) -> tuple[KindOutcome, ...]:
    index = index_observations(_evidence(truth.recording, path))
    extractors = (snmp_system_items, entity_mib_items, private_mib_items, mac_majority_claims, bridge_address_claims)
    claims = [item for extract in extractors for item in extract(index, database) if isinstance(item, Claim)]
    return seen_in(truth, claims, Naming(database.companies), database)


def _fold(family: str) -> int:
    return hashlib.sha256(family.encode()).digest()[0] % FOLDS


def _left_out(
    truths: Truths, seen: Mapping[Truth, Sequence[KindOutcome]], database: FingerprintDatabase
) -> Iterator[Judged]:
    """Each recording, judged by weights that were fitted without its own family."""
    model, naming = read_yaml(DATA, WeightsModel), Naming(database.companies)
    for fold in range(FOLDS):
        training = (item for truth, items in seen.items() if _fold(truth.family) != fold for item in items)
        other = refitted(database, model, counted(training))
        for truth, path in truths.items():
            if _fold(truth.family) == fold:
                identity = identify(_evidence(truth.recording, path), other).identity
                vendor = identity.vendor
                answer = Answer((vendor.id, vendor.name) if vendor else (), identity.confidence)
                yield Judged(truth, answer, naming.accepts(truth, answer) if vendor else False)


def _print_result(judged: Sequence[Judged], counts: Mapping[str, tuple[float, float]]) -> None:
    named = [recording for recording in judged if recording.answer.names]
    right = sum(recording.right is True for recording in named)
    print(f"families left out: {right} right of {len(named)} named of {len(judged)}")
    print(f"expected calibration error: {calibration_error(bins(named)) or 0.0:.4f}")
    print(f"\n{tables.reliability(bins(named))}\n\n{tables.coverage_table(judged)}\n")
    for kind, (hits, misses) in sorted(counts.items()):
        print(f"{kind:28} {hits:7.1f} right {misses:6.1f} wrong")


if __name__ == "__main__":
    sys.exit(main())
