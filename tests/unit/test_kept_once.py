"""What a device says again is kept once, whatever changes every night, and every run comes back to the octet."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from scanner.sink import RunOutcome
from scanner.store.run_mark import run_mark
from scanner.store.store import Store, open_store

THEN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
DEVICES = 20
TABLE = tuple(
    Observation(Source.SNMP_IF_DESCR, f"1.3.6.1.2.1.2.2.1.2.{port}", f"GigabitEthernet0/0/{port}")
    for port in range(160)
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "s.sqlite"), create=True)


def said_by(device: int, night: int, release: int = 0) -> tuple[Observation, ...]:
    """What a device says on a night: its uptime is another one every time."""
    return (
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", f"VRP release {release}"),
        Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(8_640_000 * night + 7919 * device)),
        Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", f"box-{device}"),
        *TABLE,
    )


def write_night(store: Store, said: dict[str, tuple[Observation, ...]]) -> int:
    with store.writing("scan", "1.0", THEN) as writer:
        for number, (key, observations) in enumerate(said.items()):
            time = THEN + timedelta(seconds=number)
            writer.add(Subject(key, key), "ssh", [Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-x")], time)
            writer.add(Subject(key, key), "snmp", observations, time + timedelta(microseconds=999))
            writer.done(key)
        writer.finish(RunOutcome.COMPLETE, THEN + timedelta(hours=1))
    return writer.run


def octets_of(store: Store) -> int:
    with closing(sqlite3.connect(store.place)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return Path(store.place).stat().st_size


def test_a_month_of_nights_costs_less_than_it_may(store: Store) -> None:
    """Nights of which 2 % change may cost 1.5 x (1 + 0.02 N) single runs."""
    nights, sizes = 30, []
    for night in range(nights):
        changed = night * DEVICES // 50
        releases = {device: (changed + DEVICES - device - 1) // DEVICES for device in range(DEVICES)}
        write_night(store, {f"192.0.2.{d}": said_by(d, night, releases[d]) for d in range(DEVICES)})
        sizes.append(octets_of(store))
    assert sizes[-1] <= 1.5 * (1 + 0.02 * nights) * sizes[0]


def test_a_device_that_says_the_same_costs_less_than_80_octets_a_night(store: Store) -> None:
    for night in range(2):
        write_night(store, {str(device): said_by(device, night) for device in range(200)})
    before, nights = octets_of(store), 10
    for night in range(2, 2 + nights):
        write_night(store, {str(device): said_by(device, night) for device in range(200)})
    assert (octets_of(store) - before) / nights / 200 < 80


SAID = st.lists(
    st.tuples(
        st.sampled_from((Source.SNMP_SYS_UP_TIME, Source.SNMP_SYS_NAME, Source.SSH_COMMAND)),
        st.text("ab\n1é", max_size=5),
    ),
    max_size=8,
)


@given(st.lists(st.dictionaries(st.sampled_from(("192.0.2.1", "192.0.2.2", "x")), SAID), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_devices_say_each_night_comes_back_as_it_was_said(
    tmp_path_factory: pytest.TempPathFactory, nights: list[dict[str, list[tuple[Source, str]]]]
) -> None:
    with open_store(str(tmp_path_factory.mktemp("store") / "s.sqlite"), create=True) as store:
        written: list[list[Evidence]] = []
        for night in nights:
            said = {key: tuple(Observation(kind, "1", value) for kind, value in rows) for key, rows in night.items()}
            run = write_night(store, said)
            ident = Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-x")
            once = {key: tuple(dict.fromkeys((ident, *rows))) for key, rows in said.items()}
            written.append([Evidence(Subject(key, key), once[key]) for key in sorted(once)])
            assert run == len(written)
        assert [list(store.evidence(number)) for number in range(1, len(written) + 1)] == written


def test_a_lasting_difference_is_kept_whole_once_its_patches_cost_as_much(store: Store) -> None:
    long = "x" * 300
    for night in range(60):
        value = long if night == 0 else f"{long[:100]}{'y' * 40}{long[100:]}"
        write_night(store, {"a": (Observation(Source.SNMP_SYS_DESCR, "1", value),)})
    with closing(sqlite3.connect(store.place)) as connection:
        texts = [lines for (lines,) in connection.execute("select lines from contents")]
        patched = connection.execute("select count(*) from run_subjects where length(times) > 30").fetchone()[0]
    assert len(texts) == 3 and patched < 20


def test_a_word_that_only_a_difference_holds_is_found(store: Store) -> None:
    for night, name in enumerate(("core-1", "core-1", "core-9", "core-1")):
        write_night(store, {"192.0.2.1": (*said_by(1, night), Observation(Source.SNMP_SYS_NAME, "1", f"lon-{name}"))})
    assert [run.id for run in store.runs_that_name("lon-core-9", before=9)] == [3]
    assert {1, 2} <= {run.id for run in store.runs_that_name("LON-core-1", before=4)}
    assert store.runs_that_name("lon-core-2", before=9) == ()


def test_a_run_ends_with_no_row_left_where_it_arrived(store: Store) -> None:
    write_night(store, {"a": TABLE})
    with closing(sqlite3.connect(store.place)) as connection:
        assert connection.execute("select count(*) from evidence").fetchone() == (0,)


def test_the_mark_of_a_run_differs_once_anything_was_added(store: Store) -> None:
    def marks() -> Iterator[object]:
        with store.writing("scan", "1.0", THEN) as writer:
            writer.add(Subject("a"), "snmp", TABLE[:1], THEN)
            writer.finish(RunOutcome.INTERRUPTED, THEN)
        yield run_mark(store.place, 1)
        with store.resuming(1) as writer:
            writer.add(Subject("a"), "snmp", TABLE[:1], THEN)
        yield run_mark(store.place, 1)
        with store.resuming(1) as writer:
            writer.done("a")
        yield run_mark(store.place, 1)
        with store.resuming(1) as writer:
            writer.finish(RunOutcome.INTERRUPTED, THEN)
        yield run_mark(store.place, 1)

    assert len(set(marks())) == 4


def test_rows_that_a_full_disk_left_are_moved_by_the_next_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("scanner.store.writer.fold_rows", lambda *_: full_disk())
        write_night(store, {"a": TABLE})
    before = store.sha256(1)
    assert (store.run(1).outcome, len(next(store.evidence(1)).observations)) == ("complete", len(TABLE) + 1)
    write_night(store, {})
    assert store.sha256(1) == before
    with closing(sqlite3.connect(store.place)) as connection:
        assert connection.execute("select count(*) from evidence").fetchone() == (0,)


def full_disk() -> None:
    import sqlalchemy as sa

    raise sa.exc.OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))


def test_states_are_kept_and_replaced_and_outlive_nothing_else(store: Store) -> None:
    write_night(store, {"a": TABLE})
    store.keep_states(1, '{"old": 1}', [("dev-b", '{"b": 1}')])
    store.keep_states(1, '{"run": 1}', [("dev-b", '{"b": 1}'), ("dev-a", '{"a": 1}')])
    store.keep_states(2, '{"run": 2}', [("dev-b", '{"b": 2}')])
    assert store.states(1) == ('{"run": 1}', ('{"a": 1}', '{"b": 1}'))
    assert (store.states(3), store.runs_with_states()) == (None, (1, 2))
    assert list(store.states_of("dev-b")) == [(1, '{"b": 1}'), (2, '{"b": 2}')]
    assert list(store.states_of("nobody")) == []


def test_the_credential_that_worked_last_is_known_by_key_and_protocol(store: Store) -> None:
    with store.writing("scan", "1.0", THEN) as writer:
        writer.login_worked("192.0.2.1", "ssh", "cli", "huawei_vrp")
        writer.login_worked("192.0.2.1", "snmp", "ro")
    with store.writing("scan", "1.0", THEN) as writer:
        writer.login_worked("192.0.2.1", "ssh", "cli-new")
    assert store.good_logins() == {
        ("192.0.2.1", "ssh"): ("cli-new", "huawei_vrp"),
        ("192.0.2.1", "snmp"): ("ro", ""),
    }


def test_what_was_told_is_known_once(store: Store) -> None:
    rows = [("dev-a", "cra:art-14", "90"), ("dev-a", "cra:art-14", "30")]
    store.reminded(rows, 1)
    store.reminded([*rows, ("dev-b", "x", "7")], 2)
    assert store.reminders() == {*rows, ("dev-b", "x", "7")}
    store.keep_notice(2, "mail", THEN, "sent")
    store.keep_notice(3, "told", THEN, "told")
    assert [(notice.run, notice.channel, notice.outcome) for notice in store.notices()] == [
        (2, "mail", "sent"),
        (3, "told", "told"),
    ]
    assert [notice.time for notice in store.notices(3)] == [THEN]


def test_a_subject_that_is_finished_may_go_on_in_the_first_run_of_a_store(store: Store) -> None:
    subject, name = Subject("a", "a"), Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", "box")
    with store.writing("scan", "1.0", THEN) as writer:
        for place in ("first", "second"):
            writer.add(subject, "link", [Observation(Source.LINK_MAC, place, "00:11:22:33:44:55"), name], THEN)
            writer.done("a")
            writer.commit()
        writer.finish(RunOutcome.COMPLETE, THEN)
    (kept,) = store.evidence(writer.run)
    assert [one.at for one in kept.observations if one.source is Source.LINK_MAC] == ["first", "second"]
