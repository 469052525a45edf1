"""`kitscan explain` of one target of a large run that nobody judged: what it can say of that alone, and what not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, Subject
from reports.judgement.assessment import AssessmentOptions
from scanner.cli.assessment.reporting import document_of
from scanner.cli.main import run
from scanner.sink import RunOutcome
from scanner.store.row_times import unpack_times
from scanner.store.store import open_store
from scanner.store.tables import RUN_SUBJECTS
from tests.unit.boxes import entity, introduced, live, shipped

NOW = datetime(2026, 11, 28, tzinfo=UTC)
HUAWEI = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180 (NE40E V800R010C10SPC500)"
CISCO = "Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE10, RELEASE SOFTWARE (fc2)"


def told(name: str) -> tuple[Observation, ...]:
    """What a box of this name says of itself."""
    said = Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", name)
    long = Observation(Source.SNMP_OBJECT, "1.3.6.1.4.1.9.9.1.0", "as every night " * 40)
    return (*introduced(CISCO, "1.3.6.1.4.1.9.1.516"), said, long)


TWICE = (
    (Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", "edge-1"),),
    entity(1, kind="3", contained_in="0", serial="2102350ABCDEF123"),
)
"""What the two addresses of one box say alike."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of six targets, which here is a large one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scanner.cli.explain.MAX_WHOLE", 3)
    boxes = (
        live("192.0.2.1", introduced(HUAWEI, "1.3.6.1.4.1.2011.2.62.2.9"), *TWICE),
        live("192.0.2.2", introduced(CISCO, "1.3.6.1.4.1.9.1.516")),
        live("192.0.2.3", told("core-3"), entity(1, kind="3", serial="FCW1234A0BC")),
        live("192.0.2.6", *TWICE),
    )
    with open_store("kitscan.sqlite", create=True) as store, store.writing("scan", "0", NOW) as writer:
        for part in boxes:
            subject = Subject(part.subject.key, part.subject.address, (f"box-{part.subject.key[-1]}",))
            writer.add(subject, "snmp", part.observations, NOW)
            writer.done(subject.key)
        silent = Gap("snmp", "161/udp", GapReason.NO_ANSWER)
        writer.add(Subject("192.0.2.4", "192.0.2.4"), "snmp", (silent,), NOW)
        writer.add(Subject("192.0.2.5", "192.0.2.5", ("quiet",)), "snmp", (silent,), NOW)
        writer.done("192.0.2.4")
        writer.finish(RunOutcome.COMPLETE, NOW)
    return tmp_path


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(["explain", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_one_target_is_judged_alone_and_the_answer_says_what_it_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    text = explained(capsys, "BOX-1", "--policy", "us-889a")
    assert text.startswith("Judged alone, without the 5 other targets of run 1: other addresses of this")
    assert ("RESTRICTED" in text, Path("kitscan.sqlite-answers").exists()) == (True, False)


@pytest.mark.usefixtures("folder")
def test_a_target_alone_is_never_clear(capsys: pytest.CaptureFixture[str]) -> None:
    alone = explained(capsys, "box-2", "--policy", "us-889a")
    assert run(["assess", "--policy", "us-889a", "--out", "report.txt", "--fail-on", "never"]) == 3
    whole = explained(capsys, "box-2", "--policy", "us-889a")
    assert ("NOT ASSESSED" in alone, "CLEAR" in alone.replace("not called clear", "")) == (True, False)
    assert "to do     Judge the whole run: kitscan assess 1." in alone
    assert ("CLEAR" in whole, "Judged alone" in whole) == (True, False)


@pytest.mark.usefixtures("folder")
def test_the_id_of_a_target_alone_need_not_be_that_of_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    """Boxes that share a copied key have ids that follow from all of them."""
    alone = explained(capsys, "box-2", "--evidence", "--policy", "us-889a")
    assert "a report may give it another id." in " ".join(alone.split())


@pytest.mark.usefixtures("folder")
def test_a_target_without_an_answer_is_explained_alone_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert "192.0.2.4: not assessed" in explained(capsys, "192.0.2.4")


@pytest.mark.usefixtures("folder")
def test_a_silent_target_with_a_label_has_its_address_as_a_name_too(capsys: pytest.CaptureFixture[str]) -> None:
    alone = explained(capsys, "192.0.2.5")
    assert run(["assess", "--out", "report.txt", "--fail-on", "never"]) == 3
    kept = explained(capsys, "192.0.2.5")
    assert [text.startswith("quiet: not assessed: no answer\n") for text in (alone.split("\n\n")[-1], kept)] == [
        True
    ] * 2


@pytest.fixture
def never_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, where nothing may judge the whole run."""
    failed = "the whole run was judged"
    monkeypatch.setattr("scanner.cli.assessment.reporting.judged_run", lambda *_: pytest.fail(failed))
    return folder


@pytest.mark.usefixtures("never_whole")
@pytest.mark.parametrize("word", ["CORE-3", "fcw1234a0bc", "192.0.2.3", "box-3"])
def test_what_only_the_device_says_of_itself_finds_it_without_the_whole_run(
    capsys: pytest.CaptureFixture[str], word: str
) -> None:
    text = explained(capsys, word)
    assert "core-3   192.0.2.3" in text
    assert text.startswith("Judged alone, without the ")


@pytest.mark.usefixtures("never_whole")
def test_addresses_that_say_the_same_name_are_judged_together(capsys: pytest.CaptureFixture[str]) -> None:
    """192.0.2.1 and 192.0.2.6 have one serial number and one name."""
    text = explained(capsys, "edge-1", "--evidence")
    assert text.startswith("Judged alone, without the 4 other targets")
    assert "ONE DEVICE, BECAUSE" in text


@pytest.mark.usefixtures("never_whole")
@pytest.mark.parametrize(("word", "near"), [("box-%", "box-6 or box-3 or box-2"), ("192.0.2.33", "192.0.2.3")])
def test_a_word_that_nothing_says_is_unknown_without_the_whole_run(
    capsys: pytest.CaptureFixture[str], word: str, near: str
) -> None:
    assert run(["explain", word]) == 2
    said = capsys.readouterr().err
    assert f"{word}: no target of run 1 has this name or said it, and no policy and no rule has it\n" in said
    assert f"did you mean {near}" in said


@pytest.mark.usefixtures("folder")
def test_an_id_takes_the_whole_run_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An id is not known before the whole run is judged. Then everything is."""
    with open_store("kitscan.sqlite") as store:
        options = AssessmentOptions(shipped(), None, (), "a test", None, NOW.date())
        ids = {one.device.name: one.device.id for one in document_of(store, store.run(1), options).devices}
    whole = explained(capsys, ids["core-3"])
    assert "Judged alone" not in whole
    monkeypatch.setattr("scanner.cli.assessment.reporting.judged_run", lambda *_: pytest.fail("it was judged again"))
    assert [explained(capsys, word) for word in (ids["core-3"], "core-3", "FCW1234A0BC", "192.0.2.3")] == [whole] * 4
    chains = [explained(capsys, word, "--evidence") for word in (ids["core-3"], "core-3", "FCW1234A0BC")]
    assert ["WHERE IT STANDS" in chain for chain in chains] == [True] * 3
    assert len({*chains}) == 1
    assert run(["explain", "core-33"]) == 2
    assert "did you mean core-3?" in capsys.readouterr().err


@pytest.mark.usefixtures("never_whole")
def test_a_name_that_is_kept_as_a_difference_to_the_night_before_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    for names in (("one", "two", "three", "four"), ("core-3", "kx-17", "core-9", "y")):
        with open_store("kitscan.sqlite") as store, store.writing("scan", "0", NOW) as writer:
            for last, name in enumerate(names, 1):
                renamed = live(f"192.0.2.{last}", told(name))
                writer.add(renamed.subject, "snmp", renamed.observations, NOW)
                writer.done(renamed.subject.key)
            writer.finish(RunOutcome.COMPLETE, NOW)
    with open_store("kitscan.sqlite") as store, store.reading() as connection:
        rows = connection.execute(sa.select(RUN_SUBJECTS.c.times).where(RUN_SUBJECTS.c.run == 3))
        assert all(patch for row in rows for _, patch in unpack_times(row.times))
    assert "core-9   192.0.2.3" in explained(capsys, "core-9")
    assert "core-3   192.0.2.1" in explained(capsys, "core-3")
