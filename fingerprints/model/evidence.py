"""Observations and gaps: what devices answered, word for word, and what they did not answer.

A value has one character for each octet (latin-1), whatever its source, so that no octet is lost or reinterpreted on
the way to the store. `text_of` gives the text that a person reads, `octets_of` the octets.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Source(StrEnum):
    """Where an observation comes from: the protocol, a dot, and the object in that protocol's own terms.

    `channel_of` gives its channel; observation_place.py reads the places (`at`) described here.
    """

    __hash__ = str.__hash__  # Enum's own is written in Python, and every look-up of an observation needs one

    SNMP_SYS_DESCR = "snmp.sys_descr"
    SNMP_SYS_OBJECT_ID = "snmp.sys_object_id"
    SNMP_SYS_UP_TIME = "snmp.sys_up_time"
    SNMP_SYS_CONTACT = "snmp.sys_contact"
    SNMP_SYS_NAME = "snmp.sys_name"
    SNMP_SYS_LOCATION = "snmp.sys_location"
    SNMP_SYS_OR_ID = "snmp.sys_or_id"
    SNMP_ENGINE_ID = "snmp.engine_id"
    SNMP_ENGINE_BOOTS = "snmp.engine_boots"
    SNMP_IF_DESCR = "snmp.if_descr"
    SNMP_IF_NAME = "snmp.if_name"
    SNMP_IF_ALIAS = "snmp.if_alias"
    SNMP_IF_TYPE = "snmp.if_type"
    SNMP_IF_PHYS_ADDRESS = "snmp.if_phys_address"
    SNMP_IP_ADDRESS = "snmp.ip_address"
    SNMP_VRF_INTERFACE = "snmp.vrf_interface"
    SNMP_NEIGHBOUR_MAC = "snmp.neighbour_mac"
    SNMP_ENTITY_DESCR = "snmp.entity_descr"
    SNMP_ENTITY_VENDOR_TYPE = "snmp.entity_vendor_type"
    SNMP_ENTITY_CONTAINED_IN = "snmp.entity_contained_in"
    SNMP_ENTITY_CLASS = "snmp.entity_class"
    SNMP_ENTITY_NAME = "snmp.entity_name"
    SNMP_ENTITY_HARDWARE_REV = "snmp.entity_hardware_rev"
    SNMP_ENTITY_FIRMWARE_REV = "snmp.entity_firmware_rev"
    SNMP_ENTITY_SOFTWARE_REV = "snmp.entity_software_rev"
    SNMP_ENTITY_SERIAL = "snmp.entity_serial"
    SNMP_ENTITY_MFG_NAME = "snmp.entity_mfg_name"
    SNMP_ENTITY_MODEL = "snmp.entity_model"
    SNMP_BRIDGE_ADDRESS = "snmp.bridge_address"
    SNMP_BRIDGE_PORT = "snmp.bridge_port"
    SNMP_FORWARDING_ENTRY = "snmp.forwarding_entry"
    SNMP_LLDP_LOCAL = "snmp.lldp_local"
    SNMP_LLDP_REMOTE = "snmp.lldp_remote"
    SNMP_CDP_REMOTE = "snmp.cdp_remote"
    SNMP_ROUTING_NEIGHBOUR = "snmp.routing_neighbour"
    SNMP_OBJECT = "snmp.object"
    """Any other varbind: one of a recording, or the answer to a GETNEXT in a private subtree."""

    SSH_IDENT = "ssh.ident"
    """The identification string that a server sends first (RFC 4253 section 4.2)."""
    SSH_HOST_KEY = "ssh.host_key"
    """`<key type> <SHA-256 fingerprint>`. The probe checks it before it sends a password."""
    SSH_GREETING = "ssh.greeting"
    """What a device prints at login, before its first prompt."""
    SSH_PROMPT = "ssh.prompt"
    SSH_PLATFORM = "ssh.dialect"
    """The platform (`cisco_ios`, `huawei_vrp` ...) by which the probe chose its commands. It makes no claim."""
    SSH_COMMAND = "ssh.command"
    """The output of a command; `at` is the command."""

    SSH_KEX = "ssh.kex"
    """The offer in a server's SSH_MSG_KEXINIT (RFC 4253 section 7.1); `at` is `<what> <port>`. `algorithms` are its ten
    name-lists in order, joined by semicolons; `hassh` is the fingerprint of those that the server decides on."""

    WEB_CERTIFICATE = "web.certificate"
    """One field of the certificate in a TLS handshake. Nobody has verified it. `at` is `<field> <port>`: `subject` and
    `issuer` (RFC 4514 texts), `names` (the alternative names), `fingerprint` (SHA-256)."""
    WEB_TITLE = "web.title"
    """The title of the start page, with its character references undecoded."""
    WEB_SERVER = "web.server"
    """The Server field of the HTTP answer."""
    WEB_REALM = "web.realm"
    """The realm for which the server asks a login (RFC 9110 section 11.5)."""
    WEB_PATHS = "web.paths"
    """Paths on the device that its start page refers to, joined by spaces: redirects, scripts, style sheets."""
    TELNET_BANNER = "telnet.banner"
    """What a Telnet server sends before anybody types, without its option negotiation (RFC 854)."""

    LINK_MAC = "link.mac"
    """The MAC address that answered ARP or ND on an attached segment. The scanner itself saw it."""
    LINK_ADDRESS = "link.address"
    """Address that the device answered from, used to extract an EUI-64 MAC. Derived from the subject; never stored."""
    LINK_LLDP = "link.lldp"
    """One field of an LLDPDU from the wire; `at` is `<interface>/<sender MAC>/<TLV name>`."""
    LINK_CDP = "link.cdp"
    """One field of a CDP frame from the wire; `at` as for LINK_LLDP."""

    NEIGHBOUR_LLDP = "neighbour.lldp"
    """A field of this device in another device's LLDP table (matching/neighbour_reports.py); `at` is
    `<reporting device>/<its port>/<field>`."""
    NEIGHBOUR_CDP = "neighbour.cdp"
    """A field of this device in another device's CDP cache, or its table of a protocol like CDP; `at` as for
    NEIGHBOUR_LLDP."""

    INVENTORY = "inventory"
    """A cell of the operator's own list; `at` is the column. People wrote it, so it never clears a device."""


