"""Evidence as JSON lines: the seam between the wire and everything above it.

One line is one breath of a device: `{"source": "snmp.if_descr", "said": [["<at>", "<value>"], ...]}`, or one gap:
`{"gap": "no-answer", "probe": "snmp", "at": "161/udp", "detail": "..."}`. A line is never changed once written.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from fingerprints.errors import DataFileError, Flaw
from fingerprints.evidence import Gap, GapReason, Observation, Source

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
    for number, line in enumerate(lines, 1):
        try:
            yield from _decoded(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            flaw = Flaw(f"line {number}", f"is not evidence ({type(error).__name__})", "a line that kitscan wrote")
            raise DataFileError(name, (flaw,), "restore the store from a backup or scan again") from error


def split(said: Iterable[Observation | Gap]) -> tuple[tuple[Observation, ...], tuple[Gap, ...]]:
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


def _decoded(line: dict[str, Any]) -> Iterator[Observation | Gap]:
    if "gap" in line:
        yield Gap(line["probe"], line["at"], GapReason(line["gap"]), line["detail"])
        return
    source = Source(line["source"])
    for at, value in line["said"]:
        yield Observation(source, at, value)
