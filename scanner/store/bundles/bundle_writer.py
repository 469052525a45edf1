"""Writes runs into one file: a ZIP archive without times, so that the same runs make the same bytes."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

import sqlalchemy as sa

from scanner.store.bundles.manifest import MANIFEST, SCHEMA, SIGNATURE, BundledSlice
from scanner.store.bundles.signing import public_key_of, sign
from scanner.store.contents import add_to_digest
from scanner.store.evidence_rows import SubjectRows, rows_of_run
from scanner.store.store import Store
from scanner.store.tables import COSTS, RANGES, RECORDS, RUNS

CHUNK = 1024 * 1024
"""Octets of texts that make one part, about."""

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP archive can state."""


@dataclass
class _Texts:
    """Texts with the number of each, in the order of their first use."""

    numbers: dict[bytes, int] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    octets: int = 0

    def number_of(self, text: str) -> int:
        """The number of a text."""
        digest = hashlib.sha256(text.encode()).digest()
        if digest not in self.numbers:
            self.numbers[digest] = len(self.numbers)
            self.waiting.append(text)
            self.octets += len(text)
        return self.numbers[digest]

    def chunk(self) -> bytes:
        """The texts that wait, a line of JSON each. None waits after that."""
        octets = "".join(f"{json.dumps(text)}\n" for text in self.waiting).encode()
        self.waiting, self.octets = [], 0
        return octets


@dataclass(frozen=True, slots=True)
class BundleOptions:
    """What a bundle says beside its runs: the versions of the tool and its data, the operator's files by their names,
    the private key that signs it, and the slice of a fleet's run that it is, or None."""

    tool_version: str
    data_version: str
    files: Mapping[str, bytes]
    key: str | None = field(default=None, repr=False)
    slice: BundledSlice | None = None


def bundle_of(store: Store, runs: Iterable[int], options: BundleOptions) -> bytes:
    """The bundle of runs. Raises StoreError for rows that cannot be read, ValueError for a key that is none."""
    out = BytesIO()
    with store.reading() as connection:
        _write(connection, runs, options, out)
    return out.getvalue()


def _write(connection: sa.Connection, runs: Iterable[int], options: BundleOptions, out: BinaryIO) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        texts, parts, names = _Texts(), list[dict[str, object]](), list[str]()

        def add(name: str, octets: bytes) -> str:
            archive.writestr(_info(name), octets)
            parts.append({"name": name, "bytes": len(octets), "sha256": hashlib.sha256(octets).hexdigest()})
            return name

        def add_texts() -> None:
            octets = texts.chunk()
            if octets:
                names.append(add(f"texts/{len(names) + 1:06}-{hashlib.sha256(octets).hexdigest()}.jsonl", octets))

        told = []
        for run in runs:
            lines: list[str] = []
            digest, subjects, rows = hashlib.sha256(), 0, 0
            for subject in rows_of_run(connection, run):
                add_to_digest(digest, subject)
                lines.append(_line(subject, texts))
                subjects, rows = subjects + 1, rows + len(subject.rows)
                if texts.octets >= CHUNK:
                    add_texts()
            entry = add(f"runs/{run}.jsonl", "".join(lines).encode())
            counts = {"subjects": subjects, "rows": rows, "entry": entry, "sha256": digest.hexdigest()}
            told.append(_head(connection, run) | counts)
        add_texts()
        files = [add(f"files/{name}", octets) for name, octets in sorted(options.files.items())]
        versions = {"tool_version": options.tool_version, "data_version": options.data_version}
        whole = {"schema": SCHEMA} | versions | {"runs": told, "texts": names, "files": files, "entries": parts}
        if options.slice is not None:
            whole["slice"] = options.slice.model_dump()
        manifest = json.dumps(whole, indent=1, ensure_ascii=True).encode()
        archive.writestr(_info(MANIFEST), manifest)
        if options.key is not None:
            signature = {"public_key": public_key_of(options.key), "signature": sign(options.key, manifest)}
            archive.writestr(_info(SIGNATURE), json.dumps(signature).encode())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
    return info


def _line(subject: SubjectRows, texts: _Texts) -> str:
    told = {
        "key": subject.key,
        "address": subject.address,
        "labels": subject.labels,
        "attributes": subject.attributes,
        "done": subject.done,
        "rows": [[row.time, row.probe, texts.number_of(row.lines)] for row in subject.rows],
    }
    return json.dumps(told) + "\n"


def _head(connection: sa.Connection, run: int) -> dict[str, object]:
    """What the tables say of a run beside its evidence."""
    row = connection.execute(sa.select(RUNS).where(RUNS.c.id == run)).one()
    record = connection.execute(sa.select(RECORDS).where(RECORDS.c.run == run)).first()
    counts = sa.select(RANGES.c.prefix, RANGES.c.addresses, RANGES.c.silent).where(RANGES.c.run == run)
    ranges = [tuple(found) for found in connection.execute(counts)]
    costs = connection.execute(sa.select(COSTS).where(COSTS.c.run == run))
    return {
        "run": row.id,
        "kind": row.kind,
        "tool_version": row.tool_version,
        "started": row.started,
        "finished": row.finished,
        "outcome": row.outcome,
        "by": record.started_by if record else "",
        "targets": json.loads(record.targets) if record else [],
        "exclusions": json.loads(record.exclusions) if record else [],
        "profile": record.profile if record else "",
        "probes": json.loads(record.probes) if record else [],
        "ranges": [dict(zip(("prefix", "addresses", "silent"), own, strict=True)) for own in sorted(ranges)],
        "cost": dict(sorted((found.name, found.amount) for found in costs)),
    }
