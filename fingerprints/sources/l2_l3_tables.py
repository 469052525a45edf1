"""How a device hangs in the network by its own tables: its addresses, what it has learned on its ports, what they are.

RFC 4293 (addresses, ARP and ND), RFC 4188 and RFC 4363 (bridge tables), RFC 2863 and IANAifType-MIB (ports),
RFC 3621 (power over Ethernet).
"""

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fingerprints.model.device import L2L3Tables, LearnedMac
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.if_mib import interface_macs, mac_of, mac_text
from fingerprints.sources.interface_addresses import IF_DESCR, IF_NAME, interface_addresses_of

MAX_ADDRESSES = 4096
MAX_MACS = 512
MAX_LEARNED = 1024
"""Of one device, that are kept; of what it learned those on the ports with the fewest first, which are the edge."""

_OLD_INDEX, _OLD_MASK = "1.3.6.1.2.1.4.20.1.2.", "1.3.6.1.2.1.4.20.1.3."
_NEW_INDEX = "1.3.6.1.2.1.4.34.1.3."
_ARP, _ND = "1.3.6.1.2.1.4.22.1.2.", "1.3.6.1.2.1.4.35.1.4."
_BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2."
_BRIDGE, _Q_BRIDGE = "1.3.6.1.2.1.17.4.3.1.2.", "1.3.6.1.2.1.17.7.1.2.2.1.2."
_IF_HIGH_SPEED = "1.3.6.1.2.1.31.1.1.1.15"
_POWERED_PORTS = "1.3.6.1.2.1.105.1.1"
_CHASSIS = "1.0.8802.1.1.2.1.3.2.0"

_SUBSCRIBER_LINES = frozenset(
    ("94", "95", "96", "97", "127", "128", "129", "143", "168", "169", "205", "230", "238", "250", "251", "279")
)
"""ifType of lines to subscribers: DSL of all kinds, cable (DOCSIS), PON."""


def l2_l3_tables_of(said: ObservationIndex) -> L2L3Tables:
    """What the tables tell; the number learned is of all, also of those left out."""
    learns = said.of(Source.SNMP_FORWARDING_ENTRY) or said.of(Source.SNMP_NEIGHBOUR_MAC)
    ports = _port_names(said) if learns else {}
    macs = tuple(dict.fromkeys(_macs(said)))
    own = frozenset(macs)  # a bridge lists its own ports' addresses too (dot1dTpFdbStatus self)
    learned = (one for one in (*_bridged(said, ports), *_resolved(said, ports)) if one.mac not in own)
    others = tuple(dict.fromkeys(learned))
    addresses = dict(_addresses(said))
    return L2L3Tables(
        addresses=tuple(addresses)[:MAX_ADDRESSES],
        legs=interface_addresses_of(said, addresses.items())[:MAX_ADDRESSES],
        macs=macs[:MAX_MACS],
        learned=_nearest(others),
        learned_count=len({one.mac for one in others if not one.address}),
        subscriber_lines=sum(1 for entry in said.of(Source.SNMP_IF_TYPE) if entry.value in _SUBSCRIBER_LINES),
        powers_ports=said.holds(_POWERED_PORTS),
        fastest_mbps=max((int(v) for _, v in said.under(_IF_HIGH_SPEED) if v.isdecimal() and len(v) < 9), default=0),
    )


def _addresses(said: ObservationIndex) -> Iterator[tuple[str, str]]:
    """Its own global addresses, with the length of their prefix where the table tells the mask, and the ifIndex of
    each."""
    masks = {
        entry.at.removeprefix(_OLD_MASK): entry.value
        for entry in said.of(Source.SNMP_IP_ADDRESS)
        if entry.at.startswith(_OLD_MASK)
    }
    plain: set[str] = set()
    for entry in said.of(Source.SNMP_IP_ADDRESS):
        if entry.at.startswith(_OLD_INDEX):
            text = entry.at.removeprefix(_OLD_INDEX)
            if _told(text):
                plain.add(text)
                yield _with_mask(text, masks.get(text, "")), entry.value
    for entry in said.of(Source.SNMP_IP_ADDRESS):
        text = _from_index(entry.at.removeprefix(_NEW_INDEX)) if entry.at.startswith(_NEW_INDEX) else ""
        if _told(text) and text not in plain:
            yield text, entry.value


