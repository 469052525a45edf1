"""The block `notify` of kitscan.yaml, and `--notify REFERENCE`: destinations from text, with errors that repeat no URL.

Somebody will write a URL with its token where a reference belongs. So no error shows what stands there.
"""

import re
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from fingerprints.database.yaml_file import FileModel, hidden_value
from fingerprints.model.errors import KitscanError
from reports.placement.zone_file import YesNo
from reports.policy.verdict import Verdict
from scanner.credentials.references import Reference, Scheme, parse_reference
from scanner.notify.destination import (
    PROMETHEUS_MODE,
    AppriseDestination,
    JsonLinesDestination,
    NoticeDestination,
    NoticeFilter,
    PrometheusDestination,
    SyslogDestination,
    SyslogTransport,
    WebhookDestination,
)

REFERENCE_FORMS = "a reference (env:NAME, file:PATH, credential:NAME, keyring:SERVICE/USER or cmd:COMMAND), not the URL"
SYSLOG_FORMS = "udp://HOST:PORT, tcp://HOST:PORT, tls://HOST:PORT or unix:PATH"
PLACES = ("to", "webhook", "syslog", "jsonl", "prometheus")
MAX_DESTINATIONS = 32

_SYSLOG = re.compile(r"(udp|tcp|tls)://(?:\[([0-9A-Fa-f:.%]+)\]|([A-Za-z0-9._-]{1,253}))(?::([0-9]{1,5}))?")
_PORTS = {SyslogTransport.UDP: 514, SyslogTransport.TCP: 601, SyslogTransport.TLS: 6514}
"""Ports that IANA assigned: RFC 5426, RFC 6587, RFC 5425."""

_MODE = re.compile(r"0?[0-7]{3}")


def _checked_reference(value: object) -> object:
    reference = parse_reference(value) if isinstance(value, str) else None
    if reference is None or reference.scheme is Scheme.PROMPT:  # nobody sits there at night
        raise hidden_value(REFERENCE_FORMS)
    return value


def _checked_syslog(value: object) -> object:
    if not isinstance(value, str) or _syslog(value) is None:
        raise hidden_value(SYSLOG_FORMS)
    return value


def _checked_mapping(value: object) -> object:
    if not isinstance(value, dict):
        raise hidden_value(f"a mapping with one of the keys {', '.join(PLACES)}")
    return value


def _checked_list(value: object) -> object:
    if not isinstance(value, list):
        raise hidden_value(f"a list of mappings, each with one of the keys {', '.join(PLACES)}")
    return tuple(value)


def _checked_mode(text: str) -> str:
    if not _MODE.fullmatch(text):
        raise ValueError("a mode in quotes, such as '0640'")
    return text


ReferenceText = Annotated[str, BeforeValidator(_checked_reference)]
PathText = Annotated[str, Field(min_length=1, max_length=4096)]


class DestinationFile(FileModel):
    """One entry of `notify`: exactly one place, and what it wants."""

    to: ReferenceText | None = None
    """A mail box, chat or other service: a reference to its URL for apprise."""
    webhook: ReferenceText | None = None
    """A reference to the HTTPS URL that is sent a signed document."""
    key: ReferenceText | None = None
    """With `webhook`: a reference to the secret that signs."""
    syslog: Annotated[str, BeforeValidator(_checked_syslog)] | None = None
    """A syslog server."""
    jsonl: PathText | None = None
    """A file that is given one line of JSON for each event."""
    prometheus: PathText | None = None
    """A file that is given the counts of the last audit."""
    mode: Annotated[str, BeforeValidator(lambda value: _checked_mode(str(value)))] | None = None
    """With `prometheus`: the permissions of the file. Without it: '0644'."""
    at: Literal["restricted", "review", "conditional", "not_assessed", "clear"] | None = None
    """The least verdict of a device that is told of. Without it: every one."""
    redact: YesNo | None = None
    """`yes` puts pseudonyms for names, addresses and serial numbers."""

    @model_validator(mode="after")
    def _one_place(self) -> "DestinationFile":
        named = [place for place in PLACES if getattr(self, place) is not None]
        if len(named) != 1:
            raise ValueError(f"exactly one of the keys {', '.join(PLACES)}")
        if (self.key is not None) != (named == ["webhook"]):
            raise ValueError("webhook with a key (a reference to the secret that signs), and key with nothing else")
        if self.mode is not None and named != ["prometheus"]:
            raise ValueError("mode with prometheus only")
        if named == ["prometheus"] and not (self.at is None and self.redact is None):
            raise ValueError("prometheus without at and redact: it names no device")
        return self


def _each_once(entries: tuple[DestinationFile, ...]) -> tuple[DestinationFile, ...]:
    places = [(place, getattr(entry, place)) for entry in entries for place in PLACES if getattr(entry, place)]
    if len(set(places)) < len(places):
        raise ValueError("each destination once")
    return entries


NotifyBlock = Annotated[
    tuple[Annotated[DestinationFile, BeforeValidator(_checked_mapping)], ...],
    AfterValidator(_each_once),
    BeforeValidator(_checked_list),
    Field(max_length=MAX_DESTINATIONS),
]
"""The type of the key `notify`."""


def destinations_of(block: tuple[DestinationFile, ...], folder: Path) -> tuple[NoticeDestination, ...]:
    """The destinations of a block. Relative paths start at `folder`."""
    return tuple(_destination(entry, folder) for entry in block)


def destination_of_word(text: str) -> NoticeDestination:
    """The destination that `--notify` names: apprise, by a reference to its URL. Raises KitscanError."""
    reference = parse_reference(text)
    if reference is None or reference.scheme is Scheme.PROMPT:
        problem = f"--notify takes {REFERENCE_FORMS} (what it was given is not shown: it may hold a secret)"
        raise KitscanError(problem, "put the URL into a variable, and write --notify env:KITSCAN_NOTIFY")
    return AppriseDestination(reference)


def _destination(entry: DestinationFile, folder: Path) -> NoticeDestination:
    wants = NoticeFilter(Verdict(entry.at) if entry.at else Verdict.CLEAR, bool(entry.redact))
    if entry.prometheus is not None:
        path = folder / Path(entry.prometheus).expanduser()
        return PrometheusDestination(path, int(entry.mode, 8) if entry.mode else PROMETHEUS_MODE)
    if entry.jsonl is not None:
        return JsonLinesDestination(folder / Path(entry.jsonl).expanduser(), wants)
    if entry.syslog is not None:
        syslog = _syslog(entry.syslog)
        if syslog is not None:
            return replace(syslog, wants=wants)
    if entry.webhook is not None and entry.key is not None:
        return WebhookDestination(_reference(entry.webhook), _reference(entry.key), wants)
    return AppriseDestination(_reference(entry.to or ""), wants)


def _reference(text: str) -> Reference:
    reference = parse_reference(text)
    if reference is None:
        raise ValueError("a model was built without its checks")
    return reference


def _syslog(text: str) -> SyslogDestination | None:
    if text.startswith("unix:") and text.removeprefix("unix:").startswith("/"):
        return SyslogDestination(SyslogTransport.UNIX, text.removeprefix("unix:"), 0)
    match = _SYSLOG.fullmatch(text)
    if match is None:
        return None
    transport = SyslogTransport(match[1])
    port = int(match[4]) if match[4] else _PORTS[transport]
    if not 0 < port < 65_536 or (match[2] and not _is_ipv6(match[2])):
        return None
    return SyslogDestination(transport, match[2] or match[3], port)


def _is_ipv6(text: str) -> bool:
    try:
        return ip_address(text).version == 6
    except ValueError:
        return False
