"""What an update must stand before it is in use, and that a refused one leaves everything as it was."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.snapshots import DataSet, in_use, shipped_provenance
from fingerprints.model.errors import DataFileError, KitscanError
from scanner.updates.current import count_entries, enterprise_holders, mac_prefixes
from scanner.updates.fetch import FetchedFile
from scanner.updates.renew import UpdateResult, renew
from tests.unit.few_rules import few_rules, install_few_rules

TODAY = date(2026, 11, 22)
DAY = date(2026, 11, 20)
COUNTS = count_entries(None, DataSet.MAC_PREFIXES)
MORE = {**COUNTS, "24 bits": COUNTS["24 bits"] + 1}


@pytest.fixture(scope="module")
def registered() -> dict[str, str]:
    return mac_prefixes(None)


@pytest.fixture(scope="module")
def numbered() -> dict[str, str]:
    return {number: holder for number, holder in enterprise_holders(None).items() if holder != "---none---"}


def oui_data(rows: dict[str, str], day: date | None = DAY) -> FetchedFile:
    return FetchedFile("index.json", json.dumps(rows).encode(), day)


def ieee(rows: dict[str, str], name: str = "oui.csv", day: date = DAY) -> FetchedFile:
    lines = [f'X,{prefix},"{holder.replace(chr(34), chr(34) * 2)}",nowhere' for prefix, holder in rows.items()]
    return FetchedFile(
        name, "\n".join(["Registry,Assignment,Organization Name,Organization Address", *lines]).encode(), day
    )


def iana(rows: dict[str, str], updated: str = "2026-11-20") -> FetchedFile:
    head = f"PRIVATE ENTERPRISE NUMBERS\n\n(last updated {updated})\n\n"
    text = head + "".join(f"{number}\n  {holder}\n    Somebody\n      mail\n" for number, holder in rows.items())
    return FetchedFile("enterprise-numbers.txt", text.encode(), None)


def pack(*more: tuple[str, str], leave_out: str = "?") -> FetchedFile:
    """The few rules that are in use in these tests (tests/unit/few_rules.py), and more."""
    files = few_rules()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in {**files, **dict(more)}.items():
            if leave_out not in name:
                archive.writestr(f"rules/{name}", text)
        archive.writestr("rules/SOURCE.yaml", "date: 2026-11-22\n")
    return FetchedFile("pack.zip", packed.getvalue(), None)


def update(data: Path, *got: FetchedFile, stated: date | None = None, wanted: DataSet | None = None) -> UpdateResult:
    return renew(data, got, wanted, stated, TODAY)


def test_newer_prefixes_of_all_widths_come_in_use(tmp_path: Path, registered: dict[str, str]) -> None:
    done = update(tmp_path, oui_data({**registered, "ABCDEF": "Able"}))
    assert done == UpdateResult(DataSet.MAC_PREFIXES, COUNTS, MORE, DAY, changed=True)
    assert mac_prefixes(tmp_path)["ABCDEF"] == "Able"


def test_ieees_three_lists_make_one_set_of_the_oldest_day(tmp_path: Path, registered: dict[str, str]) -> None:
    lists = [
        ieee({prefix: name for prefix, name in registered.items() if len(prefix) == digits}, f"{digits}.csv", day)
        for digits, day in ((6, DAY), (7, date(2026, 9, 1)), (9, TODAY))
    ]
    done = update(tmp_path, *lists)
    assert (done.after, done.day) == (COUNTS, date(2026, 9, 1))


def test_one_list_alone_keeps_the_other_widths_and_their_day(tmp_path: Path, registered: dict[str, str]) -> None:
    rows = {prefix: name for prefix, name in registered.items() if len(prefix) == 6}
    done = update(tmp_path, ieee({**rows, "ABCDEF": "Able"}))
    assert (done.after, done.day) == (MORE, shipped_provenance(DataSet.MAC_PREFIXES).day)


def test_newer_enterprise_numbers_come_in_use_with_the_publishers_day(tmp_path: Path, numbered: dict[str, str]) -> None:
    done = update(tmp_path, iana({**numbered, "99999": "Able"}))
    before = {"numbers": len(enterprise_holders(None))}
    assert done == UpdateResult(DataSet.ENTERPRISE_NUMBERS, before, {"numbers": len(numbered) + 1}, DAY, changed=True)
    assert enterprise_holders(tmp_path)["99999"] == "Able"


def test_the_same_snapshot_again_changes_nothing(tmp_path: Path, numbered: dict[str, str]) -> None:
    update(tmp_path, iana(numbered))
    assert not update(tmp_path, iana(numbered)).changed


@pytest.mark.parametrize(("keep", "refused"), [(0.985, False), (0.97, True)])
def test_a_registry_that_lost_more_than_two_percent_is_refused(
    tmp_path: Path, numbered: dict[str, str], keep: float, refused: bool
) -> None:
    wanted = ("9", "2011", "2636", "3902", "6527", "25506", "39165")
    rows = dict(list(numbered.items())[: int(len(numbered) * keep)]) | {key: numbered[key] for key in wanted}
    try:
        update(tmp_path, iana(rows))
    except DataFileError as error:
        assert (refused, "no more than 2 % fewer" in str(error)) == (True, True)
    else:
        assert not refused


def test_a_width_that_shrank_is_refused_though_the_whole_grew(tmp_path: Path, registered: dict[str, str]) -> None:
    kept = ("7872645", "0825321")
    rows = {prefix: name for prefix, name in registered.items() if len(prefix) != 7 or prefix in kept}
    more = {f"{number:06X}": "Able" for number in range(0xF00000, 0xF08000)}
    with pytest.raises(DataFileError, match=r"28 bits: 2 entries where .* are in use"):
        update(tmp_path, oui_data({**more, **rows}))


@pytest.mark.parametrize(
    ("prefix", "name", "message"),
    [
        ("00E0FC", "Able Ltd", "00E0FC: is 'Able Ltd'; expected a name of huawei"),
        ("00000C", "", "00000C: is missing; expected a name of cisco"),
    ],
)
def test_a_well_known_prefix_of_somebody_else_is_refused(
    tmp_path: Path, registered: dict[str, str], prefix: str, name: str, message: str
) -> None:
    with pytest.raises(DataFileError, match=message):
        update(tmp_path, oui_data({**registered, prefix: name}))


def test_numbers_that_moved_by_one_are_refused(tmp_path: Path, numbered: dict[str, str]) -> None:
    with pytest.raises(DataFileError, match=r"2011: is '.*'; expected a name of huawei"):
        update(tmp_path, iana({str(int(number) + 1): holder for number, holder in numbered.items()}))


@pytest.mark.parametrize(
    ("updated", "message"),
    [("2024-01-31", "2024-01-31 is before 2024-08-23"), ("2026-12-24", "2026-12-24 is in the future")],
)
def test_an_older_snapshot_or_one_to_come_is_refused(
    tmp_path: Path, numbered: dict[str, str], updated: str, message: str
) -> None:
    with pytest.raises(DataFileError, match=message):
        update(tmp_path, iana(numbered, updated))


def test_a_snapshot_of_no_day_is_refused_until_somebody_says_it(tmp_path: Path, registered: dict[str, str]) -> None:
    with pytest.raises(KitscanError, match="Next: state it with --date"):
        update(tmp_path, oui_data(registered, None))
    assert update(tmp_path, oui_data(registered, None), stated=DAY).day == DAY


def test_a_copy_of_another_set_than_was_named_is_refused(tmp_path: Path, numbered: dict[str, str]) -> None:
    with pytest.raises(DataFileError, match="is IANA's text, of enterprise-numbers; expected a copy of mac-prefixes"):
        update(tmp_path, iana(numbered), wanted=DataSet.MAC_PREFIXES)


def test_what_was_refused_leaves_no_trace(tmp_path: Path, numbered: dict[str, str]) -> None:
    with pytest.raises(DataFileError, match="the data in use are kept"):
        update(tmp_path, iana({"9": numbered["9"]}))
    assert (list(tmp_path.iterdir()), in_use(tmp_path, DataSet.ENTERPRISE_NUMBERS).fallback) == ([], None)


ACME = """company: cisco
family: test
rules:
  - id: acme-router
    source: snmp.sys_descr
    pattern: '^Acme R\\d{1,4}'
    claims: [brand]
    examples: [{text: Acme R100, from: invented}]
