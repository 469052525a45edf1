"""Evidence as JSON lines: the seam between the wire and everything above it.

One line is one breath of a device: `{"source": "snmp.if_descr", "said": [["<at>", "<value>"], ...]}`, or one gap:
`{"gap": "no-answer", "probe": "snmp", "at": "161/udp", "detail": "..."}`. A line is never changed once written.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.evidence import Gap, GapReason, Observation, Source

MAX_VALUE = 65_535
"""Characters kept of one value, the most that one UDP datagram can carry; a command's output may be longer."""

MAX_OUTPUT = 2 * 1024 * 1024
"""Characters kept of one command's output."""

_dump = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def encode(said: Iterable[Observation | Gap]) -> Iterator[str]:
    """Lines without their line ends; neighbouring observations of one source share a line."""
    for kind, run in groupby(said, key=lambda item: item.source if isinstance(item, Observation) else None):
        if kind is None:
            yield from (_gap_line(item) for item in run if isinstance(item, Gap))
        else:
            limit = MAX_OUTPUT if kind is Source.SSH_COMMAND else MAX_VALUE
            pairs = [[item.at, item.value[:limit]] for item in run if isinstance(item, Observation)]
            yield _dump({"source": kind.value, "said": pairs})


def decode(lines: Iterable[str], name: str = "recording") -> Iterator[Observation | Gap]:
    """The observations and gaps of lines that `encode` wrote. Raises DataFileError naming the line."""
    for said in _read(lines, name, None):
        yield from (said,) if isinstance(said, Gap) else said


def split_lines(
    lines: Iterable[str], name: str = "recording", sources: frozenset[Source] | None = None
) -> tuple[tuple[Observation, ...], tuple[Gap, ...]]:
    """Observations and gaps of lines that `encode` wrote, each in their order; of the observations only those of
    `sources`, where some are named: lines of others are not taken apart. Raises DataFileError naming the line."""
    observations: list[Observation] = []
    gaps: list[Gap] = []
    for said in _read(lines, name, sources):
        if isinstance(said, Gap):
            gaps.append(said)
        else:
            observations += said
    return tuple(observations), tuple(gaps)


def split_items(said: Iterable[Observation | Gap]) -> tuple[tuple[Observation, ...], tuple[Gap, ...]]:
    """Observations and gaps apart, each in the order in which it came."""
    observations: list[Observation] = []
    gaps: list[Gap] = []
    for item in said:
        match item:
            case Observation():
                observations.append(item)
            case Gap():
                gaps.append(item)
    return tuple(observations), tuple(gaps)


def _gap_line(gap: Gap) -> str:
    return _dump({"gap": gap.reason.value, "probe": gap.probe, "at": gap.at, "detail": gap.detail[:500]})


def _read(lines: Iterable[str], name: str, sources: frozenset[Source] | None) -> Iterator[list[Observation] | Gap]:
    """What each line says: the observations of one breath, or a gap."""
    wanted = None if sources is None else tuple(f'{{"source":"{source.value}"' for source in sorted(sources))
    for number, line in enumerate(lines, 1):
        if wanted is not None and line.startswith('{"source":') and not line.startswith(wanted):
            continue
        try:
            yield _decoded(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            flaw = Flaw(f"line {number}", f"is not evidence ({type(error).__name__})", "a line that kitscan wrote")
            raise DataFileError(name, (flaw,), "restore the store from a backup or scan again") from error


def _decoded(line: dict[str, Any]) -> list[Observation] | Gap:
    if "gap" in line:
        return Gap(line["probe"], line["at"], GapReason(line["gap"]), line["detail"])
    source = Source(line["source"])
    return [Observation(source, at, value) for at, value in line["said"]]
