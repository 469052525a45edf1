"""The state of a run as JSON: one text for its head, and one for each device, which is the same on each night on which
the device is."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from fingerprints.model.errors import KitscanError
from reports.changes.state.device_state import DeviceState
from reports.changes.state.run_state import KnownDevice, RunState

HEAD_SCHEMA = "kitscan-run-state/1"

REBUILD = "kitscan history --rebuild judges the runs of the store again"

_FieldReader = Callable[[Any], Any]


def to_json(state: RunState) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The head of a run, and for each device its lasting id and its text, in the order of lasting ids. The text has
    `device` (how it is in this run), `known` (how it was when more of it was read), or both."""
    head = _plain(replace(state, devices=(), known=()))
    del head["devices"], head["known"]
    texts: dict[str, dict[str, Any]] = {}
    for device in state.devices:
        texts.setdefault(device.lasting_id, {})["device"] = _plain(device)
    for known in state.known:
        texts.setdefault(known.device.lasting_id, {})["known"] = _plain(known)
    rows = ((lasting, _dumped(texts[lasting])) for lasting in sorted(texts))
    return _dumped({"schema": HEAD_SCHEMA, **head}), tuple(rows)


def of_json(head: str, texts: Iterable[str]) -> RunState:
    """The state that `to_json` wrote. Keys that it does not know are left out; raises KitscanError for a text that is
    no state, naming the place and what was expected there."""
    state: RunState = _read(RunState, {"devices": [], "known": [], **_loaded(head, "the head of a run")}, "run")
    read = [_loaded(text, "a device of a run") for text in texts]
    devices = tuple(_read(DeviceState, row["device"], "device") for row in read if "device" in row)
    known = tuple(_read(KnownDevice, row["known"], "known") for row in read if "known" in row)
    return replace(state, devices=devices, known=known)


def device_of_json(text: str) -> tuple[DeviceState | None, KnownDevice | None]:
    """The device of one text as it was in that run, and what is known of it from before. Raises KitscanError as
    of_json."""
    row = _loaded(text, "a device of a run")
    device = _read(DeviceState, row["device"], "device") if "device" in row else None
    return device, _read(KnownDevice, row["known"], "known") if "known" in row else None


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _loaded(text: str, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KitscanError(f"{what} is no JSON", REBUILD) from error
    if not isinstance(value, dict):
        raise KitscanError(f"{what} is no object of JSON", REBUILD)
    return value


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _read(of: type, value: Any, place: str) -> Any:
    return _reader(of, place)(value)


@cache
def _reader(of: Any, place: str) -> _FieldReader:
    """The function that reads a value of this type at this place."""
    if is_dataclass(of) and isinstance(of, type):
        return _object_reader(of, place)
    if get_origin(of) is tuple:
        return _list_reader(_reader(get_args(of)[0], place), place)
    if isinstance(of, UnionType):
        (inner,) = (kind for kind in get_args(of) if kind is not NoneType)
        reader = _reader(inner, place)
        return lambda value: None if value is None else reader(value)
    if of in (date, datetime):
        return _text_reader(of.fromisoformat, "a date", place)
    if issubclass(of, Enum):
        return _text_reader(of, f"one of {', '.join(str(item.value) for item in of)}", place)
    return _plain_reader(of, place)


def _object_reader(of: Any, place: str) -> _FieldReader:
    hints = get_type_hints(of)
    readers = {field.name: _reader(hints[field.name], f"{place}.{field.name}") for field in fields(of)}
    needed = [field.name for field in fields(of) if field.default is MISSING]

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _unreadable(place, "an object")
        missing = next((name for name in needed if name not in value), None)
        if missing is not None:
            raise _unreadable(f"{place}.{missing}", "a value, and there is none")
        return of(**{name: reader(value[name]) for name, reader in readers.items() if name in value})

    return read


def _list_reader(reader: _FieldReader, place: str) -> _FieldReader:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise _unreadable(place, "a list")
        return tuple(map(reader, value))

    return read


def _text_reader(parse: Callable[[str], Any], expected: str, place: str) -> _FieldReader:
    def read(value: Any) -> Any:
        try:
            return parse(value)
        except (ValueError, TypeError) as error:
            raise _unreadable(place, expected) from error

    return read


def _plain_reader(of: type, place: str) -> _FieldReader:
    def read(value: Any) -> Any:
        if type(value) is not of:
            raise _unreadable(place, of.__name__)
        return value

    return read


def _unreadable(place: str, expected: str) -> KitscanError:
    return KitscanError(f"a kept state of a run cannot be read: {place} should be {expected}", REBUILD)
