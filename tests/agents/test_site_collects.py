"""A site collects its slices from devices that answer: onto a stick, and by the orders of a centre."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.reliability.ssh_peers import book_of, served
from scanner.cli.main import run
from scanner.courier.envelope import open_sealed, seal
from scanner.courier.folder_courier import FolderCentre
from scanner.courier.message import FleetMessage, Part, PlanOrder, SitePlan, SiteRefusal, SliceOrder, Terms
from scanner.courier.parts import Inbox
from scanner.credentials.references import Prompt
from scanner.fleet.site.local_scope import LocalScope, read_local_scope
from scanner.fleet.site.slice_collection import CollectedSlice, SliceEdge, SliceTask, collect_slice, refusals_in
from scanner.sink import RunOutcome
from scanner.stop_signals import StopSignals
from scanner.store.bundles.bundle_reader import Bundle, read_bundle
from scanner.store.bundles.manifest import BundledSlice
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.store.store import open_store
from scanner.survey import ScanRequest
from tests.agents.site_folder import CENTRE, NAMED, RANGE, SiteFolder, running_site

ROOT = Path(__file__).parents[2]
SECONDS = 90.0
MAX_MEGABYTES = 150
RUN = "5" * 32


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteFolder]:
    with running_site(tmp_path_factory.mktemp("lon") / "site") as running:
        yield running


def nobody(_question: str) -> str:
    raise EOFError


def edge(stop: StopSignals, prompt: Prompt = nobody) -> SliceEdge:
    return SliceEdge(
        wanted=None,
        data_version="1",
        key=new_private_key(),
        new_clock=lambda: lambda: datetime.now(UTC),
        stop=stop,
        prompt=prompt,
    )


def task_of(local: LocalScope, ordinal: int) -> SliceTask:
    slices = local.slices(1)
    named = BundledSlice(
        run=RUN, site="LON", collector="lon1", ordinal=ordinal, of=len(slices), scope_sha256=local.sha256
    )
    return SliceTask(local, slices[ordinal - 1], local.scope.profile.name, local.scope.probes, named)


def bundles_of(folder: Path, public_key: str) -> list[Bundle]:
    return [read_bundle(path, public_key) for path in sorted(folder.glob("LON-*.kitscan"))]


def keys_of(bundles: list[Bundle]) -> list[str]:
    return sorted(subject.key for bundle in bundles for run in bundle.subjects for subject in run)


def keys_at(site: SiteFolder) -> list[str]:
    addresses = (*NAMED, *(f"127.0.1.{host}" for host in (22, 23, 24)))
    return sorted(f"{address}:{site.ports.snmp}" for address in addresses)


def test_a_stick_holds_a_signed_bundle_of_each_slice(
    site: SiteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(site.folder)
    words = ["collect", "--site", "LON", "--out", str(tmp_path), "--run", RUN, "--seed", "1"]
    assert run([*words, "--dry-run"]) == 0
    assert "slice 2 of 2: " in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []

    assert run(words) == 0
    bundles = bundles_of(tmp_path, site.public_key)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"LON-{RUN}-1.kitscan",
        f"LON-{RUN}-2.kitscan",
        "LON-run.json",
    ]
    told = [bundle.manifest.slice for bundle in bundles]
    assert [(part.run, part.site, part.collector, part.ordinal, part.of) for part in told if part is not None] == [
        (RUN, "LON", "lon1", 1, 2),
        (RUN, "LON", "lon1", 2, 2),
    ]
    assert [bundle.manifest.runs[0].outcome for bundle in bundles] == ["complete", "complete"]
    ranges = {found.prefix: found for bundle in bundles for found in bundle.manifest.runs[0].ranges}
    assert (ranges[""].addresses, ranges[RANGE].addresses, ranges[RANGE].silent) == (4, 3, 0)
    assert keys_of(bundles) == keys_at(site)
    summary = [line for line in capsys.readouterr().err.splitlines() if line.startswith("LON: ")]
    assert len(summary) == 1
    assert summary[0].startswith("LON: 2 of 2 slices collected; 7 addresses, 7 answered; ")


def test_what_a_stick_holds_is_not_asked_again(
    site: SiteFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(site.folder)
    stick = tmp_path / "stick"
    stick.mkdir()
    words = ["collect", "--out", str(stick), "--run", RUN, "--seed", "1"]
    collected: list[int] = []

    def collecting(task: SliceTask, place: Path, at: SliceEdge, refusals: frozenset[tuple[str, str]]) -> CollectedSlice:
        collected.append(task.part.ordinal)
        if len(collected) == 2:
            raise KeyboardInterrupt  # as good as a kill: nothing is tidied up
        return CollectedSlice(b"bundle %d" % len(collected), 1)

    monkeypatch.setattr("scanner.fleet.site.stick.collect_slice", collecting)
    assert run(words) == 130
    first = (stick / f"LON-{RUN}-1.kitscan").read_bytes()
    assert run(words) == 0
    assert run(words) == 0
    assert collected == [1, 2, 2]
    assert (stick / f"LON-{RUN}-1.kitscan").read_bytes() == first
    assert "LON: 0 of 2 slices collected, 2 were there already;" in capsys.readouterr().err
    assert run([*words[:-1], "2"]) == 2
    assert f"holds run {RUN} of LON, of seed 1" in capsys.readouterr().err
    assert run([*words, "--exclude", "127.0.1.8"]) == 2
    assert "the scope of LON has changed" in capsys.readouterr().err


def test_a_store_that_a_kill_left_empty_is_begun_anew(site: SiteFolder, tmp_path: Path) -> None:
    local, place = read_local_scope(ScanRequest(()), site.folder, None), tmp_path / "slice.sqlite"
    place.touch()
    assert refusals_in((place,)) == frozenset()
    assert collect_slice(task_of(local, 1), place, edge(StopSignals()), frozenset()) is not None


def test_a_slice_that_a_signal_cut_off_is_continued(site: SiteFolder, tmp_path: Path) -> None:
    local = read_local_scope(ScanRequest(()), site.folder, None)
    (ordinal,) = [part.ordinal for part in local.slices(1) if part.targets.count == len(NAMED)]
    place, stopped = tmp_path / "slice.sqlite", StopSignals()
    stopped.received = signal.SIGTERM
    assert collect_slice(task_of(local, ordinal), place, edge(stopped), frozenset()) is None
    with open_store(str(place)) as store:
        (cut_off,) = store.runs()
        assert cut_off.outcome is RunOutcome.INTERRUPTED
    found = collect_slice(task_of(local, ordinal), place, edge(StopSignals()), frozenset())
    assert found is not None
    assert found.answered == 4
    with open_store(str(place)) as store:
        assert [(run.id, run.complete) for run in store.runs()] == [(cut_off.id, True)]
    again = collect_slice(task_of(local, ordinal), place, edge(StopSignals()), frozenset())
    assert again is not None  # killed before its bundle was written: nobody is asked
    assert again.answered == 4


@pytest.mark.timeout(300)
async def test_all_slices_of_a_run_together_offer_a_refused_account_as_often_as_one_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.fleet.slices.SLICE_NAMED", 1)
    monkeypatch.chdir(tmp_path)
    entry = "name: cli, ssh: true, user: audit, password: file:password, realm: tacacs, prefixes: [127.0.0.0/8]"
    book_of(tmp_path, [entry])
    addresses = [f"127.0.13.{host}" for host in range(1, 5)]
    async with served({address: ("refuses", address) for address in addresses}) as (ports, got):
        rows = (f"{address},{ports[address]}" for address in addresses)
        (tmp_path / "targets.csv").write_text("\n".join(("address,ssh_port", *rows)) + "\n")
        (tmp_path / "key").write_text(new_private_key())
        (tmp_path / "key").chmod(0o600)
        words = ["collect", "targets.csv", "--site", "LON", "--collector", "lon1", "--sign", "file:key"]
        words += ["--out", "stick", "--credentials", "credentials.yaml", "--probe", "ssh", "--profile", "lab"]
        assert await asyncio.to_thread(run, words) == 0
    assert len(list((tmp_path / "stick").glob("*.kitscan"))) == 4
    assert sum(got[address]["secrets"] for address in addresses) == 2


def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < ends, "it did not come about in time"
        time.sleep(0.02)


@pytest.mark.timeout(300)
def test_a_collector_does_a_centres_orders_within_its_own_rules_and_survives_a_kill(
    site: SiteFolder, tmp_path: Path
) -> None:
    site.write(courier=f"folder:{tmp_path / 'courier'}", spool=tmp_path / "spool", max_runs_per_day=1)
    local = read_local_scope(ScanRequest(()), site.folder, None)
    centre, inbox, messages, bundles = FolderCentre(tmp_path / "courier"), Inbox(tmp_path), list[FleetMessage](), []

    def take(octets: bytes) -> None:
        message = open_sealed(octets, {site.public_key}).message
        messages.append(message)
        whole = inbox.take(message) if isinstance(message, Part) else None
        if whole is not None:
            bundles.append(read_bundle(whole, site.public_key))

    now = datetime.now(UTC)
    terms = Terms(seed=9, not_before=now.isoformat(), deadline=(now + timedelta(hours=1)).isoformat())

    def order(ordinal: int, token: str = RUN, of_terms: Terms = terms) -> bytes:
        told = SliceOrder(
            run=token,
            site="LON",
            ordinal=ordinal,
            of=2,
            scope_sha256=local.sha256,
            sent=now.isoformat(),
            terms=of_terms,
        )
        return seal(told, CENTRE)

    forged = seal(PlanOrder(run=RUN, site="LON", sent=now.isoformat(), terms=terms), new_private_key())
    plan = seal(PlanOrder(run=RUN, site="LON", sent=now.isoformat(), terms=terms), CENTRE)
    wider = terms.model_copy(update={"probes": ["snmp", "telnet"]})
    for octets in (forged, plan, order(1), order(2), order(1), order(1, "6" * 32), order(2, RUN, wider)):
        centre.send("LON", octets)
    serving = threading.Thread(target=centre.serve, args=(take, SECONDS), daemon=True)
    serving.start()
    command = [sys.executable, "-m", "scanner.cli.main", "collector", "--site", "LON"]
    log = (tmp_path / "log").open("w+")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=site.folder, env=environment, stderr=log, stdout=log) as killed:
        until(lambda: "is being collected" in (tmp_path / "log").read_text())
        killed.kill()
    with subprocess.Popen(command, cwd=site.folder, env=environment, stderr=log, stdout=log) as process:
        try:
            until(lambda: centre.waiting("LON") == 0 and len(bundles) >= 2)
            until(lambda: sum(isinstance(message, SiteRefusal) for message in messages) == 1)
            peak = next(
                int(line.split()[1]) // 1024
                for line in Path(f"/proc/{process.pid}/status").read_text().splitlines()
                if line.startswith("VmHWM")
            )
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()
            centre.stop()
            serving.join(5)
            site.write()
    lines = (tmp_path / "log").read_text()
    assert peak <= MAX_MEGABYTES
    assert {
        (bundle.manifest.slice.ordinal, bundle.manifest.slice.run) for bundle in bundles if bundle.manifest.slice
    } == {
        (1, RUN),
        (2, RUN),
    }
    assert len(keys_of(bundles[:2])) == 7
    (planned,) = [message for message in messages if isinstance(message, SitePlan)]
    assert (planned.of, planned.scope_sha256) == (2, local.sha256)
    (refusal,) = [message for message in messages if isinstance(message, SiteRefusal)]
    assert (refusal.run, refusal.reason) == ("6" * 32, "too-many-runs")
    assert "slice 2: is here already" in lines  # the wider order: what is kept is sent, and nobody is asked
    assert "a key that is not known here" in lines
    assert lines.rstrip().endswith("the collector has ended")
    secrets = [path.read_text().strip() for path in (site.folder / "secrets").iterdir()]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [secret for secret in (*secrets, (site.folder / "key").read_text()) if secret.encode() in kept]
    assert public_key_of(CENTRE) not in lines
