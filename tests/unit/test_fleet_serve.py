"""`kitscan fleet serve`: what sites send goes into the store, and nothing of a run that the centre did not order."""

import os
from pathlib import Path

import pytest

from scanner.cli.fleet.serve import EnrolledSites
from scanner.cli.main import run
from scanner.courier.envelope import seal
from scanner.courier.folder_courier import FolderSite
from scanner.courier.message import Heartbeat, SiteRefusal, SiteRefusalReason
from scanner.courier.parts import parts_of
from scanner.fleet.ledger import FleetLedger, SliceState
from scanner.fleet.received import AsideReason
from scanner.store.bundles.signing import public_key_of
from scanner.store.store import open_store
from scanner.version import VERSION
from tests.unit.fleet_bundles import LON1, NOW, TOKEN, Bundler, Slice, box
from tests.unit.fleet_sites import CENTRE_KEY, TERMS

SITE = "site: {site}\nscope: [10.0.0.0/16]\ncollectors: {{{name}: '{key}'}}\n"
OTHER = "b" * 32


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project folder of a centre with the site LON, which is the working folder."""
    (tmp_path / "centre.key").write_text(CENTRE_KEY)
    (tmp_path / "centre.key").chmod(0o600)
    (tmp_path / "kitscan.yaml").write_text("fleet: {key: file:centre.key, courier: folder:carried}\n")
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/LON.yaml").write_text(SITE.format(site="LON", name="lon1", key=public_key_of(LON1)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_a_site_sends_of_an_ordered_run_is_taken_and_the_rest_put_aside(
    centre: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundler, site = Bundler(centre / "lon"), FolderSite(centre / "carried", "LON")
    heartbeat = Heartbeat(
        site="LON", collector="lon1", version="0.1.0", sent=NOW.isoformat(), spool_bytes=0, spool_limit=9
    )
    site.send(seal(heartbeat, LON1))
    for token in (TOKEN, OTHER):
        bundle = bundler.bundle(Slice({"10.0.0.1": box("edge", "S1")}, token=token)).read_bytes()
        for part in parts_of(bundle, "LON", "lon1"):
            site.send(seal(part, LON1))
    site.send(b"{}")
    with open_store("kitscan.sqlite", create=True) as store:
        with store.writing("scan", VERSION, NOW) as writer:
            number = writer.run
        FleetLedger(store).begin(TOKEN, number, "scan", TERMS, ("LON",), NOW)
        assert run(["fleet", "serve", "--for", "0.2"]) == 0
        ledger = FleetLedger(store)
        assert [(row.ordinal, row.state) for row in ledger.slices(TOKEN)] == [(1, SliceState.RECEIVED)]
        assert [row.collector for row in ledger.collectors()] == ["lon1"]
        assert sorted(row.reason for row in ledger.aside(None)) == [AsideReason.NOT_ORDERED, "not-sealed"]
        assert [known.id for known in store.runs()] == [number]
        assert [one.subject.key for one in store.evidence(number)] == ["LON/10.0.0.1"]
    said = capsys.readouterr().err
    assert "LON/lon1: taken: slice 1 of 1 of LON" in said
    assert "LON/lon1: put aside: its run was not ordered from this site" in said
    assert "somebody: put aside: not-sealed" in said
    assert list((centre / "inbox/whole").rglob("*.zip")) == []


def test_a_site_that_is_enrolled_later_counts_at_once_and_a_broken_file_changes_nothing(
    centre: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrolled = EnrolledSites(centre / "sites")
    assert sorted(enrolled().by_name) == ["LON"]
    (centre / "sites/PAR.yaml").write_text(SITE.format(site="PAR", name="par1", key="ed25519:" + "0" * 64))
    assert sorted(enrolled().by_name) == ["LON", "PAR"]
    (centre / "sites/PAR.yaml").write_text("site: [")
    os.utime(centre / "sites/PAR.yaml", ns=(1, 1))
    assert sorted(enrolled().by_name) == sorted(enrolled().by_name) == ["LON", "PAR"]
    assert capsys.readouterr().err.count("The sites stay as they were") == 1


def test_what_a_collector_says_is_one_line_of_the_log_and_moves_no_cursor(
    centre: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "disk\n2026-11-30 02:00:00 PAR/par1: taken: slice 1 of 1\x1b[2J"
    own = {"run": TOKEN, "site": "LON", "collector": "lon1", "ordinal": 1, "detail": said}
    FolderSite(centre / "carried", "LON").send(seal(SiteRefusal(reason=SiteRefusalReason.FAILED, **own), LON1))
    with open_store("kitscan.sqlite", create=True) as store:
        with store.writing("scan", VERSION, NOW) as writer:
            number = writer.run
        FleetLedger(store).begin(TOKEN, number, "scan", TERMS, ("LON",), NOW)
        assert run(["fleet", "serve", "--for", "0.2"]) == 0
    printed = capsys.readouterr().err
    assert "\x1b" not in printed
    assert [
        line for line in printed.splitlines() if "PAR/par1" in line and "LON/lon1: refuses slice 1" not in line
    ] == []
    assert printed.count("PAR/par1") == 1


def test_why_a_message_waits_is_said_once(centre: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (centre / "inbox").write_text("a file stands where the folder should be")
    site = FolderSite(centre / "carried", "LON")
    for bundle in (b"one", b"two"):
        site.send(seal(next(parts_of(bundle, "LON", "lon1")), LON1))
    assert run(["fleet", "serve", "--for", "0.3"]) == 0
    assert capsys.readouterr().err.count("A message waits, and is tried again: Not a directory") == 1
    assert len(list((centre / "carried/centre").iterdir())) == 2
