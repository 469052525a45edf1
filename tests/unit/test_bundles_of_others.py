"""A bundle that somebody else made harms neither the store that takes it in nor the audits of that store."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fingerprints.model.errors import DataFileError, KitscanError
from fingerprints.model.evidence import Observation, Source, Subject
from scanner.audit.night import recent_runs
from scanner.cli.main import run
from scanner.run_request import RunRequest
from scanner.sink import RangeCount, RunOutcome
from scanner.store.bundles import bundle_reader
from scanner.store.bundles.bundle_reader import read_bundle
from scanner.store.bundles.bundle_writer import BundleOptions, bundle_of
from scanner.store.bundles.signing import is_public_key, new_private_key, public_key_of
from scanner.store.bundles.taking_in import TakenRun, take_in
from scanner.store.pruning.deleting import delete_runs
from scanner.store.store import Store, open_store

THEN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
SCOPE = RunRequest("jo@scan1", ("192.0.2.0/29",), (), "normal", ("snmp",))
ROUTER = Subject("192.0.2.1", "192.0.2.1", ("Zürich",), (("site", "lon-1"),))

Parts = dict[str, bytes]
Change = Callable[[dict[str, Any], Parts], None]


def audited(store: Store, started: datetime, outcome: RunOutcome | None = RunOutcome.COMPLETE, said: str = "") -> int:
    """The number of a new audit."""
    with store.writing("audit", "1.0", started) as writer:
        writer.record(SCOPE)
        writer.add(ROUTER, "snmp", [Observation(Source.SNMP_SYS_DESCR, "1", said or f"{started}")], started)
        writer.range(RangeCount("192.0.2.0/29", 6, 5))
        writer.spend({"packets": 10})
        if outcome is not None:
            writer.finish(outcome, started)
        return writer.run


def new_store(path: Path) -> Store:
    return open_store(str(path), create=True)


def bundled(store: Store, path: Path, *runs: int) -> Path:
    path.write_bytes(bundle_of(store, runs, BundleOptions("1.0", "abc", {})))
    return path


def forged(tmp_path: Path, change: Change) -> Path:
    """A bundle of one audit after a change, with sizes and digests that fit."""
    with new_store(tmp_path / "theirs.sqlite") as store:
        audited(store, THEN)
        path = bundled(store, tmp_path / "b.zip", 1)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(manifest, parts)
    for entry in manifest["entries"]:
        octets = parts[entry["name"]]
        entry |= {"bytes": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, octets in {**parts, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, octets)
    return path


def of_run(**values: Any) -> Change:
    return lambda manifest, _: manifest["runs"][0].update(values)


def of_subject(**values: Any) -> Change:
    def change(_: dict[str, Any], parts: Parts) -> None:
        parts["runs/1.jsonl"] = f"{json.dumps(json.loads(parts['runs/1.jsonl']) | values)}\n".encode()

    return change


def of_text(octets: bytes) -> Change:
    def change(manifest: dict[str, Any], parts: Parts) -> None:
        parts[manifest["texts"][0]] = octets

    return change


FORGED = {
    "a start that is no time": of_run(started="yesterday"),
    "a start without a zone": of_run(started="2026-03-01T02:30:00"),
    "an end that is no time": of_run(finished="never"),
    "an outcome without an end": of_run(finished=None),
    "a kind with an escape sequence": of_run(kind="\x1b[2Jscan"),
    "a version with an escape sequence": of_run(tool_version="\x1b[2J"),
    "a number that leaves no next one": of_run(run=2**31 - 1),
    "a cost that JSON cannot hold": of_run(cost={"packets": float("inf")}),
    "a range twice": of_run(ranges=[{"prefix": "192.0.2.0/29", "addresses": 6, "silent": 5}] * 2),
    "more addresses than a database can count": of_run(ranges=[{"prefix": "::/0", "addresses": 2**128, "silent": 0}]),
    "a row of a time beyond the calendar": of_subject(rows=[[10**40, "snmp", 0]]),
    "a row of the year 99999": of_subject(rows=[[10**17 * 31, "snmp", 0]]),
    "attributes that are no pairs": of_subject(attributes="[1]"),
    "labels that are no texts": of_subject(labels="[[1]]"),
    "labels without a bottom": of_subject(labels="[" * 200_000),
    "half a character": of_text(b'"\\ud800"\n'),
    "a text without a bottom": of_text(b"[" * 200_000),
}


@pytest.mark.parametrize("kind", FORGED)
def test_what_a_store_could_not_read_again_is_refused(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = forged(tmp_path, FORGED[kind])
    with pytest.raises(DataFileError, match=r"manifest.json, |line 1"):
        read_bundle(path)
    assert run(["runs", "import", str(path), "--store", str(tmp_path / "ours.sqlite")]) == 2
    assert "nothing of it was taken" in capsys.readouterr().err
    assert not (tmp_path / "ours.sqlite").exists()


def test_a_small_text_that_is_named_again_and_again_does_not_keep_the_reader_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_reader, "MAX_WHOLE", 100_000)
    path = forged(tmp_path, of_subject(rows=[[0, "snmp", 0]] * 2000))
    with pytest.raises(DataFileError, match="says one text again and again"):
        read_bundle(path)


def empty_rows(manifest: dict[str, Any], parts: Parts) -> None:
    of_text(b'""\n')(manifest, parts)
    of_subject(rows=[[0, "", 0]] * 2000)(manifest, parts)


@pytest.mark.parametrize(
    ("change", "problem"),
    [(empty_rows, "says one text again and again"), (of_text(b'""\n' * 5000), "holds too many texts")],
)
def test_rows_and_texts_of_nothing_do_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change, problem: str
) -> None:
    path = forged(tmp_path, change)
    monkeypatch.setattr(bundle_reader, "MAX_WHOLE", 100_000)
    with pytest.raises(DataFileError, match=problem):
        read_bundle(path)


def test_a_directory_of_parts_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    """Each part of 47 octets there is an object ten times as large, before a signature is looked at."""
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(bundle_reader.MAX_PARTS + 1):
            archive.writestr(f"{number}", b"")
    with pytest.raises(DataFileError, match="holds too many parts"):
        read_bundle(path, frozenset())


def test_an_archive_whose_parts_begin_before_it_is_refused(tmp_path: Path) -> None:
    path = forged(tmp_path, of_run())
    octets = bytearray(path.read_bytes())
    end = octets.rindex(b"PK\x05\x06")
    directory = int.from_bytes(octets[end + 16 : end + 20], "little")
    octets[end + 16 : end + 20] = (directory + 1024).to_bytes(4, "little")
    path.write_bytes(octets)
    with pytest.raises(DataFileError, match=r"cannot be unpacked|is not a whole ZIP archive"):
        read_bundle(path)


def test_a_bundle_of_another_key_is_refused_before_its_parts_are_unpacked(tmp_path: Path) -> None:
    path = forged(tmp_path, of_text(b"no text"))
    with pytest.raises(KitscanError, match="is not signed, not by"):
        read_bundle(path, frozenset({public_key_of(new_private_key())}))


@pytest.mark.parametrize("turned", [str.upper, lambda digits: f"{digits[:2]}\n{digits[2:]}"])
def test_a_key_has_one_form(turned: Callable[[str], str]) -> None:
    digits = "ab" * 32
    assert is_public_key(f"ed25519:{digits}")
    assert not is_public_key(f"ed25519:{turned(digits)}")


def taken(store: Store, path: Path) -> list[TakenRun]:
    bundle = read_bundle(path)
    return [take_in(store, *pair) for pair in zip(bundle.manifest.runs, bundle.subjects, strict=True)]


def with_pruned_night(path: Path) -> Store:
    """A store whose run 1 was pruned, and of which only what was said stays."""
    store = new_store(path)
    for night in range(2):
        number = audited(store, THEN + night * timedelta(days=1))
        started = (THEN + night * timedelta(days=1)).isoformat()
        head = {"started": started, "targets": list(SCOPE.targets), "exclusions": []}
        store.keep_states(number, json.dumps(head), [("d1", f"night {night}")])
    return store


def test_a_run_gets_no_number_under_which_something_else_is_remembered(tmp_path: Path) -> None:
    with new_store(tmp_path / "theirs.sqlite") as theirs, with_pruned_night(tmp_path / "ours.sqlite") as ours:
        audited(theirs, THEN + timedelta(hours=1))
        delete_runs(ours, (1,))
        assert taken(ours, bundled(theirs, tmp_path / "b.zip", 1)) == [TakenRun(3, False)]
        assert ours.states(3) is None


def test_a_pruned_run_that_comes_back_has_what_was_said_of_it(tmp_path: Path) -> None:
    with with_pruned_night(tmp_path / "ours.sqlite") as ours:
        path, digest = bundled(ours, tmp_path / "b.zip", 1), ours.sha256(1)
        delete_runs(ours, (1,))
        assert taken(ours, path) == [TakenRun(1, False)]
        assert ours.sha256(1) == digest
        assert ours.notices(1) == ()


@pytest.mark.parametrize("outcome", [RunOutcome.COMPLETE, None])
def test_an_audit_of_another_store_is_neither_continued_nor_told(tmp_path: Path, outcome: RunOutcome | None) -> None:
    with new_store(tmp_path / "theirs.sqlite") as theirs, with_pruned_night(tmp_path / "ours.sqlite") as ours:
        audited(theirs, THEN + timedelta(days=1, hours=1), outcome)
        assert taken(ours, bundled(theirs, tmp_path / "b.zip", 1)) == [TakenRun(3, False)]
        assert [past.run.id for past in recent_runs(ours, SCOPE) if past.is_audit_of(SCOPE)] == [1, 2]


def test_an_imported_audit_may_be_pruned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with new_store(tmp_path / "theirs.sqlite") as theirs, new_store(tmp_path / "ours.sqlite") as ours:
        for hour in range(2):
            audited(theirs, THEN + timedelta(hours=hour))
        taken(ours, bundled(theirs, tmp_path / "b.zip", 1, 2))
    assert run(["runs", "prune", "--keep", "1d", "--store", str(tmp_path / "ours.sqlite")]) == 0
    assert "1 of 2 runs stay, 1 go" in capsys.readouterr().out


def test_the_scope_of_a_run_that_nobody_is_known_to_have_begun_comes_over(tmp_path: Path) -> None:
    path = forged(tmp_path, of_run(by=""))
    with new_store(tmp_path / "ours.sqlite") as ours:
        taken(ours, path)
        assert ours.request(1) == RunRequest("", SCOPE.targets, (), "normal", ("snmp",))
