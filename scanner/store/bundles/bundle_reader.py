"""Reads a bundle, and believes nothing of it before it was checked: names, sizes, digests, the signature, each row."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from fingerprints.model.input_file import read_octets
from reports.document.sanitize import sanitize
from scanner.store.bundles.manifest import MANIFEST, MAX_MANIFEST, MAX_WHOLE, SIGNATURE, BundledRun, Manifest
from scanner.store.bundles.signing import is_public_key, is_signed_by
from scanner.store.contents import add_to_digest
from scanner.store.evidence_rows import EvidenceRow, SubjectRows
from scanner.store.row_times import time_of

MAX_BUNDLE = 2 * 1024 * 1024 * 1024
"""Octets of the largest bundle that is read."""

MAX_PARTS = 20_000
"""Parts of a bundle: texts of a MiB each, a part a run, and the operator's files."""

MAX_SIGNATURE = 4096

MIN_ROW, MIN_TEXT = 128, 64
"""Octets that a row or a list, and a text, count for at least: in memory the shortest takes as many, though packed it
takes none."""

_PART = b"PK\x01\x02"
"""What the entry of a part begins with in the directory of a ZIP archive (APPNOTE 4.3.12). Chance puts it into a few
places more."""

NEXT = "ask for the bundle again; nothing of it was taken"

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
)
"""What `zipfile` raises for an archive that is broken or of a kind that it cannot read."""


