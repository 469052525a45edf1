"""The digest of what devices are judged by, so that two runs can say whether the law changed between them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum

from reports.judgement.assessment import AssessmentOptions


def law_digest(options: AssessmentOptions) -> str:
    """Sixteen hexadecimal digits of the policies, waivers, permits and attributes, as they were read. Zones say where a
    device stands, and are not in it; nor is the day."""
    rows = () if options.attributes is None else options.attributes.rows
    law = (options.policies, options.waivers, options.permits, rows, options.binding)
    return hashlib.sha256(json.dumps(_plain(law), sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """A value as JSON has it: the same for equal values, in whatever order a set holds its items."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case str():
            return value
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
        case frozenset() | set():
            return sorted((_plain(item) for item in value), key=json.dumps)
        case Mapping():
            return sorted(([_plain(key), _plain(item)] for key, item in value.items()), key=json.dumps)
        case _ if is_dataclass(value):
            of_fields = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
            return [type(value).__name__, of_fields]
    raise TypeError(f"{type(value).__name__} has no digest")
