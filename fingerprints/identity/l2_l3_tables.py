"""How a device is attached to the network, composed from its tables: its addresses, its MAC addresses, what it learned
on its ports, and what its ports are."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import format_mac, is_station_mac, parse_mac
from fingerprints.model.neighbour import InterfaceAddress, L2L3Tables, LearnedMac
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.bridge_mib import bridge_macs, forwarded_macs
from fingerprints.sources.if_mib import fastest_mbps, interface_labels, interface_macs, port_names, subscriber_lines
from fingerprints.sources.ip_mib import OwnAddress, located_addresses, resolved_macs
from fingerprints.sources.lldp import own_chassis_macs
from fingerprints.sources.power_ethernet import powers_ports
from fingerprints.sources.routing import interface_vrfs
from fingerprints.sources.wire import announced_macs

MAX_ADDRESSES = 4096
MAX_MACS = 512
MAX_LEARNED = 1024
"""Learned MAC addresses of one device that are kept: first those on the ports with the fewest, which are the edge."""

_VLAN = re.compile(r"vlan[a-z .:_-]{0,12}0{0,3}([1-9][0-9]{0,3})", re.IGNORECASE)
"""A VLAN's own interface by its name (`Vlan120`, `Vlanif120`, `Vlan-interface120`, `vlan.120`).

A number behind a dot on any other interface is a VLAN's only by habit.
"""
_MAX_VLAN = 4094


def l2_l3_tables_of(index: ObservationIndex) -> L2L3Tables:
    """What the tables say. `learned_count` counts all that was learned, also what is left out."""
    learns = index.of(Source.SNMP_FORWARDING_ENTRY) or index.of(Source.SNMP_NEIGHBOUR_MAC)
    ports = port_names(index) if learns else {}
    macs = tuple(dict.fromkeys(_own_macs(index)))
    own = frozenset(macs)  # a bridge lists its own ports' addresses too (dot1dTpFdbStatus self)
    rows = (row for row in (*forwarded_macs(index, ports), *resolved_macs(index, ports)) if row.mac not in own)
    learned = tuple(dict.fromkeys(rows))
    addresses = {address.with_prefix_length(): address for address in located_addresses(index)}
    return L2L3Tables(
        addresses=tuple(addresses)[:MAX_ADDRESSES],
        interface_addresses=_interface_addresses(index, addresses)[:MAX_ADDRESSES],
        macs=macs[:MAX_MACS],
        learned=_nearest(learned),
        learned_count=len({row.mac for row in learned if not row.address}),
        subscriber_lines=subscriber_lines(index),
        powers_ports=powers_ports(index),
        fastest_mbps=fastest_mbps(index),
    )


def _own_macs(index: ObservationIndex) -> Iterator[str]:
    """The MAC addresses that others may know the device by: its chassis', its bridge's, its ports', its link's."""
    on_the_link = (parse_mac(observation.value) for observation in index.of(Source.LINK_MAC))
    announced = announced_macs(index)
    macs = (*own_chassis_macs(index), *bridge_macs(index), *interface_macs(index), *on_the_link, *announced)
    yield from (format_mac(mac) for mac in macs if is_station_mac(mac))


def _interface_addresses(index: ObservationIndex, addresses: Mapping[str, OwnAddress]) -> tuple[InterfaceAddress, ...]:
    """The addresses whose interface has a name or a VRF, with both and the VLAN that the name gives."""
    if_indices = frozenset(address.if_index for address in addresses.values())
    labels = interface_labels(index, if_indices) if addresses else {}
    vrfs = dict(interface_vrfs(index))
    named = (
        InterfaceAddress(text, names, vrfs.get(address.if_index, ""), next(filter(None, map(_vlan, names)), ""))
        for text, address in addresses.items()
        if (names := labels.get(address.if_index, ())) or address.if_index in vrfs
    )
    return tuple(dict.fromkeys(named))


def _vlan(name: str) -> str:
    match = _VLAN.fullmatch(name)
    return match[1] if match and int(match[1]) <= _MAX_VLAN else ""


def _nearest(learned: tuple[LearnedMac, ...]) -> tuple[LearnedMac, ...]:
    """Each with the number learned on its port. If there are too many, those of the fullest ports are left out."""
    on_port = Counter(row.port for row in learned if not row.address)
    counted = (replace(row, on_port=0 if row.address else on_port[row.port]) for row in learned)
    return tuple(sorted(counted, key=lambda row: row.on_port)[:MAX_LEARNED])
