"""What may be touched: targets less exclusions, at which pace and by which probes, asked before each send."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from fingerprints.model.errors import KitscanError
from scanner.protocols.probe import Planned, Planner
from scanner.protocols.snmp.sweep.forecast import Forecast, forecast
from scanner.rate_limit.profiles import Profile
from scanner.targets.addresses import (
    NEVER_A_HOST,
    Address,
    AddressSet,
    Block,
    Network,
    block_of,
    parse_address,
    pieces,
)
from scanner.targets.read_targets import Exclusions
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Target

MAX_UNASKED = 1_024
"""Addresses that may be scanned without `--yes`."""

PROBES = ("snmp", "ssh", "link", "web", "telnet")
"""The probes there are, by the names that plans, gaps and the command line use."""

USUAL_PROBES = ("snmp", "ssh", "link")
"""Those of a scan that names none."""


class ScopeRefused(KitscanError):  # noqa: N818 - a decision, not a mistake
    """The scope needs the user's word (`--yes`), or holds nothing to scan: the command ends with exit code 6."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be touched and how. `left_out` counts addresses that no host has, `excluded` those the user took out."""

    targets: Targets
    profile: Profile
    probes: tuple[str, ...] = USUAL_PROBES
    excluded: int = 0
    left_out: int = 0
    _allowed: AddressSet = field(default_factory=AddressSet, repr=False)
    _exclusions: Exclusions = field(default_factory=lambda: Exclusions(AddressSet()), repr=False)

    def __iter__(self) -> Iterator[Target]:
        return iter(self.targets)

    @property
    def count(self) -> int:
        """How many addresses (each at its port) are in scope."""
        return self.targets.count

    def permits(self, address: str) -> bool:
        """Whether anything may be sent to this address: ask right before sending. False for what is no address."""
        try:
            return parse_address(address) in self._allowed
        except ValueError:
            return False

    def forbids(self, host: str) -> bool:
        """Whether the user excluded this address or name: for hosts that are no targets, such as a jump host."""
        try:
            return parse_address(host) in self._exclusions.addresses
        except ValueError:
            return host.lower().rstrip(".") in self._exclusions.names


def admit(
    targets: Targets,
    exclusions: Exclusions,
    profile: Profile,
    probes: Sequence[str] = USUAL_PROBES,
    *,
    confirmed: bool = False,
) -> Scope:
    """The scope of a run; `confirmed` is `--yes` (or a dry run, which sends nothing).

    Raises ScopeRefused where more than MAX_UNASKED addresses or any public one are in it unconfirmed, or none is left.
    """
    hosts = targets.without(NEVER_A_HOST)
    unlabelled = replace(hosts, spans=tuple(span for span in hosts.spans if not _named(span, exclusions.names)))
    left = unlabelled.without(exclusions.addresses)
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
            "network, broadcast, multicast or unspecified ones\nNext: name at least one target that is not excluded"
        )
    if not confirmed:
        _refuse_unasked(left)
    return scope


def _named(span: AddressSpan, names: frozenset[str]) -> bool:
    return bool(names) and any(label.lower() in names for label in span.labels)


def _refuse_unasked(targets: Targets) -> None:
    public = first_public(targets)
    reasons: list[str] = []
    if targets.count > MAX_UNASKED:
        reasons.append(f"{targets.count:,} addresses, more than {MAX_UNASKED:,}")
    if public is not None:
        reasons.append(f"public addresses (the first is {public})")
    if reasons:
        raise ScopeRefused(
            f"scope: {' and '.join(reasons)}\nNext: read what would be sent with --dry-run, make sure you are "
            "authorised to scan them, then give --yes"
        )


def first_public(targets: Targets) -> Address | None:
    """The first address in scope that is globally reachable by IANA's registries (RFC 6890), if there is one."""
    networks = (network for span in targets.spans for network in span.block.networks())
    return next((found for network in networks if (found := _public_in(network)) is not None), None)


def _public_in(network: Network) -> Address | None:
    """A network that is not wholly inside one special-purpose block counts as global, so it is looked into."""
    if not network.is_global or network.network_address.is_global:
        return network.network_address if network.is_global else None
    if network.num_addresses == 1:
        return None
    return next((found for half in network.subnets() if (found := _public_in(half)) is not None), None)


