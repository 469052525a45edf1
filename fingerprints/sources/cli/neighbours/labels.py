"""What the labels and headings of neighbour listings mean (LLDP, CDP and protocols like them), on any platform.

Vendors write one label in many ways: `System Name`, `SysName`, `SYS-NAME`, `Neighbor System-Name`, `Rem Host Name`. A
label is brought to plain words before it is looked up; words that mean the other end (`neighbor`, `remote`, `peer`)
are one word."""

import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache


class NeighbourField(Enum):
    """What a label or a column is about. All but LOCAL_PORT and LOCAL_PORT_ID are the neighbour's own words."""

    LOCAL_PORT = auto()
    LOCAL_PORT_ID = auto()
    """The local port's number or LLDP identifier: read where no LOCAL_PORT stands."""
    DEVICE_ID = auto()
    """The name of CDP and of protocols like it; in some LLDP tables the chassis ID."""
    NAME = auto()
    CHASSIS_ID = auto()
    MAC = auto()
    """A MAC address of the neighbour that is not called its chassis ID; read as one where no chassis ID stands. EDP's
    `Neighbor-ID` is one; the `Remote ID` of other listings is a row's number, and not read."""
    PORT = auto()
    PORT_DESCRIPTION = auto()
    DESCRIPTION = auto()
    VERSION = auto()
    PLATFORM = auto()
    MANUFACTURER = auto()
    MODEL = auto()
    ADDRESS = auto()
    INDEX = auto()
    """The number of an entry: another neighbour begins."""
    OTHER = auto()
    """Known and not read: capabilities, timers, VLANs, power."""


LABEL_LENGTH = 64
_BRACKETS = re.compile(r"\([^()]{0,40}\)?")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]{1,40}")
_SPELLED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("neighbor", "neighbour", "neighbors", "rem", "peer", "nbr", "far"), ("remote",)),
    **dict.fromkeys(("loc", "lcl"), ("local",)),
    **dict.fromkeys(("intf", "intrfce", "if", "int", "ifname", "iface"), ("interface",)),
    **dict.fromkeys(("descr", "desc"), ("description",)),
    **dict.fromkeys(("sys",), ("system",)),
    **dict.fromkeys(("ident", "identifier"), ("id",)),
    **dict.fromkeys(("mgmt", "man", "mng"), ("management",)),
    **dict.fromkeys(("addr", "addresses", "addrs", "address4", "address6"), ("address",)),
    **dict.fromkeys(("dev",), ("device",)),
    **dict.fromkeys(("ipv4", "ipv6", "ips", "v4", "v6"), ("ip",)),
    **dict.fromkeys(("ver",), ("version",)),
    "sysname": ("system", "name"),
    "systemname": ("system", "name"),
    **dict.fromkeys(("sysdescr", "sysdesc"), ("system", "description")),
    "hostname": ("host", "name"),
    "portid": ("port", "id"),
    "portname": ("local", "port"),
    **dict.fromkeys(("portdescr", "portdesc"), ("port", "description")),
    "chassisid": ("chassis", "id"),
    "deviceid": ("device", "id"),
    "remoteid": ("remote", "id"),
    "localport": ("local", "port"),
    **dict.fromkeys(("localintf", "localinterface", "localif"), ("local", "interface")),
    **dict.fromkeys(("lldp", "cdp", "isdp", "fdp", "the", "of"), ()),
}

_LOCAL_PORT = frozenset(
    ("", "port", "interface", "interface name", "port name", "slot port", "port number", "interface port", "link")
)
_LOCAL_PORT_ID = frozenset(("port id", "interface id"))

_REMOTE = {
    "": NeighbourField.DEVICE_ID,
    "device": NeighbourField.DEVICE_ID,
    "host": NeighbourField.NAME,
    "name": NeighbourField.NAME,
    "system": NeighbourField.NAME,
    "interface": NeighbourField.PORT,
    "interface name": NeighbourField.PORT,
    "port": NeighbourField.PORT,
    "port name": NeighbourField.PORT,
    "index": NeighbourField.INDEX,
    "id": NeighbourField.MAC,
    "source mac": NeighbourField.MAC,
    "interface mac": NeighbourField.MAC,
    "description": NeighbourField.DESCRIPTION,
}

