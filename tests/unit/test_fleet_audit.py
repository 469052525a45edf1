"""`kitscan fleet audit` and `fleet scan`: as on one machine; a night of which anything is missing is no baseline."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanner.cli.assessment import reporting
from scanner.cli.fleet import conducting
from scanner.cli.main import run
from scanner.cli.network_commands import scanning
from scanner.fleet.ledger import FleetLedger
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.store.store import open_store
from tests.unit.fleet_sites import CENTRE_KEY, KilledError, MadeUpCourier, MadeUpSite


@pytest.fixture
def courier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MadeUpCourier]:
    """The courier of a centre whose project folder is the working folder, with two sites."""
    (tmp_path / "centre.key").write_text(CENTRE_KEY)
    (tmp_path / "centre.key").chmod(0o600)
    (tmp_path / "kitscan.yaml").write_text("fleet: {key: file:centre.key, courier: folder:carried, grace: 0}\n")
    monkeypatch.chdir(tmp_path)
    times = [datetime.now(UTC)]

    def sleep(_seconds: float) -> None:
        times[0] += timedelta(minutes=1)

    monkeypatch.setattr(scanning.RunClock, "now", lambda _clock: times[0])
    monkeypatch.setattr(conducting, "clock", SimpleNamespace(sleep=sleep))
    for site in ("LON", "MAN"):
        key = public_key_of(new_private_key())
        assert run(["fleet", "enrol", site, "--scope", "10.0.0.0/9", "--collector", "c1", "--key", key]) == 0
    with open_store("kitscan.sqlite", create=True) as store:
        sites = {name: MadeUpSite(name) for name in ("LON", "MAN")}
        made_up = MadeUpCourier(store, sites, lambda: times[0])
        monkeypatch.setattr(conducting, "centre_courier", lambda *_: made_up)
        yield made_up


def night() -> int:
    return run(["fleet", "audit", "--within", "30", "--fail-on", "never"])


def runs(capsys: pytest.CaptureFixture[str]) -> list[tuple[int, str, str | None, bool]]:
    capsys.readouterr()
    assert run(["runs", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    return [(one["run"], one["kind"], one["outcome"], one["baseline"]) for one in told]


def test_a_night_of_which_a_site_is_missing_is_exit_3_and_replaces_no_baseline(
    courier: MadeUpCourier, capsys: pytest.CaptureFixture[str]
) -> None:
    assert night() == 0
    courier.sites["MAN"].silent = True
    capsys.readouterr()
    assert night() == 3
    printed = capsys.readouterr()
    assert "Not assessed, though they were the night before: MAN/site: no collector" in printed.out
    assert "vanished" not in printed.out
    assert "Not all came: nothing of MAN" in printed.err
    assert runs(capsys) == [(1, "audit", "complete", True), (2, "audit", "interrupted", False)]
    courier.sites["MAN"].silent = False
    assert night() == 0
    assert "the last complete one is 1" in capsys.readouterr().out
    assert runs(capsys)[2] == (3, "audit", "complete", True)


def test_a_night_of_which_something_was_put_aside_says_so_and_replaces_no_baseline(
    courier: MadeUpCourier, capsys: pytest.CaptureFixture[str]
) -> None:
    courier.sites["MAN"].outside = "1 put aside: 192.0.2.1"
    assert night() == 3
    printed = capsys.readouterr()
    assert "slices told of addresses outside the scope of the site" in printed.out
    assert "only a part of 1, 2" in printed.err
    assert runs(capsys) == [(1, "audit", "interrupted", False)]


def test_a_night_whose_centre_was_killed_is_continued_by_the_next(
    courier: MadeUpCourier, capsys: pytest.CaptureFixture[str]
) -> None:
    courier.dies_at = 3
    with pytest.raises(KilledError):
        night()
    courier.dies_at = 0
    (left,) = FleetLedger(courier.store).unended()
    capsys.readouterr()
    run(["fleet", "audit", "--fail-on", "never"])
    assert f"Continuing run {left.run}" in capsys.readouterr().err
    assert [one[0] for one in runs(capsys)] == [1]


def test_a_night_that_ended_and_was_not_judged_is_judged_and_nobody_is_asked_again(
    courier: MadeUpCourier, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KilledError

    courier.sites["MAN"].silent = True
    with monkeypatch.context() as patched:
        patched.setattr("scanner.audit.night._finish", killed)
        with pytest.raises(KilledError):
            night()
    sent = courier.sent
    capsys.readouterr()
    assert night() == 3
    printed = capsys.readouterr()
    assert "Run 1 of this night has ended, and was not judged" in printed.err
    assert courier.sent == sent
    assert "MAN/site" in printed.out
    assert runs(capsys) == [(1, "audit", "interrupted", False)]
    assert [known.run for known in FleetLedger(courier.store).runs()] == [1]


def test_a_night_that_ended_and_was_not_judged_is_judged_and_told_by_the_next_night(
    courier: MadeUpCourier, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KilledError

    assert night() == 0
    courier.sites["MAN"].silent = True
    with monkeypatch.context() as patched:
        patched.setattr("scanner.audit.night._finish", killed)
        with pytest.raises(KilledError):
            night()
    courier.sites["MAN"].silent = False
    for _minute in range(24 * 60):
        conducting.clock.sleep(60)
    capsys.readouterr()
    assert night() == 0
    printed = capsys.readouterr().out
    assert "Not assessed, though they were the night before: MAN/site: no collector" in printed
    assert [(one[0], one[2]) for one in runs(capsys)] == [(1, "complete"), (2, "interrupted"), (3, "complete")]
    assert courier.store.runs_with_states() == (1, 2, 3)


def test_a_scan_reports_what_is_missing_and_is_continued_with_resume(
    courier: MadeUpCourier, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["fleet", "scan", "--within", "30", "--fail-on", "never", "--format", "json"]
    courier.sites["MAN"].silent = True
    capsys.readouterr()
    assert run(words) == 3
    document = json.loads(capsys.readouterr().out)
    missing = {(one["target"], one["reason"]) for one in document["not_assessed"]}
    assert ("MAN/site: no collector", "not-received") in missing
    assert {dict(device["attributes"])["namespace"] for device in document["devices"]} == {"LON"}
    courier.sites["MAN"].silent = False
    courier.dies_at = courier.sent + 4
    with pytest.raises(KilledError):
        run(words)
    courier.dies_at = 0
    capsys.readouterr()
    assert run([*words, "--resume"]) == 2
    assert "--resume keeps the order of the run: leave out --within" in capsys.readouterr().err
    resume = [word for word in words if word not in ("--within", "30")] + ["--resume"]
    assert run([*resume, "--store", "other.sqlite"]) == 2
    assert "other.sqlite: no such store" in capsys.readouterr().err
    assert not Path("other.sqlite").exists()
    assert run(resume) in (0, 3)
    assert [one[0] for one in runs(capsys)] == [1, 2]
    assert FleetLedger(courier.store).unended() == ()


@pytest.mark.parametrize("command", ["scan", "audit"])
def test_a_run_is_judged_in_as_many_processes_as_are_asked_for(
    command: str, courier: MadeUpCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(reporting, "processes_for", lambda _store, _run, jobs: asked.append(jobs) or 1)
    assert run(["fleet", command, "--within", "30", "--fail-on", "never", "--jobs", "3"]) == 0
    assert (asked, courier.sent > 0) == ([3], True)


def test_an_inbox_that_cannot_be_made_is_an_error_in_words(
    courier: MadeUpCourier, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("inbox").write_text("a file")
    assert night() == 2
    assert "inbox: cannot be made (File exists)" in capsys.readouterr().err


def test_two_processes_do_not_order_at_once(courier: MadeUpCourier, capsys: pytest.CaptureFixture[str]) -> None:
    Path("inbox").mkdir()
    with conducting.locked("inbox/orders"):
        assert night() == 5
    assert "another kitscan fleet scan or audit is ordering" in capsys.readouterr().err
