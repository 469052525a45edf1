"""`kitscan db` as a person types it: what is printed where, and the exit code."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.snapshots import DataSet, in_use
from scanner.cli.db import PUBLISHED
from scanner.cli.exit_codes import USAGE
from scanner.cli.main import run
from scanner.updates.current import count_entries, mac_prefixes
from scanner.updates.status import MAX_DAYS, DataStatus
from tests.unit.few_rules import install_few_rules

RULE = """company: cisco
family: test
rules:
  - id: acme-router
    source: snmp.sys_descr
    pattern: '^Acme R\\d{1,4}'
    claims: [brand]
    examples: [{text: Acme R100, from: invented}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder that keeps its data in itself."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kitscan.yaml").write_text("data: data\n")
    return tmp_path


@pytest.fixture
def few_rules(folder: Path) -> Path:
    """Two of the shipped rule files as the rules in use, so that verifying them all takes no time."""
    install_few_rules(folder / "data")
    return in_use(folder / "data", DataSet.RULES).folder


def newer(folder: Path) -> str:
    """A copy of the prefixes with one more in it."""
    path = folder / "index.json"
    path.write_text(json.dumps({**mac_prefixes(None), "ABCDEF": "Able Ltd"}))
    return str(path)


def test_status_lists_every_set_with_its_day_and_whose_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "status"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:] if not line.startswith(" ")]
    assert [row[0] for row in rows] == [
        "mac-prefixes",
        "enterprise-numbers",
        "rules",
        "products",
        "companies",
        "policies",
    ]
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", row[1]) and row[3] == "shipped" for row in rows)


def test_a_set_is_stale_the_day_after_its_documented_age() -> None:
    known = DataStatus("mac-prefixes", "a list", date(2026, 1, 1), "1")
    assert [known.stale(date.fromordinal(known.day.toordinal() + days)) for days in (180, 181)] == [False, True]


def test_an_update_is_reported_and_status_says_it_is_your_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "update", "--from", newer(folder), "--date", "2026-11-20"]) == 0
    message = capsys.readouterr()
    had = count_entries(None, DataSet.MAC_PREFIXES)
    has = {**had, "24 bits": had["24 bits"] + 1}
    changes = ", ".join(f"{part} {had[part]:,} -> {has[part]:,}" for part in had)
    assert message.out == f"mac-prefixes: of 2026-11-20 in use: {changes}\n"
    assert "kitscan db update mac-prefixes --rollback" in message.err
    run(["db", "status"])
    assert re.search(r"mac-prefixes +2026-11-20 +-?\d+  your own", capsys.readouterr().out)


def test_the_same_update_again_is_reported_as_such(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    update = ["db", "update", "--from", newer(folder), "--date", "2026-11-20"]
    assert (run(update), capsys.readouterr().out != "", run(update)) == (0, True, 0)
    assert capsys.readouterr().out == "mac-prefixes: of 2026-11-20, already in use\n"


def test_a_rollback_returns_to_the_shipped_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["db", "update", "--from", newer(folder), "--date", "2026-11-20"])
    capsys.readouterr()
    assert run(["db", "update", "--rollback"]) == 0
    assert capsys.readouterr().out == "mac-prefixes: as shipped in use again; the same command returns to the newer\n"
    assert in_use(folder / "data", DataSet.MAC_PREFIXES).snapshot is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rollback"], "name the set to roll back"),
        (["rules", "--rollback"], "there are no data before those in use"),
        (["--rollback", "--from", "x"], "--rollback takes no copy"),
        (["rules"], "name a pack with --from"),
        (["colours"], "mac-prefixes"),
        (["--from", "nowhere.csv"], "nowhere.csv: whole file: cannot be read"),
        (["--from", "http://127.0.0.1/x"], "not an https address"),
        (["--date", "soon"], "write it as 2018-12-31"),
        (["--from", "kitscan.yaml"], "has no form that kitscan knows"),
    ],
)
def test_what_cannot_be_done_exits_with_2_and_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["db", "update", *arguments]) == USAGE
    assert message in capsys.readouterr().err


def test_an_address_with_a_password_is_refused_and_not_repeated(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["db", "update", "--from", "https://me:secret@127.0.0.1/x"]) == USAGE
    message = capsys.readouterr()
    assert ("secret" in message.out + message.err, "not an https address" in message.err) == (False, True)


