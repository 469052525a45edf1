"""`kitscan explain` of one target of a large run that nobody judged: what it can say of that alone, and what not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints.model.evidence import Gap, GapReason, Subject
from scanner.cli.main import run
from scanner.sink import RunOutcome
from scanner.store.store import open_store
from tests.unit.boxes import introduced, live

NOW = datetime(2026, 11, 28, tzinfo=UTC)
HUAWEI = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180 (NE40E V800R010C10SPC500)"
CISCO = "Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE10, RELEASE SOFTWARE (fc2)"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of five targets, which here is a large one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scanner.cli.explain.MAX_WHOLE", 3)
    told = (
        live("192.0.2.1", introduced(HUAWEI, "1.3.6.1.4.1.2011.2.62.2.9")),
        live("192.0.2.2", introduced(CISCO, "1.3.6.1.4.1.9.1.516")),
        live("192.0.2.3", introduced(CISCO, "1.3.6.1.4.1.9.1.516")),
    )
    with open_store("kitscan.sqlite", create=True) as store, store.writing("scan", "0", NOW) as writer:
        for part in told:
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
    assert text.startswith("Judged alone, without the 4 other targets of run 1: other addresses of this")
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


@pytest.mark.usefixtures("folder")
def test_a_name_that_only_the_device_says_takes_the_whole_run(capsys: pytest.CaptureFixture[str]) -> None:
    """An id is not known before the whole run is judged: neither is a system name."""
    whole = explained(capsys, "box-3")
    assert run(["explain", "box-%"]) == 2
    assert "Judged alone" in whole
    assert Path("kitscan.sqlite-answers").exists()
    assert "Judged alone" not in explained(capsys, "box-3")
