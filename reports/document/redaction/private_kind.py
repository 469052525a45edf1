"""What a private value is, and how each field of a document that may hold one is treated."""

import re
from collections.abc import Mapping
from enum import StrEnum

from fingerprints.model.device import ClaimRecord, Component, Device, Identity, Party, QuotedText, SerialOfPart, Watched
from fingerprints.model.evidence import Source
from fingerprints.model.merging import JoinedBy, KeptApart, MatchedBy
from fingerprints.model.neighbour import Neighbour
from reports.document.document import (
    AppliedPolicy,
    Filtered,
    Header,
    NotAssessed,
    PolicyLeftOut,
    ReportedFinding,
    ReportedLink,
    ReportedNeighbour,
)
from reports.judgement.run_info import JudgedBy, RunRecord, SilentRange
from reports.placement.placement import OwnWords, Placement
from reports.placement.sighting import Sighting


class PrivateKind(StrEnum):
    """What a pseudonym stands for: its first word. A value that is of several kinds is of the first of them."""

    ADDRESS = "address"
    MAC = "mac"
    SERIAL = "serial"
    NAME = "device"
    LABEL = "label"
    ID = "id"
    CHASSIS = "chassis"
    KEY = "key"
    ENGINE = "engine"
    SITE = "site"
    ZONE = "zone"
    TARGET = "target"
    PERSON = "person"
    CONTACT = "contact"
    HOST = "host"
    DOMAIN = "domain"
    ATTRIBUTE = "value"
    PORT = "port"
    FILE = "file"
    WAIVER = "waiver"
    PLACED_BECAUSE = "reason"
    OWN_WORD = "word"
    WHAT_IT_SAYS = "text"
    GAP_PLACE = "place"
    OCTETS = "octets"


class Treatment(StrEnum):
    """How a text is treated that is not a private value as a whole."""

    KEEP = "keep"
    """As it is: words and digests of kitscan's own."""
    KNOWN = "known"
    """A model or a version: private values that another field holds are replaced in it, and what looks like an address
    or a MAC address."""
    LAW = "law"
    """The text of a policy: the same, but for what the operator calls places. A zone may be called `networks`."""
    TEXT = "text"
    """All other texts: the same, and whatever looks like a host, a mailbox or a path."""


OPERATORS_WORDS = frozenset({PrivateKind.ATTRIBUTE, PrivateKind.SITE, PrivateKind.ZONE, PrivateKind.PORT})
"""What the operator's files say, which may be any word of a language."""

NUMBERS = frozenset({PrivateKind.ADDRESS, PrivateKind.MAC, PrivateKind.OCTETS})
"""What is replaced by its looks in every text."""

LOOKS = NUMBERS | {PrivateKind.HOST, PrivateKind.CONTACT, PrivateKind.FILE}
"""What a text without a kind of its own is searched for."""


FIELDS: Mapping[tuple[type, str], PrivateKind | Treatment] = {
    (Device, "id"): PrivateKind.ID,
    (Device, "labels"): PrivateKind.LABEL,
    (Device, "addresses"): PrivateKind.ADDRESS,
    (Device, "name"): PrivateKind.NAME,
    (Identity, "serial"): PrivateKind.SERIAL,
    **{(Identity, name): Treatment.KNOWN for name in ("model", "version", "os", "kind")},
    **{(Party, name): Treatment.KNOWN for name in ("id", "name")},
    **{(ClaimRecord, name): Treatment.KNOWN for name in ("company", "rule", "source")},
    (QuotedText, "source"): Treatment.KNOWN,
    (Watched, "entity"): Treatment.KNOWN,
    (Component, "serial"): PrivateKind.SERIAL,
    (Component, "model"): Treatment.KNOWN,
    (SerialOfPart, "serial"): PrivateKind.SERIAL,
    (JoinedBy, "subjects"): PrivateKind.TARGET,
    (KeptApart, "others"): PrivateKind.TARGET,
    (Neighbour, "local_port"): PrivateKind.PORT,
    (Neighbour, "name"): PrivateKind.NAME,
    (Neighbour, "chassis_id"): PrivateKind.CHASSIS,
    (Neighbour, "port"): PrivateKind.PORT,
    (Neighbour, "addresses"): PrivateKind.ADDRESS,
    (Sighting, "device"): PrivateKind.ID,
    (Sighting, "name"): PrivateKind.NAME,
    (Sighting, "port"): PrivateKind.PORT,
    (ReportedNeighbour, "name"): PrivateKind.NAME,
    (ReportedNeighbour, "mac"): PrivateKind.MAC,
    (ReportedNeighbour, "address"): PrivateKind.ADDRESS,
    (ReportedNeighbour, "rules"): Treatment.KNOWN,
    (ReportedLink, "device"): PrivateKind.ID,
    (ReportedLink, "other"): PrivateKind.ID,
    (NotAssessed, "target"): PrivateKind.TARGET,
    (NotAssessed, "answered_from"): PrivateKind.TARGET,
    (NotAssessed, "address"): PrivateKind.ADDRESS,
    (Placement, "because"): PrivateKind.PLACED_BECAUSE,
    (Placement, "zone"): PrivateKind.ZONE,
    (Placement, "site"): PrivateKind.SITE,
    (NotAssessed, "fleet_site"): PrivateKind.SITE,
    **{(Placement, name): Treatment.KNOWN for name in ("segment", "function", "plane", "generation", "site_type")},
    (OwnWords, "zone"): PrivateKind.ZONE,
    (OwnWords, "declared_zone"): PrivateKind.ZONE,
    (OwnWords, "words"): PrivateKind.OWN_WORD,
    (ReportedFinding, "waiver"): PrivateKind.WAIVER,
    **{(ReportedFinding, name): Treatment.KNOWN for name in ("policy", "rule", "reason")},
    (ReportedFinding, "citation"): Treatment.LAW,
    (SilentRange, "prefix"): PrivateKind.TARGET,
    (RunRecord, "by"): PrivateKind.PERSON,
    (RunRecord, "targets"): PrivateKind.TARGET,
    (RunRecord, "exclusions"): PrivateKind.TARGET,
    (RunRecord, "kind"): Treatment.KEEP,
    (RunRecord, "sha256"): Treatment.KEEP,
    (JudgedBy, "kind"): Treatment.KEEP,
    (JudgedBy, "name"): PrivateKind.FILE,
    (JudgedBy, "sha256"): Treatment.KEEP,
    (Filtered, "zones"): PrivateKind.ZONE,
    (Filtered, "sites"): PrivateKind.SITE,
    (Filtered, "makers"): Treatment.KNOWN,
    (Header, "tool_version"): Treatment.KEEP,
    (Header, "data_version"): Treatment.KEEP,
    (Header, "data_days"): Treatment.KEEP,
    **{(AppliedPolicy, name): Treatment.LAW for name in AppliedPolicy.__dataclass_fields__},
    **{(PolicyLeftOut, name): Treatment.LAW for name in PolicyLeftOut.__dataclass_fields__},
}
"""How a field is treated. A field of a text that does not stand here is treated as TEXT, a new one too."""