"""


def test_a_pack_of_rules_replaces_the_rules_in_use(tmp_path: Path) -> None:
    install_few_rules(tmp_path)
    done = update(tmp_path, pack(("acme/routers.yaml", ACME)))
    assert done.after == {**done.before, "rules": done.before["rules"] + 1}
    assert count_entries(tmp_path, DataSet.RULES) == done.after


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (ACME.replace("company: cisco", "company: nobody_at_all"), r"acme/routers.yaml: line 7: .* no company"),
        (ACME.replace("Acme R100", "Acme 100"), r"acme/routers.yaml: line 8: .* matched by no rule"),
        (ACME.replace("source: snmp", "source: smtp"), r"acme/routers.yaml: line 5: rules.0.source"),
    ],
)
def test_a_pack_with_a_flaw_is_refused_with_its_place(tmp_path: Path, wrong: str, message: str) -> None:
    install_few_rules(tmp_path)
    with pytest.raises(DataFileError, match=message):
        update(tmp_path, pack(("acme/routers.yaml", wrong)))


def test_a_pack_that_no_longer_names_a_well_known_box_is_refused(tmp_path: Path) -> None:
    install_few_rules(tmp_path)
    with pytest.raises(DataFileError, match="no rule claims its maker any more; expected a rule that claims huawei"):
        update(tmp_path, pack(leave_out="huawei/vrp"))


def test_a_pack_of_a_few_rules_belongs_into_a_folder_of_ones_own(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("acme.yaml", ACME)
    with pytest.raises(DataFileError, match="no more than 20 % fewer"):
        update(tmp_path, FetchedFile("few.zip", packed.getvalue(), TODAY))


def test_what_a_stranger_writes_in_a_pack_does_not_steer_the_terminal(tmp_path: Path) -> None:
    install_few_rules(tmp_path)
    with pytest.raises(DataFileError) as caught:
        update(tmp_path, pack(("acme/routers.yaml", ACME + '"\\e[2Jgone": 1\n')))
    assert ("\x1b" in str(caught.value), "unknown key ?[2Jgone" in str(caught.value)) == (False, True)
