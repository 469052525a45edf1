"""`kitscan fleet enrol` and `fleet status`: what they write, print and refuse."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.cli.main import run
from scanner.config import parse_config
from scanner.courier.folder_courier import FolderCentre
from scanner.courier.message import Heartbeat, PlannedSlice, SitePlan, SiteRefusal, SiteRefusalReason
from scanner.courier.provisioning import password_hash
from scanner.fleet.ledger import AsideRow, FleetLedger
from scanner.fleet.sites import read_sites
from scanner.store.bundles.signing import new_private_key, public_key_of
from scanner.store.store import open_store
from tests.unit.fleet_sites import TERMS

PRIVATE = new_private_key()
KEY, OTHER = public_key_of(new_private_key()), public_key_of(new_private_key())
TOKEN = "a" * 32


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project folder of a centre, which is the working folder."""
    (tmp_path / "centre.key").write_text(PRIVATE)
    (tmp_path / "centre.key").chmod(0o600)
    (tmp_path / "kitscan.yaml").write_text("fleet:\n  key: file:centre.key\n  courier: folder:carried\n")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def enrol(*words: str) -> int:
    return run(["fleet", "enrol", *words])


def enrol_lon() -> int:
    return enrol("LON", "--scope", "10.0.0.0/9", "--collector", "lon1", "--key", KEY)


def test_a_collector_is_enrolled_and_its_site_told_what_to_write(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol_lon() == 0
    printed = capsys.readouterr()
    for line in ('site: "LON"', 'name: "lon1"', f"centre: {public_key_of(PRIVATE)}", "courier: "):
        assert f"\n  {line}" in printed.out
    assert "sites/LON.yaml: collector lon1 is enrolled" in printed.err
    (folder / "lon2.pub").write_text(f"{OTHER}\n")
    assert enrol("LON", "--collector", "lon2", "--key", "lon2.pub") == 0
    assert enrol_lon() == 0
    assert "was enrolled already" in capsys.readouterr().err
    sites = read_sites(folder / "sites")
    assert dict(sites.by_name["LON"].collectors) == {"lon1": KEY, "lon2": OTHER}
    assert PRIVATE not in printed.out + printed.err


def test_a_site_whose_name_is_a_number_reads_its_block_as_it_was_printed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol("123", "--scope", "10.0.0.0/9", "--collector", "7", "--key", KEY) == 0
    collector = parse_config(capsys.readouterr().out, folder).collector
    assert collector is not None
    assert (collector.site, collector.name) == ("123", "7")


def test_a_collector_is_removed_but_never_the_last(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enrol_lon() == 0
    assert enrol("LON", "--collector", "lon1", "--remove") == 2
    assert "the last collector" in capsys.readouterr().err
    assert enrol("LON", "--collector", "lon2", "--key", OTHER) == 0
    assert enrol("LON", "--collector", "lon1", "--remove") == 0
    assert dict(read_sites(folder / "sites").by_name["LON"].collectors) == {"lon2": OTHER}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("LON", "--collector", "lon9", "--key", KEY), "is that of LON/lon1"),
        (("PAR", "--scope", "10.0.0.0/9", "--collector", "par1", "--key", KEY), "is that of LON/lon1"),
        (("PAR", "--collector", "par1", "--key", OTHER), "name its addresses with --scope"),
        (("LON", "--scope", "10.0.0.0/8", "--collector", "lon2", "--key", OTHER), "another scope"),
        (("LON", "--collector", "lon1", "--key", OTHER), "another key"),
        (("LON", "--collector", "lon2"), "--key is missing"),
        (("LON", "--collector", "lon2", "--key", "ed25519:12"), "no public key"),
        (("LON", "--collector", "lon2", "--key", PRIVATE), "a private key"),
        (("../LON", "--scope", "10.0.0.0/9", "--collector", "x", "--key", OTHER), "no name of a site"),
        (("PAR", "--scope", "x", "--collector", "x", "--key", OTHER), "sites/PAR.yaml: line 2"),
        (("PAR", "--collector", "x", "--remove"), "there is no site PAR"),
        (("LON", "--collector", "lon9", "--remove"), "name one of lon1"),
        (("LON", "--collector", "lon1", "--remove", "--key", KEY), "and nothing else"),
    ],
)
def test_what_cannot_be_enrolled_is_refused_and_nothing_changes(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    enrol_lon()
    before = (folder / "sites/LON.yaml").read_bytes()
    assert enrol(*words) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert PRIVATE not in printed
    assert [path.name for path in (folder / "sites").iterdir()] == ["LON.yaml"]
    assert (folder / "sites/LON.yaml").read_bytes() == before


def test_a_folder_without_the_block_is_told_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "kitscan.yaml").write_text("")
    assert [run(["fleet", word]) for word in ("status", "scan", "serve")] == [2, 2, 2]
    assert capsys.readouterr().err.count("has no block fleet") == 3


def heard(ledger: FleetLedger, time: datetime) -> None:
    heartbeat = Heartbeat(
        site="LON",
        collector="lon1",
        version="0.1.0",
        sent=time.isoformat(),
        spool_bytes=25,
        spool_limit=100,
        working_on="slice 2 of 3",
        clock_offset=-1.25,
    )
    ledger.note_heartbeat(KEY, heartbeat, time)