class Finder(Protocol):
    """A way to find out who is there, so far as it says beforehand what that takes."""

    def packets(self, target: Target) -> int:
        """How many packets of the run's pace this target gets where it stays silent."""
        ...


def plan(
    scope: Scope,
    probes: Sequence[Planner],
    boundaries: Iterable[Network] | None = None,
    finders: Sequence[Finder] = (),
) -> str:
    """All that a run of these probes may send, as text: addresses, ports, subtrees, commands, credential names, pace;
    and what these ways to find out who is there cost where nobody answers.

    Every target is asked for its plan. Where `boundaries` holds the prefixes that credentials are bound to
    (`FileBook.prefixes`), one target between two of them speaks for the rest, so that a /8 is planned at once.
    """
    groups: dict[tuple[Planned, ...], list[Block]] = {}
    packets_at: Counter[int] = Counter()
    for span, target in _representatives(scope.targets, boundaries):
        planned = tuple(replace(one, target="") for probe in probes for one in probe.plan(target))
        groups.setdefault(planned, []).append(span)
        packets_at[sum(finder.packets(target) for finder in finders)] += span.count
    lines = [*_preamble(scope)]
    for planned, blocks in groups.items():
        lines.extend(("", *_addresses(blocks), *(line for one in planned for line in _sends(one))))
    silence = [_silence(forecast(packets_at, scope.profile))] if finders else []
    return "\n".join([*lines, "", *silence, *_cost(scope.profile, groups)]) + "\n"


def _representatives(targets: Targets, boundaries: Iterable[Network] | None) -> Iterator[tuple[Block, Target]]:
    if boundaries is None:
        for span in targets.spans:
            for number, target in enumerate(span, span.block.first):
                yield Block(span.block.version, number, number), target
        return
    edges = [block_of(network) for network in boundaries]
    for span in targets.spans:
        for block in pieces(span.block, edges):
            yield block, span.target(block.first)


def _preamble(scope: Scope) -> Iterator[str]:
    pace = scope.profile
    yield "Nothing has been sent. A run may send this, and nothing else:"
    yield (
        f"Profile {pace.name}: {_rate(pace.requests_per_address)} requests/s to one address, {_rate(pace.packets)} "
        f"packets/s in all, {pace.in_flight} in flight at an address, {pace.devices_at_once:,} devices at once"
    )
    yield (
        f"{scope.count:,} addresses in scope; {scope.excluded:,} excluded; {scope.left_out:,} left out as network, "
        "broadcast, multicast or unspecified"
    )
    for name in scope.targets.unresolved:
        yield f"{name.name} has no address ({name.detail}): it is not asked"


def _addresses(blocks: list[Block]) -> Iterator[str]:
    for block in AddressSet(blocks).blocks:
        yield f"{block}" if block.count == 1 else f"{block} ({block.count:,} addresses)"


def _sends(planned: Planned) -> Iterator[str]:
    names = ", ".join(planned.credentials) or "none"
    yield f"  {planned.probe} at {planned.port}, credentials: {names}"
    yield from (f"    {line}" for line in planned.sends)


def _silence(foretold: Forecast) -> str:
    pace = f"{foretold.seconds:,.0f} s or more at this pace" if foretold.seconds else "as fast as this machine sends"
    return f"If no address answers: {foretold.packets:,} packets, those that ask again included; {pace}"


def _cost(pace: Profile, groups: dict[tuple[Planned, ...], list[Block]]) -> Iterator[str]:
    asked = {planned: sum(len(one.sends) for one in planned) for planned in groups}
    total = sum(asked[planned] * sum(block.count for block in blocks) for planned, blocks in groups.items())
    slowest = max(asked.values(), default=0)
    seconds = max(
        total / pace.packets if pace.packets else 0.0,
        slowest / pace.requests_per_address if pace.requests_per_address else 0.0,
    )
    yield (
        f"If every address answers: {total:,} requests or more, one for each line above at each address; "
        f"{seconds:,.0f} s or more at this pace"
    )
    yield (
        f"A table takes one request for some ten rows; a walk ends after {pace.walk_varbinds:,} values or "
        f"{pace.walk_seconds:,.0f} s a device"
    )


def _rate(rate: float | None) -> str:
    return "unlimited" if rate is None else f"{rate:,.0f}"
