"""What the whole run tells of its devices, as JSON beside its store and back."""

import json
from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Any, get_args

from fingerprints.matching.grouping import DevicePlan
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.merging import ApartBy, JoinedBy, KeptApart, MatchedBy, Merging
from reports.judgement.assessment import DeviceOfRun
from reports.judgement.because import PlaceContradicted, PlainReason, WorseThere
from reports.judgement.finding import Finding
from reports.judgement.share import Share
from reports.placement.shape import Shape
from reports.placement.sign import SignReason
from reports.policy.action import Counted
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier

_ENUMS: tuple[type[Enum], ...] = (Source, ApartBy, MatchedBy, PlainReason, Counted, Reason, Verdict, Tier)
_VALUES: tuple[Any, ...] = (
    DeviceOfRun,
    DevicePlan,
    Merging,
    JoinedBy,
    KeptApart,
    Observation,
    Finding,
    PlaceContradicted,
    WorseThere,
    Shape,
    Share,
    *get_args(SignReason),
)
_BY_NAME = {kind.__name__: kind for kind in (*_ENUMS, *_VALUES)}
"""What may stand in the text, by its name. No other value can be made of it."""

_NAMES = {kind: kind.__match_args__ for kind in _VALUES}
"""The fields of each, in the order in which its constructor takes them."""


def device_text(one: DeviceOfRun) -> str:
    """What the whole run tells of one device."""
    return _text(one)


def shares_text(shares: Iterable[Share]) -> str:
    """The shares of the caps of a run."""
    return _text(tuple(shares))


def device_from(text: str) -> DeviceOfRun:
    """What `device_text` wrote. Raises ValueError for anything else."""
    found = _value(text)
    if not isinstance(found, DeviceOfRun):
        raise ValueError(text[:40])
    return found


def shares_from(text: str) -> tuple[Share, ...]:
    """What `shares_text` wrote. Raises ValueError for anything else."""
    found = _value(text)
    if not isinstance(found, tuple) or not all(isinstance(share, Share) for share in found):
        raise ValueError(text[:40])
    return found


def _text(value: object) -> str:
    return json.dumps(_plain(value), separators=(",", ":"))


def _value(text: str) -> Any:
    try:
        return _made(json.loads(text))
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError(text[:40]) from error


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: a list for a tuple, and a name with what follows it for everything else."""
    if isinstance(value, Enum):
        return {type(value).__name__: value.name}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    names = _NAMES.get(type(value))
    if names is not None:
        return {type(value).__name__: [_plain(getattr(value, name)) for name in names]}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _made(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(map(_made, plain))
    if not isinstance(plain, dict):
        return plain
    ((name, parts),) = plain.items()
    if name == "date":
        return date.fromisoformat(parts)
    kind = _BY_NAME[name]
    return kind[parts] if issubclass(kind, Enum) else kind(*map(_made, parts))
