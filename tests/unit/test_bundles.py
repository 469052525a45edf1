"""A bundle carries runs to another store to the octet, and one that is broken or badly signed is refused as a whole."""

import hashlib
import io
import json
import resource
import signal
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from scanner.cli.main import run
from scanner.cli.project_files.new_file import write_new
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bundles.bundle_reader import read_bundle
from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
from scanner.store.bundles.manifest import BundledSlice, Entry, Manifest
from scanner.store.bundles.signing import is_signed_by, new_private_key, public_key_of, sign
from scanner.store.bundles.taking_in import TakenRun, take_in
from scanner.store.store import Store, open_store

THEN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
ROUTER = Subject("192.0.2.1", "192.0.2.1", ("Zürich",), (("site", "lon-1"),))
FORMATS = ("json", "csv", "html", "text", "sarif", "cyclonedx", "junit")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(str(tmp_path / "s.sqlite"), create=True)
    for night in range(3):
        started = THEN + timedelta(days=night)
        with opened.writing("scan", "1.0", started) as writer:
            writer.record(RunRequest("jo@scan1", ("192.0.2.0/29",), (), "normal", ("snmp",)))
            descr = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180"
            said = [
                Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", descr),
                Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2011.2.62.2.9"),
                Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(8_640_000 * night)),
            ]
            writer.add(ROUTER, "snmp", said, started)
            writer.add(
                Subject("192.0.2.2"), "discovery", [Gap("discovery", "", GapReason.NO_ANSWER, "silent")], started
            )
            writer.done(ROUTER.key)
            writer.range(RangeCount("192.0.2.0/29", 6, 4))
            writer.spend({"packets": 10})
            if night < 2:
                writer.finish(RunOutcome.COMPLETE, started)
    return opened


def exported(
    store: Store, path: Path, *runs: int, key: str | None = None, files: dict[str, bytes] | None = None
) -> Path:
    path.write_bytes(bundle_of(store, runs, BundleOptions("1.0", "abc", files or {}, key)))
    return path


def other_store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "other.sqlite"), create=True)


def taken(store: Store, path: Path) -> list[TakenRun]:
    bundle = read_bundle(path)
    return [take_in(store, *pair) for pair in zip(bundle.manifest.runs, bundle.subjects, strict=True)]


def test_the_same_runs_make_the_same_bytes(store: Store, tmp_path: Path) -> None:
    key = new_private_key()
    first, second = (exported(store, tmp_path / name, 1, 2, 3, key=key) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_runs_come_over_with_everything_that_a_report_reads(store: Store, tmp_path: Path) -> None:
    other = other_store(tmp_path)
    assert taken(other, exported(store, tmp_path / "b.zip", 1, 3)) == [TakenRun(1, False), TakenRun(3, False)]
    for number in (1, 3):
        assert other.run(number) == store.run(number)
        assert other.sha256(number) == store.sha256(number)
        assert list(other.evidence(number)) == list(store.evidence(number))
        assert (other.ranges(number), other.cost(number)) == (store.ranges(number), store.cost(number))
        assert other.request(number) == store.request(number)


@pytest.mark.parametrize("output_format", FORMATS)
def test_another_store_judges_to_the_same_bytes(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], output_format: str
) -> None:
    other = other_store(tmp_path)
    taken(other, exported(store, tmp_path / "b.zip", 2))
    printed = []
    for place in (store.place, other.place):
        words = ["assess", "2", "--store", place, "--as-of", "2026-03-01", "--format", output_format]
        assert run([*words, "--fail-on", "never"]) in (0, 3)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != ""


def test_taking_in_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    other, bundle = other_store(tmp_path), exported(store, tmp_path / "b.zip", 1, 2)
    taken(other, bundle)
    assert taken(other, bundle) == [TakenRun(1, True), TakenRun(2, True)]
    assert len(other.runs()) == 2


def test_a_run_whose_number_is_taken_gets_the_next_one(store: Store, tmp_path: Path) -> None:
    other = other_store(tmp_path)
    with other.writing("import", "1.0", THEN) as writer:
        writer.finish(RunOutcome.COMPLETE, THEN)
    assert taken(other, exported(store, tmp_path / "b.zip", 1)) == [TakenRun(2, False)]
    assert other.sha256(2) == store.sha256(1)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same archive after a change of its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, octets in parts.items():
            archive.writestr(name, octets)
    return path


