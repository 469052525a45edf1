"""The devices as hosts.yaml of nornir's SimpleInventory, with the platforms of netmiko.

A host of nornir may name only groups that groups.yaml has, and this is one file: the groups stand in its data.
"""

from collections.abc import Mapping

from reports.document.document import Document
from reports.formats.inventories.head import comment_lines
from reports.formats.inventories.hosts import Host, hosts_of, values_of
from reports.formats.inventories.yaml_text import YamlValue, yaml_lines


def render(document: Document) -> str:
    """The whole file."""
    hosts, binding = hosts_of(document), document.header.binding
    without = sum(host.platform is None or not host.platform.netmiko for host in hosts)
    lines = list(yaml_lines({host.name: _host(host, binding) for host in hosts})) or ["{}"]
    return "".join(f"{line}\n" for line in (*comment_lines(document, hosts, "nornir", without), *lines))


def _host(host: Host, binding: bool) -> Mapping[str, YamlValue]:
    platform = host.platform.netmiko if host.platform else ""
    return {
        "hostname": host.address,
        **({"platform": platform} if platform else {}),
        "data": {**values_of(host), "kitscan_binding": binding, "kitscan_groups": host.groups},
    }
