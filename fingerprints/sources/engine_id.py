"""The snmpEngineID read in all the forms that agents give it (RFC 3411 section 5, RFC 1910's twelve octets)."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

MIN_OCTETS = 5
MAX_OCTETS = 32
_LEGACY_OCTETS = 12
_TOP_BIT = 0x80


class EngineForm(StrEnum):
    """How the octets after the enterprise number are to be read (SnmpEngineID, octet five)."""

    LEGACY = "legacy"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    MAC = "mac"
    TEXT = "text"
    OCTETS = "octets"
    ENTERPRISE = "enterprise"
    RESERVED = "reserved"


_FORMS = {1: EngineForm.IPV4, 2: EngineForm.IPV6, 3: EngineForm.MAC, 4: EngineForm.TEXT, 5: EngineForm.OCTETS}
_LENGTHS = {EngineForm.IPV4: 4, EngineForm.IPV6: 16}


@dataclass(frozen=True, slots=True)
class EngineId:
    """An engine ID taken apart: `enterprise` names whose agent made it, `mac` is the MAC address within (6 octets, or
    None), `unique` whether it may serve to tell devices apart."""

    octets: bytes
    enterprise: int
    form: EngineForm
    mac: bytes | None
    unique: bool


def read_engine_id(octets: bytes) -> EngineId | None:
    """Take an engine ID apart. None where it breaks RFC 3411 so far that its enterprise number means nothing: a length
    outside 5 to 32, or plain text with no header at all."""
    if not MIN_OCTETS <= len(octets) <= MAX_OCTETS or _is_plain_text(octets):
        return None
    enterprise = int.from_bytes(octets[:4], "big") & 0x7FFFFFFF
    if enterprise == 0:
        return None
    if not octets[0] & _TOP_BIT:
        if len(octets) != _LEGACY_OCTETS:
            return None
        return EngineId(octets, enterprise, EngineForm.LEGACY, None, _varies(octets[4:]))
    form = _FORMS.get(octets[4], EngineForm.ENTERPRISE if octets[4] & _TOP_BIT else EngineForm.RESERVED)
    rest = octets[5:]
    mac = _mac_of(form, rest)
    return EngineId(octets, enterprise, form, mac, _is_unique(form, rest, mac))


def is_factory_mac(mac: bytes) -> bool:
    """Whether six octets can be the address a factory burnt in: a single station, globally administered, not blank
    (IEEE 802 section 8.2), and not of IANA's block for protocols, which VRRP shares among routers (RFC 9542)."""
    blank = mac[:3] == b"\0\0\0" or mac[3:] == b"\0\0\0"
    return len(mac) == 6 and not mac[0] & 3 and not blank and mac[:4] != b"\0\0\x5e\0"


def _mac_of(form: EngineForm, rest: bytes) -> bytes | None:
    if form is EngineForm.MAC:
        if len(rest) == 7 and rest[0] == 0:  # some agents pad: their octet string starts with a type octet
            rest = rest[1:]
        return rest[:6] if len(rest) >= 6 else None
    if form is EngineForm.ENTERPRISE and len(rest) == 10 and rest[6:] == b"\0\0\0\1":  # a MAC, then an instance
        return rest[:6]
    return None


def _is_unique(form: EngineForm, rest: bytes, mac: bytes | None) -> bool:
    if mac is not None:
        return is_factory_mac(mac)
    if form in _LENGTHS:
        if len(rest) < _LENGTHS[form]:
            return False
        return ip_address(rest[: _LENGTHS[form]]).is_global
    return len(rest) >= 4 and _varies(rest)


def _varies(rest: bytes) -> bool:
    """Whether octets differ enough to have been made for one device; 127.0.0.1 in front counts for nothing."""
    tail = rest[4:] if rest[:4] == b"\x7f\0\0\1" else rest
    return len(set(tail)) > 2


def _is_plain_text(octets: bytes) -> bool:
    return all(0x20 <= octet < 0x7F for octet in octets)