def noted(ledger: FleetLedger, time: datetime) -> None:
    """A run of LON, of which one slice was refused, and something that was put aside."""
    own = {"run": TOKEN, "site": "LON", "collector": "lon1"}
    slices = [PlannedSlice(ordinal=number, addresses=256, words=f"10.0.{number}.0/24") for number in (1, 2, 3)]
    ledger.begin(TOKEN, 4, "scan", TERMS, ("LON",), time)
    ledger.note_plan(SitePlan(**own, of=3, scope_sha256="c" * 64, slices=slices), time)
    ledger.lease(TOKEN, "LON", 2, 1, time + timedelta(minutes=20))
    ledger.note_refusal(SiteRefusal(**own, ordinal=1, reason=SiteRefusalReason.PROFILE), time)
    ledger.note_aside(AsideRow("d" * 64, "LON", "lon1", "outside", "2 rows", 2, time), TOKEN)


def test_the_status_shows_collectors_slices_and_what_was_put_aside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol_lon()
    now = datetime.now(UTC)
    with open_store("kitscan.sqlite", create=True) as store:
        heard(FleetLedger(store), now)
        noted(FleetLedger(store), now)
    FolderCentre(folder / "carried").send("LON", b"x")
    capsys.readouterr()
    assert run(["fleet", "status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    minute = now.strftime("%Y-%m-%d %H:%M")
    assert lines[0].split("  ")[:2] == ["SITE", "COLLECTOR"]
    assert " ".join(lines[1].split()) == f"LON lon1 0.1.0 {minute} 25 % -1.2 s - slice 2 of 3"
    assert lines[3] == f"Run 4 (scan) of {minute}, goes on:"
    assert lines[5].split() == ["LON", "3", "1", "1", "0", "1", "1"]
    assert " ".join(lines[-1].split()) == f"{minute} LON lon1 2 outside: 2 rows"
    assert run(["fleet", "status", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["collectors"][0]["clock_offset"], told["run"]["run"], told["aside"][0]["rows"]) == (-1.25, 4, 2)
    assert (told["run"]["token"], told["run"]["seed"]) == (TOKEN, TERMS.seed)
    assert told["slices"] == [
        {"site": "LON", "of": 3, "planned": 1, "offered": 1, "received": 0, "refused": 1, "orders_waiting": 1}
    ]


def test_a_collector_that_was_not_heard_is_exit_3(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enrol_lon()
    assert run(["fleet", "status"]) == 3
    assert "Not heard for 24 hours: LON/lon1" in capsys.readouterr().err
    with open_store("kitscan.sqlite", create=True) as store:
        heard(FleetLedger(store), datetime.now(UTC) - timedelta(hours=2))
    assert (run(["fleet", "status"]), run(["fleet", "status", "--unheard", "1"])) == (0, 3)
    assert run(["fleet", "status", "--store", "other.sqlite"]) == 2
    assert "other.sqlite: no such store" in capsys.readouterr().err
    assert not Path("other.sqlite").exists()
    assert run(["fleet", "status", "--run", "9"]) == 2
    assert "run 9 is none of the fleet" in capsys.readouterr().err


def test_sites_that_nobody_enrolled_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sites").mkdir()
    assert run(["fleet", "scan"]) == 2
    enrol_lon()
    assert run(["fleet", "scan", "--sites", "LON,PAR"]) == 2
    assert run(["fleet", "scan", "--until", "05:00", "--within", "5"]) == 2
    assert run(["fleet", "scan", "--resume"]) == 2
    said = capsys.readouterr().err
    for words in ("no site is enrolled", "there is no site PAR", "both name the end", "left to continue"):
        assert words in said


def users_in(path: Path) -> dict[str, str]:
    return {user["name"]: user["password_hash"] for user in json.loads(path.read_text())["users"]}


def test_the_broker_is_told_of_each_site_and_of_no_password(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enrol_lon()
    assert run(["fleet", "broker", "rabbit", "--host", "broker.example"]) == 0
    first = users_in(folder / "rabbit/definitions.json")
    assert sorted(first) == ["kitscan.centre", "kitscan.site.LON"]
    url = (folder / "rabbit/LON.url").read_text().strip()
    assert re.fullmatch(r"amqps://kitscan\.site\.LON:[\w-]{40,}@broker\.example:5671/kitscan", url)
    assert (folder / "rabbit/LON.url").stat().st_mode & 0o777 == 0o600
    password = url.split(":")[2].split("@")[0]
    salt = base64.b64decode(first["kitscan.site.LON"])[:4]
    assert first["kitscan.site.LON"] == password_hash(password, salt)
    printed = capsys.readouterr()
    assert password not in printed.out + printed.err + (folder / "rabbit/definitions.json").read_text()


def test_a_further_site_changes_no_password(folder: Path) -> None:
    enrol_lon()
    run(["fleet", "broker", "rabbit", "--host", "broker.example"])
    before = users_in(folder / "rabbit/definitions.json")
    (folder / "rabbit/LON.url").unlink()
    enrol("PAR", "--scope", "10.0.0.0/9", "--collector", "par1", "--key", OTHER)
    assert run(["fleet", "broker", "rabbit", "--host", "broker.example"]) == 0
    after = users_in(folder / "rabbit/definitions.json")
    assert (sorted(after.keys() - before.keys()), before.items() <= after.items()) == (["kitscan.site.PAR"], True)
    assert sorted(path.name for path in (folder / "rabbit").iterdir()) == ["PAR.url", "centre.url", "definitions.json"]


def test_definitions_of_somebody_elses_stay(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enrol_lon()
    (folder / "rabbit").mkdir()
    (folder / "rabbit/definitions.json").write_text("[]")
    assert run(["fleet", "broker", "rabbit", "--host", "broker.example"]) == 2
    assert "is no file of definitions" in capsys.readouterr().err
    assert run(["fleet", "broker", "other", "--host", "user@broker"]) == 2
    assert [path.name for path in (folder / "rabbit").iterdir()] == ["definitions.json"]
