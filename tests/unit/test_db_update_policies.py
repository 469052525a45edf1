"""Newer policies: what a pack must stand before it is in use, and what judges afterwards."""

import io
import tarfile
from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.snapshots import DataSet, in_use, shipped_provenance
from fingerprints.model.errors import DataFileError, KitscanError
from reports.policy.policy_set import SHIPPED, known_policies
from scanner.cli.exit_codes import USAGE
from scanner.cli.main import run
from scanner.updates.build import generation_files, provenance_file
from scanner.updates.fetch import FetchedFile, fetch
from scanner.updates.installed_data import install
from scanner.updates.renew import UpdateResult, renew

TODAY = date(2027, 4, 2)
UNTIL = date(2027, 3, 31)
NEW = """\
id: zz-new-2027
title: an order of 2027
who: {makers: [huawei]}
rules: [{id: out, action: prohibit_use, where: {segments: [all]}, effective: 2027-01-01}]
examples:
  - {name: a box, kind: hit, as_of: 2027-02-01, maker: huawei, tier: core, expect: {verdict: restricted, rules: [out]}}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with the shipped policies, a newer one, and the day until which their facts are known."""
    folder = tmp_path / "pack" / "policies"
    folder.mkdir(parents=True)
    for path in SHIPPED.glob("*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "zz-new-2027.yaml").write_text(NEW)
    (folder.parent / "SOURCE.yaml").write_text(f'known_until: "{UNTIL}"\n')
    return folder.parent


def update(data: Path, file: FetchedFile, stated: date | None = None) -> UpdateResult:
    return renew(data, (file,), DataSet.POLICIES, stated, TODAY)


def test_the_policies_of_a_folder_replace_the_shipped_ones(tmp_path: Path, pack: Path) -> None:
    done = update(tmp_path, fetch(str(pack)))
    assert (done.which, done.day, done.changed) == (DataSet.POLICIES, UNTIL, True)
    assert done.after == {part: count + 1 for part, count in done.before.items()}
    known = known_policies(data=tmp_path)
    assert ("zz-new-2027" in known.by_id, known.known_until, known.fallback) == (True, UNTIL, None)


def test_a_tar_of_the_files_alone_needs_the_day_from_the_user(tmp_path: Path, pack: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(pack / "policies", "policies")
    file = FetchedFile("policies.tar.gz", packed.getvalue(), TODAY)
    with pytest.raises(KitscanError, match="until when its facts are known"):
        update(tmp_path, file)
    assert update(tmp_path, file, UNTIL).day == UNTIL


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("makers: [huawei]", "makers: [huwaei]", r"zz-new-2027: .*huwaei"),
        ("verdict: restricted", "verdict: clear", r"zz-new-2027: example 'a box'"),
        ("action: prohibit_use", "action: prohibit", r"zz-new-2027.yaml: line 4: rules.0.action"),
        ("title:", "status: superseded\nsuperseded_by: zz-none\ntitle:", r"zz-new-2027: superseded_by: zz-none is no"),
    ],
)
def test_a_pack_with_a_flaw_is_refused_whole(tmp_path: Path, pack: Path, old: str, new: str, message: str) -> None:
    (pack / "policies" / "zz-new-2027.yaml").write_text(NEW.replace(old, new))
    with pytest.raises(DataFileError, match=message):
        update(tmp_path, fetch(str(pack)))
    assert in_use(tmp_path, DataSet.POLICIES).snapshot is None


def test_a_pack_of_a_few_policies_belongs_into_a_folder_of_ones_own(tmp_path: Path, pack: Path) -> None:
    for path in (pack / "policies").glob("g*.yaml"):
        path.unlink()
    with pytest.raises(DataFileError, match="gb-dvd-huawei-2022: is missing"):
        update(tmp_path, fetch(str(pack)))
    for path in (pack / "policies").glob("[a-t]*.yaml"):
        path.unlink()
    with pytest.raises(DataFileError, match="no more than 20 % fewer"):
        update(tmp_path, fetch(str(pack)))


def test_a_pack_whose_facts_are_older_than_those_in_use_is_refused(tmp_path: Path, pack: Path) -> None:
    (pack / "SOURCE.yaml").write_text('known_until: "2026-06-30"\n')
    with pytest.raises(DataFileError, match="2026-06-30 is before 2026-09-30, the day of the data in use"):
        update(tmp_path, fetch(str(pack)))


def test_a_day_of_known_facts_that_is_no_date_is_named_with_its_file(tmp_path: Path, pack: Path) -> None:
    (pack / "SOURCE.yaml").write_text("known_until: spring\n")
    with pytest.raises(DataFileError, match=r"pack: SOURCE.yaml: known_until: is missing or no date"):
        update(tmp_path, fetch(str(pack)))


def test_two_files_of_one_name_are_refused(tmp_path: Path, pack: Path) -> None:
    second = pack / "more" / "policies"
    second.mkdir(parents=True)
    (second / "zz-new-2027.yaml").write_text(NEW)
    with pytest.raises(DataFileError, match=r"is a second zz-new-2027.yaml"):
        update(tmp_path, fetch(str(pack)))


def test_updated_policies_of_an_unknown_form_give_way_to_the_shipped_ones(tmp_path: Path) -> None:
    source = provenance_file("test", ["file"], UNTIL, "test", {})
    install(tmp_path, DataSet.POLICIES, generation_files(DataSet.POLICIES, {"a.yaml": "another: form\n"}, source))
    known = known_policies(data=tmp_path)
    assert known.known_until == shipped_provenance(DataSet.POLICIES).day
    assert str(known.fallback).startswith("the shipped policies are used, not the updated ones: ")
    assert "us-889a" in known.by_id


def test_an_update_judges_from_then_on_and_a_rollback_returns(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kitscan.yaml").write_text("data: data\n")
    assert run(["db", "update", "policies"]) == USAGE
    assert "policies have no registry: name a pack with --from" in capsys.readouterr().err
    (pack / "SOURCE.yaml").write_text('known_until: "2026-10-31"\n')
    assert run(["db", "update", "policies", "--from", str(pack)]) == 0
    assert capsys.readouterr().out.startswith("policies: of 2026-10-31 in use: policies ")
    assert run(["policy", "show", "zz-new-2027"]) == 0
    assert run(["db", "update", "policies", "--rollback"]) == 0
    assert run(["policy", "show", "zz-new-2027"]) == USAGE
