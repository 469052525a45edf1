"""Documents frozen before the house was rebuilt: evidence of real runs, and what `assess --format json` made of it.

A golden document keeps every value; of the sentences, which may be reworded, it keeps only that they are there and how
many. `python -m tests.replay.golden_documents freeze STORE NAME [ZONES]` writes the evidence of a store's latest run
and its golden document; `... judge NAME` the document anew from the frozen evidence; `... digest STORE FILE` one digest
a device.
"""

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.evidence import Evidence, Source, Subject
from fingerprints.model.recording import encode, split_lines
from reports.document.build import build_document
from reports.document.document import Document
from reports.formats.as_json import render
from reports.judgement.assessment import AssessmentOptions
from reports.judgement.run import run_assessment
from reports.judgement.run_info import RunInfo, SilentRange
from reports.placement.zones import read_zones
from reports.policy.policy_set import DEFAULT_SET, load_policies
from scanner.store.store import open_store

HOME = Path(__file__).parent / "golden"
SENTENCES = frozenset(("because", "hint", "notes", "explained", "turning", "conflicts", "reason", "detail"))
"""Keys of the document whose values are sentences for people."""

UNSTABLE = frozenset(("data", "tool_version", "command_line"))
"""Keys that a change of version or data alone would change, and one that came after the documents were frozen."""


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """The evidence of one run, with what its document says of the run itself."""

    taken: RunInfo
    as_of: date
    zones: str | None
    evidence: tuple[Evidence, ...]

    def read(self, sources: frozenset[Source] | None) -> Iterator[Evidence]:
        """The evidence of some sources, or all of it, as a store gives it."""
        for one in self.evidence:
            kept = tuple(said for said in one.observations if sources is None or said.source in sources)
            yield Evidence(one.subject, kept, one.gaps)

    def document(self) -> Document:
        """What the whole assessment makes of it, by the default policies."""
        zones = read_zones(HOME / self.zones) if self.zones else None
        frame = AssessmentOptions(load_database(), zones, load_policies(DEFAULT_SET), "frozen", None, self.as_of)
        return build_document(run_assessment(self.read, frame, self.taken))


def frozen_run(name: str) -> FrozenRun:
    """A run that `freeze` wrote."""
    with gzip.open(HOME / f"{name}.evidence.jsonl.gz", "rt", encoding="utf-8") as lines:
        head = json.loads(next(lines))
        evidence = tuple(_subject(json.loads(line)) for line in lines)
    ranges = tuple(SilentRange(*row) for row in head["ranges"])
    cost = tuple((key, amount) for key, amount in head["cost"])
    taken = RunInfo(head["run"], "frozen", head["in_scope"], ranges, head["complete"], cost)
    return FrozenRun(taken, date.fromisoformat(head["as_of"]), head["zones"], evidence)


def parsed(document: Document) -> dict[str, Any]:
    """A document as its JSON reads."""
    read: dict[str, Any] = json.loads(render(document))
    return read


def skeleton(value: Any, key: str = "") -> Any:
    """A document's value with each sentence replaced by the fact that it is there."""
    if key in SENTENCES:
        return [bool(item) for item in value] if isinstance(value, list) else bool(value)
    if isinstance(value, dict):
        return {name: skeleton(item, name) for name, item in value.items() if name not in UNSTABLE}
    return [skeleton(item) for item in value] if isinstance(value, list) else value


def digests(document: dict[str, Any]) -> Iterator[str]:
    """A line a device and a target not assessed, sorted: the digest of its label and that of its skeleton."""
    devices = [(one["labels"][0], one) for one in document["devices"]]
    missing = [(one["target"], one) for one in document["not_assessed"]]
    yield from sorted(f"{_digest(label)}\t{_digest(skeleton(one))}" for label, one in (*devices, *missing))


def dumped(value: Any) -> str:
    """A golden document as it is kept: sorted, one value a line, so that a difference reads well."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, indent=1) + "\n"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _subject(row: dict[str, Any]) -> Evidence:
    attributes = tuple((name, value) for name, value in row["attributes"])
    return Evidence(Subject(row["key"], row["address"], tuple(row["labels"]), attributes), *split_lines(row["lines"]))


def _row(one: Evidence) -> dict[str, Any]:
    subject = one.subject
    lines = [*encode(one.observations), *encode(one.gaps)]
    named = {"key": subject.key, "address": subject.address, "labels": subject.labels}
    return {**named, "attributes": subject.attributes, "lines": lines}


def _freeze(place: str, name: str, zones: str | None) -> None:
    with open_store(place) as store:
        run = store.run(None)
        ranges = [(found.prefix, found.addresses, found.silent) for found in store.ranges(run.id)]
        head = {
            "run": f"{run.id} ({run.kind}, {run.started.date().isoformat()})",
            "as_of": run.started.date().isoformat(),
            "zones": zones,
            "complete": run.complete,
            "in_scope": sum(addresses for _, addresses, _ in ranges),
            "ranges": [row for row in ranges if row[0]],
            "cost": store.cost(run.id),
        }
        rows = [head, *map(_row, store.evidence(run.id))]
    with gzip.GzipFile(HOME / f"{name}.evidence.jsonl.gz", "wb", mtime=0) as packed:
        packed.write("".join(json.dumps(row) + "\n" for row in rows).encode())
    _judge(name)


def _judge(name: str) -> None:
    golden = dumped(skeleton(parsed(frozen_run(name).document())))
    with gzip.GzipFile(HOME / f"{name}.document.json.gz", "wb", mtime=0) as packed:
        packed.write(golden.encode())


def digests_of_store(place: str) -> Iterable[str]:
    """The digests of what a store's latest run is judged to be, by the default policies and no zones."""
    with open_store(place) as store:
        run = store.run(None)
        ranges = store.ranges(run.id)
        silent = tuple(SilentRange(found.prefix, found.addresses, found.silent) for found in ranges if found.prefix)
        taken = RunInfo("frozen", "frozen", sum(found.addresses for found in ranges), silent, run.complete, ())
        policies = load_policies(DEFAULT_SET)
        frame = AssessmentOptions(load_database(), None, policies, "frozen", None, date(2026, 11, 28))
        return tuple(digests(parsed(build_document(run_assessment(partial(store.evidence, run.id), frame, taken)))))


def _main(what: str, *words: str) -> None:
    if what == "freeze":
        place, name, *zones = words
        _freeze(place, name, zones[0] if zones else None)
    elif what == "judge":
        _judge(*words)
    else:
        place, file = words
        Path(file).write_text("".join(line + "\n" for line in digests_of_store(place)), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
