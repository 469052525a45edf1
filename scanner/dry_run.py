"""The text of a dry run: everything that a run may send, and what it costs if nobody answers and if everybody does."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from textwrap import wrap

from scanner.credentials.book import FileBook
from scanner.fence import Fence
from scanner.protocols.probe import Discovery, Planned, Planner
from scanner.protocols.snmp.message.ber import dotted
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.sweep.forecast import Forecast, forecast
from scanner.protocols.snmp.sweep.requests import SYSTEM_OIDS, sweep_communities
from scanner.protocols.snmp.sweep.sweep import SnmpSweep
from scanner.rate_limit.profiles import Profile
from scanner.scope import Scope
from scanner.targets.addresses import AddressBlock, AddressSet, Network, block_of, pieces
from scanner.targets.spans import Targets
from scanner.targets.target import Target

WIDTH = 100
"""Columns of the lists."""

MAX_INLINE = 2
"""Requests that stand behind the name of their probe. More of them are a list of their own."""

_KEPT = "\N{NO-BREAK SPACE}"
"""Stands for a space where no line may end (textwrap breaks at white space of ASCII only)."""

_OBJECT = re.compile(r"^(get(?:next)? [\d.]+?|walk [\d.]+)(?:\.\d+)(?:\.0)?$")
"""An SNMP request and its object: the request with the beginning of the object, which neighbours share."""


def describe_plan(
    scope: Scope,
    probes: Sequence[Planner],
    boundaries: Iterable[Network] | None = None,
    discoveries: Sequence[Discovery] = (),
    whole: bool = False,
    fence: Fence | None = None,
) -> str:
    """The text of a dry run: all that these probes may send, and what the discoveries cost if nobody answers.

    It holds addresses, ports, subtrees, commands, credential names and rates. What several groups of addresses get
    stands there once, unless `whole` asks for a line for each request of each group. Without `boundaries` every target
    is planned by itself. With the prefixes that credentials are bound to (`FileBook.prefixes`), one target between two
    boundaries stands for the others there, so that a /8 is planned at once. With a `fence`, the text also says where
    the crawl may go, and what addresses there may get.
    """
    groups = _groups(scope.targets, probes, boundaries)
    packets_at: Counter[int] = Counter()
    for block, target in _representatives(scope.targets, boundaries):
        packets_at[sum(discovery.packets(target) for discovery in discoveries)] += block.count
    lists: dict[tuple[str, ...], str] = {}
    lines = [*_preamble(scope)]
    for plans, blocks in groups.items():
        sends = (_sends(planned) if whole else _sends_briefly(planned, lists) for planned in plans)
        lines.extend(("", *_addresses(blocks), *chain.from_iterable(sends)))
    if fence is not None:
        lines.extend(_steps(fence))
        for plans, blocks in _groups(fence.targets(), probes, boundaries or ()).items():
            sends = (_sends(planned) if whole else _sends_briefly(planned, lists) for planned in plans)
            where = (f"may follow inside {place}" for place in _addresses(blocks))
            lines.extend(("", *where, *chain.from_iterable(sends)))
    for requests, name in lists.items():
        lines.extend(("", f"{name}, {len(requests):,} requests:", *_in_few_lines(requests)))
    silence = [_silence(forecast(packets_at, scope.profile))] if any(packets_at) else []
    return "\n".join([*lines, "", *silence, *_cost(scope.profile, groups)]) + "\n"


def packets_if_silent(
    targets: Targets, boundaries: Iterable[Network], discoveries: Sequence[Discovery]
) -> tuple[int, ...]:
    """How many packets of the rate limit each discovery costs if nobody answers."""
    blocks = tuple(_representatives(targets, boundaries))
    return tuple(sum(discovery.packets(target) * block.count for block, target in blocks) for discovery in discoveries)


def _representatives(targets: Targets, boundaries: Iterable[Network] | None) -> Iterator[tuple[AddressBlock, Target]]:
    if boundaries is None:
        for span in targets.spans:
            for number, target in enumerate(span, span.block.first):
                yield AddressBlock(span.block.version, number, number), target
        return
    edges = [block_of(network) for network in boundaries]
    for span in targets.spans:
        for block in pieces(span.block, edges):
            yield block, span.target(block.first)


def _groups(
    targets: Targets, probes: Sequence[Planner], boundaries: Iterable[Network] | None
) -> dict[tuple[Planned, ...], list[AddressBlock]]:
    """The addresses that may get the same, by what they may get."""
    groups: dict[tuple[Planned, ...], list[AddressBlock]] = {}
    for block, target in _representatives(targets, boundaries):
        plans = tuple(replace(planned, target="") for probe in probes for planned in probe.plan(target))
        groups.setdefault(plans, []).append(block)
    return groups


def _steps(fence: Fence) -> Iterator[str]:
    """Where the steps of a crawl may go."""
    inside = ", ".join(fence.prefixes) or "the scope, which names no other address"
    yield ""
    yield (
        "The crawl asks addresses that devices announce by LLDP, CDP and the like, and IPv6 addresses in their "
        "neighbour tables:"
    )
    announcers = "devices in scope announce"
    for hop in range(1, fence.hops + 1):
        yield f"  step {hop}: may follow inside {inside} what {announcers}"
        announcers = f"devices of step {hop} announce"
    yield (
        f"At most {fence.devices:,} addresses are followed, at most {fence.share:,} of one device's neighbours. "
        "Exclusions hold, and nothing outside is asked"
    )


def _preamble(scope: Scope) -> Iterator[str]:
    profile = scope.profile
    yield "Nothing has been sent. A run may send this, and nothing else:"
    yield (
        f"Profile {profile.name}: {_rate(profile.requests_per_address)} requests/s to one address, "
        f"{_rate(profile.packets)} packets/s in all, {profile.in_flight} in flight at an address, "
        f"{profile.devices_at_once:,} devices at once"
    )
    yield (
        f"{scope.count:,} addresses in scope; {scope.excluded:,} excluded; {scope.left_out:,} left out as network, "
        "broadcast, multicast or unspecified"
    )
    for name in scope.targets.unresolved:
        yield f"{name.name} has no address ({name.detail}), so it is not asked"


def _addresses(blocks: list[AddressBlock]) -> Iterator[str]:
    for block in AddressSet(blocks).blocks:
        yield f"{block}" if block.count == 1 else f"{block} ({block.count:,} addresses)"


def _sends(planned: Planned) -> Iterator[str]:
    names = ", ".join(planned.credentials) or "none"
    yield f"  {planned.probe} at {planned.port}, credentials: {names}"
    yield from (f"    {line}" for line in planned.sends)


def _sends_briefly(planned: Planned, lists: dict[tuple[str, ...], str]) -> Iterator[str]:
    """One line for a probe: what it sends, or the name of the list of it, which is added to `lists`."""
    names = ", ".join(planned.credentials) or "none"
    if len(planned.sends) <= MAX_INLINE:
        what = ", ".join(planned.sends) or "nothing"
    else:
        what = lists.setdefault(planned.sends, f"list {len(lists) + 1}")
    yield f"  {planned.probe} at {planned.port}, credentials: {names}; sends: {what}"


def _in_few_lines(requests: Iterable[str]) -> list[str]:
    """The requests, many on a line; neighbouring objects of one table are named behind their common beginning. A line
    ends within a request only where that is longer than a line."""
    room = WIDTH - 3
    whole = (request.replace(" ", _KEPT) if len(request) <= room else request for request in _together(requests))
    lines = wrap("; ".join(whole), room + 1, break_long_words=False, break_on_hyphens=False)
    return [f"  {line.replace(_KEPT, ' ')}" for line in lines]


def _together(requests: Iterable[str]) -> Iterator[str]:
    for beginning, neighbours in groupby(requests, lambda request: _OBJECT.sub(r"\1", request)):
        several = tuple(neighbours)
        if len(several) == 1:
            yield several[0]
        elif beginning in several:  # the same words, twice
            yield from several
        else:
            yield " ".join((beginning, *(request.removeprefix(beginning) for request in several)))


def _silence(cost: Forecast) -> str:
    time = f"{cost.seconds:,.0f} s or more at this rate" if cost.seconds else "as fast as this machine sends"
    return f"If no address answers: {cost.packets:,} packets, retransmissions included; {time}"


def _cost(profile: Profile, groups: dict[tuple[Planned, ...], list[AddressBlock]]) -> Iterator[str]:
    requests = {plans: sum(len(planned.sends) for planned in plans) for plans in groups}
    total = sum(requests[plans] * sum(block.count for block in blocks) for plans, blocks in groups.items())
    most = max(requests.values(), default=0)
    seconds = max(
        total / profile.packets if profile.packets else 0.0,
        most / profile.requests_per_address if profile.requests_per_address else 0.0,
    )
    each = "if each object and command takes one"
    yield f"If every address answers: {total:,} requests, {each}; {seconds:,.0f} s at this rate"
    yield (
        "Fewer in practice: an SNMP request asks for several lines, none is for a table that the device lacks, and SSH "
        "types the commands of one platform"
    )
    yield (
        "More where tables are long: one request for about ten rows. "
        f"Walks end after {profile.walk_varbinds:,} values or {profile.walk_seconds:,.0f} s a device"
    )


def _rate(rate: float | None) -> str:
    return "unlimited" if rate is None else f"{rate:,.0f}"


@dataclass(frozen=True, slots=True)
class _SweepPlanner:
    """What an SNMP sweep may send: the engine ID request, and two objects with each community that may be swept."""

    book: FileBook
    name: str = "snmp"

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """Everything that one target may get."""
        names = tuple(community.name for community in sweep_communities(self.book, target.address))
        objects = tuple(f"get {dotted(oid)}" for oid in SYSTEM_OIDS) if names else ()
        return (Planned(target.key, self.name, f"{target.snmp_port}/udp", ("engine-id", *objects), names),)


def describe_sweep(scope: Scope, book: FileBook, retry: RetryPolicy) -> str:
    """Everything that an SNMP sweep of this scope may send, as text."""
    sweep = SnmpSweep(book, scope.profile, None, retry)
    return describe_plan(scope, (_SweepPlanner(book),), book.prefixes, (sweep,))
