"""Sends events to a syslog server, each as one message of RFC 5424 whose text is one JSON object of ASCII."""

import errno
import os
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime

from scanner.credentials.references import Unreadable
from scanner.notify.destination import SyslogDestination, SyslogTransport
from scanner.notify.ecs import line_of, severity_of

FACILITY = 16
"""local0 (RFC 5424, section 6.2.1)."""

MAX_DATAGRAM = 2_048
"""Octets of a message that a UDP receiver should take (RFC 5426, section 3.2)."""

SECONDS = 10.0

CUT_FIRST = ("message", "rule", "device", "host", "kitscan")
"""Fields that a message which is too long for a datagram goes without, in this order, until it fits. Of the last
KEPT stays."""

KEPT = ("run", "before_run", "verdict", "partial", "redacted")

MAX_HOST = 255

EcsEvent = Mapping[str, object]


def message_bytes(event: EcsEvent, sent: datetime, host: str, process: int) -> bytes:
    """`<132>1 2026-11-30T02:00:01.000000Z host kitscan 4711 audit - {...}`"""
    shown = "".join(letter for letter in host if "!" <= letter <= "~")[:MAX_HOST] or "-"
    moment = sent.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    priority = FACILITY * 8 + severity_of(event)
    return f"<{priority}>1 {moment} {shown} kitscan {process} audit - {line_of(event)}".encode("ascii")


def datagram_bytes(event: EcsEvent, sent: datetime, host: str, process: int) -> bytes:
    """The message, in at most MAX_DATAGRAM octets: without the fields of CUT_FIRST that it has no room for."""
    left = dict(event)
    message = message_bytes(left, sent, host, process)
    for name in CUT_FIRST:
        if len(message) <= MAX_DATAGRAM:
            break
        cut = left.pop(name, None)
        if name == "kitscan" and isinstance(cut, dict):
            left[name] = {key: cut[key] for key in KEPT if key in cut}
        message = message_bytes({**left, "tags": ["cut"]}, sent, host, process)
    return message


def send_syslog(
    destination: SyslogDestination, events: Iterable[EcsEvent], now: Callable[[], float]
) -> Unreadable | None:
    """Send each event. None if all were handed over: by UDP that is no proof that any arrived."""
    host, process = socket.gethostname(), os.getpid()

    def message(event: EcsEvent) -> bytes:
        sent = datetime.fromtimestamp(now(), UTC)
        if destination.transport is SyslogTransport.UDP:
            return datagram_bytes(event, sent, host, process)
        return message_bytes(event, sent, host, process)

    messages = [message(event) for event in events]
    try:
        match destination.transport:
            case SyslogTransport.UDP:
                _send_datagrams(destination, messages)
            case SyslogTransport.UNIX:
                _send_to_socket_file(destination.host, messages)
            case _:
                _send_stream(destination, messages)
    except ssl.SSLCertVerificationError as error:
        problem = f"the server's certificate cannot be verified ({error.verify_message.partition(' for ')[0]})"
        return Unreadable(problem, "correct it; SSL_CERT_FILE names authorities of your own")
    except OSError as error:
        return Unreadable(
            f"the server cannot be reached ({error.strerror or type(error).__name__})", "look if it is up"
        )
    return None


def _send_datagrams(destination: SyslogDestination, messages: Iterable[bytes]) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_DGRAM)[
        0
    ]
    with closing(socket.socket(family, kind, protocol)) as sender:
        sender.settimeout(SECONDS)
        sender.connect(address)
        for message in messages:
            sender.send(message)


def _send_to_socket_file(path: str, messages: Iterable[bytes]) -> None:
    """As datagrams, as /dev/log mostly takes them; else as a stream, each message ended by NUL."""
    with ExitStack() as stack:
        sender = stack.enter_context(closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)))
        ending = b""
        try:
            sender.connect(path)
        except OSError as error:
            if not _is_stream(error):
                raise
            sender = stack.enter_context(closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)))
            sender.settimeout(SECONDS)
            sender.connect(path)
            ending = b"\0"
        sender.settimeout(SECONDS)
        for message in messages:
            sender.sendall(message + ending)


def _is_stream(error: OSError) -> bool:
    return error.errno == errno.EPROTOTYPE


def _send_stream(destination: SyslogDestination, messages: Iterable[bytes]) -> None:
    """By TCP or TLS, each message with its length before it (RFC 6587, section 3.4.1)."""
    with ExitStack() as stack:
        sender: socket.socket = stack.enter_context(
            closing(socket.create_connection((destination.host, destination.port), SECONDS))
        )
        if destination.transport is SyslogTransport.TLS:
            context = ssl.create_default_context()
            sender = stack.enter_context(closing(context.wrap_socket(sender, server_hostname=destination.host)))
        for message in messages:
            sender.sendall(f"{len(message)} ".encode() + message)
        sender.shutdown(socket.SHUT_WR)
