"""The probes that exist, in one table. The command line, kitscan.yaml, the dry run and the survey all read it.

A new probe is one more row, and the functions that make it. They import the protocol only when a run needs it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import ExitStack

    from scanner.credentials.credential import CredentialBook
    from scanner.protocols.link.probe import LinkProbe
    from scanner.protocols.probe import Discovery, Probe
    from scanner.protocols.snmp.second_round import SecondRoundPlan
    from scanner.protocols.snmp.sweep.sweep import SnmpSweep
    from scanner.protocols.ssh.platforms.known_platforms import KnownPlatforms
    from scanner.protocols.tcp_connections import TcpConnections
    from scanner.rate_limit.limiter import RateLimiter
    from scanner.rate_limit.profiles import Profile

LINK = "link"


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """What one run gives to the probes and discoveries that it makes.

    `wanted` is what the SNMP probe asks of which device. The run makes `sweep` and `link` itself, because it reads
    their packet counts afterwards. `closing` ends what a probe holds open. `known_platforms` holds what earlier
    runs found of command lines, and takes what this one finds.
    """

    book: "CredentialBook"
    profile: "Profile"
    rate_limiter: "RateLimiter"
    connections: "TcpConnections"
    wanted: "SecondRoundPlan | None"
    known_hosts: Path
    source_address: str | None
    sweep: "SnmpSweep"
    link: "LinkProbe"
    closing: "ExitStack"
    known_platforms: "KnownPlatforms"


@dataclass(frozen=True, slots=True)
class ProbeKind:
    """One row of the registry.

    A scan that names no probe uses those with `default`. `probe` is None where the discovery learns all there is.
    """

    name: str
    default: bool
    discovery: "Callable[[ProbeSettings], Discovery]"
    probe: "Callable[[ProbeSettings], Probe] | None"


def _snmp_discovery(settings: ProbeSettings) -> "Discovery":
    return settings.sweep


def _snmp_probe(settings: ProbeSettings) -> "Probe":
    from fingerprints.sources.bridge_mib import VLAN_CONTEXTS
    from scanner.protocols.snmp.probe import SnmpProbe

    probe = SnmpProbe(settings.book, settings.profile, settings.wanted, VLAN_CONTEXTS, settings.rate_limiter)
    settings.closing.callback(probe.close)
    return probe


def _ssh_discovery(settings: ProbeSettings) -> "Discovery":
    from scanner.protocols.ssh.discovery import IdentDiscovery

    return IdentDiscovery(settings.rate_limiter, settings.source_address)


def _ssh_probe(settings: ProbeSettings) -> "Probe":
    from scanner.protocols.ssh.host_keys import HostKeys
    from scanner.protocols.ssh.probe import SshProbe
    from scanner.protocols.ssh.session_limits import session_limits_of

    keys = HostKeys(settings.known_hosts)
    keys.check_file()
    limits = session_limits_of(settings.profile)
    platforms = settings.known_platforms
    probe = SshProbe(settings.book, keys, limits, source_address=settings.source_address, known_platforms=platforms)
    settings.closing.callback(probe.close)
    return probe


def _link_discovery(settings: ProbeSettings) -> "Discovery":
    return settings.link


def _web_discovery(settings: ProbeSettings) -> "Discovery":
    from scanner.protocols.port_discovery import PortDiscovery
    from scanner.protocols.web.probe import HTTP_PORT, HTTPS_PORT

    return PortDiscovery("web", (HTTPS_PORT, HTTP_PORT), settings.rate_limiter, settings.source_address)


def _web_probe(settings: ProbeSettings) -> "Probe":
    from scanner.protocols.web.probe import WebProbe

    return WebProbe(settings.connections)


def _telnet_discovery(settings: ProbeSettings) -> "Discovery":
    from scanner.protocols.port_discovery import PortDiscovery
    from scanner.protocols.telnet.probe import TELNET_PORT

    return PortDiscovery("telnet", (TELNET_PORT,), settings.rate_limiter, settings.source_address)


def _telnet_probe(settings: ProbeSettings) -> "Probe":
    from scanner.protocols.telnet.probe import TelnetProbe

    return TelnetProbe(settings.connections)


PROBES = (
    ProbeKind("snmp", True, _snmp_discovery, _snmp_probe),
    ProbeKind("ssh", True, _ssh_discovery, _ssh_probe),
    ProbeKind(LINK, True, _link_discovery, None),
    ProbeKind("web", False, _web_discovery, _web_probe),
    ProbeKind("telnet", False, _telnet_discovery, _telnet_probe),
)

PROBE_NAMES = tuple(kind.name for kind in PROBES)
"""The names that plans, gaps, kitscan.yaml and `--probe` use."""

DEFAULT_PROBES = tuple(kind.name for kind in PROBES if kind.default)
"""The probes of a scan that names none."""
