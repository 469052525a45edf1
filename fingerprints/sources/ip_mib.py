"""IP-MIB (RFC 4293): the device's own addresses, and those that it resolved to MAC addresses by ARP and ND.

Most agents and hosts make the lower half of their IPv6 addresses from a MAC address (modified EUI-64, RFC 4291
appendix A), which names the maker of the port without any credential.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_interface

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Role
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.inet_address import address_of_arcs, address_of_instance, is_loopback, locates_device
from fingerprints.model.mac_address import eui64_mac, format_mac, is_station_mac, parse_mac
from fingerprints.model.neighbour import LearnedMac
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

IP_AD_ENT_IF_INDEX = MibObject("1.3.6.1.2.1.4.20.1.2", Source.SNMP_IP_ADDRESS)
IP_AD_ENT_NET_MASK = MibObject("1.3.6.1.2.1.4.20.1.3", Source.SNMP_IP_ADDRESS)
IP_ADDRESS_IF_INDEX = MibObject("1.3.6.1.2.1.4.34.1.3", Source.SNMP_IP_ADDRESS)
IP_NET_TO_MEDIA = MibObject("1.3.6.1.2.1.4.22.1.2", Source.SNMP_NEIGHBOUR_MAC, ScanStep.GROWING_COLUMN)
"""ipNetToMediaPhysAddress: ARP."""
IP_NET_TO_PHYSICAL = MibObject("1.3.6.1.2.1.4.35.1.4", Source.SNMP_NEIGHBOUR_MAC, ScanStep.GROWING_COLUMN)
"""ipNetToPhysicalPhysAddress: ARP and ND."""

MODULE = SourceModule(
    "ip_mib",
    (IP_AD_ENT_IF_INDEX, IP_AD_ENT_NET_MASK, IP_ADDRESS_IF_INDEX, IP_NET_TO_MEDIA, IP_NET_TO_PHYSICAL),
    sources=frozenset((Source.LINK_ADDRESS,)),
    match_sources=frozenset((Source.SNMP_IP_ADDRESS,)),
    report_sources=frozenset((Source.SNMP_IP_ADDRESS,)),
)

MAX_EUI64_ADDRESSES = 64
"""Addresses of one device that are read for a MAC address, of each source."""


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An address of the device, the ifIndex that it sits on, and the mask in dotted form if the table gives one."""

    address: str
    if_index: str
    mask: str = ""

    def with_prefix_length(self) -> str:
        """`192.0.2.1/24` if the mask is known, else the address."""
        try:
            return ip_interface(f"{self.address}/{self.mask}").with_prefixlen
        except ValueError:
            return self.address


def eui64_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """A claim for each maker that the addresses the device answered from name, then for those of its own table."""
    answered_from = (address.partition("%")[0] for address in index.answered_from)
    seen: set[str] = set()
    for source, addresses in ((Source.LINK_ADDRESS, answered_from), (Source.SNMP_IP_ADDRESS, own_addresses(index))):
        for _, address in zip(range(MAX_EUI64_ADDRESSES), addresses, strict=False):
            mac = eui64_mac(address)
            owner = mac_owner(mac, database) if mac else None
            if owner is not None and owner.id not in seen:
                seen.add(owner.id)
                shown = Observation(source, address, format_mac(mac))
                yield make_claim(database, Role.MAKER, owner, "address-eui64", shown)


def own_addresses(index: ObservationIndex) -> Iterator[str]:
    """The device's own addresses, link-local ones too, in the order in which they were observed; no loopback ones."""
    for observation in index.of(Source.SNMP_IP_ADDRESS):
        address = own_address_of(observation)
        if address and not is_loopback(address):
            yield address


def own_address_of(observation: Observation) -> str:
    """The address that a row of ipAddrTable or ipAddressTable is about; empty for other columns."""
    instance = IP_AD_ENT_IF_INDEX.instance_in(observation.at)
    if instance:
        return address_of_arcs(instance.split("."))
    return address_of_instance(IP_ADDRESS_IF_INDEX.instance_in(observation.at).split("."))


def located_addresses(index: ObservationIndex) -> Iterator[OwnAddress]:
    """The own addresses that say where the device is: those of ipAddrTable, then the others of ipAddressTable."""
    rows = index.of(Source.SNMP_IP_ADDRESS)
    masks = {IP_AD_ENT_NET_MASK.instance_in(row.at): row.value for row in rows}
    in_old_table: set[str] = set()
    for row in rows:
        address = own_address_of(row) if row.at.startswith(IP_AD_ENT_IF_INDEX.prefix) else ""
        if locates_device(address):
            in_old_table.add(address)
            yield OwnAddress(address, row.value, masks.get(address, ""))
    for row in rows:
        address = own_address_of(row) if row.at.startswith(IP_ADDRESS_IF_INDEX.prefix) else ""
        if locates_device(address) and address not in in_old_table:
            yield OwnAddress(address, row.value)


def resolved_macs(index: ObservationIndex, ports: Mapping[str, str]) -> Iterator[LearnedMac]:
    """The rows of ARP and ND: an address, its MAC address and the interface, by its name in `ports` or its ifIndex."""
    for row in index.of(Source.SNMP_NEIGHBOUR_MAC):
        mac = parse_mac(row.value)
        if not is_station_mac(mac):
            continue
        old = row.at.startswith(IP_NET_TO_MEDIA.prefix)
        instance = (IP_NET_TO_MEDIA if old else IP_NET_TO_PHYSICAL).instance_in(row.at)
        if_index, *arcs = instance.split(".")
        address = address_of_arcs(arcs) if old else address_of_instance(arcs)
        if locates_device(address):
            yield LearnedMac(format_mac(mac), ports.get(if_index, if_index), address)
