"""The scope of a run: which addresses may be touched, by which probes and how fast."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fingerprints.model.errors import KitscanError
from scanner.protocols.registry import DEFAULT_PROBES
from scanner.rate_limit.profiles import Profile
from scanner.targets.addresses import (
    NEVER_A_HOST,
    Address,
    AddressBlock,
    AddressSet,
    Network,
    address_of,
    ipv4_behind,
    parse_address,
    zone_of,
)
from scanner.targets.read_targets import Exclusions
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Target

_NOWHERE = AddressSet()

MAX_UNCONFIRMED = 1_024
"""The most addresses that may be scanned without `--yes`."""


class ScopeRefused(KitscanError):  # noqa: N818 - a decision, not a mistake
    """The scope needs the user's `--yes`, or holds nothing to scan. The command ends with exit code 6."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be touched, and how.

    `excluded` counts the addresses that the user excluded, `left_out` those that no host can have.
    """

    targets: Targets
    profile: Profile
    probes: tuple[str, ...] = DEFAULT_PROBES
    excluded: int = 0
    left_out: int = 0
    _allowed: Mapping[str, AddressSet] = field(default_factory=dict, repr=False)
    _exclusions: Exclusions = field(default_factory=lambda: Exclusions(AddressSet()), repr=False)

    def __iter__(self) -> Iterator[Target]:
        return iter(self.targets)

    @property
    def count(self) -> int:
        """How many addresses (each at its port) are in scope."""
        return self.targets.count

    def permits(self, address: str) -> bool:
        """True if anything may be sent to this address; call it right before sending. False for any other text. The
        same link-local address in another zone is another device."""
        try:
            parsed = parse_address(address)
        except ValueError:
            return False
        return parsed in self._allowed.get(zone_of(parsed), _NOWHERE)

    def forbids(self, host: str) -> bool:
        """True if the user excluded this address or name. For hosts that are no targets, such as a jump host."""
        try:
            address = parse_address(host)
            return any(one in self._exclusions.addresses for one in (address, *ipv4_behind(address)))
        except ValueError:
            return host.lower().rstrip(".") in self._exclusions.names

    def forbids_host(self, name: str) -> bool:
        """True if the user excluded this name, or one that differs from it by a domain alone. What a device says of
        itself has a domain or none, whatever its operator writes."""
        host, _, domain = name.lower().rstrip(".").partition(".")
        split = (excluded.rstrip(".").partition(".") for excluded in self._exclusions.names)
        return any(other == host and not (domain and its) for other, _, its in split)

    def outside_exclusions(self, block: AddressBlock) -> Iterator[AddressBlock]:
        """The parts of a block that the user did not exclude, in order."""
        return self._exclusions.addresses.missing_from(block)

    def follow(self, targets: Targets) -> "Scope | None":
        """The scope of further targets, under the same rules; None if it would hold none of them."""
        try:
            return admit(targets, self._exclusions, self.profile, self.probes, confirmed=True)
        except ScopeRefused:
            return None


def admit(
    targets: Targets,
    exclusions: Exclusions,
    profile: Profile,
    probes: Sequence[str] = DEFAULT_PROBES,
    *,
    confirmed: bool = False,
) -> Scope:
    """The scope of a run. `confirmed` is true for `--yes`, and for a dry run, which sends nothing.

    Raises ScopeRefused if no target is left, or if an unconfirmed scope holds more than MAX_UNCONFIRMED addresses or a
    public one.
    """
    hosts = _leave_out(targets, NEVER_A_HOST, all)
    unlabelled = replace(hosts, spans=tuple(span for span in hosts.spans if not _named(span, exclusions.names)))
    left = _leave_out(unlabelled, exclusions.addresses, any)
    scope = Scope(
        targets=left,
        profile=profile,
        probes=tuple(probes),
        excluded=hosts.count - left.count,
        left_out=targets.count - hosts.count,
        _allowed=left.addresses(),
        _exclusions=exclusions,
    )
    if not left.count and not left.unresolved:
        raise ScopeRefused(
            f"scope: nothing is left to scan: {scope.excluded:,} addresses are excluded and {scope.left_out:,} are "
            "network, broadcast, multicast or unspecified ones",
            "name at least one target that is not excluded",
        )
    if not confirmed:
        _refuse_unconfirmed(left)
    return scope


def _named(span: AddressSpan, names: frozenset[str]) -> bool:
    return bool(names) and any(label.lower().rstrip(".") in names for label in span.labels)


def _leave_out(targets: Targets, places: AddressSet, how_many: Callable[[Iterable[bool]], bool]) -> Targets:
    """The targets without some places, and without the IPv6 addresses of which any or `all` that may stand for an IPv4
    address lead there."""
    behind = (
        AddressBlock(6, number, number)
        for span in targets.spans
        if span.block.version == 6
        for number in range(span.block.first, span.block.last + 1)
        if (found := ipv4_behind(address_of(6, number))) and how_many(one in places for one in found)
    )
    return targets.without(AddressSet((*places.blocks, *behind)))


def _refuse_unconfirmed(targets: Targets) -> None:
    public = first_public(targets)
    reasons: list[str] = []
    if targets.count > MAX_UNCONFIRMED:
        reasons.append(f"{targets.count:,} addresses, more than {MAX_UNCONFIRMED:,}")
    if public is not None:
        reasons.append(f"public addresses (the first is {public})")
    if reasons:
        raise ScopeRefused(
            f"scope: {' and '.join(reasons)}",
            "look at what would be sent with --dry-run, make sure that you are "
            "authorised to scan these addresses, then add --yes",
        )


def first_public(targets: Targets) -> Address | None:
    """The first address in scope that IANA's registries (RFC 6890) call globally reachable, or None."""
    return next((address for span in targets.spans if (address := _first_public_in(span.block)) is not None), None)


def _first_public_in(block: AddressBlock) -> Address | None:
    """The first public address of a block, or the first that leads to a public IPv4 address."""
    addresses = (public_in(network) for network in block.networks())
    public = next((address for address in addresses if address is not None), None)
    if public is not None or block.version == 4:
        return public
    numbers = (address_of(6, number) for number in range(block.first, block.last + 1))
    return next((address for address in numbers if any(one.is_global for one in ipv4_behind(address))), None)


def public_in(network: Network) -> Address | None:
    """The first public address of a network. `is_global` is also true of a network that only partly lies in a
    special-purpose block, so such a network is halved until it is decided."""
    first = network.network_address
    if first.is_global or not network.is_global or network.num_addresses == 1:
        return first if first.is_global else None
    return next((address for half in network.subnets() if (address := public_in(half)) is not None), None)
