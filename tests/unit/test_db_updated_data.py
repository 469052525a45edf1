"""UpdateResult data in what identities rest on: in use, named by the version, and told of where they are not used."""

from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.database.oui import Organisation
from fingerprints.database.snapshots import DataSet
from fingerprints.model.device import Party
from scanner.updates.build import generation_files, provenance_file
from scanner.updates.installed_data import install

NUMBERS, PREFIXES, RULES = DataSet.ENTERPRISE_NUMBERS, DataSet.MAC_PREFIXES, DataSet.RULES
DAY = date(2027, 1, 1)
RULE = """company: cisco
family: test
rules:
  - id: acme-router
    source: snmp.sys_descr
    pattern: '^Acme R\\d{1,4}'
    claims: [brand]
    examples: [{text: Acme R100, from: invented}]
"""


def renewed(data: Path, which: DataSet, rows: dict[str, str]) -> Path:
    """Install a set without the checks of an update; returns the folder of the generation."""
    state = install(
        data, which, generation_files(which, rows, provenance_file("test", ["file"], DAY, "test", {"rows": len(rows)}))
    )
    return data / which.value / state.current


@pytest.fixture(scope="module")
def shipped() -> FingerprintDatabase:
    return load_database()


def test_shipped_data_are_read_once_and_updated_data_as_soon_as_they_are_there(
    tmp_path: Path, shipped: FingerprintDatabase
) -> None:
    """A folder of data says by itself whether anything was updated, so that a process which judges often reads once."""
    assert load_database(data=tmp_path / "nothing") is shipped
    assert load_database(data=tmp_path) is shipped
    renewed(tmp_path, PREFIXES, {"ABCDEF": "Able Ltd"})
    assert load_database(data=tmp_path) is not shipped
    (tmp_path / PREFIXES.value / "state.json").write_text("{")
    damaged = load_database(data=tmp_path)
    assert damaged is not shipped and damaged.notes != ()


def test_renewed_prefixes_name_whom_the_shipped_ones_do_not_know(tmp_path: Path, shipped: FingerprintDatabase) -> None:
    mac = bytes.fromhex("ABCDEF000001")
    renewed(tmp_path, PREFIXES, {"ABCDEF": "Able Ltd"})
    found = load_database(data=tmp_path)
    assert (shipped.oui.lookup(mac), found.oui.lookup(mac)) == (None, Organisation("Able Ltd", "ABCDEF"))
    assert found.notes == ()


def test_renewed_prefixes_leave_the_kinds_of_address_as_they_ship(tmp_path: Path, shipped: FingerprintDatabase) -> None:
    renewed(tmp_path, PREFIXES, {"ABCDEF": "Able Ltd"})
    gateway = bytes.fromhex("00005E000101")
    assert load_database(data=tmp_path).oui.kind_of(gateway) is shipped.oui.kind_of(gateway)


def test_renewed_numbers_name_whom_the_shipped_ones_do_not_know(tmp_path: Path) -> None:
    renewed(tmp_path, NUMBERS, {"4000000000": "Able Ltd"})
    assert load_database(data=tmp_path).holder(4_000_000_000) == (Party("able", "Able Ltd"), False)


def test_renewed_rules_stand_in_place_of_the_shipped_ones(tmp_path: Path) -> None:
    renewed(tmp_path, RULES, {"acme/routers.yaml": RULE})
    assert [rule.id for rule in load_database(data=tmp_path).rules.all()] == ["acme-router"]


@pytest.mark.parametrize(
    ("which", "rows"), [(PREFIXES, {"ABCDEF": "Able"}), (NUMBERS, {"9": "Able"}), (RULES, {"a.yaml": RULE})]
)
def test_other_data_have_another_version(
    tmp_path: Path, shipped: FingerprintDatabase, which: DataSet, rows: dict[str, str]
) -> None:
    renewed(tmp_path, which, rows)
    first, second = load_database(data=tmp_path), load_database(data=tmp_path)
    assert (first.version == shipped.version, first.version == second.version) == (False, True)


@pytest.mark.parametrize("which", [NUMBERS, PREFIXES, RULES])
def test_updated_data_of_an_unknown_form_give_way_with_a_note(
    tmp_path: Path, shipped: FingerprintDatabase, which: DataSet
) -> None:
    files = {
        "SOURCE.yaml": provenance_file("test", ["file"], DAY, "test", {}),
        "prefixes.gz": b"another form",
        "enterprises.tsv.gz": b"another form",
        "rules/a.yaml": b"another: form\n",
    }
    install(tmp_path, which, files)
    found = load_database(data=tmp_path)
    (note,) = found.notes
    assert note.startswith(f"the shipped {which.value} are used, not the updated ones: ")
    assert (found.version, len(list(found.rules.all()))) == (shipped.version, len(list(shipped.rules.all())))


def test_damaged_data_give_way_with_a_note(tmp_path: Path, shipped: FingerprintDatabase) -> None:
    (renewed(tmp_path, NUMBERS, {"9": "Able"}) / "enterprises.tsv.gz").write_bytes(b"")
    found = load_database(data=tmp_path)
    assert (found.version, found.notes) == (
        shipped.version,
        (
            "the shipped enterprise-numbers are used, not the updated ones: "
            "their files were changed or damaged. Next: kitscan db update enterprise-numbers, or with --rollback",
        ),
    )


def test_rules_of_ones_own_are_noted(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RULE)
    (tmp_path / "b.yaml").write_text(RULE.replace("acme-router", "huawei-quidway"))
    assert load_database(tmp_path).notes == ("rules of your own in use: 2, of which 1 replace shipped ones",)