PRIVATE_SOURCES: Mapping[str, PrivateKind] = {
    Source.SNMP_SYS_NAME: PrivateKind.NAME,
    Source.SNMP_SYS_CONTACT: PrivateKind.CONTACT,
    Source.SNMP_SYS_LOCATION: PrivateKind.SITE,
    Source.SNMP_IF_ALIAS: PrivateKind.WHAT_IT_SAYS,
    Source.SNMP_ENTITY_SERIAL: PrivateKind.SERIAL,
    Source.SNMP_ENGINE_ID: PrivateKind.ENGINE,
    Source.SSH_HOST_KEY: PrivateKind.KEY,
    Source.SSH_GREETING: PrivateKind.WHAT_IT_SAYS,
    Source.SSH_PROMPT: PrivateKind.WHAT_IT_SAYS,
    Source.TELNET_BANNER: PrivateKind.WHAT_IT_SAYS,
    Source.WEB_CERTIFICATE: PrivateKind.WHAT_IT_SAYS,
    Source.WEB_TITLE: PrivateKind.WHAT_IT_SAYS,
    Source.INVENTORY: PrivateKind.ATTRIBUTE,
}
"""Sources whose words are private as a whole: people write them, or they number one box."""

SHARED: Mapping[MatchedBy, PrivateKind] = {
    MatchedBy.SERIAL: PrivateKind.SERIAL,
    MatchedBy.CERTIFICATE: PrivateKind.KEY,
    MatchedBy.HOST_KEY: PrivateKind.KEY,
    MatchedBy.ENGINE_ID: PrivateKind.ENGINE,
    MatchedBy.ADDRESS_TABLES: PrivateKind.NAME,
    MatchedBy.SYSTEM: PrivateKind.WHAT_IT_SAYS,
}
"""What several addresses share, where it is one private value."""

_PORT_WORDS = (
    r"ae|atm|bond|bri?|bundle-ether|e|em|eno|enp|ens|epon|et|eth|eth-trunk|ether|ethernet|fa|fastethernet|fe|fo|fxp|"
    r"fortygige|ge|gi|gigabitethernet|gpon|hu|hundredgige|irb|lan|lo|loopback|management|meth?|mgmt|mgmteth|null|pon?|"
    r"port|port-channel|pos|s|serial|sfp|sfp-sfpplus|slot|swp|te|tengige|tengigabitethernet|twe|twentyfivegige|vlan|"
    r"vlanif|vme|wan|xe|xge|xgigabitethernet|xgpon|10ge|25ge|40ge|100ge"
)

_PORT = re.compile(rf"(?:{_PORT_WORDS})?[ -]?[\d/.:_]*(?:/?(?:rp|cpu)\d+)*(?:/\d+)*", re.IGNORECASE)

_NO_PORT = re.compile(r"\d+(?:\.\d+){3}|::|(?:\d+:){4}|\d{8}")
"""Numbers that no system gives an interface: an address, a MAC address, a customer's number."""


def is_plain_port(text: str) -> bool:
    """True for the name that a system gives an interface (`GigabitEthernet0/0/1`), which no person has written."""
    return _PORT.fullmatch(text) is not None and _NO_PORT.search(text) is None
