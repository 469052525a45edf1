"""Reads a field that holds one private value: what the value is, in the one form in which equal values are equal."""

from dataclasses import dataclass

from reports.document.redaction.known_values import folded
from reports.document.redaction.patterns import address_of, mac_of, private_spans
from reports.document.redaction.private_kind import PrivateKind, Treatment, is_plain_port
from reports.placement.placement import UNCLASSIFIED

_NUMBERS = frozenset({PrivateKind.SERIAL, PrivateKind.KEY, PrivateKind.ENGINE, PrivateKind.ID, PrivateKind.ATTRIBUTE})
"""Kinds whose values are no MAC address, though they may be written with the same digits."""


@dataclass(frozen=True, slots=True)
class PrivateValue:
    """A private value and its kind; equal values are equal texts here, whatever their writing."""

    kind: PrivateKind
    value: str


def read_value(kind: PrivateKind, text: str) -> PrivateValue | Treatment:
    """The value that a field of this kind holds; or the treatment of a text that is not one value: an address with its
    port or prefix, or something that is not private."""
    if not text or text == UNCLASSIFIED.because:
        return Treatment.KEEP
    if kind is PrivateKind.TARGET and text.startswith("--"):  # an option of the command line: --within=192.0.2.0/24
        return Treatment.TEXT
    address = address_of(text)
    if address is not None:
        return PrivateValue(PrivateKind.ADDRESS, address)
    mac = None if kind in _NUMBERS else mac_of(text)
    if mac is not None:
        return PrivateValue(PrivateKind.MAC, mac)
    if kind is PrivateKind.PORT and is_plain_port(text):
        return Treatment.KEEP
    if _is_around_addresses(text):
        return Treatment.TEXT
    return PrivateValue(kind, folded(text))


def _is_around_addresses(text: str) -> bool:
    """True for addresses with a port, a prefix length or a range: nothing beside them has a letter."""
    rest, found = list(text), False
    for span in private_spans(text):
        if span.kind in (PrivateKind.ADDRESS, PrivateKind.MAC):
            found = True
            rest[span.start : span.end] = " " * (span.end - span.start)
    return found and not any(letter.isalpha() for letter in rest)