_GENERAL = {
    "interface": NeighbourField.LOCAL_PORT,
    "interface name": NeighbourField.LOCAL_PORT,
    "port": NeighbourField.LOCAL_PORT,
    "device id": NeighbourField.DEVICE_ID,
    "system name": NeighbourField.NAME,
    "host name": NeighbourField.NAME,
    "device name": NeighbourField.NAME,
    "chassis name": NeighbourField.NAME,
    "identity": NeighbourField.NAME,
    "chassis id": NeighbourField.CHASSIS_ID,
    "chassis": NeighbourField.CHASSIS_ID,
    "chassis mac": NeighbourField.CHASSIS_ID,
    "chassis mac address": NeighbourField.CHASSIS_ID,
    "mac address": NeighbourField.MAC,
    "mac": NeighbourField.MAC,
    "port id": NeighbourField.PORT,
    "port info": NeighbourField.PORT,
    "port name": NeighbourField.PORT,
    "outgoing port": NeighbourField.PORT,
    "device port": NeighbourField.PORT,
    "port description": NeighbourField.PORT_DESCRIPTION,
    "interface description": NeighbourField.PORT_DESCRIPTION,
    "system description": NeighbourField.DESCRIPTION,
    "system detail": NeighbourField.DESCRIPTION,
    "chassis description": NeighbourField.DESCRIPTION,
    "device description": NeighbourField.DESCRIPTION,
    "version": NeighbourField.VERSION,
    "software version": NeighbourField.VERSION,
    "platform": NeighbourField.PLATFORM,
    "device platform": NeighbourField.PLATFORM,
    "product": NeighbourField.PLATFORM,
    "product version": NeighbourField.PLATFORM,
    "board": NeighbourField.PLATFORM,
    "manufacturer": NeighbourField.MANUFACTURER,
    "manufacturer name": NeighbourField.MANUFACTURER,
    "vendor": NeighbourField.MANUFACTURER,
    "vendor name": NeighbourField.MANUFACTURER,
    "model": NeighbourField.MODEL,
    "model name": NeighbourField.MODEL,
    "index": NeighbourField.INDEX,
    "rid": NeighbourField.INDEX,
    "entity": NeighbourField.INDEX,
}
_ADDRESS = frozenset(("management", "ip", "address", "value", "entry", "interface", "network"))
_ADDRESSING = frozenset(("ip", "address"))
_OTHER = frozenset(
    (
        *(
            "capability",
            "capabilities",
            "cap",
            "caps",
            "time",
            "hold",
            "holdtime",
            "holdtme",
            "hldtme",
            "ttl",
            "exptime",
        ),
        *(
            "vlan",
            "pvid",
            "vid",
            "duplex",
            "subtype",
            "type",
            "age",
            "aging",
            "status",
            "power",
            "mtu",
            "advertisement",
        ),
        *(
            "expired",
            "vtp",
            "update",
            "discovered",
            "mau",
            "via",
            "scope",
            "speed",
            "mode",
            "oid",
            "enabled",
            "supported",
        ),
        *(
            "parent",
            "proto",
            "protocol",
            "negotiation",
            "aggregation",
            "med",
            "frame",
            "class",
            "remid",
            "duration",
            "unpack",
        ),
        *("num", "vlans", "endpoint", "revision", "serial", "policy", "hello", "instance"),
    )
)


@lru_cache(4096)
def field_of(label: str) -> NeighbourField | None:
    """What a label or a column's heading is about; None for one that no listing of neighbours has."""
    words = [
        word
        for part in _WORDS.split(_BRACKETS.sub(" ", label[:LABEL_LENGTH]))
        for word in _SPELLED.get(part.lower(), (part.lower(),))
        if word
    ]
    if words[-1:] == ["subtype"] and len(words) > 1 and "/" in label:
        words.pop()  # `ChassisID/subtype: 000f-e212-3456/MAC address`
    if not words:
        return None
    plain = " ".join(word for word in words if word not in ("local", "remote"))
    if "local" in words:
        return _field_of_local(plain)
    if "remote" in words and plain in _REMOTE:
        return _REMOTE[plain]
    if plain in _GENERAL:
        return _GENERAL[plain]
    if set(words) - {"remote"} <= _ADDRESS and _ADDRESSING & set(words):
        return NeighbourField.ADDRESS
    return NeighbourField.OTHER if _OTHER & set(words) else None


def _field_of_local(plain: str) -> NeighbourField:
    """What a label about this end means: its port, or nothing that is read."""
    if plain in _LOCAL_PORT:
        return NeighbourField.LOCAL_PORT
    return NeighbourField.LOCAL_PORT_ID if plain in _LOCAL_PORT_ID else NeighbourField.OTHER
