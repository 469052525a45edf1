"""The interfaces that a device's own addresses sit on: their names, the words beside them, their VLAN and VRF.

IP-MIB (RFC 4293), IF-MIB (RFC 2863), MPLS-L3VPN-STD-MIB (RFC 4382).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from fingerprints.model.device import InterfaceAddress
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean

IF_NAME, IF_DESCR, IF_ALIAS = "1.3.6.1.2.1.31.1.1.1.1.", "1.3.6.1.2.1.2.2.1.2.", "1.3.6.1.2.1.31.1.1.1.18."
_NAMED = ((Source.SNMP_IF_NAME, IF_NAME), (Source.SNMP_IF_DESCR, IF_DESCR), (Source.SNMP_IF_ALIAS, IF_ALIAS))
_VRF = "1.3.6.1.2.1.10.166.11.1.2.1.1.2."
_VLAN = re.compile(r"vlan[a-z .:_-]{0,12}0{0,3}([1-9][0-9]{0,3})", re.IGNORECASE)
"""A VLAN's own interface by name (`Vlan120`, `Vlanif120`, `Vlan-interface120`, `vlan.120`); a number behind a dot on
any other interface is only by habit that of a VLAN."""
_MAX_VLAN = 4094


def interface_addresses_of(
    said: ObservationIndex, addresses: Iterable[tuple[str, str]]
) -> tuple[InterfaceAddress, ...]:
    """A leg for each address and ifIndex of which the tables tell an interface."""
    placed = tuple(addresses)
    names = _names(said, frozenset(index for _, index in placed)) if placed else {}
    vrfs = dict(_vrfs(said.of(Source.SNMP_VRF_INTERFACE)))
    legs = (
        InterfaceAddress(address, named, vrfs.get(index, ""), next(filter(None, map(_vlan, named)), ""))
        for address, index in placed
        if (named := names.get(index, ())) or index in vrfs
    )
    return tuple(dict.fromkeys(legs))


def _names(said: ObservationIndex, indices: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """By ifIndex, for those asked for, the short name, the long one and the words beside them, each once."""
    names: dict[str, dict[str, None]] = {}
    for source, column in _NAMED:
        for entry in said.of(source):
            index = entry.at.removeprefix(column)
            if index in indices and index != entry.at and (word := clean(entry.value)):
                names.setdefault(index, {})[word] = None
    return {index: tuple(words) for index, words in names.items()}


def _vrfs(rows: Iterable[Observation]) -> Iterator[tuple[str, str]]:
    """ifIndex and name of the VRF of each row: its instance is the name's length, its octets, and the ifIndex."""
    for row in rows:
        arcs = row.at.removeprefix(_VRF).split(".")
        if row.at.startswith(_VRF) and all(arc.isdecimal() and len(arc) < 11 for arc in arcs):
            octets = [int(arc) for arc in arcs[1:-1]]
            if len(octets) == int(arcs[0]) and all(octet < 256 for octet in octets):
                yield arcs[-1], clean("".join(map(chr, octets)))


def _vlan(name: str) -> str:
    found = _VLAN.fullmatch(name)
    return found[1] if found and int(found[1]) <= _MAX_VLAN else ""
