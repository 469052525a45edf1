"""Builds the files of one generation from the rows of a snapshot: the tables that fingerprints/ reads, and
SOURCE.yaml."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from fingerprints.database import oui, products
from fingerprints.database.chunked_table import packed_table
from fingerprints.database.provenance import SOURCE
from fingerprints.database.snapshots import DataSet


def generation_files(which: DataSet, rows: Mapping[str, str], provenance: bytes) -> dict[str, bytes]:
    """All files of a generation by path; `provenance` is its SOURCE.yaml."""
    return {SOURCE: provenance, **_tables(which, rows)}


def provenance_file(what: str, copies: Iterable[str], day: date, dated_by: str, entries: Mapping[str, int]) -> bytes:
    """A generation's SOURCE.yaml (fingerprints.database.snapshots.SnapshotFile). Values are written as JSON strings,
    which are valid YAML, so that a hostile name stays a string."""
    values = {
        "what": what,
        "copy": ", ".join(copies),
        "date": day.isoformat(),
        "date_told_by": dated_by,
        "entries": dict(entries),
    }
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in values.items()).encode()


def _tables(which: DataSet, rows: Mapping[str, str]) -> dict[str, bytes]:
    match which:
        case DataSet.MAC_PREFIXES:
            return {oui.PREFIXES: gzip.compress(oui.packed(dict(rows)), 9, mtime=0)}
        case DataSet.ENTERPRISE_NUMBERS:
            return {products.ENTERPRISES: packed_table(_by_chunk(rows))}
        case DataSet.RULES | DataSet.POLICIES:
            return {f"{which.value}/{path}": text.encode() for path, text in rows.items()}


def _by_chunk(rows: Mapping[str, str]) -> dict[str, list[str]]:
    chunks: defaultdict[str, list[str]] = defaultdict(list)
    for number, holder in sorted((int(number), holder) for number, holder in rows.items()):
        chunks[str(number // products.HOLDERS_A_CHUNK)].append(f"{number}\t{holder}")
    return dict(chunks)
