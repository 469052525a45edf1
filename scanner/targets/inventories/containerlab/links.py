"""Links of a topology: the brief, short and extended forms as one.

Brief: `endpoints: ["a:eth1", "b:eth1"]`, of which one may name `host`, `mgmt-net`, `macvlan` or `dummy` in place of a
node. Extended: a `type`, with `endpoints` or one `endpoint` as mappings.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scanner.targets.inventories.containerlab.variables import unmarked
from scanner.targets.inventories.kept_values import items_of, nested, text_of_value


class LinkType(StrEnum):
    """What containerlab makes of a link. Only the first two join two nodes."""

    VETH = "veth"
    VETH_STITCH = "veth-stitch"
    HOST = "host"
    MGMT_NET = "mgmt-net"
    MACVLAN = "macvlan"
    VXLAN = "vxlan"
    VXLAN_STITCH = "vxlan-stitch"
    DUMMY = "dummy"


OUTSIDE = {"host": LinkType.HOST, "mgmt-net": LinkType.MGMT_NET, "macvlan": LinkType.MACVLAN, "dummy": LinkType.DUMMY}
"""What a brief link may name in place of a node."""


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """A node and its interface, as the topology names them."""

    node: str
    interface: str


@dataclass(frozen=True, slots=True)
class LabLink:
    """One link. `b` is None where it leads out of the lab, to `host_interface` if the file names one."""

    type: LinkType
    a: LinkEnd
    b: LinkEnd | None = None
    host_interface: str = ""


def read_links(listed: Any) -> tuple[tuple[LabLink, ...], tuple[int, ...]]:
    """The links of `topology.links`, and the numbers (from 0) of those that have no known form."""
    read = [_link(nested(item)) for item in items_of(listed)]
    unknown = tuple(number for number, link in enumerate(read) if link is None)
    return tuple(link for link in read if link is not None), unknown


def _link(item: dict[str, Any]) -> LabLink | None:
    written = unmarked(text_of_value(item.get("type"))).lower()
    if written in ("", "brief"):
        return _brief([unmarked(text_of_value(word)) for word in items_of(item.get("endpoints"))])
    try:
        kind = LinkType(written)
    except ValueError:
        return None
    one = item.get("endpoint")
    ends = [_end(end) for end in (items_of(item.get("endpoints")) if one is None else [one])]
    if not ends or not all(ends) or len(ends) > 2:
        return None
    outside = unmarked(text_of_value(item.get("host-interface")))
    return _joined(kind, [end for end in ends if end is not None], outside)


def _joined(kind: LinkType, ends: list[LinkEnd], host_interface: str) -> LabLink | None:
    if kind in (LinkType.VETH, LinkType.VETH_STITCH):
        return LabLink(kind, ends[0], ends[1]) if len(ends) == 2 else None
    return LabLink(kind, ends[0], None, host_interface) if len(ends) == 1 else None


def _end(written: Any) -> LinkEnd | None:
    if isinstance(written, str):
        return _short(unmarked(written))
    node, interface = (unmarked(text_of_value(nested(written).get(key))) for key in ("node", "interface"))
    return LinkEnd(node, interface) if node else None


def _short(word: str) -> LinkEnd | None:
    """`node:interface`. An interface may hold colons, a node may not."""
    node, colon, interface = word.strip().partition(":")
    return LinkEnd(node, interface) if node and (colon or node in OUTSIDE) else None


def _brief(words: list[str]) -> LabLink | None:
    ends = [end for word in words if (end := _short(word)) is not None]
    if len(words) != 2 or len(ends) != 2:
        return None
    for end, other in (ends, ends[::-1]):
        if end.node in OUTSIDE:
            return LabLink(OUTSIDE[end.node], other, None, end.interface) if other.node not in OUTSIDE else None
    return LabLink(LinkType.VETH, ends[0], ends[1])