class _Signature(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    public_key: str
    signature: str


class _SubjectLine(BaseModel):
    """A subject with its rows: a time, a probe and the number of a text each."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: str
    address: str
    labels: str
    attributes: str
    done: bool
    rows: list[tuple[int, str, int]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose parts are what its manifest says. `signed_by` is the public key whose signature it bears, None
    for one without; `files` are the operator's, by name."""

    manifest: Manifest
    signed_by: str | None
    subjects: tuple[tuple[SubjectRows, ...], ...]
    """Those of each run, in the order of the manifest."""
    files: tuple[tuple[str, bytes], ...]


class UntrustedBundleError(KitscanError):
    """A bundle bears no signature of a key that is trusted."""


def read_bundle(path: Path, trusted: frozenset[str] | None = None, most: int | None = None) -> Bundle:
    """Read and check a bundle, of which at most `most` octets (MAX_WHOLE) are unpacked.

    Raises DataFileError, which names the part and what was expected, and UntrustedBundleError where none of the
    `trusted` keys signed it: then nothing but its manifest was unpacked.
    """
    octets = read_octets(path, min(MAX_BUNDLE, (most or MAX_WHOLE) + MAX_MANIFEST), NEXT)
    if octets.count(_PART) > MAX_PARTS:  # `zipfile` makes an object of each, before anybody's signature is looked at
        raise _refused(path, "whole file", "holds too many parts", f"at most {MAX_PARTS:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            return _BundleReader(path, archive, most or MAX_WHOLE).read(trusted)
    except _BROKEN as error:
        raise _refused(
            path, "whole file", "is not a whole ZIP archive", "a file that kitscan runs export wrote"
        ) from error


class _BundleReader:
    def __init__(self, path: Path, archive: zipfile.ZipFile, most: int) -> None:
        self._path, self._archive, self._most = path, archive, most

    def read(self, trusted: frozenset[str] | None) -> Bundle:
        written = self._octets(MANIFEST, MAX_MANIFEST)
        manifest = self._manifest(written)
        signed_by = self._signer(written)
        if trusted is not None and signed_by not in trusted:
            found = "is not signed" if signed_by is None else f"is signed by {signed_by}"
            wanted = ", not by " + next(iter(trusted)) if len(trusted) == 1 else ""
            problem = f"{self._path}: {found}{wanted}"
            raise UntrustedBundleError(problem, "ask whoever sent it; nothing was taken in")
        self._check_names(manifest, signed_by is not None)
        parts = {entry.name: self._part(entry.name, entry.bytes, entry.sha256) for entry in manifest.entries}
        texts = [text for name in manifest.texts for text in self._texts(name, parts[name])]
        subjects = tuple(tuple(self._subjects(run, parts[run.entry], texts)) for run in manifest.runs)
        files = tuple((name.removeprefix("files/"), parts[name]) for name in manifest.files)
        return Bundle(manifest, signed_by, subjects, files)

    def _manifest(self, written: bytes) -> Manifest:
        try:
            return Manifest.model_validate_json(written)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "whole file"
            raise _refused(
                self._path, f"{MANIFEST}, {place}", first["msg"], "a manifest of kitscan-bundle/1"
            ) from error

    def _signer(self, manifest: bytes) -> str | None:
        if SIGNATURE not in self._archive.namelist():
            return None
        try:
            signature = _Signature.model_validate_json(self._octets(SIGNATURE, MAX_SIGNATURE))
        except ValidationError as error:
            raise _refused(self._path, SIGNATURE, "is no signature", "a public key and a signature") from error
        key = signature.public_key
        if not is_public_key(key) or not is_signed_by(key, signature.signature, manifest):
            raise _refused(self._path, SIGNATURE, "does not fit the manifest", "the signature of this very manifest")
        return key

    def _check_names(self, manifest: Manifest, signed: bool) -> None:
        listed = [entry.name for entry in manifest.entries]
        used = [*manifest.texts, *manifest.files, *(run.entry for run in manifest.runs)]
        there = self._archive.namelist()
        own = [MANIFEST, SIGNATURE] if signed else [MANIFEST]
        if sorted(there) != sorted([*listed, *own]) or sorted(used) != sorted(listed):
            wrong = sorted({*there} ^ {*listed, *own} | {*used} ^ {*listed}) or ["a part twice"]
            raise _refused(
                self._path, MANIFEST, f"and the parts differ: {wrong[0]}", "the parts that are listed, once each"
            )
        if any(not name.startswith("files/") for name in manifest.files):
            raise _refused(self._path, MANIFEST, "names a file outside files/", "names such as files/zones.yaml")
        if sum(entry.bytes for entry in manifest.entries) > self._most:
            raise _refused(
                self._path, MANIFEST, "states parts that are too large", f"at most {self._most:,} bytes in all"
            )

    def _part(self, name: str, size: int, sha256: str) -> bytes:
        octets = self._octets(name, size)
        found = hashlib.sha256(octets).hexdigest()
        if len(octets) != size or found != sha256:
            raise _refused(self._path, name, f"has {len(octets)} bytes and SHA-256 {found}", f"{size} and {sha256}")
        return octets

    def _octets(self, name: str, limit: int) -> bytes:
        """The octets of a part, of which no more than `limit` are unpacked."""
        try:
            with self._archive.open(name) as part:
                octets = part.read(limit + 1)
        except KeyError as error:
            raise _refused(self._path, name, "is missing", "a part of this name") from error
        except _BROKEN as error:
            raise _refused(self._path, name, f"cannot be unpacked ({type(error).__name__})", "a whole part") from error
        if len(octets) > limit:
            raise _refused(self._path, name, "is larger than it may be", f"at most {limit:,} bytes")
        return octets

    def _texts(self, name: str, octets: bytes) -> Iterator[str]:
        if octets.count(b"\n") * MIN_TEXT > self._most:
            raise _refused(self._path, name, "holds too many texts", f"at most {self._most // MIN_TEXT:,} texts")
        for number, line in enumerate(octets.splitlines(), 1):
            try:
                text = from_json(line, cache_strings="none")  # takes no half character (a lone surrogate)
            except ValueError:
                text = None
            if not isinstance(text, str):
                raise _refused(self._path, f"{name}, line {number}", "is no text", "a JSON string")
            yield text

    def _subjects(self, run: BundledRun, octets: bytes, texts: list[str]) -> Iterator[SubjectRows]:
        digest, count, rows, before, characters = hashlib.sha256(), 0, 0, "", 0
        for number, line in enumerate(octets.splitlines(), 1):
            characters += line.count(b"[") * MIN_ROW
            self._check_characters(run, characters)
            subject = self._subject(f"{run.entry}, line {number}", line, texts)
            if count and subject.key <= before:
                raise _refused(self._path, f"{run.entry}, line {number}", "is not in order", "subjects sorted by key")
            characters += sum(len(row.lines) for row in subject.rows)
            self._check_characters(run, characters)
            add_to_digest(digest, subject)
            count, rows, before = count + 1, rows + len(subject.rows), subject.key
            yield subject
        found = (count, rows, digest.hexdigest())
        if found != (run.subjects, run.rows, run.sha256):
            told = f"holds {count} subjects, {rows} rows and evidence of SHA-256 {found[2]}"
            raise _refused(self._path, run.entry, told, f"{run.subjects}, {run.rows} and {run.sha256}")

    def _check_characters(self, run: BundledRun, characters: int) -> None:
        if characters > self._most:
            raise _refused(
                self._path, run.entry, "says one text again and again", f"at most {self._most:,} bytes in all"
            )

    def _subject(self, place: str, line: bytes, texts: list[str]) -> SubjectRows:
        try:
            told = _SubjectLine.model_validate_json(line)
            _check_lists(told)
            rows = tuple(EvidenceRow(time, probe, texts[number]) for time, probe, number in told.rows if number >= 0)
            for row in rows:
                time_of(row.time)
        except (ValueError, IndexError, OverflowError, RecursionError) as error:
            raise _refused(self._path, place, "is no subject with its rows", "a line that kitscan wrote") from error
        if len(rows) != len(told.rows):
            raise _refused(self._path, place, "is no subject with its rows", "a line that kitscan wrote")
        return SubjectRows(told.key, told.address, told.labels, told.attributes, told.done, rows)


def _check_lists(line: _SubjectLine) -> None:
    """Raises ValueError for labels and attributes that are no list of texts and no list of pairs of texts."""
    labels, attributes = json.loads(line.labels), json.loads(line.attributes)
    if not isinstance(labels, list) or not isinstance(attributes, list):
        raise ValueError("no lists")
    if any(not isinstance(pair, list) or len(pair) != 2 for pair in attributes):
        raise ValueError("an attribute is no pair")
    if any(not isinstance(word, str) for word in (*labels, *(word for pair in attributes for word in pair))):
        raise ValueError("no text")


def _refused(path: Path, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(path, (Flaw(sanitize(place), sanitize(problem), expected),), NEXT)
