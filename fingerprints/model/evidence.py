"""What devices said, word for word, and what could not be asked: the only thing that collection yields.

A value is kept as one character an octet (latin-1), whatever the source, so that nothing a device said is lost or
reinterpreted on the way to the store; `text_of` reads it as a person would, `octets_of` as a machine.
"""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a statement comes from: the protocol, then the object in that protocol's own terms.

    The part before the dot says by which door it came. Who *told* us (the channel) is `channel_of`.
    """

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
    """Any other varbind: a recording's, or the answer to a GETNEXT into a private tree."""

    SSH_IDENT = "ssh.ident"
    """The identification string a server opens with (RFC 4253 section 4.2)."""
    SSH_HOST_KEY = "ssh.host_key"
    """`<key type> <SHA-256 fingerprint>`, checked before any password is offered."""
    SSH_PROMPT = "ssh.prompt"
    SSH_DIALECT = "ssh.dialect"
    """The dialect that a session was held in (`cisco_ios`, `huawei_vrp` ...): how commands were chosen, no claim."""
    SSH_COMMAND = "ssh.command"
    """What a command printed; `at` is the command."""

    SSH_KEX = "ssh.kex"
    """What a server's SSH_MSG_KEXINIT offers (RFC 4253 section 7.1); `at` is `<what> <port>`: `algorithms` are its ten
    name-lists in their order, joined by semicolons, `hassh` the fingerprint of those that the server decides on."""

    WEB_CERTIFICATE = "web.certificate"
    """One field of the certificate shown in a TLS handshake, which nobody has verified; `at` is `<field> <port>`:
    `subject` and `issuer` (RFC 4514 texts), `names` (the alternative ones), `fingerprint` (SHA-256)."""
    WEB_TITLE = "web.title"
    """The title of the start page, its character references as they stand in it."""
    WEB_SERVER = "web.server"
    """The Server field of its HTTP answer."""
    WEB_REALM = "web.realm"
    """The realm that it asks a login for (RFC 9110 section 11.5)."""
    WEB_PATHS = "web.paths"
    """The places on the device that its start page refers to, joined by spaces: redirects, scripts, style sheets."""
    TELNET_BANNER = "telnet.banner"
    """What a Telnet server says before anything is typed, its option negotiation (RFC 854) taken out."""

    LINK_MAC = "link.mac"
    """The MAC address that answered ARP or ND on an attached segment: seen by us, not told to us."""
    LINK_ADDRESS = "link.address"
    """The address that it answered at, for the MAC address that an IPv6 one may hold: the subject has it, no store."""
    LINK_LLDP = "link.lldp"
    """One field of an LLDPDU heard on the wire; `at` is `<interface>/<sender MAC>/<TLV name>`."""
    LINK_CDP = "link.cdp"
    """One field of a CDP frame heard on the wire; `at` as for LINK_LLDP."""

    NEIGHBOUR_LLDP = "neighbour.lldp"
    """What another device's LLDP table repeats of this one (hearsay.py): `at` is `<who tells>/<its port>/<field>`."""
    NEIGHBOUR_CDP = "neighbour.cdp"
    """What another device's CDP cache repeats of this one; `at` as for NEIGHBOUR_LLDP."""

    INVENTORY = "inventory"
    """What the operator's own list says of the device; `at` is the column. Told by people, so it never clears."""


class Channel(StrEnum):
    """Who told us. All that came by SNMP came from one agent, and one agent can lie in every object it serves."""

    AGENT = "agent"
    COMMAND_LINE = "command_line"
    WIRE = "wire"
    NEIGHBOUR = "neighbour"
    PEOPLE = "people"


def channel_of(source: Source) -> Channel:
    """The channel that a statement about a device came by."""
    if source.startswith("snmp."):
        return Channel.AGENT
    if source.startswith("neighbour."):
        return Channel.NEIGHBOUR
    if source in (Source.SSH_COMMAND, Source.SSH_PROMPT, Source.SSH_DIALECT):
        return Channel.COMMAND_LINE
    return Channel.PEOPLE if source is Source.INVENTORY else Channel.WIRE


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing said: `source`, `at` (the OID with its instance, the command, the interface) and `value`, one
    character an octet; numbers and object identifiers in decimal text, IpAddress dotted."""

    source: Source
    at: str
    value: str


class GapReason(StrEnum):
    """Why something could not be asked or was not answered."""

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
    NO_PRIVILEGE = "no-privilege"
    UNRESOLVED = "unresolved"
    INTERRUPTED = "interrupted"
    INTERNAL_ERROR = "internal-error"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was wanted and not had: by which probe, at which place (a subtree, a command, a port), and why.

    `detail` is for a person and holds no secret.
    """

    probe: str
    at: str
    reason: GapReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a body of evidence is about.

    `key` names it within a run: `192.0.2.1`, `127.0.0.5:1161`, or a capture's label. `address` is empty for a saved
    capture, which is a device of its own and is never merged with another. `attributes` is what the operator's own
    lists said of it: (`site`, `lon-1`), (`vlan`, `120`), (`group`, `core`), (`tag`, `5g`) ...; a name may recur.
    """

    key: str
    address: str = ""
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


def namespaces_of(attributes: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The address spaces that the operator's list names (attribute `namespace`): an address outside them is another."""
    return tuple(sorted(value for name, value in attributes if name == "namespace"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one subject said in one run, in the order in which it was said."""

    subject: Subject
    observations: tuple[Observation, ...] = ()
    gaps: tuple[Gap, ...] = ()


def octets_of(value: str) -> bytes:
    """The octets behind a kept value."""
    return value.encode("latin-1", "replace")


def text_of(value: str) -> str:
    """A kept value as text: UTF-8 where it is that, else latin-1."""
    if value.isascii():
        return value
    octets = octets_of(value)
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return value


def kept(text: str | bytes) -> str:
    """Text or octets as a value to keep: one character an octet."""
    octets = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return octets.decode("latin-1")
