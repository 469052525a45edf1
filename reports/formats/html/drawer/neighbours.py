"""The neighbours of a device as the drawer lists them, each with its own row where the report knows that device."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fingerprints.model.neighbour import Neighbour
from reports.document.document import ReportedDevice, ReportedLink
from reports.document.overview import name_of
from reports.placement.topology import host_of

_AMBIGUOUS = -1


@dataclass(frozen=True, slots=True)
class Hop:
    """One neighbour in the words of the device that sees it. `row` is the number of its own row, or None."""

    protocol: str
    local_port: str
    name: str
    port: str
    platform: str
    addresses: str
    chassis: str
    row: int | None


class NeighbourFinder:
    """Finds the rows of neighbours. Where the document has links it trusts them alone, else a name or an address that
    one device alone has."""

    def __init__(self, ordered: Sequence[ReportedDevice], links: Iterable[ReportedLink]) -> None:
        self._ordered = ordered
        self._rows = {judged.device.id: row for row, judged in enumerate(ordered)}
        self._linked: dict[str, dict[str, tuple[str, ...]]] = {}
        for link in links:
            self._linked.setdefault(link.device, {})[link.other] = link.protocols
            self._linked.setdefault(link.other, {})[link.device] = link.protocols
        self._by_word: dict[str, int] = {}
        for row, judged in enumerate(ordered):
            for word in _words_of(judged):
                self._by_word[word] = row if self._by_word.get(word, row) == row else _AMBIGUOUS

    def hops_of(self, judged: ReportedDevice) -> tuple[Hop, ...]:
        """What a device sees beside it; then the devices that see it and that it does not name."""
        linked = self._linked.get(judged.device.id, {})
        rows = {self._rows[device]: protocols for device, protocols in linked.items() if device in self._rows}
        hops = tuple(self._hop(neighbour, rows) for neighbour in judged.device.neighbours)
        named = {hop.row for hop in hops}
        return (*hops, *(self._seen_from_there(row, rows[row]) for row in sorted(rows) if row not in named))

    def _hop(self, neighbour: Neighbour, linked: dict[int, tuple[str, ...]]) -> Hop:
        row = self._row_of(neighbour)
        return Hop(
            neighbour.protocol.upper(),
            neighbour.local_port,
            neighbour.name,
            neighbour.port,
            neighbour.platform,
            ", ".join(neighbour.addresses),
            neighbour.chassis_id,
            row if row in linked or not self._linked else None,
        )

    def _row_of(self, neighbour: Neighbour) -> int | None:
        """By an address, else by the name, which may be an address too."""
        for address in neighbour.addresses:
            row = self._by_word.get(_host(address), _AMBIGUOUS)
            if row >= 0:
                return row
        row = self._by_word.get(neighbour.name.casefold(), _AMBIGUOUS)
        if row < 0 and neighbour.name:
            row = self._by_word.get(_host(neighbour.name), _AMBIGUOUS)
        return row if row >= 0 else None

    def _seen_from_there(self, row: int, protocols: tuple[str, ...]) -> Hop:
        name = name_of(self._ordered[row])
        return Hop(", ".join(map(str.upper, protocols)), "", name, "", "it names this device", "", "", row)


def _words_of(judged: ReportedDevice) -> set[str]:
    device = judged.device
    return {word for word in (device.name.casefold(), *map(_host, device.addresses)) if word}


def _host(text: str) -> str:
    """An address without its port; empty for what is none. A plain IPv4 address is seen without being parsed."""
    if _IPV4.fullmatch(text):
        return text
    return host_of(text) if text[:1] in "0123456789abcdefABCDEF:[" and text.count(":") + text.count(".") > 1 else ""


_IPV4 = re.compile(r"[1-9][0-9]{0,2}(?:\.(?:0|[1-9][0-9]{0,2})){3}")