OPEN_TO_ANYBODY = frozenset({Source.SNMP_ENGINE_ID, Source.SNMP_ENGINE_BOOTS})
"""What an SNMPv3 agent tells without a credential (RFC 3414 section 4)."""


class Channel(StrEnum):
    """Who gives the evidence. All SNMP evidence comes from one agent, which can lie in every object that it serves."""

    AGENT = "agent"
    COMMAND_LINE = "command_line"
    WIRE = "wire"
    NEIGHBOUR = "neighbour"
    PEOPLE = "people"


class EvidenceGroup(StrEnum):
    """Evidence that stands or falls together: in a group the strongest claim counts in full, the rest a little."""

    AGENT_TEXT = "agent-text"
    PRIVATE_TREE = "private-tree"
    EEPROM = "eeprom"
    LAYER_2 = "layer-2"
    CRYPTO = "crypto"
    STACK = "stack"
    COMMAND_LINE = "command-line"
    THIRD_PARTY = "third-party"


def channel_of(source: Source) -> Channel:
    """The channel of an observation about a device."""
    if source.startswith("snmp."):
        return Channel.AGENT
    if source.startswith("neighbour."):
        return Channel.NEIGHBOUR
    if source in (Source.SSH_COMMAND, Source.SSH_GREETING, Source.SSH_PROMPT, Source.SSH_PLATFORM):
        return Channel.COMMAND_LINE
    return Channel.PEOPLE if source is Source.INVENTORY else Channel.WIRE


