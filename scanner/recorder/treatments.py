"""How each observation of a recorded device is treated: which of its texts are private, and what they are."""

from collections.abc import Mapping
from ipaddress import ip_address

from fingerprints.model.evidence import Observation, Source, kept, octets_of, text_of
from fingerprints.model.inet_address import address_of_octets
from fingerprints.model.mac_address import format_mac, parse_mac
from fingerprints.sources import cdp, ip_mib, lldp
from fingerprints.sources.engine_id import EngineForm, read_engine_id
from fingerprints.sources.registry import column_of
from reports.document.redaction.field_walk import Rewrite
from reports.document.redaction.private_kind import PrivateKind, Treatment, is_plain_port

_BY_SOURCE: Mapping[Source, PrivateKind | Treatment] = {
    Source.SNMP_SYS_NAME: PrivateKind.NAME,
    Source.SNMP_SYS_CONTACT: PrivateKind.CONTACT,
    Source.SNMP_SYS_LOCATION: PrivateKind.SITE,
    Source.SNMP_SYS_OBJECT_ID: Treatment.KEEP,
    Source.SNMP_SYS_OR_ID: Treatment.KEEP,
    Source.SNMP_IF_DESCR: PrivateKind.PORT,
    Source.SNMP_IF_NAME: PrivateKind.PORT,
    Source.SNMP_ENTITY_VENDOR_TYPE: Treatment.KEEP,
    Source.SNMP_ENTITY_SERIAL: PrivateKind.SERIAL,
    Source.SNMP_ENTITY_HARDWARE_REV: Treatment.KNOWN,
    Source.SNMP_ENTITY_FIRMWARE_REV: Treatment.KNOWN,
    Source.SNMP_ENTITY_SOFTWARE_REV: Treatment.KNOWN,
    Source.SSH_PLATFORM: Treatment.KEEP,
    Source.SSH_IDENT: Treatment.KNOWN,
    Source.SSH_KEX: Treatment.KEEP,
}
"""Sources whose values are one private thing, or none. All others are texts. Algorithms of SSH look like
mail addresses (`aes128-gcm@openssh.com`), and no file holds them."""

_BY_COLUMN: Mapping[str, PrivateKind | Treatment] = {
    lldp.LOC_SYS_NAME.oid: PrivateKind.NAME,
    lldp.LOC_PORT_DESC.oid: PrivateKind.PORT,
    lldp.REM_PORT_DESC.oid: PrivateKind.PORT,
    lldp.REM_SYS_NAME.oid: PrivateKind.NAME,
    cdp.CACHE_DEVICE_ID.oid: PrivateKind.NAME,
    cdp.CACHE_DEVICE_PORT.oid: PrivateKind.PORT,
}

_IDENTIFIERS: Mapping[str, PrivateKind] = {
    lldp.LOC_CHASSIS_ID.oid: PrivateKind.CHASSIS,
    lldp.REM_CHASSIS_ID.oid: PrivateKind.CHASSIS,
    lldp.LOC_PORT_ID.oid: PrivateKind.PORT,
    lldp.REM_PORT_ID.oid: PrivateKind.PORT,
}
"""Columns that hold six octets, an address behind its family, or a text."""

_MACS = frozenset({Source.SNMP_IF_PHYS_ADDRESS, Source.SNMP_NEIGHBOUR_MAC, Source.SNMP_BRIDGE_ADDRESS, Source.LINK_MAC})


def treated_value(observation: Observation, rewrite: Rewrite) -> str:
    """The value of an observation, with each private text in it rewritten."""
    source, value = observation.source, observation.value
    if not value:
        return value
    if source in _MACS:
        return _mac(value, rewrite)
    if source is Source.SNMP_ENGINE_ID:
        return _engine_id(octets_of(value), rewrite)
    if source is Source.SNMP_IF_ALIAS:
        return _alias(value, rewrite)
    treated = _BY_SOURCE.get(source)
    if treated is not None:
        return rewritten_text(value, treated, rewrite)
    column = observation.at if observation.at in (*_BY_COLUMN, *_IDENTIFIERS) else column_of(observation.at)
    if column in _IDENTIFIERS:
        return _identifier(value, _IDENTIFIERS[column], rewrite)
    if column == cdp.CACHE_ADDRESS.oid:
        return _octets(value, rewrite)
    if column == ip_mib.IP_AD_ENT_NET_MASK.oid:
        return value
    if column in _BY_COLUMN:
        return rewritten_text(value, _BY_COLUMN[column], rewrite)
    return rewritten_text(value, Treatment.TEXT, rewrite) if _is_text(value) else _octets(value, rewrite)


