"""The check of a written device file: no private value stands in it, in any writing. It quotes none of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address

from fingerprints.model.evidence import octets_of
from fingerprints.model.mac_address import eui64_mac
from reports.document.redaction.known_values import KnownValues
from reports.document.redaction.patterns import private_spans
from reports.document.redaction.private_kind import PrivateKind
from scanner.recorder.collecting import searched_values
from scanner.recorder.device_file import NO_MAC
from scanner.recorder.instances import Instances
from scanner.recorder.looks import is_private_address
from scanner.simulator.device import SimulatedDevice

MIN_HIDDEN = 5
"""Characters of the shortest name that is looked for in octets too."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A private value of this kind stands at this place of the file: a line, or a key."""

    kind: PrivateKind
    place: str


class LeakSearch:
    """Looks for the private values `kinds` of one device."""

    def __init__(self, kinds: Mapping[str, PrivateKind], instances: Instances) -> None:
        self._kinds = kinds = {value: kind for value, kind in kinds.items() if value != NO_MAC.replace(":", "")}
        self._instances = instances
        searched = searched_values(kinds)
        self._known = KnownValues(searched, {value: value for value in searched})
        self._octets = _octets_of(kinds)

    def leaks(self, device: SimulatedDevice, text: str) -> Iterator[Leak]:
        """Each leak: in the lines of the file as they are written, then in what its values and OIDs mean."""
        for number, line in enumerate(text.split("\n"), 1):
            shown = line.partition("|")[2] if _WALKED.match(line) else line
            for kind in self._in_text(shown):
                yield Leak(kind, f"line {number}")
        for varbind in device.walk:
            oid = ".".join(map(str, varbind.oid))
            for kind in (*self._in_text(varbind.value), *self._in_octets(octets_of(varbind.value)), *self._in_oid(oid)):
                yield Leak(kind, f"the object {oid}")

    def _in_text(self, text: str) -> Iterator[PrivateKind]:
        for hit in self._known.hits(text):
            yield self._kinds[hit.instead]
        for span in private_spans(text):
            if span.value in self._kinds:
                yield self._kinds[span.value]
            elif span.kind is PrivateKind.ADDRESS and eui64_mac(span.value).hex() in self._kinds:
                yield PrivateKind.MAC
            elif span.kind is PrivateKind.ADDRESS and ":" in span.value and not _is_stand_in(span.value):
                yield PrivateKind.ADDRESS

    def _in_octets(self, octets: bytes) -> Iterator[PrivateKind]:
        for size, known in self._octets.items():
            for start in range(len(octets) - size + 1):
                kind = known.get(octets[start : start + size])
                if kind is not None and (size > 4 or len(octets) == size):
                    yield kind

    def _in_oid(self, oid: str) -> Iterator[PrivateKind]:
        """Arcs that are a private address. Fewer than four arcs behind a column are none."""
        arcs = oid.split(".")
        for size, known in self._octets.items():
            for start in range(self._instances.start(oid), len(arcs) - size + 1):
                window = arcs[start : start + size]
                if all(len(arc) < 4 and int(arc) < 256 for arc in window):
                    kind = known.get(bytes(map(int, window)))
                    if kind is not None:
                        yield kind


def _is_stand_in(text: str) -> bool:
    """False for an IPv6 address that no stand-in is: it leaked, even where nothing noted it."""
    address = ip_address(text)
    return address in _V6_STAND_INS or address.is_link_local or not is_private_address(text)


_V6_STAND_INS = IPv6Network("2001:db8::/32")
_WALKED = re.compile(r" *[012](?:\.\d+)+\|")


def _octets_of(kinds: Mapping[str, PrivateKind]) -> Mapping[int, Mapping[bytes, PrivateKind]]:
    """The octets of what may stand in binary values, by their number."""
    by_size: dict[int, dict[bytes, PrivateKind]] = {}
    for value, kind in kinds.items():
        if kind is PrivateKind.MAC:
            octets = bytes.fromhex(value)
        elif kind is PrivateKind.ADDRESS:
            octets = ip_address(value).packed
        else:
            continue
        by_size.setdefault(len(octets), {})[octets] = kind
    return by_size
