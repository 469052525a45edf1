"""Sentences about what joined the addresses of a device, and what kept others apart."""

from collections.abc import Mapping

from fingerprints.model.merging import ApartBy, JoinedBy, KeptApart, MatchedBy
from reports.document.wording import join_words

MAX_SUBJECTS = 8
"""Addresses that a sentence names."""

SHARED: Mapping[MatchedBy, str] = {
    MatchedBy.SERIAL: "the serial number of the chassis",
    MatchedBy.CERTIFICATE: "a certificate made for one box",
    MatchedBy.HOST_KEY: "the SSH host key",
    MatchedBy.ENGINE_ID: "the SNMP engine ID",
    MatchedBy.MAC: "the MAC address of the bridge or the chassis",
    MatchedBy.PORTS: "the MAC addresses of all ports",
    MatchedBy.ADDRESS_TABLES: "the name and each other's address",
    MatchedBy.OWN_PORT: "an address and a port's MAC address that one of them lists as its own",
    MatchedBy.SYSTEM: "the name, the product and the uptime",
}

APART: Mapping[ApartBy, str] = {
    ApartBy.SERIAL: "their serial numbers differ",
    ApartBy.NAME: "their names differ",
    ApartBy.HOST_KEY: "their SSH host keys differ",
    ApartBy.BOOTS: "their agents have restarted a different number of times",
    ApartBy.ENTERPRISE: "their sysObjectIDs are of different enterprises",
    ApartBy.PRODUCT: "their sysObjectIDs differ",
    ApartBy.MODEL: "their models differ",
    ApartBy.PORTS: "they have no port's MAC address in common",
    ApartBy.ENGINE_ID: "their SNMP engine IDs differ",
    ApartBy.CHASSIS_MAC: "the MAC addresses of their chassis differ",
    ApartBy.UPTIME: "their uptimes differ by more than a day",
    ApartBy.ENTERPRISES: "boxes of different enterprises share it, so it identifies none of them",
    ApartBy.PLACEHOLDER: "it is a placeholder or a default, which identifies no box",
    ApartBy.MANY: "more boxes share it than one box can be",
    ApartBy.VERDICT: "as one device, they would be judged better than one of them is alone",
}


def describe_joined(key: JoinedBy) -> str:
    """`192.0.2.1 and 192.0.2.2 share the SSH host key (ssh-ed25519 SHA256:...)`."""
    named = list(key.subjects[:MAX_SUBJECTS])
    if len(key.subjects) > MAX_SUBJECTS:
        named.append(f"{len(key.subjects) - MAX_SUBJECTS:,} more")
    return f"{join_words(named)} share {_shared(key.by, key.text)}"


def describe_kept_apart(kept: KeptApart) -> str:
    """`192.0.2.7 shares the serial number of the chassis (N/A), but it is a placeholder ...`."""
    named = list(kept.others)
    if kept.count > len(named):
        named.append(f"{kept.count - len(named):,} more")
    shares = "shares" if kept.count == 1 else "share"
    return f"{join_words(named)} {shares} {_shared(kept.by, kept.text)}, but {APART[kept.because]}"


def _shared(by: MatchedBy, text: str) -> str:
    """What is shared, with its text; that of all ports is the lowest MAC address, the highest and the number."""
    if by is MatchedBy.PORTS:
        lowest, highest, count = text.split(" ")
        text = lowest if lowest == highest else f"{lowest} to {highest}, {count} in all"
    return f"{SHARED[by]} ({text})" if text else SHARED[by]
