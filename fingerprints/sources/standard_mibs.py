"""The MIB objects that identity is read from, each with its OID: what a scan walks, and what a recording is read by."""

from collections.abc import Iterable, Iterator, Mapping

from fingerprints.model.evidence import Source

SYSTEM: Mapping[str, Source] = {
    "1.3.6.1.2.1.1.1.0": Source.SNMP_SYS_DESCR,
    "1.3.6.1.2.1.1.2.0": Source.SNMP_SYS_OBJECT_ID,
    "1.3.6.1.2.1.1.3.0": Source.SNMP_SYS_UP_TIME,
    "1.3.6.1.2.1.1.4.0": Source.SNMP_SYS_CONTACT,
    "1.3.6.1.2.1.1.5.0": Source.SNMP_SYS_NAME,
    "1.3.6.1.2.1.1.6.0": Source.SNMP_SYS_LOCATION,
}
"""SNMPv2-MIB system group (RFC 3418): fetched with one GET."""

SCALARS: Mapping[str, Source] = {
    **SYSTEM,
    "1.3.6.1.6.3.10.2.1.1.0": Source.SNMP_ENGINE_ID,  # SNMP-FRAMEWORK-MIB snmpEngineID (RFC 3411)
    "1.3.6.1.6.3.10.2.1.2.0": Source.SNMP_ENGINE_BOOTS,  # snmpEngineBoots
    "1.3.6.1.2.1.17.1.1.0": Source.SNMP_BRIDGE_ADDRESS,  # BRIDGE-MIB dot1dBaseBridgeAddress (RFC 4188)
    "1.0.8802.1.1.2.1.3.1.0": Source.SNMP_LLDP_LOCAL,  # LLDP-MIB lldpLocChassisIdSubtype (IEEE 802.1AB)
    "1.0.8802.1.1.2.1.3.2.0": Source.SNMP_LLDP_LOCAL,  # lldpLocChassisId
    "1.0.8802.1.1.2.1.3.3.0": Source.SNMP_LLDP_LOCAL,  # lldpLocSysName
    "1.0.8802.1.1.2.1.3.4.0": Source.SNMP_LLDP_LOCAL,  # lldpLocSysDesc
}

