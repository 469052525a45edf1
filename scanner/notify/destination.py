"""Where notices go, and which of them each place wants. No destination holds a secret: a URL is a reference."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from reports.policy.verdict import Verdict
from scanner.credentials.references import Reference

PROMETHEUS_MODE = 0o644
"""The mode of a new file for Prometheus: node_exporter reads it as another user, and it names no device."""


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """What a destination wants: devices with the verdict `at` or a worse one, before or after what happened; and
    whether with pseudonyms."""

    at: Verdict = Verdict.CLEAR
    redact: bool = False


EVERYTHING = NoticeFilter()


@dataclass(frozen=True, slots=True)
class AppriseDestination:
    """Mail, chat or another service of the apprise library. `url` leads to apprise's URL, which holds the secret."""

    url: Reference
    wants: NoticeFilter = EVERYTHING


@dataclass(frozen=True, slots=True)
class WebhookDestination:
    """A URL that takes signed JSON by POST. Both references lead to a secret: the URL, and the key that signs."""

    url: Reference
    key: Reference
    wants: NoticeFilter = EVERYTHING


class SyslogTransport(StrEnum):
    """How syslog messages travel: RFC 5426, RFC 6587 with octet counts, RFC 5425, or the socket of this machine."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    UNIX = "unix"


@dataclass(frozen=True, slots=True)
class SyslogDestination:
    """A syslog server: its host and port, or the path of its socket in `host`."""

    transport: SyslogTransport
    host: str
    port: int
    wants: NoticeFilter = EVERYTHING


@dataclass(frozen=True, slots=True)
class JsonLinesDestination:
    """A file that a SIEM's agent reads, one JSON object a line. Lines are only added."""

    path: Path
    wants: NoticeFilter = EVERYTHING


@dataclass(frozen=True, slots=True)
class PrometheusDestination:
    """A file for the textfile collector of node_exporter. It is replaced each time, also when nothing changed."""

    path: Path
    mode: int = PROMETHEUS_MODE


EventDestination = AppriseDestination | WebhookDestination | SyslogDestination | JsonLinesDestination
NoticeDestination = EventDestination | PrometheusDestination


def describe_destination(destination: NoticeDestination) -> str:
    """A destination as messages and the store name it. It shows where a secret is, never the secret."""
    match destination:
        case AppriseDestination(url=url):
            return f"apprise {url}"
        case WebhookDestination(url=url):
            return f"webhook {url}"
        case SyslogDestination(SyslogTransport.UNIX, host):
            return f"syslog unix:{host}"
        case SyslogDestination(transport, host, port):
            return f"syslog {transport.value}://{f'[{host}]' if ':' in host else host}:{port}"
        case JsonLinesDestination(path=path):
            return f"jsonl {path}"
        case PrometheusDestination(path=path):
            return f"prometheus {path}"
        case _:
            assert_never(destination)
