"""What the device's own IPv6 addresses prove: most agents and hosts make the lower half of theirs from a MAC address
(modified EUI-64, RFC 4291 appendix A), which names the maker of the port with no credential at all."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address, ip_address

from fingerprints.device import Role
from fingerprints.evidence import Evidence, Observation, Source
from fingerprints.keys import addresses_of
from fingerprints.knowledge import Knowledge
from fingerprints.leads.mac import mac_owner, written
from fingerprints.said import Said
from fingerprints.votes import Vote, vote

MOST_ADDRESSES = 64
"""Addresses of one device that are read."""


def eui64_leads(said: Said, gathered: Sequence[Evidence], knowledge: Knowledge) -> Iterator[Vote]:
    """One vote for each maker that the addresses it answered at name, then one for each that its own table names."""
    answered = (one.subject.address.partition("%")[0] for one in gathered)
    seen: set[str] = set()
    for source, addresses in ((Source.LINK_ADDRESS, answered), (Source.SNMP_IP_ADDRESS, addresses_of(said))):
        for _, address in zip(range(MOST_ADDRESSES), addresses, strict=False):
            mac = mac_in(address)
            owner = mac_owner(mac, knowledge) if mac else None
            if owner is not None and owner.id not in seen:
                seen.add(owner.id)
                shown = Observation(source, address, written(mac))
                yield vote(knowledge, Role.MAKER, owner, "address-eui64", shown)


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
