"""Entries for the operator's own files, and commands, that an engineer copies from the report."""

import glob
import json
import shlex
from collections.abc import Sequence
from datetime import MAXYEAR, date, timedelta

from fingerprints.model.device import Device
from reports.document.document import ReportedFinding
from reports.judgement.waivers import TO_WRITE
from reports.placement.topology import host_of
from reports.placement.zone_file import MAX_WORD

WAIVER_DAYS = 90
"""How long a waiver lasts whose last day nobody has written yet."""

MAX_PATTERN = 500
"""Characters of one pattern of a waiver (reports.judgement.exceptions.ExceptionText)."""


def waiver_stanza(device: Device, findings: Sequence[ReportedFinding], as_of: date) -> tuple[str, ...]:
    """The lines of waivers.yaml that waive findings of one device, by the operator's own words for it. Where there are
    none they name the id, which then has to count: `own_name: yes`."""
    named = {(finding.policy, finding.rule, finding.component or ""): None for finding in findings}
    entries = (_waiver(device, *scope, as_of) for scope in named)
    return ("waivers:", *(line for entry in entries for line in entry))


def _waiver(device: Device, policy: str, rule: str, component: str, as_of: date) -> tuple[str, ...]:
    words = [word for word in (*device.labels, *device.addresses) if word]
    name = words[0] if words else device.id
    number = "-".join(filter(None, (policy, rule, component, name)))
    return (
        f"  - id: {_quoted(number[:MAX_PATTERN])}",
        "    scope:",
        f"      device: {_pattern(name)}",
        f"      policy: {_pattern(policy)}",
        f"      rule: {_pattern(rule)}",
        *((f"      component: {_pattern(component)}",) if component else ()),
        *(() if words else ("      own_name: yes",)),
        f"    reason: {TO_WRITE}",
        f"    owner: {TO_WRITE}",
        f"    approved_by: {TO_WRITE}",
        f"    expires: {_days_after(as_of, WAIVER_DAYS).isoformat()}",
    )


def zone_stanza(device: Device) -> tuple[str, ...]:
    """The lines of zones.yaml that place one device, by its addresses or labels; none where it has neither. The tier is
    the strictest one, so that a copy that nobody corrects clears nothing."""
    hosts = [host for host in map(host_of, device.addresses) if host]
    labels = [glob.escape(label) for label in device.labels if label and len(glob.escape(label)) <= MAX_WORD]
    if not hosts and not labels:
        return ()
    prefixes = [f"{host}/{128 if ':' in host else 32}" for host in dict.fromkeys(hosts)]
    key, words = ("prefix", prefixes) if hosts else ("label", labels)
    return (
        "zones:",
        f"  - name: {_quoted(f'place of {hosts[0] if hosts else labels[0]}'[:MAX_WORD])}",
        "    match:",
        f"      {key}: [{', '.join(map(_quoted, words))}]",
        "    tier: core  # or oversight, transport, access, edge, customer, enterprise: write where it stands",
    )


def explain_command(device: Device, run: int | None) -> str:
    """The command that shows the whole chain of evidence, with the run if it has a number."""
    return f"kitscan explain {_shell_word(device)}{f' --run {run}' if run is not None else ''}"


def scan_command(device: Device, probe: str = "") -> str:
    """The command that asks a device again, by one probe or by all; empty where it has no address to ask."""
    address = next((address for address in device.addresses if host_of(address)), "")
    return f"kitscan scan {shlex.quote(address)}{f' --probe {shlex.quote(probe)}' if probe else ''}" if address else ""


def scan_target_command(target: str) -> str:
    """The command that asks a target again that was named."""
    return f"kitscan scan {shlex.quote(target)}"


def _shell_word(device: Device) -> str:
    """The operator's word for a device, because its own name might hold anything."""
    return shlex.quote(next((word for word in (*device.addresses, *device.labels) if word), device.id))


def _pattern(text: str) -> str:
    """A pattern that only this text fits."""
    return _quoted(glob.escape(text)[:MAX_PATTERN])


def _quoted(text: str) -> str:
    """A double-quoted scalar of YAML 1.2 that holds only printable characters."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(character if character.isprintable() else _escape(character) for character in shown)


def _escape(character: str) -> str:
    """An escape of YAML; `?` for half a surrogate pair, which YAML cannot hold and which fits a pattern there."""
    code = ord(character)
    if 0xD800 <= code < 0xE000:
        return "?"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _days_after(day: date, days: int) -> date:
    return day + timedelta(days=days) if day.year < MAXYEAR else date.max