def in_manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def changed(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        change(manifest)
        parts["manifest.json"] = json.dumps(manifest).encode()

    return changed


def name_of_texts(parts: dict[str, bytes]) -> str:
    return next(name for name in parts if name.startswith("texts/"))


def other_texts(parts: dict[str, bytes]) -> None:
    parts[name_of_texts(parts)] = parts[name_of_texts(parts)].replace(b"Huawei", b"Nokiaa")


def other_texts_with_their_digest(parts: dict[str, bytes]) -> None:
    other_texts(parts)
    name = name_of_texts(parts)

    def change(manifest: dict[str, Any]) -> None:
        entry = next(entry for entry in manifest["entries"] if entry["name"] == name)
        entry["sha256"] = hashlib.sha256(parts[name]).hexdigest()

    in_manifest(change)(parts)


def a_larger_part(parts: dict[str, bytes]) -> None:
    parts[name_of_texts(parts)] += b" " * 100_000_000


def no_such_row(parts: dict[str, bytes]) -> None:
    parts["runs/1.jsonl"] = parts["runs/1.jsonl"].replace(b'"snmp", 0', b'"snmp", 7')
    octets = parts["runs/1.jsonl"]

    def change(manifest: dict[str, Any]) -> None:
        entry = next(entry for entry in manifest["entries"] if entry["name"] == "runs/1.jsonl")
        entry |= {"sha256": hashlib.sha256(octets).hexdigest(), "bytes": len(octets)}

    in_manifest(change)(parts)


BROKEN = {
    "another text": (other_texts, "has 2|SHA-256"),
    "another text and its digest": (other_texts_with_their_digest, "runs/1.jsonl: .*evidence of SHA-256"),
    "a part that is larger than it says": (a_larger_part, "texts/.*: is larger than it may be"),
    "a part that is missing": (lambda parts: parts.pop(name_of_texts(parts)), "the parts differ: texts/"),
    "a part too many": (lambda parts: parts.update({"more": b""}), "the parts differ: more"),
    "no manifest": (lambda parts: parts.pop("manifest.json"), "manifest.json: is missing"),
    "another schema": (in_manifest(lambda told: told.update(schema="kitscan-bundle/9")), "manifest.json, schema"),
    "an unknown key": (in_manifest(lambda told: told.update(more=1)), "manifest.json, more"),
    "a path that leads elsewhere": (in_manifest(lambda told: told["files"].append("files/../../x")), "files.0"),
    "a file outside its place": (in_manifest(lambda told: told["files"].append("runs/1.jsonl")), "the parts differ"),
    "a row without a text": (no_such_row, "runs/1.jsonl, line 1: is no subject"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_bundle_is_refused_with_its_part(
    store: Store, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change, message = BROKEN[kind]
    path = rewritten(exported(store, tmp_path / "b.zip", 1), change)
    with pytest.raises(DataFileError, match=message):
        read_bundle(path)
    assert run(["runs", "import", str(path), "--store", str(tmp_path / "new.sqlite")]) == 2
    assert "nothing of it was taken" in capsys.readouterr().err
    assert not (tmp_path / "new.sqlite").exists()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_octet_of_a_bundle_can_be_changed_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole, checked = signed_bundle(tmp_path_factory)
    place = data.draw(st.integers(0, len(whole) - 1))
    octets = bytearray(whole)
    octets[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "changed.zip"
    path.write_bytes(octets)
    try:
        read = read_bundle(path)
    except DataFileError:
        return
    assert read == checked  # an octet that says nothing, such as a time


_SIGNED: list[Any] = []


def signed_bundle(paths: pytest.TempPathFactory) -> tuple[bytes, Any]:
    """A bundle and what is read from it, made once."""
    if not _SIGNED:
        folder = paths.mktemp("signed")
        with open_store(str(folder / "s.sqlite"), create=True) as store:
            with store.writing("scan", "1.0", THEN) as writer:
                writer.add(ROUTER, "snmp", [Observation(Source.SNMP_SYS_DESCR, "1", "VRP")], THEN)
                writer.finish(RunOutcome.COMPLETE, THEN)
            path = exported(store, folder / "b.zip", 1, key=new_private_key())
        _SIGNED.extend((path.read_bytes(), read_bundle(path)))
    return _SIGNED[0], _SIGNED[1]


@pytest.mark.parametrize("octets", [b"", b"PK\x03\x04", b"no archive at all"])
def test_what_is_no_archive_is_refused(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(octets)
    with pytest.raises(DataFileError, match="is not a whole ZIP archive"):
        read_bundle(tmp_path / "b.zip")


def test_who_signed_is_told_and_only_the_trusted_key_is_taken(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, other = new_private_key(), public_key_of(new_private_key())
    path, new = exported(store, tmp_path / "b.zip", 1, key=key), str(tmp_path / "new.sqlite")
    assert run(["runs", "import", str(path), "--store", new, "--trust", other]) == 2
    assert f"is signed by {public_key_of(key)}, not by {other}" in capsys.readouterr().err
    assert not Path(new).exists()
    (tmp_path / "k.pub").write_text(public_key_of(key) + "\n")
    assert run(["runs", "import", str(path), "--store", new, "--trust", str(tmp_path / "k.pub")]) == 0
    unsigned = exported(store, tmp_path / "u.zip", 1)
    assert run(["runs", "import", str(unsigned), "--store", new]) == 0
    assert "not signed; who wrote it is not known" in capsys.readouterr().err
    assert run(["runs", "import", str(unsigned), "--store", new, "--trust", other]) == 2
    assert "is not signed, not by" in capsys.readouterr().err


def test_a_signature_of_another_manifest_is_refused(store: Store, tmp_path: Path) -> None:
    path = exported(store, tmp_path / "b.zip", 1, key=new_private_key())
    rewritten(path, in_manifest(lambda told: told.update(tool_version="9")))
    with pytest.raises(DataFileError, match=r"signature.json: does not fit the manifest"):
        read_bundle(path)


@given(st.binary(max_size=99), st.binary(max_size=99))
@settings(max_examples=20, deadline=None)
def test_a_signature_fits_its_own_octets_alone(octets: bytes, other: bytes) -> None:
    key = new_private_key()
    signature = sign(key, octets)
    assert is_signed_by(public_key_of(key), signature, octets)
    assert is_signed_by(public_key_of(key), signature, other) == (octets == other)


def test_the_key_is_made_by_a_command_and_no_message_shows_the_private_one(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, out = tmp_path / "key", tmp_path / "b.zip"
    assert run(["runs", "new-key", str(key)]) == 0
    assert run(["runs", "export", "1", "--out", str(out), "--sign", f"file:{key}", "--store", store.place]) == 0
    printed = capsys.readouterr()
    assert key.stat().st_mode & 0o077 == 0
    assert read_bundle(out).signed_by == printed.out.strip()
    private = key.read_text().strip()
    assert private not in printed.out + printed.err
    assert run(["runs", "new-key", str(key)]) == 2
    assert run(["runs", "export", "1", "--out", str(out), "--store", store.place]) == 2
    assert run(["runs", "export", "1", "--out", "x", "--sign", private, "--store", store.place]) == 2
    key.write_text("canary-17\n")
    assert run(["runs", "export", "1", "--out", "x", "--sign", f"file:{key}", "--store", store.place]) == 2
    printed = capsys.readouterr()
    assert private not in printed.err and "canary-17" not in printed.err and "is there already" in printed.err


def test_the_operators_files_come_along_and_overwrite_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kitscan.yaml").write_text("zones: in/zones.yaml\ncredentials: credentials.yaml\nstore: s.sqlite\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "zones.yaml").write_text("core: [192.0.2.0/24]\n")
    (tmp_path / "credentials.yaml").write_text("canary-18\n")
    assert run(["runs", "export", "1", "--out", "b.zip", "--with-files"]) == 0
    assert b"canary-18" not in (tmp_path / "b.zip").read_bytes()
    assert [name for name, _ in read_bundle(tmp_path / "b.zip").files] == ["in/zones.yaml", "kitscan.yaml"]
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "kitscan.yaml").write_text("store: mine.sqlite\n")
    assert run(["runs", "import", "b.zip", "--store", "n.sqlite", "--files-into", "new"]) == 0
    told = capsys.readouterr().err
    assert "new/in/zones.yaml: written" in told and "new/kitscan.yaml: is there already, and stays" in told
    assert (tmp_path / "new" / "kitscan.yaml").read_text() == "store: mine.sqlite\n"


def test_a_file_outside_the_project_folder_is_not_carried(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "zones.yaml").write_text("core: [192.0.2.0/24]\n")
    (tmp_path / "project" / "kitscan.yaml").write_text("zones: ../zones.yaml\n")
    monkeypatch.chdir(tmp_path / "project")
    words = ["runs", "export", "1", "--store", store.place, "--out", "b.zip", "--with-files"]
    assert (run(words), "is outside the folder of kitscan.yaml" in capsys.readouterr().err) == (2, True)


def test_the_documented_keys_are_those_of_the_manifest(store: Store) -> None:
    page = (Path(__file__).parents[2] / "docs" / "bundle.md").read_text()
    with zipfile.ZipFile(io.BytesIO(bundle_of(store, [1], BundleOptions("1.0", "abc", {}, None)))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert {*manifest, "slice"} == {field.alias or name for name, field in Manifest.model_fields.items()}
    for key in (
        *manifest,
        "slice",
        *BundledSlice.model_fields,
        *manifest["runs"][0],
        *manifest["runs"][0]["ranges"][0],
        *Entry.model_fields,
    ):
        assert f"`{key}`" in page, key


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    path = tmp_path / "runs.kitscan"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit then fails as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError):
            write_new(path, bytes(5000), 0o600)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not path.exists()
    assert write_new(path, b"whole", 0o600)
    assert not write_new(path, b"other", 0o600)
    assert path.read_bytes() == b"whole"
