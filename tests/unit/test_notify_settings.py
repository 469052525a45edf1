"""The block `notify` of kitscan.yaml: what it may say, and errors that repeat no URL."""

from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError, KitscanError
from reports.policy.verdict import Verdict
from scanner.config import parse_config
from scanner.credentials.references import Reference, Scheme
from scanner.notify.destination import (
    AppriseDestination,
    JsonLinesDestination,
    NoticeDestination,
    NoticeFilter,
    PrometheusDestination,
    SyslogDestination,
    SyslogTransport,
    WebhookDestination,
    describe_destination,
)
from scanner.notify.settings import destination_of_word

CANARY = "canary-5d1c07"
CHAT = Reference(Scheme.ENV, "CHAT")


def read(block: str, folder: Path = Path("/srv/audit")) -> tuple[NoticeDestination, ...]:
    return parse_config(f"notify:\n{block}\n", folder).notify


@pytest.mark.parametrize(
    ("entry", "destination", "name"),
    [
        ("to: env:CHAT", AppriseDestination(CHAT), "apprise env:CHAT"),
        (
            "{to: 'env:CHAT', at: restricted, redact: yes}",
            AppriseDestination(CHAT, NoticeFilter(Verdict.RESTRICTED, True)),
            "apprise env:CHAT",
        ),
        (
            "{webhook: 'env:HOOK', key: 'credential:hook', at: review}",
            WebhookDestination(
                Reference(Scheme.ENV, "HOOK"),
                Reference(Scheme.CREDENTIAL, "hook"),
                NoticeFilter(Verdict.REVIEW),
            ),
            "webhook env:HOOK",
        ),
        (
            "syslog: udp://siem.example",
            SyslogDestination(SyslogTransport.UDP, "siem.example", 514),
            "syslog udp://siem.example:514",
        ),
        (
            "syslog: tcp://192.0.2.1:6000",
            SyslogDestination(SyslogTransport.TCP, "192.0.2.1", 6000),
            "syslog tcp://192.0.2.1:6000",
        ),
        (
            "syslog: tls://[2001:db8::1]",
            SyslogDestination(SyslogTransport.TLS, "2001:db8::1", 6514),
            "syslog tls://[2001:db8::1]:6514",
        ),
        ("syslog: unix:/dev/log", SyslogDestination(SyslogTransport.UNIX, "/dev/log", 0), "syslog unix:/dev/log"),
        ("jsonl: siem.jsonl", JsonLinesDestination(Path("/srv/audit/siem.jsonl")), "jsonl /srv/audit/siem.jsonl"),
        ("prometheus: /var/k.prom", PrometheusDestination(Path("/var/k.prom")), "prometheus /var/k.prom"),
        (
            "{prometheus: /var/k.prom, mode: '0640'}",
            PrometheusDestination(Path("/var/k.prom"), 0o640),
            "prometheus /var/k.prom",
        ),
    ],
)
def test_an_entry_is_a_destination(entry: str, destination: NoticeDestination, name: str) -> None:
    assert read(f"  - {entry}") == (destination,)
    assert describe_destination(destination) == name


WRONG = [
    (f"  - to: slack://{CANARY}/x/y", "a reference (env:NAME"),
    (f"  - to: ['slack://{CANARY}']", "a reference (env:NAME"),
    ("  - to: 'prompt:'", "a reference (env:NAME"),
    (f"  - {{webhook: 'https://h.example/{CANARY}', key: 'env:KEY'}}", "a reference (env:NAME"),
    (f"  - {{webhook: 'env:HOOK', key: {CANARY}}}", "a reference (env:NAME"),
    (f"  - slack://{CANARY}/x", "a mapping with one of the keys to, webhook, syslog, jsonl, prometheus"),
    (f"  slack://{CANARY}/x", "a list of mappings"),
    (f"  - syslog: https://{CANARY}", "udp://HOST:PORT"),
    ("  - syslog: udp://h:70000", "udp://HOST:PORT"),
    ("  - syslog: udp://[1:2]:514", "udp://HOST:PORT"),
    ("  - syslog: unix:log", "udp://HOST:PORT"),
    ("  - {webhook: 'env:HOOK'}", "webhook with a key"),
    ("  - {to: 'env:CHAT', key: 'env:KEY'}", "webhook with a key"),
    ("  - {to: 'env:CHAT', jsonl: x}", "exactly one of the keys"),
    ("  - {at: restricted}", "exactly one of the keys"),
    ("  - {to: 'env:CHAT', at: bad}", "'restricted'"),
    ("  - {to: 'env:CHAT', mode: '0644'}", "mode with prometheus only"),
    ("  - {prometheus: x, mode: '9'}", "a mode in quotes"),
    ("  - {prometheus: x, redact: yes}", "prometheus without at and redact"),
    (f"  - {{to: 'env:CHAT', token: {CANARY}}}", "one of the keys the documentation lists"),
    ("\n".join(f"  - to: env:CHAT{number}" for number in range(33)), "at most 32 items"),
    ("  - to: env:CHAT\n  - {to: 'env:CHAT', at: restricted}", "each destination once"),
]


@pytest.mark.parametrize(("block", "expected"), WRONG)
def test_a_wrong_entry_is_an_error_that_says_what_is_right_and_repeats_no_secret(block: str, expected: str) -> None:
    with pytest.raises(DataFileError) as caught:
        read(block)
    assert expected in str(caught.value)
    assert "kitscan.yaml: line " in str(caught.value)
    assert CANARY not in str(caught.value)


def test_notify_on_the_command_line_takes_a_reference_and_repeats_nothing_else() -> None:
    assert destination_of_word("env:CHAT") == AppriseDestination(CHAT)
    for word in (f"slack://{CANARY}", CANARY, "prompt:"):
        with pytest.raises(KitscanError) as caught:
            destination_of_word(word)
        assert CANARY not in str(caught.value)
        assert "--notify takes a reference" in str(caught.value)
