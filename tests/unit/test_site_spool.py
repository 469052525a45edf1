"""The spool of a site: what waits is never dropped, what is sent goes where room is wanted."""

from pathlib import Path

import pytest

from scanner.fleet.site.spool import Spool, SpoolError
from tests.unit.site_parts import OTHER_RUN, RUN

MB = 1_000_000


def names(spool: Spool) -> list[tuple[str, int]]:
    return [(bundle.run, bundle.ordinal) for bundle in spool.waiting()]


def test_bundles_wait_in_their_order_and_survive_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100 * MB)
    for ordinal in (9, 10, 2):
        spool.add(RUN, ordinal, b"octets of %d" % ordinal)
    again = Spool(tmp_path, 100 * MB)
    assert names(again) == [(RUN, 9), (RUN, 10), (RUN, 2)]
    assert [again.read(bundle) for bundle in again.waiting()] == [b"octets of 9", b"octets of 10", b"octets of 2"]
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*")} == {0}


def test_what_a_kill_left_half_written_is_no_bundle(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100 * MB)
    (tmp_path / "waiting" / f".000000000001-{RUN}-1.kitscan.77.abcd.new").write_bytes(b"half")
    assert names(spool) == []
    assert list((Spool(tmp_path, 100 * MB).folder / "waiting").iterdir()) == []


def test_what_is_sent_is_kept_and_can_be_sent_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100 * MB)
    spool.add(RUN, 1, b"one")
    spool.add(RUN, 2, b"two")
    spool.mark_sent(spool.waiting()[0])
    assert names(spool) == [(RUN, 2)]
    assert spool.send_again(OTHER_RUN, 1) is None
    assert spool.send_again(RUN, 2) is not None
    assert spool.send_again(RUN, 1) is not None
    assert names(spool) == [(RUN, 1), (RUN, 2)]


def test_the_oldest_that_is_sent_goes_first_and_what_waits_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10_000)
    for ordinal in (1, 2, 3):
        spool.add(RUN, ordinal, b"x" * 3_000)
        spool.mark_sent(spool.waiting()[0])
    spool.add(RUN, 4, b"x" * 3_000)
    assert spool.send_again(RUN, 1) is None
    for ordinal in (5, 6, 7):
        spool.add(RUN, ordinal, b"x" * 3_000)
    assert spool.send_again(RUN, 2) is spool.send_again(RUN, 3) is None
    assert names(spool) == [(RUN, 4), (RUN, 5), (RUN, 6), (RUN, 7)]  # over the limit, by the last slice


def test_a_slice_is_begun_only_where_there_is_room_for_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 10_000)
    spool.add(RUN, 1, b"x" * 7_000)
    assert spool.has_room
    spool.add(RUN, 2, b"x" * 1_000)
    assert not spool.has_room
    spool.mark_sent(spool.waiting()[0])
    assert spool.has_room
    spool.work_store(RUN, 3).write_bytes(b"x" * 8_000)  # a slice that is being collected takes room too
    assert not spool.has_room


def test_work_of_runs_that_are_forgotten_is_deleted(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 100 * MB)
    for run in (RUN, OTHER_RUN):
        for ending in ("", "-wal", ".lock"):
            place = spool.work_store(run, 1)
            place.with_name(place.name + ending).write_bytes(b"")
    spool.forget_work({RUN})
    assert {path.name[:32] for path in (tmp_path / "work").iterdir()} == {RUN}
    assert spool.work_stores(RUN) == (spool.work_store(RUN, 1),)


def test_messages_wait_in_their_order_and_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.fleet.site.spool.MAX_MESSAGES", 2)
    spool = Spool(tmp_path, 100 * MB)
    spool.add_message(b"one")
    spool.add_message(b"two")
    with pytest.raises(SpoolError, match="2 messages wait"):
        spool.add_message(b"three")
    assert [spool.read_message(path) for path in spool.messages()] == [b"one", b"two"]


def test_messages_count_and_are_bounded_in_octets_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders to plan cost a centre nothing, and a plan of many slices is large."""
    monkeypatch.setattr("scanner.fleet.site.spool.MAX_MESSAGE_OCTETS", 1000)
    own = Spool(tmp_path, 10_000)
    (tmp_path / "messages" / "notes.json").write_text("an operator's own")
    own.add_message(bytes(600))
    assert own.waiting_bytes == 600
    with pytest.raises(SpoolError, match="1 messages wait"):
        own.add_message(bytes(600))


def test_a_spool_is_held_by_one_collector(tmp_path: Path) -> None:
    one, other = Spool(tmp_path, 100 * MB), Spool(tmp_path, 100 * MB)
    with one.held(), pytest.raises(SpoolError, match="another process"), other.held():
        pass
    with Spool(tmp_path, 100 * MB).held():
        pass


def test_a_place_that_cannot_be_a_spool_is_said(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(SpoolError, match="cannot be written"):
        Spool(tmp_path / "spool", 100 * MB)