def _with_mask(address: str, mask: str) -> str:
    try:
        return ipaddress.ip_interface(f"{address}/{mask}").with_prefixlen
    except ValueError:
        return address


def _told(text: str) -> bool:
    """Whether a text is an address that tells where a device is: loopback and link-local ones are everybody's."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast)


def _from_index(instance: str) -> str:
    """An address from an instance of InetAddressType, length, octets (RFC 4001); empty where it is none."""
    kind, _, rest = instance.partition(".")
    arcs = rest.split(".")
    if (kind, arcs[0], len(arcs)) not in (("1", "4", 5), ("2", "16", 17)):
        return ""
    try:
        return str(ipaddress.ip_address(bytes(int(arc) for arc in arcs[1:])))
    except ValueError:
        return ""


def _macs(said: ObservationIndex) -> Iterator[str]:
    """The addresses by which others may know it: its chassis', its bridge's, its ports'."""
    chassis = [entry for entry in said.of(Source.SNMP_LLDP_LOCAL) if entry.at == _CHASSIS]
    told = (*(mac_of(entry.value) for entry in (*chassis, *said.of(Source.SNMP_BRIDGE_ADDRESS))), *interface_macs(said))
    for entry in said.of(Source.LINK_MAC):
        told = (*told, mac_of(entry.value))
    yield from (mac_text(mac) for mac in told if len(mac) == 6 and any(mac) and not mac[0] & 1)


def _port_names(said: ObservationIndex) -> Mapping[str, str]:
    """Names of ports by ifIndex: the short one where there is one."""
    names: dict[str, str] = {}
    for source, prefix in ((Source.SNMP_IF_NAME, IF_NAME), (Source.SNMP_IF_DESCR, IF_DESCR)):
        for entry in said.of(source):
            if entry.at.startswith(prefix) and clean(entry.value):
                names.setdefault(entry.at.removeprefix(prefix), clean(entry.value))
    return names


def _bridged(said: ObservationIndex, ports: Mapping[str, str]) -> Iterator[LearnedMac]:
    """The rows of its bridge tables. A port number is the bridge's own; 0 stands for an unknown one."""
    indices = {entry.at.removeprefix(_BASE_PORT): entry.value for entry in said.of(Source.SNMP_BRIDGE_PORT)}
    for entry in said.of(Source.SNMP_FORWARDING_ENTRY):
        mac = _mac_in(entry)
        if mac and entry.value not in ("", "0"):
            index = indices.get(entry.value, entry.value)
            yield LearnedMac(mac, ports.get(index, index))


def _mac_in(entry: Observation) -> str:
    """The MAC address that ends an instance of either bridge table."""
    prefix = _BRIDGE if entry.at.startswith(_BRIDGE) else _Q_BRIDGE
    arcs = entry.at.removeprefix(prefix).split(".")[-6:]
    try:
        return mac_text(bytes(int(arc) for arc in arcs)) if len(arcs) == 6 else ""
    except ValueError:
        return ""


def _resolved(said: ObservationIndex, ports: Mapping[str, str]) -> Iterator[LearnedMac]:
    """The rows of ARP and ND: which MAC address an address has, on which interface."""
    for entry in said.of(Source.SNMP_NEIGHBOUR_MAC):
        mac = mac_of(entry.value)
        index, _, rest = entry.at.removeprefix(_ARP).removeprefix(_ND).partition(".")
        address = rest if entry.at.startswith(_ARP) else _from_index(rest)
        if len(mac) == 6 and any(mac) and not mac[0] & 1 and _told(address):
            yield LearnedMac(mac_text(mac), ports.get(index, index), address)


def _nearest(learned: tuple[LearnedMac, ...]) -> tuple[LearnedMac, ...]:
    """Each with the number learned on its port; where there are too many, those of the fullest ports are left out."""
    bridged = Counter(one.port for one in learned if not one.address)
    counted = (replace(one, on_port=0 if one.address else bridged[one.port]) for one in learned)
    return tuple(sorted(counted, key=lambda one: one.on_port)[:MAX_LEARNED])
