"""What was made of runs, and is kept beside them: what was said of each device, and which of it was told to whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from scanner.store.kept_texts import inserted_id, keep_text, keep_texts
from scanner.store.tables import CONTENTS, DEVICES, LOGINS, NOTICES, REMINDERS, RUN_STATES, STATES

ReminderStage = tuple[str, str, str]
"""The lasting id of a device, the finding that falls due, and the stage that was told."""

IMPORTED = "bundle"
"""The channel of the notice that a run came in a bundle. Until it is judged here, no audit continues it or tells it."""


@dataclass(frozen=True, slots=True)
class SentNotice:
    """What was sent after a run: over which channel (a name, never a URL), when, and how that ended."""

    run: int
    channel: str
    time: datetime
    outcome: str


def write_states(connection: sa.Connection, run: int, head: str, states: Iterable[tuple[str, str]]) -> None:
    """Keep what a run said as a whole and of each device, in place of what was kept of it. Does not commit."""
    connection.execute(STATES.delete().where(STATES.c.run == run))
    connection.execute(RUN_STATES.delete().where(RUN_STATES.c.run == run))
    connection.execute(RUN_STATES.insert().values(run=run, content=keep_text(connection, head)))
    known = {row.lasting_id: row.id for row in connection.execute(sa.select(DEVICES))}
    said = dict(states)
    for lasting_id in said:
        if lasting_id not in known:
            known[lasting_id] = inserted_id(connection.execute(DEVICES.insert(), {"lasting_id": lasting_id}))
    contents = zip(map(known.__getitem__, said), keep_texts(connection, tuple(said.values())), strict=True)
    if said:
        columns = ("run", "device", "content")
        connection.execute(STATES.insert(), [dict(zip(columns, (run, *row), strict=True)) for row in sorted(contents)])


def read_states(connection: sa.Connection, run: int) -> tuple[str, tuple[str, ...]] | None:
    """What a run said as a whole, and of each device in the order of lasting ids; None where nothing is kept."""
    head = read_head(connection, run)
    if head is None:
        return None
    devices = (
        sa.select(CONTENTS.c.lines)
        .join(STATES, STATES.c.content == CONTENTS.c.id)
        .join(DEVICES, DEVICES.c.id == STATES.c.device)
        .where(STATES.c.run == run)
        .order_by(DEVICES.c.lasting_id)
    )
    return head, tuple(connection.scalars(devices))


def states_over_time(connection: sa.Connection, lasting_id: str) -> Iterator[tuple[int, str]]:
    """The runs that said something of a device, oldest first, each with what it said."""
    device = connection.scalar(sa.select(DEVICES.c.id).where(DEVICES.c.lasting_id == lasting_id))
    if device is None:
        return
    wanted = (
        sa.select(RUN_STATES.c.run, CONTENTS.c.lines)
        .join(STATES, (STATES.c.run == RUN_STATES.c.run) & (STATES.c.device == device))
        .join(CONTENTS, CONTENTS.c.id == STATES.c.content)
        .order_by(RUN_STATES.c.run)
    )
    for row in connection.execute(wanted):
        yield row.run, row.lines


def texts_over_time(connection: sa.Connection) -> Iterator[tuple[str, int, int, str]]:
    """Each text of each device once, with the first and the last run that said it: by lasting id, then by first run."""
    first, last = sa.func.min(STATES.c.run), sa.func.max(STATES.c.run)
    spans = sa.select(STATES.c.device, STATES.c.content, first.label("first"), last.label("last"))
    span = spans.group_by(STATES.c.device, STATES.c.content).subquery()
    wanted = (
        sa.select(DEVICES.c.lasting_id, span.c.first, span.c.last, CONTENTS.c.lines)
        .join(span, span.c.device == DEVICES.c.id)
        .join(CONTENTS, CONTENTS.c.id == span.c.content)
        .order_by(DEVICES.c.lasting_id, span.c.first)
    )
    for row in connection.execute(wanted):
        yield row.lasting_id, row.first, row.last, row.lines


def device_texts(connection: sa.Connection) -> Mapping[int, str]:
    """Each text that a run said of a device, once, by its number."""
    used = sa.select(STATES.c.content).distinct().scalar_subquery()
    rows = connection.execute(sa.select(CONTENTS.c.id, CONTENTS.c.lines).where(CONTENTS.c.id.in_(used)))
    return {row.id: row.lines for row in rows}


def texts_of_runs(connection: sa.Connection) -> Iterator[tuple[int, int]]:
    """For each run and each device that it said something of: the run, and the number of the text."""
    for row in connection.execute(sa.select(STATES.c.run, STATES.c.content)):
        yield row.run, row.content


def read_head(connection: sa.Connection, run: int) -> str | None:
    """What a run said as a whole; None where nothing is kept."""
    wanted = sa.select(CONTENTS.c.lines).join(RUN_STATES, RUN_STATES.c.content == CONTENTS.c.id)
    head: str | None = connection.scalar(wanted.where(RUN_STATES.c.run == run))
    return head


def runs_with_states(connection: sa.Connection) -> tuple[int, ...]:
    """The runs of which states are kept, oldest first: also those whose evidence was pruned."""
    return tuple(connection.scalars(sa.select(RUN_STATES.c.run).order_by(RUN_STATES.c.run)))


_SAME_PLATFORM = (
    LOGINS.update()
    .where(LOGINS.c.key == sa.bindparam("of_key"), LOGINS.c.protocol == sa.bindparam("of_protocol"))
    .values(credential=sa.bindparam("of_credential"), run=sa.bindparam("of_run"))
)
_CHANGED_LOGIN = _SAME_PLATFORM.values(platform=sa.bindparam("of_platform"))


def write_login(connection: sa.Connection, run: int, login: tuple[str, str, str, str]) -> None:
    """Keep which credential worked: a subject's key, the protocol, the credential's name, the platform. Does not
    commit. A platform that is known stays where none is given."""
    key, protocol, credential, platform = login
    row = {"key": key, "protocol": protocol, "credential": credential, "platform": platform, "run": run}
    change, names = (
        (_CHANGED_LOGIN, (*row,)) if platform else (_SAME_PLATFORM, ("key", "protocol", "credential", "run"))
    )
    if connection.execute(change, {f"of_{name}": row[name] for name in names}).rowcount == 0:
        connection.execute(LOGINS.insert(), row)


def read_logins(connection: sa.Connection) -> Mapping[tuple[str, str], tuple[str, str]]:
    """By a subject's key and a protocol: the credential that worked last, by its name, and the platform."""
    return {(row.key, row.protocol): (row.credential, row.platform) for row in connection.execute(sa.select(LOGINS))}


