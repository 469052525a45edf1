"""The files of a generation from the rows of a snapshot: the tables that fingerprints/ reads, and SOURCE.yaml."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from fingerprints.database import oui, products
from fingerprints.database.chunked_table import packed_table
from fingerprints.database.provenance import SOURCE
from fingerprints.database.snapshots import RULES, DataSet


def generation(which: DataSet, rows: Mapping[str, str], sheet: bytes) -> dict[str, bytes]:
    """All files of a generation by path; `sheet` is its SOURCE.yaml."""
    return {SOURCE: sheet, **_tables(which, rows)}


def sheet(what: str, copies: Iterable[str], day: date, told_by: str, entries: Mapping[str, int]) -> bytes:
    """A generation's SOURCE.yaml (fingerprints.database.snapshots.SnapshotFile). JSON texts are YAML, and hostile names
    stay texts."""
    said = {
        "what": what,
        "copy": ", ".join(copies),
        "date": day.isoformat(),
        "date_told_by": told_by,
        "entries": dict(entries),
    }
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in said.items()).encode()


def _tables(which: DataSet, rows: Mapping[str, str]) -> dict[str, bytes]:
    match which:
        case DataSet.MAC_PREFIXES:
            return {oui.PREFIXES: gzip.compress(oui.packed(dict(rows)), 9, mtime=0)}
        case DataSet.ENTERPRISE_NUMBERS:
            return {products.ENTERPRISES: packed_table(_by_chunk(rows))}
        case DataSet.RULES:
            return {f"{RULES}/{path}": text.encode() for path, text in rows.items()}


def _by_chunk(rows: Mapping[str, str]) -> dict[str, list[str]]:
    chunks: defaultdict[str, list[str]] = defaultdict(list)
    for number, holder in sorted((int(number), holder) for number, holder in rows.items()):
        chunks[str(number // products.HOLDERS_A_CHUNK)].append(f"{number}\t{holder}")
    return dict(chunks)
