"""The other objects of a device by column, each with its entry in the table of identity objects."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.products import IdentityObject, IdentityObjects
from fingerprints.model.observation_index import ObservationIndex

ObjectInstance = tuple[str, str]
"""The OID of one instance, and its value."""

ObjectColumn = tuple[str, Sequence[ObjectInstance], IdentityObject | None]

SKIPPED_GROUPS = tuple(sorted(f"1.3.6.1.2.1.{group}" for group in (2, 4, 5, 6, 7, 11, 31)))
"""Groups of MIB-II and IF-MIB (RFC 1213, 2863) that hold most of a device's objects and never its identity."""


def columns(index: ObservationIndex, database: FingerprintDatabase) -> tuple[ObjectColumn, ...]:
    """The objects by column: the OID that its rows have in common, the rows, and its entry in the table of identity
    objects. Left out are SKIPPED_GROUPS and the objects that a rule marks as shared by many agents."""
    rules = database.rules.of_objects(index.enterprises())
    shared = tuple(rule.at + "." for rule in rules if rule.marks_shared_object)
    served = index.once(_columns, database.objects)
    return tuple(column for column in served if not column[1][0][0].startswith(shared)) if shared else served


def _columns(index: ObservationIndex, objects: IdentityObjects) -> tuple[ObjectColumn, ...]:
    return tuple((parent, rows, objects.object_of(rows[0][0])) for parent, rows in _runs(index))


def _runs(index: ObservationIndex) -> Sequence[tuple[str, Sequence[ObjectInstance]]]:
    runs: list[tuple[str, list[ObjectInstance]]] = []
    parent, rows = "", list[ObjectInstance]()
    for start, end in _kept_runs(index.oids):
        for row in zip(index.oids[start:end], index.values[start:end], strict=True):
            before = row[0].rpartition(".")[0]
            if before != parent or not rows:
                parent, rows = before, []
                runs.append((parent, rows))
            rows.append(row)
    return tuple(runs)


def _kept_runs(oids: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The runs of OIDs, as start and end, that lie between the subtrees of SKIPPED_GROUPS; `oids` in text order."""
    start = 0
    for subtree in SKIPPED_GROUPS:
        end = bisect_left(oids, subtree + ".", start)
        yield start, end
        start = bisect_left(oids, subtree + "/", end)  # "/" follows "." in ASCII
    yield start, len(oids)