def read_reminders(connection: sa.Connection) -> frozenset[ReminderStage]:
    """Every stage that was told."""
    rows = connection.execute(sa.select(REMINDERS.c.device, REMINDERS.c.finding, REMINDERS.c.stage))
    return frozenset((row.device, row.finding, row.stage) for row in rows)


def write_reminders(connection: sa.Connection, rows: Iterable[ReminderStage], run: int) -> None:
    """Keep which stages were told after a run. What is kept already stays. Does not commit."""
    known = read_reminders(connection)
    names = ("device", "finding", "stage")
    new = [dict(zip(names, row, strict=True)) | {"run": run} for row in dict.fromkeys(rows) if row not in known]
    if new:
        connection.execute(REMINDERS.insert(), new)


def write_notice(connection: sa.Connection, notice: SentNotice) -> None:
    """Keep that something was sent. Does not commit."""
    row = {"run": notice.run, "channel": notice.channel, "time": notice.time.isoformat(), "outcome": notice.outcome}
    connection.execute(NOTICES.insert().values(row))


def read_notices(connection: sa.Connection, run: int | None) -> tuple[SentNotice, ...]:
    """What was sent after a run, or after any, oldest first."""
    wanted = sa.select(NOTICES).order_by(NOTICES.c.id)
    rows = connection.execute(wanted if run is None else wanted.where(NOTICES.c.run == run))
    return tuple(SentNotice(row.run, row.channel, datetime.fromisoformat(row.time), row.outcome) for row in rows)
