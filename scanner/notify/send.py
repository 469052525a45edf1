"""Tells the news of a night to every destination. One that fails or hangs keeps no other from being told."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import assert_never

from scanner.credentials.references import Reference, Scheme, Unreadable, resolve
from scanner.credentials.secret import Secret
from scanner.notify.apprise_service import send_message
from scanner.notify.audit_metrics import AuditTimes, render_metrics
from scanner.notify.destination import (
    AppriseDestination,
    EventDestination,
    JsonLinesDestination,
    NoticeDestination,
    PrometheusDestination,
    SyslogDestination,
    WebhookDestination,
    describe_destination,
)
from scanner.notify.ecs import ecs_events
from scanner.notify.json_lines import add_lines
from scanner.notify.message import message_of
from scanner.notify.news import News
from scanner.notify.notices import Notice, notice_of
from scanner.notify.outcome import Delivered, Failed, NoticeOutcome, Quiet
from scanner.notify.prometheus_file import replace_file
from scanner.notify.redaction import redacted_news
from scanner.notify.reminders import ReminderRow, rows_of
from scanner.notify.syslog import send_syslog
from scanner.notify.time_limit import within
from scanner.notify.webhook import WallClock, post
from scanner.notify.webhook_body import body_of, key_octets

SecretReading = Callable[[Reference], Secret | Unreadable]

SECONDS = 90.0
"""How long one destination may take, all attempts and the reading of its secrets together."""


def _note_nothing(_outcome: NoticeOutcome) -> None:
    """For whoever keeps no outcomes."""


@dataclass(frozen=True, slots=True)
class NoticeEdge:
    """What sending needs of the world outside: the folder where relative references start, the counts of the report
    for Prometheus (empty if there is no report), the clock. `note` is called after each destination with its outcome,
    so that what was delivered can be kept before the next one is told."""

    folder: Path
    report: Callable[[], str] = str
    clock: WallClock = field(default_factory=WallClock)
    note: Callable[[NoticeOutcome], None] = _note_nothing


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of the news: an outcome for each destination that was tried, and the reminders to record. None are to
    be recorded where destinations failed and none took its notice: then they are told again."""

    outcomes: tuple[NoticeOutcome, ...]
    recorded: tuple[ReminderRow, ...]


def send_notices(
    news: News,
    destinations: tuple[NoticeDestination, ...],
    times: AuditTimes,
    edge: NoticeEdge,
    delivered: Collection[str] = (),
) -> Sending:
    """Tell every destination but those that have been told (`delivered`, by `describe_destination`). Files for
    Prometheus come last, and are written on every night. Raises nothing for a destination that fails."""
    hidden = cache(partial(redacted_news, news))
    read = partial(_read_secret, edge.folder, _secret_variables(destinations))
    outcomes: list[NoticeOutcome] = []

    def keep(outcome: NoticeOutcome) -> None:
        outcomes.append(outcome)
        edge.note(outcome)

    for destination in _remaining(destinations, delivered):
        keep(_deliver(destination, hidden() if destination.wants.redact else news, read, edge.clock))
    told = any(isinstance(outcome, Delivered) for outcome in outcomes)  # a file of counts tells nobody of a reminder
    missed = any(isinstance(outcome, Failed) for outcome in outcomes) and not told
    for file in dict.fromkeys(destinations):
        if isinstance(file, PrometheusDestination):
            content = render_metrics(news, times, tuple(outcomes), edge.report())
            keep(_outcome(describe_destination(file), replace_file(file, content), 0, ""))
    return Sending(tuple(outcomes), () if missed else rows_of(news.reminders))


def _remaining(destinations: tuple[NoticeDestination, ...], delivered: Collection[str]) -> Iterator[EventDestination]:
    """Each destination once, in the order given."""
    names = set(delivered)
    for destination in destinations:
        name = describe_destination(destination)
        if not isinstance(destination, PrometheusDestination) and name not in names:
            names.add(name)
            yield destination


def _deliver(destination: EventDestination, news: News, read: SecretReading, clock: WallClock) -> NoticeOutcome:
    name = describe_destination(destination)
    notice = notice_of(news, destination.wants)
    if notice is None:
        return Quiet(name)
    late = Unreadable(f"it took longer than {SECONDS:.0f} s", "look whether it is up")
    ended = within(SECONDS, lambda: (_sent(destination, notice, read, clock),))
    return _outcome(name, ended[0] if ended else late, len(notice.events) + len(notice.reminders), notice.id)


def _outcome(name: str, problem: Unreadable | None, events: int, notice_id: str) -> NoticeOutcome:
    return Delivered(name, events, notice_id) if problem is None else Failed(name, problem.problem, problem.next_step)


def _sent(destination: EventDestination, notice: Notice, read: SecretReading, clock: WallClock) -> Unreadable | None:
    match destination:
        case AppriseDestination(url=reference):
            url = read(reference)
            return url if isinstance(url, Unreadable) else send_message(url, *message_of(notice))
        case WebhookDestination():
            return _posted(destination, notice, read, clock)
        case SyslogDestination():
            return send_syslog(destination, ecs_events(notice), clock.now)
        case JsonLinesDestination(path=path):
            return add_lines(path, ecs_events(notice))
        case _:
            assert_never(destination)


def _posted(
    destination: WebhookDestination, notice: Notice, read: SecretReading, clock: WallClock
) -> Unreadable | None:
    url, key = (read(reference) for reference in (destination.url, destination.key))
    for secret in (url, key):
        if isinstance(secret, Unreadable):
            return secret
    if not isinstance(url, Secret) or not isinstance(key, Secret):
        raise TypeError("a secret is read or unreadable")
    octets = key_octets(key)
    if isinstance(octets, Unreadable):
        return octets
    return post(url, octets, notice.id, body_of(notice), clock)


def _read_secret(folder: Path, hidden: frozenset[str], reference: Reference) -> Secret | Unreadable:
    return resolve(reference, folder, _nobody, "notify", hidden)


def _secret_variables(destinations: tuple[NoticeDestination, ...]) -> frozenset[str]:
    """The environment variables that hold secrets of destinations: no command of a reference inherits one."""
    references: list[Reference] = []
    for destination in destinations:
        match destination:
            case AppriseDestination(url=url):
                references.append(url)
            case WebhookDestination(url=url, key=key):
                references += (url, key)
            case _:
                continue
    return frozenset(reference.rest for reference in references if reference.scheme is Scheme.ENV)


def _nobody(_question: str) -> str:
    raise EOFError
