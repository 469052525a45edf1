"""What looks private in a maker's text, and what only looks so: versions, makers' own domains, masks."""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, ip_address

from fingerprints.model.mac_address import is_station_mac
from reports.document.redaction.patterns import PrivateSpan, private_spans
from reports.document.redaction.private_kind import PrivateKind, Treatment

IsMaker = Callable[[str], bool]
"""Whether a word is a company's name."""

_SHOWN = frozenset({PrivateKind.ADDRESS, PrivateKind.MAC, PrivateKind.OCTETS, PrivateKind.HOST, PrivateKind.CONTACT})
_NUMBERS = frozenset({PrivateKind.MAC, PrivateKind.OCTETS})

_VERSION = re.compile(
    r"(?i)(?:\b(?:ver(?:sion)?|v|r|rev(?:ision)?|rel(?:ease)?|build|firmware|fw|sw|hw|software|boot(?:rom)?|image|os|eos|"
    r"patch|bios|kernel|release)\b[\w ()]{0,12}[ .:=,(\[-]{0,3}|[a-z_/-])$"
)
"""What stands before a version of four numbers, which may be written as an address."""

_PADDED = re.compile(r"(?<!\d)0\d")

_HEAD = 32
"""Characters before four numbers in which the word for a version is looked for."""

MIN_MIXED = 12
"""Digits from which a number in hexadecimal is private even where it has no letter."""

_PRIVATE_NETS = ("10.", "192.168.", *(f"172.{number}." for number in range(16, 32)))


def private_looks(text: str, treated: Treatment, is_maker: IsMaker) -> Iterator[PrivateSpan]:
    """Each span that is private by its looks. In a version (KNOWN), four numbers with dots are none."""
    for span in private_spans(text):
        if span.kind not in (_SHOWN if treated is Treatment.TEXT else _NUMBERS):
            continue
        match span.kind:
            case PrivateKind.ADDRESS:
                shown = is_private_address(span.value) and not is_version(text, span)
            case PrivateKind.MAC:
                shown = is_station_mac(bytes.fromhex(span.value))
            case PrivateKind.OCTETS:
                shown = len(set(span.value)) > 1
            case PrivateKind.HOST | PrivateKind.CONTACT:
                shown = not span.value[0].isdecimal() and not _is_makers(span.value, is_maker)
            case _:
                shown = True
        if shown:
            yield span


def is_private_address(text: str) -> bool:
    """True for an address that says where in a network a device is; no mask, loopback or group address."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return 0 < address.packed[0] < 224 and not address.is_loopback
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)


def is_local(address: str) -> bool:
    """True for an address of a private network (RFC 1918)."""
    return address.startswith(_PRIVATE_NETS)


def is_version(text: str, span: PrivateSpan) -> bool:
    """Whether four numbers are a version: by the words before them, or by a zero that opens one of them."""
    if ":" in span.value:
        return False
    if _PADDED.search(text[span.start : span.end]) is not None:
        return True
    if is_local(span.value):
        return False
    return _VERSION.search(text[max(0, span.start - _HEAD) : span.start]) is not None


def _is_makers(host: str, is_maker: IsMaker) -> bool:
    """Whether a host or a mailbox is under a domain that is called as a company is: www.cisco.com."""
    labels = host.rpartition("@")[2].split(".")
    return any(is_maker(label) for label in labels[-3:-1])