def _alias(value: str, rewrite: Rewrite) -> str:
    """What a person wrote at a port. A number may be a customer's; it is not looked for elsewhere."""
    text = text_of(value).strip()
    if is_plain_port(text) and not text.isdecimal():
        return value
    return rewritten_text(value, PrivateKind.WHAT_IT_SAYS if text.isdecimal() else PrivateKind.ATTRIBUTE, rewrite)


def rewritten_text(value: str, treated: PrivateKind | Treatment, rewrite: Rewrite) -> str:
    """A value read as text. One that is left as it is keeps its octets."""
    text = text_of(value)
    after = rewrite(treated, text)
    return value if after == text else kept(after)


def _is_text(value: str) -> bool:
    """True for what a person reads: no control characters but ends of lines and zero octets."""
    text = text_of(value.replace("\0", ""))
    return all(letter.isprintable() or letter in "\r\n\t\f\x1b" for letter in text)


def _mac(value: str, rewrite: Rewrite) -> str:
    mac = parse_mac(value)
    if not mac:
        return _octets(value, rewrite)
    if len(value) == len(mac):
        return _raw(rewrite(PrivateKind.MAC, format_mac(mac)))
    return rewrite(PrivateKind.MAC, value)


def _raw(mac: str) -> str:
    return bytes.fromhex(mac.replace(":", "")).decode("latin-1")


def _address(octets: bytes, rewrite: Rewrite) -> bytes:
    return ip_address(rewrite(PrivateKind.ADDRESS, address_of_octets(octets))).packed


def _octets(value: str, rewrite: Rewrite) -> str:
    """Octets that are no text: an address by their number, else whatever stands there as hexadecimal digits."""
    octets = octets_of(value)
    if len(octets) in (4, 16):
        return _address(octets, rewrite).decode("latin-1")
    if len(octets) == 6:
        return _raw(rewrite(PrivateKind.MAC, format_mac(octets)))
    if len(octets) < 4:
        return value
    return bytes.fromhex(rewrite(PrivateKind.OCTETS, octets.hex())).decode("latin-1")


def _identifier(value: str, kind: PrivateKind, rewrite: Rewrite) -> str:
    octets = octets_of(value)
    if len(octets) == 6 and not (value.isascii() and value.isprintable()):
        return _raw(rewrite(PrivateKind.MAC, format_mac(octets)))
    if len(octets) in (5, 17) and octets[0] in (1, 2):
        return value[0] + _address(octets[1:], rewrite).decode("latin-1")
    if not _is_text(value):
        return _octets(value, rewrite)
    return rewritten_text(value, kind, rewrite)


def _engine_id(octets: bytes, rewrite: Rewrite) -> str:
    """An engine ID with another address, or other octets, behind the enterprise number and the form's octet."""
    engine = read_engine_id(octets)
    if engine is None:
        return bytes.fromhex(rewrite(PrivateKind.ENGINE, octets.hex())).decode("latin-1")
    head = octets[: 4 if engine.form is EngineForm.LEGACY else 5]
    rest = octets[len(head) :]
    if engine.mac is not None and engine.mac in rest:
        at = rest.index(engine.mac)
        after = rest[:at] + octets_of(_raw(rewrite(PrivateKind.MAC, format_mac(engine.mac)))) + rest[at + 6 :]
    elif engine.form in (EngineForm.IPV4, EngineForm.IPV6) and len(rest) in (4, 16):
        after = _address(rest, rewrite)
    else:
        after = bytes.fromhex(rewrite(PrivateKind.ENGINE, rest.hex())) if rest.strip(b"\0") else rest
    return (head + after).decode("latin-1")
