"""Devices that announce themselves by LLDP and CDP: what each sender's frames hold, and which target it is."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fingerprints.model.evidence import Observation, Source, Subject
from fingerprints.model.mac_address import format_mac, is_factory_mac, parse_mac
from fingerprints.model.observation_place import FieldOfFrame
from scanner.targets.numbering import TargetNumbers
from scanner.targets.target import Target

MAX_SENDERS = 4_096
MAX_FIELDS = 256
"""Senders of LLDP and CDP, and fields of one sender, that are kept: a flood costs no more."""

ADDRESS_FIELDS = ("management_address", "address")
"""The fields of LLDP and CDP that hold an address of their sender."""

AnsweredFrom = Mapping[str, Sequence[str]]
"""By MAC address, the addresses that answered ARP or ND with it."""


@dataclass(slots=True)
class AnnouncingDevice:
    """One sender of LLDP and CDP frames: what its frames hold, and the addresses and the chassis' MAC among that."""

    mac: str
    observations: list[Observation] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    chassis_mac: str = ""

    def add(self, kind: str, line: dict[str, Any]) -> bool:
        """Keep the field in a line of the helper. False if there are too many."""
        if len(self.observations) >= MAX_FIELDS:
            return False
        source = Source.LINK_LLDP if kind == "lldp" else Source.LINK_CDP
        value = bytes.fromhex(line["value"]).decode("latin-1")
        at = FieldOfFrame(line["interface"], line["mac"], line["field"]).to_at()
        self.observations.append(Observation(source, at, value))
        if line["field"] in ADDRESS_FIELDS:
            self.addresses.append(value)
        elif line["field"] == "chassis_id" and not self.chassis_mac:
            mac = parse_mac(value)
            self.chassis_mac = format_mac(mac) if is_factory_mac(mac) else ""
        return True

    def target_or_subject(self, answered_from: AnsweredFrom, numbers: TargetNumbers) -> Target | Subject:
        """Who this is: a target that answered with the sender's MAC or its chassis', else one at an address in its
        frames, or else a subject of its own. Where several addresses share the MAC, the frames' own goes first."""
        for address in self._addresses(answered_from):
            if (target := next(numbers.at(address), None)) is not None:
                return target
        own = next((address for address in self.addresses if _is_address(address)), "")
        mac = self.chassis_mac or self.mac
        return Subject(own, own) if own else Subject(f"mac {mac}", labels=(f"heard from {mac}",))

    def _addresses(self, answered_from: AnsweredFrom) -> Iterator[str]:
        for mac in (self.mac, self.chassis_mac):
            answered = answered_from.get(mac, ())
            yield from (address for address in self.addresses if address in answered)
            yield from answered
        yield from self.addresses


def _is_address(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False
