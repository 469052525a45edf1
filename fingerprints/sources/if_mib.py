"""IF-MIB (RFC 2863, types of IANAifType-MIB): the interfaces, their names, and the MAC addresses of physical ports."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from fingerprints.claims.attribute import Attribute
from fingerprints.claims.claim import Claim, combined_observation, make_claim
from fingerprints.claims.description_text import guesses
from fingerprints.claims.extracted_item import attribute_items
from fingerprints.claims.mac_owner import mac_owner
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import AttributeName, Party, Role
from fingerprints.model.evidence import Source
from fingerprints.model.mac_address import OCTETS, format_mac, is_factory_mac, parse_mac
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.model.source_module import MibObject, ScanStep, SourceModule

IF_DESCR = MibObject("1.3.6.1.2.1.2.2.1.2", Source.SNMP_IF_DESCR)
IF_TYPE = MibObject("1.3.6.1.2.1.2.2.1.3", Source.SNMP_IF_TYPE)
IF_PHYS_ADDRESS = MibObject("1.3.6.1.2.1.2.2.1.6", Source.SNMP_IF_PHYS_ADDRESS)
IF_NAME = MibObject("1.3.6.1.2.1.31.1.1.1.1", Source.SNMP_IF_NAME)
IF_ALIAS = MibObject("1.3.6.1.2.1.31.1.1.1.18", Source.SNMP_IF_ALIAS)
IF_HIGH_SPEED = MibObject("1.3.6.1.2.1.31.1.1.1.15", Source.SNMP_OBJECT, ScanStep.SECOND_ROUND)

MODULE = SourceModule(
    "if_mib",
    (IF_DESCR, IF_TYPE, IF_PHYS_ADDRESS, IF_NAME, IF_ALIAS, IF_HIGH_SPEED),
    match_sources=frozenset((Source.SNMP_IF_TYPE, Source.SNMP_IF_PHYS_ADDRESS)),
    report_sources=frozenset((Source.SNMP_IF_PHYS_ADDRESS,)),
)

PHYSICAL_TYPES = frozenset(("6", "62", "69", "71", "117"))
"""ifType of ports with a burnt-in address: ethernetCsmacd, fastEther, fastEtherFX, ieee80211, gigabitEthernet."""

SUBSCRIBER_LINE_TYPES = frozenset(
    ("94", "95", "96", "97", "127", "128", "129", "143", "168", "169", "205", "230", "238", "250", "251", "279")
)
"""ifType of lines to subscribers: DSL of all kinds, cable (DOCSIS), PON."""

MAX_DESCRIBED_PORTS = 4
"""Ports whose descriptions are read for a version: all ports of a device give the same."""

_ANNOUNCES_FIRMWARE = re.compile(r"(?i)\b(?:firmware|software|fw|sw)\b")


def mac_majority_claims(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Claim]:
    """The company that most of the physical ports' MAC addresses were given to."""
    blocks: dict[bytes, list[bytes]] = {}
    for mac in set(interface_macs(index)):
        blocks.setdefault(database.oui.deciding(mac), []).append(mac)
    given_to: dict[Party, list[bytes]] = {}
    for alike in blocks.values():
        owner = mac_owner(alike[0], database)
        if owner is not None:
            given_to.setdefault(owner, []).extend(alike)
    if not given_to:
        return
    owner, macs = min(given_to.items(), key=lambda item: (-len(item[1]), item[0].id))
    of_all = sum(map(len, given_to.values()))
    if len(macs) > of_all * database.weights.mac_majority:
        text = f"{format_mac(min(macs))}: {len(macs)} of {of_all} ports"
        ports = combined_observation(Source.SNMP_IF_PHYS_ADDRESS, "ifPhysAddress", text)
        yield make_claim(database, Role.MAKER, owner, "mac-majority", ports)


def port_version_attributes(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """The version in ifDescr, where some devices write their firmware's."""
    for port in islice(index.of(Source.SNMP_IF_DESCR), MAX_DESCRIBED_PORTS):
        text = clean(port.value)
        if _ANNOUNCES_FIRMWARE.search(text) is not None:
            for guess in guesses(text):
                if guess.name is AttributeName.VERSION:
                    yield from attribute_items(
                        database, AttributeName.VERSION, guess.text, "port-descr", port, guess.points
                    )


def mac_serial_attributes(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[Attribute]:
    """The first port's MAC address as the serial number, if its owner numbers boxes so (attribute_scores.yaml)."""
    macs = interface_macs(index)
    owner = mac_owner(macs[0], database) if macs else None
    if owner is not None and owner.id in database.attribute_scores.numbered_by_address:
        points = database.attribute_scores.origins["address-serial"]
        text, source = macs[0].hex().upper(), Source.SNMP_IF_PHYS_ADDRESS.value
        yield Attribute(AttributeName.SERIAL, text, points, source, "ifPhysAddress")


def port_mac_keys(index: ObservationIndex) -> Iterator[str]:
    """Match key: the lowest and the highest MAC address of the ports and their number stand for all of them."""
    macs = sorted({mac for mac in interface_macs(index) if is_factory_mac(mac)})
    if macs:
        yield f"{format_mac(macs[0])} {format_mac(macs[-1])} {len(macs)}"


def interface_macs(index: ObservationIndex) -> tuple[bytes, ...]:
    """The MAC addresses of physical ports in table order; of all ports if the table gives no types."""
    return index.once(_port_macs)


def _port_macs(index: ObservationIndex) -> tuple[bytes, ...]:
    types = {entry.at.rpartition(".")[2]: entry.value for entry in index.of(Source.SNMP_IF_TYPE)}
    macs = []
    for entry in index.of(Source.SNMP_IF_PHYS_ADDRESS):
        mac = parse_mac(entry.value)
        if len(mac) == OCTETS and types.get(entry.at.rpartition(".")[2], "6") in PHYSICAL_TYPES:
            macs.append(mac)
    return tuple(macs)


def port_names(index: ObservationIndex) -> Mapping[str, str]:
    """Names of interfaces by ifIndex: ifName, else ifDescr."""
    names: dict[str, str] = {}
    for column in (IF_NAME, IF_DESCR):
        for entry in index.of(column.source):
            if entry.at.startswith(column.prefix) and clean(entry.value):
                names.setdefault(entry.at.removeprefix(column.prefix), clean(entry.value))
    return names


def interface_labels(index: ObservationIndex, if_indices: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """By ifIndex, for these ones: ifName, ifDescr and ifAlias, each text once."""
    labels: dict[str, dict[str, None]] = {}
    for column in (IF_NAME, IF_DESCR, IF_ALIAS):
        for entry in index.of(column.source):
            if_index = entry.at.removeprefix(column.prefix)
            if if_index in if_indices and if_index != entry.at and (label := clean(entry.value)):
                labels.setdefault(if_index, {})[label] = None
    return {if_index: tuple(texts) for if_index, texts in labels.items()}


def subscriber_lines(index: ObservationIndex) -> int:
    """The number of interfaces that are lines to subscribers."""
    return sum(1 for entry in index.of(Source.SNMP_IF_TYPE) if entry.value in SUBSCRIBER_LINE_TYPES)


def fastest_mbps(index: ObservationIndex) -> int:
    """The highest ifHighSpeed, in Mbit/s; 0 if none is known."""
    speeds = (value for _, value in index.under(IF_HIGH_SPEED.oid))
    return max((int(speed) for speed in speeds if speed.isdecimal() and len(speed) < 9), default=0)
