"""The devices as an inventory of Ansible in YAML: hosts, and groups by zone, site and maker.

What the scan found out stands in variables that begin with `kitscan_`; only the address, the network OS and the
connection are Ansible's own.
"""

from collections.abc import Mapping, Sequence

from reports.document.document import Document
from reports.document.report_number import report_number
from reports.formats.inventories.head import comment_lines
from reports.formats.inventories.hosts import Host, hosts_of, inert, values_of
from reports.formats.inventories.yaml_text import YamlValue, yaml_lines


def render(document: Document) -> str:
    """The whole inventory."""
    hosts = hosts_of(document)
    without = sum(host.platform is None or not host.platform.connection for host in hosts)
    tree: dict[str, YamlValue] = {
        "all": {
            "vars": _report(document),
            "hosts": {host.name: _host(host) for host in hosts},
            "children": _groups(hosts),
        }
    }
    return "".join(f"{line}\n" for line in (*comment_lines(document, hosts, "Ansible", without), *yaml_lines(tree)))


def _report(document: Document) -> Mapping[str, YamlValue]:
    header = document.header
    redacted: dict[str, YamlValue] = {"kitscan_redacted_from": header.redacted_from} if header.redacted_from else {}
    return {"kitscan_report": inert(report_number(document)), "kitscan_binding": header.binding, **redacted}


def _host(host: Host) -> Mapping[str, YamlValue]:
    platform = host.platform
    own = {
        "ansible_host": host.address,
        "ansible_network_os": platform.ansible if platform else "",
        "ansible_connection": platform.connection if platform else "",
    }
    return {**{name: value for name, value in own.items() if value}, **values_of(host)}


def _groups(hosts: Sequence[Host]) -> Mapping[str, YamlValue]:
    names = sorted({group for host in hosts for group in host.groups})
    members: dict[str, dict[str, YamlValue]] = {name: {} for name in names}
    for host in hosts:
        for group in host.groups:
            members[group][host.name] = {}
    return {name: {"hosts": of_group} for name, of_group in members.items()}
