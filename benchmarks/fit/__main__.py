"""`python -m benchmarks.fit RECORDINGS TRUTH`: count how often each kind of evidence is right in a folder of labelled
recordings, say how sure answers are on families left out of the count, and with --write keep it in weights.yaml."""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy import tables
from benchmarks.accuracy.recordings import labels_of
from benchmarks.accuracy.score import Answer, Judged, Naming, bins, calibration_error
from benchmarks.accuracy.truth import Truth, TruthError, read_truth
from benchmarks.fit.counts import Seen, counted, refitted, seen_in, written
from fingerprints.claims.claim import Claim
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
"""Parts of the families; each is judged by what the others taught."""

Truths = Mapping[Truth, Path]


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, judge, tell, and write where asked. 2 for a truth table or a recording that cannot be used."""
    asked = _options().parse_args(arguments)
    try:
        truths = {truth: path for truth, path in _labelled(asked) if truth.accepted}
        database = load_database()
        seen = {truth: _seen(truth, path, database) for truth, path in truths.items()}
        judged = tuple(_left_out(truths, seen, database))
    except (TruthError, DataFileError) as error:
        print(error, file=sys.stderr)
        return 2
    counts = counted(one for each in seen.values() for one in each)
    _tell(judged, counts)
    if asked.write:
        DATA.write_text(written(DATA.read_text(encoding="utf-8"), counts), encoding="utf-8")
    return 0


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    options.add_argument("recordings", type=Path, help="a folder of .snmprec files")
    options.add_argument("truth", type=Path, help="their truth table (columns: docs/accuracy.md)")
    options.add_argument("--family", default="family", metavar="COLUMN", help="the column that tells families apart")
    options.add_argument("--write", action="store_true", help="keep the counts in fingerprints/data/weights.yaml")
    return options


def _labelled(asked: argparse.Namespace) -> Iterator[tuple[Truth, Path]]:
    files = labels_of(asked.recordings)
    for truth in read_truth(asked.truth, asked.family):
        if truth.recording in files:
            yield truth, files[truth.recording]


def _evidence(label: str, path: Path) -> tuple[Evidence, ...]:
    said = read_snmprec(path)
    observations = tuple(one for one in said if isinstance(one, Observation))
    return (
        Evidence(Subject(label, labels=(label,)), observations, tuple(one for one in said if isinstance(one, Gap))),
    )


def _seen(truth: Truth, path: Path, database: FingerprintDatabase) -> tuple[Seen, ...]:
    said = index_observations(_evidence(truth.recording, path))
    read = (snmp_system_items, entity_mib_items, private_mib_items, mac_majority_claims, bridge_address_claims)
    votes = [lead for leads in read for lead in leads(said, database) if isinstance(lead, Claim)]
    return seen_in(truth, votes, Naming(database.companies), database)


def _fold(family: str) -> int:
    return hashlib.sha256(family.encode()).digest()[0] % FOLDS


def _left_out(truths: Truths, seen: Mapping[Truth, Sequence[Seen]], database: FingerprintDatabase) -> Iterator[Judged]:
    """Each recording, judged by weights that its own family did not teach."""
    model, naming = read_yaml(DATA, WeightsModel), Naming(database.companies)
    for fold in range(FOLDS):
        taught = (one for truth, each in seen.items() if _fold(truth.family) != fold for one in each)
        other = refitted(database, model, counted(taught))
        for truth, path in truths.items():
            if _fold(truth.family) == fold:
                identity = identify(_evidence(truth.recording, path), other).identity
                vendor = identity.vendor
                answer = Answer((vendor.id, vendor.name) if vendor else (), identity.confidence)
                yield Judged(truth, answer, naming.accepts(truth, answer) if vendor else False)


def _tell(judged: Sequence[Judged], counts: Mapping[str, tuple[float, float]]) -> None:
    named = [one for one in judged if one.answer.names]
    right = sum(one.right is True for one in named)
    print(f"families left out: {right} right of {len(named)} named of {len(judged)}")
    print(f"expected calibration error: {calibration_error(bins(named)) or 0.0:.4f}")
    print(f"\n{tables.reliability(bins(named))}\n\n{tables.coverage_table(judged)}\n")
    for kind, (hits, misses) in sorted(counts.items()):
        print(f"{kind:28} {hits:7.1f} right {misses:6.1f} wrong")


if __name__ == "__main__":
    sys.exit(main())