def test_only_registries_are_asked_without_a_name() -> None:
    addresses = [address for places in PUBLISHED.values() for address in places]
    assert {re.sub(r"^https://([^/]+)/.*", r"\1", address) for address in addresses} == {
        "standards-oui.ieee.org",
        "www.iana.org",
    }


def test_sound_rules_are_counted_and_exit_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "acme.yaml").write_text(RULE)
    assert run(["db", "verify", "acme.yaml"]) == 0
    assert capsys.readouterr().out == "1 example of 1 rule in 1 file of acme.yaml: no flaw\n"


def test_each_flaw_is_printed_with_file_and_line_and_exits_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "acme.yaml").write_text(RULE.replace("Acme R100", "Acme 100"))
    assert run(["db", "verify", "rules"]) == USAGE
    assert capsys.readouterr().out.splitlines() == [
        "rules/acme.yaml: line 8: rule acme-router has the example 'Acme 100', matched by no rule; expected "
        "acme-router alone (of two rules with the same id, your own replaces the shipped one)",
        "1 example of 1 rule in 1 file of rules: 1 flaw",
    ]


def test_without_a_path_the_rules_in_use_and_those_of_the_folder_are_verified(
    folder: Path, few_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "acme.yaml").write_text(RULE.replace("acme-router", "huawei-quidway"))
    (folder / "kitscan.yaml").write_text("data: data\nrules: rules\n")
    assert run(["db", "verify"]) == 0
    in_use_line, prefixes, note, own = capsys.readouterr().out.splitlines()
    assert (
        in_use_line.endswith(f"{few_rules.relative_to(folder)}: no flaw"),
        "prefixes of mac-vendor-lookup" in prefixes,
        note,
        own,
    ) == (
        True,
        True,
        "your own rules replace the shipped ones of the same id: huawei-quidway",
        "1 example of 1 rule in 1 file of rules: no flaw",
    )


COMPANIES = "id\tname\thome\tenterprises\taliases\towners\nacme\tAcme Networks\tGB\t\tAcme Ltd|Acme Inc\t\n"


def test_a_company_that_nobody_knows_can_stand_beside_rules_of_ones_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "acme.yaml").write_text(RULE.replace("company: cisco", "company: acme"))
    assert run(["db", "verify", "rules"]) == USAGE
    assert "line 7: rule acme-router claims acme, which is no company" in capsys.readouterr().out
    (folder / "rules" / "companies.tsv").write_text(COMPANIES)
    (folder / "kitscan.yaml").write_text("rules: rules\n")
    assert (run(["db", "verify", "rules"]), run(["identify", "--sysdescr", "Acme R100"])) == (0, 0)
    message = capsys.readouterr()
    assert re.search(r"sold as +Acme Networks\n", message.out)
    assert "rules of your own in use: 1, of which 0" in message.err


def test_a_part_of_the_rules_in_use_is_verified_among_all_of_them(
    few_rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["db", "verify", str(few_rules / "huawei")]) == 0
    assert re.fullmatch(r".* in 2 files of .*rules/huawei: no flaw\n", capsys.readouterr().out)


def test_the_ages_on_the_page_are_those_of_the_program() -> None:
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    assert [name for name, days in MAX_DAYS.items() if f"| `{name}` | {days} days |" not in page] == []


def test_a_report_says_that_renewed_data_could_not_be_used(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["db", "update", "--from", newer(folder), "--date", "2026-11-20"])
    (table,) = (folder / "data").rglob("prefixes.gz")
    table.write_bytes(b"rot")
    (folder / "switch.snmpwalk").write_text(".1.3.6.1.2.1.1.5.0 = STRING: switch\n")
    run(["import", "snmpwalk", "switch.snmpwalk"])
    capsys.readouterr()
    run(["assess", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["notes"][0] == (
        "the shipped mac-prefixes are used, not the updated ones: their files were changed or damaged. "
        "Next: kitscan db update mac-prefixes, or with --rollback"
    )
    run(["doctor"])
    assert "warn  data mac-prefixes: the shipped mac-prefixes are used, not the updated ones" in capsys.readouterr().out