COLUMNS: Mapping[str, Source] = {
    "1.3.6.1.2.1.1.9.1.2": Source.SNMP_SYS_OR_ID,  # sysORID
    "1.3.6.1.2.1.2.2.1.2": Source.SNMP_IF_DESCR,  # IF-MIB (RFC 2863)
    "1.3.6.1.2.1.2.2.1.3": Source.SNMP_IF_TYPE,
    "1.3.6.1.2.1.2.2.1.6": Source.SNMP_IF_PHYS_ADDRESS,
    "1.3.6.1.2.1.31.1.1.1.1": Source.SNMP_IF_NAME,
    "1.3.6.1.2.1.31.1.1.1.18": Source.SNMP_IF_ALIAS,
    "1.3.6.1.2.1.4.20.1.2": Source.SNMP_IP_ADDRESS,  # IP-MIB ipAdEntIfIndex: the address is the instance
    "1.3.6.1.2.1.4.20.1.3": Source.SNMP_IP_ADDRESS,  # ipAdEntNetMask
    "1.3.6.1.2.1.4.34.1.3": Source.SNMP_IP_ADDRESS,  # ipAddressIfIndex (RFC 4293)
    "1.3.6.1.2.1.4.22.1.2": Source.SNMP_NEIGHBOUR_MAC,  # ipNetToMediaPhysAddress
    "1.3.6.1.2.1.4.35.1.4": Source.SNMP_NEIGHBOUR_MAC,  # ipNetToPhysicalPhysAddress
    "1.3.6.1.2.1.47.1.1.1.1.2": Source.SNMP_ENTITY_DESCR,  # ENTITY-MIB (RFC 6933)
    "1.3.6.1.2.1.47.1.1.1.1.3": Source.SNMP_ENTITY_VENDOR_TYPE,
    "1.3.6.1.2.1.47.1.1.1.1.4": Source.SNMP_ENTITY_CONTAINED_IN,
    "1.3.6.1.2.1.47.1.1.1.1.5": Source.SNMP_ENTITY_CLASS,
    "1.3.6.1.2.1.47.1.1.1.1.7": Source.SNMP_ENTITY_NAME,
    "1.3.6.1.2.1.47.1.1.1.1.8": Source.SNMP_ENTITY_HARDWARE_REV,
    "1.3.6.1.2.1.47.1.1.1.1.9": Source.SNMP_ENTITY_FIRMWARE_REV,
    "1.3.6.1.2.1.47.1.1.1.1.10": Source.SNMP_ENTITY_SOFTWARE_REV,
    "1.3.6.1.2.1.47.1.1.1.1.11": Source.SNMP_ENTITY_SERIAL,
    "1.3.6.1.2.1.47.1.1.1.1.12": Source.SNMP_ENTITY_MFG_NAME,
    "1.3.6.1.2.1.47.1.1.1.1.13": Source.SNMP_ENTITY_MODEL,
    "1.0.8802.1.1.2.1.3.7.1.3": Source.SNMP_LLDP_LOCAL,  # lldpLocPortId
    "1.0.8802.1.1.2.1.3.7.1.4": Source.SNMP_LLDP_LOCAL,  # lldpLocPortDesc
    "1.0.8802.1.1.2.1.4.1.1.4": Source.SNMP_LLDP_REMOTE,  # lldpRemChassisIdSubtype
    "1.0.8802.1.1.2.1.4.1.1.5": Source.SNMP_LLDP_REMOTE,  # lldpRemChassisId
    "1.0.8802.1.1.2.1.4.1.1.6": Source.SNMP_LLDP_REMOTE,  # lldpRemPortIdSubtype
    "1.0.8802.1.1.2.1.4.1.1.7": Source.SNMP_LLDP_REMOTE,  # lldpRemPortId
    "1.0.8802.1.1.2.1.4.1.1.8": Source.SNMP_LLDP_REMOTE,  # lldpRemPortDesc
    "1.0.8802.1.1.2.1.4.1.1.9": Source.SNMP_LLDP_REMOTE,  # lldpRemSysName
    "1.0.8802.1.1.2.1.4.1.1.10": Source.SNMP_LLDP_REMOTE,  # lldpRemSysDesc
    "1.0.8802.1.1.2.1.4.2.1.3": Source.SNMP_LLDP_REMOTE,  # lldpRemManAddrIfSubtype: the address is in the instance
    "1.3.6.1.4.1.9.9.23.1.2.1.1.4": Source.SNMP_CDP_REMOTE,  # CISCO-CDP-MIB cdpCacheAddress
    "1.3.6.1.4.1.9.9.23.1.2.1.1.5": Source.SNMP_CDP_REMOTE,  # cdpCacheVersion
    "1.3.6.1.4.1.9.9.23.1.2.1.1.6": Source.SNMP_CDP_REMOTE,  # cdpCacheDeviceId
    "1.3.6.1.4.1.9.9.23.1.2.1.1.7": Source.SNMP_CDP_REMOTE,  # cdpCacheDevicePort
    "1.3.6.1.4.1.9.9.23.1.2.1.1.8": Source.SNMP_CDP_REMOTE,  # cdpCachePlatform
    "1.3.6.1.2.1.17.1.4.1.2": Source.SNMP_BRIDGE_PORT,  # dot1dBasePortIfIndex
    "1.3.6.1.2.1.17.4.3.1.2": Source.SNMP_FORWARDING_ENTRY,  # dot1dTpFdbPort: the MAC is the instance
    "1.3.6.1.2.1.17.7.1.2.2.1.2": Source.SNMP_FORWARDING_ENTRY,  # Q-BRIDGE-MIB dot1qTpFdbPort: VLAN, then MAC
    "1.3.6.1.2.1.15.3.1.2": Source.SNMP_ROUTING_NEIGHBOUR,  # BGP4-MIB bgpPeerState (RFC 4273)
    "1.3.6.1.2.1.14.10.1.6": Source.SNMP_ROUTING_NEIGHBOUR,  # OSPF-MIB ospfNbrState (RFC 4750)
    "1.3.6.1.2.1.138.1.6.1.1.2": Source.SNMP_ROUTING_NEIGHBOUR,  # ISIS-MIB isisISAdjState (RFC 4444)
    # mplsL3VpnIfVpnClassification (RFC 4382): the name of the VRF and the interface are the instance
    "1.3.6.1.2.1.10.166.11.1.2.1.1.2": Source.SNMP_VRF_INTERFACE,
    "1.3.6.1.2.1.10.166.4.1.3.3.1.2": Source.SNMP_ROUTING_NEIGHBOUR,  # MPLS-LDP-STD-MIB mplsLdpSessionState (RFC 3815)
}


def _above(oids: Iterable[str]) -> frozenset[str]:
    """All that stands above these in the tree."""
    arcs = [oid.split(".") for oid in oids]
    return frozenset(".".join(one[:length]) for one in arcs for length in range(1, len(one)))


_LENGTHS = tuple(sorted({column.count(".") + 1 for column in COLUMNS}))
_ABOVE = _above((*COLUMNS, *SCALARS))


def source_of(oid: str) -> Source:
    """The source that an OID with its instance belongs to; SNMP_OBJECT where it is none of those named here."""
    scalar = SCALARS.get(oid)
    if scalar is not None:
        return scalar
    column = column_of(oid)
    return COLUMNS[column] if column else Source.SNMP_OBJECT


def column_of(oid: str) -> str:
    """The column of COLUMNS that an OID is an instance of, or an empty text."""
    arcs = oid.split(".", _LENGTHS[-1])
    for length in _LENGTHS:
        if len(arcs) <= length:
            return ""
        column = ".".join(arcs[:length])
        if column in COLUMNS:
            return column
    return ""


def sources_of(oids: Iterator[str]) -> Iterator[Source]:
    """`source_of` for many OIDs in lexicographic order, which share columns and whole trees in long runs."""
    prefix, source = "\0", Source.SNMP_OBJECT
    for oid in oids:
        if not oid.startswith(prefix):
            prefix, source = _stretch(oid)
        yield source


def _stretch(oid: str) -> tuple[str, Source]:
    """The largest subtree around an OID whose objects are all of one source, with the dot behind it, and that source;
    an OID that is none's subtree is its own."""
    arcs = oid.split(".", _LENGTHS[-1])
    for length in range(1, len(arcs)):
        head = ".".join(arcs[:length])
        if head in COLUMNS:
            return head + ".", COLUMNS[head]
        if head not in _ABOVE:
            return head + ".", Source.SNMP_OBJECT
    return oid + "\0", SCALARS.get(oid, Source.SNMP_OBJECT)
