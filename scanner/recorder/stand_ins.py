"""What takes the place of a private value: of the same kind, of the same form, the same for the same value.

An address becomes one of 198.18.0.0/15 (RFC 2544) or 2001:db8::/32 (RFC 3849), a MAC address keeps the part that IEEE
gave to its maker, a serial number keeps its length, its alphabet and what a serial scheme reads.
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address

from fingerprints.claims.attribute import plausible
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.serial_schemes import read_serial
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import eui64_mac
from reports.document.redaction.private_kind import PrivateKind
from reports.document.redaction.pseudonyms import pseudonyms_of

FIRST_ADDRESS = int(IPv4Address("198.18.0.0"))
ADDRESSES = 1 << 17
"""Addresses of 198.18.0.0/15."""
MORE_ADDRESSES = int(IPv4Address("240.0.0.0"))
"""Reserved (RFC 1112 section 4): what a device knows beyond ADDRESSES."""
FIRST_V6 = int(IPv6Address("2001:db8::"))
_LOCAL = 0x02
SCRAMBLED = frozenset(
    {PrivateKind.SERIAL, PrivateKind.OCTETS, PrivateKind.ENGINE, PrivateKind.KEY, PrivateKind.WHAT_IT_SAYS}
)
"""Kinds whose stand-ins have the same length and the same kinds of letters."""

MAX_TRIES = 200
"""Candidates that are tried until one is read as the original is."""

NUMBERED = 10
"""Characters at the end of a serial number of a known scheme that number the box: its site, month and number. What
stands before them is the item, which says what it is."""

_PREFIXES = (24, 28, 36)
"""Bits of the blocks that IEEE assigns: MA-L, MA-M, MA-S."""


class StandIns:
    """The stand-in of each private value. `kinds` are all of them."""

    def __init__(self, kinds: Mapping[str, PrivateKind], database: FingerprintDatabase) -> None:
        self._kinds = kinds
        self._database = database
        self._key = sha256("\n".join(sorted(kinds)).encode("utf-8", "surrogatepass")).digest()
        self._named = pseudonyms_of(kinds, "recorded")
        self._done: dict[str, str] = {}
        self._taken: set[str] = set()
        for value in sorted(kinds):
            self._done[value] = self._made(kinds[value], value)
            self._taken.add(self._done[value])

    def of(self, value: str) -> str | None:
        """The stand-in of a value in its one form; None for one that is not private."""
        return self._done.get(value)

    def _made(self, kind: PrivateKind, value: str) -> str:
        match kind:
            case PrivateKind.ADDRESS:
                return self._address(value)
            case PrivateKind.MAC:
                return self._mac(value)
            case PrivateKind.SERIAL:
                return self._serial(value)
            case _ if kind in SCRAMBLED:
                return self._scrambled(value, 0, 0)
            case _:
                return self._named[value]

    def _number(self, value: str) -> int:
        return int(self._named[value].rpartition("-")[2])

    def _free(self, candidate: str) -> bool:
        return candidate not in self._kinds and candidate not in self._taken

    def _address(self, value: str) -> str:
        address, number = ip_address(value), self._number(value)
        while True:
            made = self._v4(number) if isinstance(address, IPv4Address) else self._v6(address, number)
            if self._free(made):
                return made
            number += len(self._kinds)

    @staticmethod
    def _v4(number: int) -> str:
        if number < ADDRESSES:
            return str(IPv4Address(FIRST_ADDRESS + number))
        return str(IPv4Address(MORE_ADDRESSES + number % (1 << 27)))

    def _v6(self, address: IPv6Address, number: int) -> str:
        head = 0xFE80 << 112 if address.is_link_local else FIRST_V6
        mac = eui64_mac(str(address))
        if mac and mac.hex() in self._kinds and number < len(self._kinds) + 1:
            octets = bytes.fromhex(self._mac_of(mac.hex()))
            tail = bytes((octets[0] ^ _LOCAL, *octets[1:3], 0xFF, 0xFE, *octets[3:]))
            return str(IPv6Address(head | int.from_bytes(tail, "big")))
        return str(IPv6Address(head | number))

    def _mac_of(self, value: str) -> str:
        if value not in self._done:
            self._done[value] = self._mac(value)
            self._taken.add(self._done[value])
        return self._done[value]

    def _mac(self, value: str) -> str:
        if value in self._done:
            return self._done[value]
        octets, number = bytes.fromhex(value), self._number(value)
        for kept in (8,) if octets[0] & _LOCAL else _PREFIXES:
            free = 48 - kept
            for attempt in range(MAX_TRIES):
                made = f"{int(value, 16) >> free << free | (number + attempt) % (1 << free):012x}"
                if self._free(made) and self._same_owner(octets, bytes.fromhex(made)):
                    return made
        return f"{_LOCAL:02x}{number % (1 << 40):010x}"

    def _same_owner(self, octets: bytes, made: bytes) -> bool:
        return self._database.oui.lookup(octets) == self._database.oui.lookup(made)

    def _serial(self, value: str) -> str:
        """Another serial number that is read as this one is: its scheme, its item, its looks."""
        read = self._read(value)
        shortest = min(4, len(value) // 3) if not value.isdigit() else 0
        if read[0] is not None:
            shortest = max(shortest, len(value) - NUMBERED)
        for kept in range(shortest, len(value) - 2):
            for attempt in range(MAX_TRIES // len(value) + 4):
                made = self._scrambled(value, kept, attempt)
                if self._free(made) and self._read(made) == read:
                    return made
        return self._scrambled(value, 0, 0)

    def _read(self, serial: str) -> tuple[object, ...]:
        """All that identification reads of a serial number."""
        text, database = serial.upper(), self._database
        scheme = read_serial(text, database.serial_schemes)
        looks = tuple(plausible(name, text, database.attribute_scores) for name in AttributeName)
        rules = frozenset(
            match.rule.id
            for source in (Source.SNMP_ENTITY_SERIAL, Source.SNMP_OBJECT)
            for match in database.rules.match(source, "", text)
        )
        return None if scheme is None else (scheme.scheme, scheme.item), looks, rules

    def _scrambled(self, value: str, kept: int, attempt: int) -> str:
        """The value with each letter and digit behind the first `kept` replaced by another of its kind."""
        message = f"{attempt}\0{value}".encode("utf-8", "surrogatepass")
        stream = b"".join(
            hmac.digest(self._key, bytes((part % 256,)) + message, "sha256") for part in range(len(value) // 32 + 1)
        )
        hexadecimal = re.fullmatch(r"[0-9a-fA-F-]*", value) is not None
        letters = "abcdef" if hexadecimal else "abcdefghjklmnpqrstuvwxyz"
        changed = [*value[:kept]]
        for place in range(kept, len(value)):
            letter, octet = value[place], stream[place % len(stream)]
            if letter.isdecimal():
                changed.append(str(octet % 10))
            elif letter.isalpha():
                other = letters[octet % len(letters)]
                changed.append(other.upper() if letter.isupper() else other)
            else:
                changed.append(letter)
        return "".join(changed)
