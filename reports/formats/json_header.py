"""The head of the document as JSON: who is bound, what it is judged by, what falls due, how much was seen."""

from datetime import date
from typing import Any

from reports.document.document import SCHEMA, AppliedPolicy, Coverage, Document, Filtered, Header, PolicyLeftOut
from reports.document.due import Due, DueDay, DueEntry, DueLater, due
from reports.document.report_number import report_number
from reports.judgement.run_info import RunRecord

Json = dict[str, Any]


def header_of(document: Document) -> Json:
    """The keys before `devices`."""
    header = document.header
    return {
        "schema": SCHEMA,
        "binding": header.binding,
        "tool": {"name": "kitscan", "version": header.tool_version},
        "data": {"version": header.data_version, "days": {name: day.isoformat() for name, day in header.data_days}},
        "run": header.run,
        "report": report_of(document),
        **({"redacted_from": header.redacted_from} if header.redacted_from else {}),
        **({"filtered": _filtered(header.filtered)} if header.filtered else {}),
        "as_of": header.as_of.isoformat(),
        "due": _due(due(document)),
        "policies": [_policy(policy) for policy in header.policies],
        "policies_chosen": header.policies_chosen,
        "policies_left_out": [_left_out(policy) for policy in header.policies_left_out],
        "policies_known_until": day_of(header.policies_known_until),
        "notes": list(header.notes),
        "coverage": _coverage(header),
    }


def due_day_of(due_day: DueDay) -> Json:
    """A date that a rule names: `day`, `milestone`, `policy` and `rule`."""
    return {
        "day": due_day.day.isoformat(),
        "milestone": due_day.milestone.value,
        "policy": due_day.policy,
        "rule": due_day.rule,
    }


def report_of(document: Document) -> Json:
    """The number of the report, who collected its evidence and when, and the files that it was judged by."""
    record = document.header.record
    files = [{"kind": file.kind, "name": file.name, "sha256": file.sha256} for file in document.header.judged_by]
    return {"number": report_number(document), "evidence": record and _record(record), "judged_by": files}


def day_of(day: date | None) -> str | None:
    """A date in ISO 8601, or None for none."""
    return None if day is None else day.isoformat()


def _filtered(chosen: Filtered) -> Json:
    return {
        "verdicts": [verdict.value for verdict in chosen.for_verdicts],
        "zones": list(chosen.zones),
        "sites": list(chosen.sites),
        "makers": list(chosen.makers),
        "shown": chosen.shown,
        "devices": {verdict.value: count for verdict, count in chosen.verdicts},
    }


def _record(record: RunRecord) -> Json:
    return {
        "run": record.number,
        "kind": record.kind,
        "by": record.by,
        "started": record.started.isoformat(),
        "finished": record.finished and record.finished.isoformat(),
        "targets": list(record.targets),
        "exclusions": list(record.exclusions),
        "profile": record.profile,
        "probes": list(record.probes),
        "sha256": record.sha256,
    }


def _policy(policy: AppliedPolicy) -> Json:
    return {
        "id": policy.id,
        "title": policy.title,
        "jurisdiction": policy.jurisdiction,
        "instrument": policy.instrument,
        "binding": policy.binding,
        "certainty": policy.certainty.value,
        "recalled_rules": list(policy.recalled_rules),
        "notes": list(policy.notes),
        "status": policy.status,
        "until": day_of(policy.until),
        "binds": list(policy.binds),
        "roles": list(policy.roles),
        "confidence": policy.confidence,
        "exceptions": list(policy.exceptions),
    }


def _due(falls_due: Due) -> Json:
    return {
        "until": falls_due.until.isoformat(),
        "devices": falls_due.devices,
        "entries": [_entry(entry) for entry in falls_due.entries],
        "later": None if falls_due.later is None else _later(falls_due.later),
    }


def _entry(entry: DueEntry) -> Json:
    return {**due_day_of(entry.due), "devices": entry.devices, "names": list(entry.names)}


def _later(later: DueLater) -> Json:
    return {"devices": later.devices, "rules": later.rules, "next": later.day.isoformat()}


def _left_out(policy: PolicyLeftOut) -> Json:
    return {
        "id": policy.id,
        "title": policy.title,
        "jurisdiction": policy.jurisdiction,
        "because": policy.because,
    }


def _coverage(header: Header) -> Json:
    coverage: Coverage = header.coverage
    return {
        "in_scope": coverage.in_scope,
        "answered": coverage.answered,
        "identified": coverage.identified,
        "not_assessed": coverage.not_assessed,
        "complete": coverage.complete,
        "wanted_percent": coverage.wanted_percent,
        "enough": coverage.enough,
        "silent": [
            {"prefix": part.prefix, "addresses": part.addresses, "silent": part.silent} for part in coverage.silent
        ],
        **({"cost": {name: _number(amount) for name, amount in coverage.cost}} if coverage.cost else {}),
    }


def _number(amount: float) -> int | float:
    return int(amount) if amount.is_integer() else round(amount, 2)
