"""Why a device that was known is not in a later run: silent, not read, or no longer asked."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from fingerprints.model.evidence import GapReason
from reports.changes.state.device_state import DeviceState
from reports.changes.state.event import EventKind
from reports.changes.state.run_state import RunState

NO_SIGN_OF_LIFE = frozenset((GapReason.NO_ANSWER.value, GapReason.UNRESOLVED.value))

IpPrefix = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AskedScope:
    """What a run asked: the reason of each target that was not assessed, by its site and its name or address, and the
    prefixes in scope, with their sites, and out of it. Without a fleet, sites are empty."""

    missing: dict[tuple[str, str], str]
    ranges: tuple[tuple[str, IpPrefix], ...]
    excluded: tuple[tuple[str, IpPrefix], ...]


def asked_by(state: RunState) -> AskedScope:
    """What a complete run asked."""
    missing = {(missing.fleet_site, missing.target): missing.reason for missing in state.missing}
    missing |= {(missing.fleet_site, missing.address): missing.reason for missing in state.missing if missing.address}
    return AskedScope(missing, _networks(state.ranges), _networks(state.exclusions))


def absence_of(device: DeviceState, asked: AskedScope) -> tuple[EventKind, str]:
    """GONE, COVERAGE_LOST or NOT_ASKED for a device that a complete run did not see, and the reason (a
    NotAssessedReason) that the run gives; empty where it gives none."""
    site = device.fleet_site
    reason = _reason(asked, site, device.addresses) or _reason(asked, site, (*device.labels, device.name, device.id))
    if reason:
        return (EventKind.GONE if reason in NO_SIGN_OF_LIFE else EventKind.COVERAGE_LOST), reason
    addresses = [address for text in device.addresses if (address := _address(text)) is not None]
    inside = [address for address in addresses if _lies_in(site, address, asked.ranges)]
    if any(not _lies_in(site, address, asked.excluded) for address in inside) or not device.read:
        return EventKind.GONE, ""
    return EventKind.NOT_ASKED, ""


def _reason(asked: AskedScope, site: str, names: tuple[str, ...]) -> str:
    """Why the targets of these names were not assessed: a sign of life of one outweighs the silence of the others."""
    reasons = [asked.missing[site, name] for name in names if (site, name) in asked.missing]
    return next((reason for reason in reasons if reason not in NO_SIGN_OF_LIFE), next(iter(reasons), ""))


def _lies_in(site: str, address: IPv4Address | IPv6Address, networks: tuple[tuple[str, IpPrefix], ...]) -> bool:
    return any(address in network for of_site, network in networks if of_site == site)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _networks(words: tuple[str, ...]) -> tuple[tuple[str, IpPrefix], ...]:
    """The words that are an address or a prefix, of a site (`LON/10.0.0.0/20`) or of none."""
    found = []
    for word in words:
        site, _, prefix = word.partition("/")
        if (network := _network(word)) is not None:
            found.append(("", network))
        elif (network := _network(prefix)) is not None:
            found.append((site, network))
    return tuple(found)


def _network(word: str) -> IpPrefix | None:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None
