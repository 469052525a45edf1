"""What the centre's store and report hold of a run, to be compared with another run of the same devices."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fleet.judging import keys_of
from reports.policy.verdict import Verdict
from scanner.fleet.ledger import FleetLedger, SliceState
from scanner.store.evidence_rows import rows_of_run
from scanner.store.store import open_store


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run of a fleet: everything observed by subject, rows that are there twice (the same time, probe and text), the
    silent ranges, and the slices that did not come, as the report names them."""

    number: int
    facts: Mapping[str, Counter[str]]
    doubled: tuple[str, ...]
    ranges: tuple[str, ...]
    missing: tuple[str, ...]


def kept_run(place: str, number: int | None = None) -> KeptRun:
    """A run of a store, the last one if no number is given. Gaps are facts as well."""
    with open_store(place) as store:
        run = store.run(number)
        facts = {
            evidence.subject.key: Counter(map(str, (*evidence.observations, *evidence.gaps)))
            for evidence in store.evidence(run.id)
        }
        with store.reading() as connection:
            doubled = tuple(
                subject.key for subject in rows_of_run(connection, run.id) if len(set(subject.rows)) < len(subject.rows)
            )
        ranges = tuple(sorted(map(str, store.ranges(run.id))))
        missing = tuple(_missing(FleetLedger(store), run.id))
    return KeptRun(run.id, facts, doubled, ranges, missing)


def _missing(ledger: FleetLedger, number: int) -> Iterator[str]:
    (run,) = (run for run in ledger.runs() if run.run == number)
    slices = ledger.slices(run.token)
    for site in run.sites:
        planned = ledger.plan(run.token, site)
        if planned is None:
            yield f"{site}/site"
            continue
        came = {row.ordinal for row in slices if row.site == site and row.state is SliceState.RECEIVED}
        yield from (f"{site}/slice {at} of {planned[0]}" for at in range(1, planned[0] + 1) if at not in came)


def differences(kept: KeptRun, undisturbed: KeptRun, document: Mapping[str, Any]) -> Iterator[str]:
    """What a run lacks or has too much, held to one that nothing disturbed. Whatever a slice that did not come would
    have brought may lack, where the document names that slice."""
    named = {missing["target"].partition(": ")[0] for missing in document["not_assessed"]}  # what is in it comes after
    unnamed = [part for part in kept.missing if part not in named]
    if unnamed:
        yield f"not received and not named: {', '.join(unnamed)}"
    lost = {key for key, facts in undisturbed.facts.items() if facts - kept.facts.get(key, Counter())}
    if lost and not kept.missing:
        yield f"lost of {len(lost)} subjects: {', '.join(sorted(lost)[:3])}"
    more = {
        key for key, facts in kept.facts.items() if key not in named and facts - undisturbed.facts.get(key, Counter())
    }
    if more or kept.doubled:
        yield f"doubled or new of {len(more)} subjects: {', '.join((*sorted(more)[:3], *kept.doubled[:3]))}"
    if not kept.missing and kept.ranges != undisturbed.ranges:
        yield f"silent ranges {kept.ranges}, not {undisturbed.ranges}"


def false_clears(document: Mapping[str, Any], undisturbed: Mapping[str, Any], lost: frozenset[str]) -> tuple[str, ...]:
    """The devices that a document calls clear and the undisturbed one does not, or of which something was lost."""
    verdicts = {key: device["verdict"] for device in undisturbed["devices"] for key in keys_of(device)}
    return tuple(
        key
        for device in document["devices"]
        if device["verdict"] == Verdict.CLEAR
        for key in keys_of(device)
        if verdicts.get(key) != Verdict.CLEAR or key in lost
    )


def read_document(path: Path) -> Mapping[str, Any]:
    """The JSON report of a scan; an empty one where there is none."""
    if not path.exists():
        return {"devices": [], "not_assessed": []}
    document: Mapping[str, Any] = json.loads(path.read_text())
    return document
