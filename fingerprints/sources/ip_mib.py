"""What the device's own IPv6 addresses prove: most agents and hosts make the lower half of theirs from a MAC address
(modified EUI-64, RFC 4291 appendix A), which names the maker of the port with no credential at all."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address, ip_address

from fingerprints.claims.claim import Claim, make_claim
from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.device import Role
from fingerprints.model.evidence import Evidence, Observation, Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.if_mib import mac_owner, mac_text
from fingerprints.sources.neighbours import address_of

MAX_ADDRESSES = 64
"""Addresses of one device that are read."""


def eui64_claims(
    said: ObservationIndex, gathered: Sequence[Evidence], database: FingerprintDatabase
) -> Iterator[Claim]:
    """One vote for each maker that the addresses it answered at name, then one for each that its own table names."""
    answered = (one.subject.address.partition("%")[0] for one in gathered)
    seen: set[str] = set()
    for source, addresses in ((Source.LINK_ADDRESS, answered), (Source.SNMP_IP_ADDRESS, addresses_of(said))):
        for _, address in zip(range(MAX_ADDRESSES), addresses, strict=False):
            mac = mac_in(address)
            owner = mac_owner(mac, database) if mac else None
            if owner is not None and owner.id not in seen:
                seen.add(owner.id)
                shown = Observation(source, address, mac_text(mac))
                yield make_claim(database, Role.MAKER, owner, "address-eui64", shown)


def mac_in(address: str) -> bytes:
    """The MAC address that an IPv6 address was made from; empty where it was not."""
    if ":" not in address:
        return b""
    try:
        parsed = ip_address(address)
    except ValueError:
        return b""
    lower = parsed.packed[8:] if isinstance(parsed, IPv6Address) else b""
    if lower[3:5] != b"\xff\xfe":
        return b""
    return bytes((lower[0] ^ 2, *lower[1:3], *lower[5:]))


def addresses_of(said: ObservationIndex) -> Iterator[str]:
    """The addresses of an agent's own tables (RFC 4293); loopback ones are everybody's."""
    for one in said.of(Source.SNMP_IP_ADDRESS):
        before, found, instance = one.at.partition("1.3.6.1.2.1.4.20.1.2.")
        if before or not found:
            before, found, instance = one.at.partition("1.3.6.1.2.1.4.34.1.3.")
            arcs = instance.split(".") if found and not before else []  # InetAddressType, length, octets (RFC 4001)
            instance = address_of(arcs[2:]) if arcs[:2] in (["1", "4"], ["2", "16"]) else ""
        if instance and not instance.startswith("127.") and instance != "::1":
            yield instance