class Observation(NamedTuple):
    """One answer: its `source`, its place `at` (the OID with its instance, the command, the interface) and its `value`,
    one character for each octet. Numbers and object identifiers are decimal text, an IpAddress is dotted.

    A run reads millions of them: a tuple is made in a quarter of the time that a frozen dataclass takes.
    """

    source: Source
    at: str
    value: str


class GapReason(StrEnum):
    """Why a question was not asked, or not answered."""

    NO_ANSWER = "no-answer"
    NO_CREDENTIAL = "no-credential"
    REFUSED = "refused"
    CREDENTIAL_STOPPED = "credential-stopped"
    CREDENTIAL_UNREADABLE = "credential-unreadable"
    HOST_KEY_CHANGED = "host-key-changed"
    SSH_LEGACY_CRYPTO = "ssh-legacy-crypto"
    TLS_LEGACY_CRYPTO = "tls-legacy-crypto"
    PLATFORM_UNKNOWN = "platform-unknown"
    BUDGET_SPENT = "budget-spent"
    NOT_INCREASING = "not-increasing"
    MALFORMED = "malformed"
    ANSWERED_ELSEWHERE = "answered-elsewhere"
    """Answers came from another address or port than was asked, where anybody may have sent them."""
    NO_PRIVILEGE = "no-privilege"
    UNRESOLVED = "unresolved"
    DOWNGRADED = "downgraded"
    """An SNMPv3 user failed where the device speaks SNMPv3, and a community was used in its place."""
    STRUCK_OUT = "struck-out"
    """The device said a secret of the credentials file, which was struck out of the evidence there."""
    NOT_RECEIVED = "not-received"
    """A site's collector never sent what it was to ask: nobody knows what stands there."""
    OUTSIDE_SCOPE = "outside-scope"
    """A site of a fleet told of addresses that it may not speak for. What it said of them was put aside."""
    INTERRUPTED = "interrupted"
    INTERNAL_ERROR = "internal-error"


@dataclass(frozen=True, slots=True)
class Gap:
    """A question without an answer: the probe that had it, the place (a subtree, a command, a port), and the reason.

    `detail` is for a person to read and holds no secret.
    """

    probe: str
    at: str
    reason: GapReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The address or the capture that evidence is about.

    `key` names it within a run: `192.0.2.1`, `127.0.0.5:1161`, or a capture's label. `address` is empty for a saved
    capture, which is a device of its own and is never merged with another. `attributes` come from the operator's own
    lists: (`site`, `lon-1`), (`vlan`, `120`), (`group`, `core`), (`tag`, `5g`) ...; a name may occur more than once.
    """

    key: str
    address: str = ""
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


def namespaces_of(attributes: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The address spaces that the operator's list puts a subject in (attribute `namespace`), sorted. One address in two
    address spaces is two addresses."""
    return tuple(sorted(value for name, value in attributes if name == "namespace"))


def fleet_site_of(subject: Subject) -> str:
    """The site of a fleet that collected a subject: the centre puts it before the subject's key, with a slash, and has
    it as a namespace. Empty for what one scanner collected. Sites do not trust one another: what one says of itself is
    nobody else's."""
    site, slash, _ = subject.key.partition("/")
    return site if slash and (subject.address or site in namespaces_of(subject.attributes)) else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All observations and gaps of one subject in one run, in the order of collection."""

    subject: Subject
    observations: tuple[Observation, ...] = ()
    gaps: tuple[Gap, ...] = ()


def octets_of(value: str) -> bytes:
    """The octets of a value."""
    return value.encode("latin-1", "replace")


def text_of(value: str) -> str:
    """A value as text: decoded as UTF-8 if it is valid UTF-8, else as latin-1."""
    if value.isascii():
        return value
    octets = octets_of(value)
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return value


def kept(text: str | bytes) -> str:
    """Text or octets as a value, with one character for each octet."""
    octets = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return octets.decode("latin-1")
