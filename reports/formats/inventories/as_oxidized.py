"""The devices as Oxidized's router.db: `name:address:model:group`. The group is the site, else the zone.

Oxidized logs in to every line with the model that stands there, or with a default. A device whose model is not known,
and one whose address the colons would cut, is a comment: nobody types the commands of one platform into another.
"""

from reports.document.document import Document
from reports.formats.inventories.head import comment_lines
from reports.formats.inventories.hosts import Host, hosts_of, legal_name


def render(document: Document) -> str:
    """The whole file."""
    hosts = hosts_of(document)
    without = sum(not _model(host) for host in hosts)
    lines = (*comment_lines(document, hosts, "Oxidized", without), *map(_line, hosts))
    return "".join(f"{line}\n" for line in lines)


def _line(host: Host) -> str:
    model, placement = _model(host), host.judged.placement
    if not model:
        return (
            f"# without a model: {host.name} {host.address}{f' ({host.platform_name})' if host.platform_name else ''}"
        )
    if ":" in host.address:
        return f"# {model}, an address with colons: {host.name} {host.address}"
    return ":".join(filter(None, (host.name, host.address, model, legal_name(placement.site or placement.zone or ""))))


def _model(host: Host) -> str:
    return host.platform.oxidized if host.platform else ""
