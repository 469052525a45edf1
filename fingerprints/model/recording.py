"""Recordings: evidence as JSON lines, the form in which the store keeps it.

A line holds neighbouring observations of one source, `{"source": "snmp.if_descr", "said": [["<at>", "<value>"], ...]}`,
or one gap, `{"gap": "no-answer", "probe": "snmp", "at": "161/udp", "detail": "..."}`. No written line ever changes.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import Any

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Gap, GapReason, Observation, Source

MAX_VALUE = 65_535
"""Characters of one value that are kept, the most that a UDP datagram can carry. A command's output may be longer."""

MAX_OUTPUT = 2 * 1024 * 1024
"""Characters of one command's output that are kept."""

_SOURCES = {source.value: source for source in Source}
_NOT_EVIDENCE = (ValueError, KeyError, TypeError)
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # what raw_decode calls; the stubs leave it out
_observation = Observation._make
_dump = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def encode(items: Iterable[Observation | Gap]) -> Iterator[str]:
    """The lines of observations and gaps, without line ends."""
    for kind, run in groupby(items, key=lambda item: item.source if isinstance(item, Observation) else None):
        if kind is None:
            yield from (_gap_line(item) for item in run if isinstance(item, Gap))
        else:
            limit = MAX_OUTPUT if kind is Source.SSH_COMMAND else MAX_VALUE
            pairs = [[item.at, item.value[:limit]] for item in run if isinstance(item, Observation)]
            yield _dump({"source": kind.value, "said": pairs})


def decode(lines: Iterable[str], name: str = "recording") -> Iterator[Observation | Gap]:
    """The observations and gaps of lines that `encode` wrote. Raises DataFileError, which names the line."""
    for item in _read(lines, name, None):
        yield from (item,) if isinstance(item, Gap) else item


def split_lines(
    lines: Iterable[str], name: str = "recording", sources: frozenset[Source] | None = None
) -> tuple[tuple[Observation, ...], tuple[Gap, ...]]:
    """The observations and the gaps of lines that `encode` wrote, each in order. With `sources`, the observations of
    these alone: lines of other sources are not parsed. Raises DataFileError, which names the line."""
    observations: list[Observation] = []
    gaps: list[Gap] = []
    for item in _read(lines, name, sources):
        if isinstance(item, Gap):
            gaps.append(item)
        else:
            observations += item
    return tuple(observations), tuple(gaps)


def values_of(lines: Iterable[str], name: str = "recording") -> Iterator[list[Any]]:
    """The values of each line, texts where `encode` wrote it: what a check of many lines needs of what `split_lines`
    reads. Raises DataFileError, which names the line, for every line that `split_lines` does not read."""
    for number, line in enumerate(lines, 1):
        try:
            yield _values_of(_load(line))
        except _NOT_EVIDENCE as error:
            raise _unreadable(name, number, error) from error


def split_items(items: Iterable[Observation | Gap]) -> tuple[tuple[Observation, ...], tuple[Gap, ...]]:
    """The observations and the gaps, each in order."""
    observations: list[Observation] = []
    gaps: list[Gap] = []
    for item in items:
        match item:
            case Observation():
                observations.append(item)
            case Gap():
                gaps.append(item)
    return tuple(observations), tuple(gaps)


def _gap_line(gap: Gap) -> str:
    return _dump({"gap": gap.reason.value, "probe": gap.probe, "at": gap.at, "detail": gap.detail[:500]})


def _read(lines: Iterable[str], name: str, sources: frozenset[Source] | None) -> Iterator[list[Observation] | Gap]:
    """The content of each line: observations, or a gap."""
    wanted = None if sources is None else tuple(f'{{"source":"{source.value}"' for source in sorted(sources))
    for number, line in enumerate(lines, 1):
        if wanted is not None and line.startswith('{"source":') and not line.startswith(wanted):
            continue
        try:
            yield _parse_line(_load(line))
        except _NOT_EVIDENCE as error:
            raise _unreadable(name, number, error) from error


def _unreadable(name: str, number: int, error: Exception) -> DataFileError:
    flaw = Flaw(f"line {number}", f"is not evidence ({type(error).__name__})", "a line that kitscan wrote")
    return DataFileError(name, (flaw,), "restore the store from a backup or scan again")


def _load(line: str) -> Any:
    """The value of a line: a run has millions of them, and json.loads takes twice as long for what `encode` wrote."""
    try:
        value, end = _scan(line, 0)
    except StopIteration:
        end = -1
    return value if end == len(line) else json.loads(line)


def _parse_line(line: dict[str, Any]) -> list[Observation] | Gap:
    if "gap" in line:
        return Gap(line["probe"], line["at"], GapReason(line["gap"]), line["detail"])
    source = _SOURCES.get(line["source"]) or Source(line["source"])
    return [_observation((source, at, value)) for at, value in line["said"]]


def _values_of(line: dict[str, Any]) -> list[Any]:
    if "gap" in line:
        return [line["probe"], line["at"], GapReason(line["gap"]).value, line["detail"]]
    if line["source"] not in _SOURCES:
        raise ValueError("an unknown source")
    columns = tuple(zip(*line["said"], strict=True))
    if line["said"] and len(columns) != 2:
        raise ValueError("no pairs")
    return [*chain.from_iterable(columns)]
