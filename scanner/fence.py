"""The fence of a crawl: the prefixes, the hops and the count inside which it may follow what devices announce.

What devices announce is theirs to make up. The fence is the user's, and no answer widens it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from fingerprints.model.errors import DataFileError, Flaw, KitscanError
from scanner.scope import Scope, ScopeRefused, public_in
from scanner.targets.addresses import NEVER_A_HOST, Address, AddressBlock, AddressSet, ipv4_behind, parse_address
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import USUAL_PORTS, Ports
from scanner.targets.target_syntax import Addresses, WordError, parse_word

MAX_HOPS = 3
"""The hops from the scope that a crawl goes unless the user names another number."""

MAX_UNCONFIRMED_DEVICES = 256
"""The most addresses that a crawl follows unless the user names another number, and without `--yes`."""

MIN_SHARE = 16
"""Addresses that are followed of one device at most, where a quarter of the crawl's count is less."""

MAX_PROPOSED = 4
"""Networks of the lists that an error proposes as bounds."""

_LOOPBACK = AddressSet(
    AddressBlock(network.version, int(network.network_address), int(network.broadcast_address))
    for network in (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
)


class Admission(StrEnum):
    """Where an announced address stands: it is in scope anyway, the crawl may follow it, or why it must not."""

    IN_SCOPE = "in-scope"
    INSIDE = "inside"
    OUTSIDE = "outside"
    EXCLUDED = "excluded"
    NO_HOST = "no-host"
    """No single device has it: multicast, broadcast, unspecified; or every device has it: loopback, link-local."""
    UNCONFIRMED = "unconfirmed"
    """A public IPv4 address lies behind it, and nobody gave `--yes`."""


@dataclass(frozen=True, slots=True)
class FenceWords:
    """What the user gives of a fence: the words of `--within`, the most hops and the most addresses."""

    within: tuple[str, ...] = ()
    hops: int = MAX_HOPS
    devices: int = MAX_UNCONFIRMED_DEVICES

    def recorded(self) -> tuple[str, ...]:
        """The fence in the words of the command line, as a run's record holds it."""
        return (
            "--crawl",
            *(f"--within={word}" for word in self.within),
            f"--hops={self.hops}",
            f"--max-devices={self.devices}",
        )


@dataclass(frozen=True, slots=True)
class Fence:
    """What a crawl may follow. `hops` is the most steps away from the scope, `devices` the most addresses in all.

    `blocks` are the hosts of each prefix that the user gave, in that order. The scope's own prefixes need no block:
    their addresses are in scope. `ports` are those at which followed addresses are asked.
    """

    scope: Scope
    hops: int
    devices: int
    blocks: tuple[AddressBlock, ...] = ()
    prefixes: tuple[str, ...] = ()
    confirmed: bool = False
    ports: Ports = USUAL_PORTS
    _inside: AddressSet = field(default_factory=AddressSet, repr=False)

    @property
    def share(self) -> int:
        """The most addresses that are followed of one device's neighbours: what one device makes up leaves room for
        what the others announce."""
        return max(MIN_SHARE, self.devices // 4)

    def targets(self) -> Targets:
        """All that may be followed, as targets, for a plan. It may be any number of addresses."""
        blocks = (part for block in AddressSet(self.blocks).blocks for part in self.scope.outside_exclusions(block))
        hosts = (part for block in blocks for part in NEVER_A_HOST.missing_from(block))
        in_scope = self.scope.targets.addresses().get("", AddressSet())
        return Targets(tuple(AddressSpan(part, self.ports) for host in hosts for part in in_scope.missing_from(host)))

    def admission(self, address: str) -> Admission:
        """Where an announced address stands. Text that is no address, or that has a zone, is no host."""
        try:
            parsed = parse_address(address)
        except ValueError:
            return Admission.NO_HOST
        if "%" in address or parsed in NEVER_A_HOST or parsed.is_link_local:
            return Admission.NO_HOST
        behind = ipv4_behind(parsed)
        if behind and all(one in NEVER_A_HOST for one in behind):
            return Admission.NO_HOST
        if self.scope.permits(str(parsed)):
            return Admission.IN_SCOPE
        if self.scope.forbids(str(parsed)):
            return Admission.EXCLUDED
        if parsed in _LOOPBACK and not self._names_loopback(parsed):
            return Admission.NO_HOST
        if parsed not in self._inside:
            return Admission.OUTSIDE
        public = any(one.is_global for one in (parsed, *behind))
        return Admission.UNCONFIRMED if public and not self.confirmed else Admission.INSIDE

    def forbids_name(self, name: str) -> bool:
        """True if the user excluded the name by which a neighbour announces itself, with or without its domain, and
        with or without the serial number that some append to it: `core1(FOX1234)`."""
        bare = name.partition("(")[0].strip()
        return any(bool(one) and (self.scope.forbids(one) or self.scope.forbids_host(one)) for one in (name, bare))

    def _names_loopback(self, address: Address) -> bool:
        """True if a prefix of loopback addresses alone holds it: 0.0.0.0/0 is not meant to."""
        return any(
            block.version == address.version
            and block.first <= int(address) <= block.last
            and next(_LOOPBACK.missing_from(block), None) is None
            for block in self.blocks
        )


def build_fence(scope: Scope, words: FenceWords, ports: Ports = USUAL_PORTS, *, confirmed: bool = False) -> Fence:
    """The fence around what a scope's devices announce. `confirmed` is true for `--yes`, and for a dry run.

    Raises DataFileError for a word that is no prefix, KitscanError if nothing bounds the crawl, and ScopeRefused if an
    unconfirmed fence holds a public address, or more than MAX_UNCONFIRMED_DEVICES addresses may be followed.
    """
    prefixes = tuple(_prefixes(words.within))
    if not prefixes and not any(span.prefix for span in scope.targets.spans):
        own = sorted({network for read in scope.targets.lists for network in read.networks})
        example = " ".join(f"--within {network}" for network in own[:MAX_PROPOSED]) or "--within 192.0.2.0/24"
        raise KitscanError(
            "--crawl: nothing bounds it, because every target is a single address",
            f"name the networks that it may follow into, such as {example}",
        )
    if not confirmed:
        _refuse_unconfirmed(prefixes, words.devices)
    return Fence(
        scope,
        words.hops,
        words.devices,
        tuple(prefix.hosts for prefix in prefixes),
        tuple(prefix.prefix or str(prefix.block) for prefix in prefixes),
        confirmed,
        ports,
        AddressSet(prefix.hosts for prefix in prefixes),
    )


def _prefixes(words: tuple[str, ...]) -> Iterator[Addresses]:
    for number, word in enumerate(words, 1):
        try:
            prefix = parse_word(word)
        except WordError as error:
            raise _flaw(number, error.problem) from error
        if not isinstance(prefix, Addresses):
            raise _flaw(number, f"{prefix.name} is a name")
        if prefix.port is not None or prefix.zone:
            raise _flaw(number, f"{prefix.prefix or prefix.block} has a port or a zone")
        yield prefix


def _flaw(number: int, problem: str) -> DataFileError:
    flaw = Flaw(f"--within {number}", problem, "a CIDR (192.0.2.0/24), a range (192.0.2.1-40), or one address")
    return DataFileError("the command line", (flaw,), "correct this word and run the same command again")


def _refuse_unconfirmed(prefixes: tuple[Addresses, ...], devices: int) -> None:
    networks = (network for prefix in prefixes for network in prefix.hosts.networks())
    public = next((address for network in networks if (address := public_in(network)) is not None), None)
    reasons: list[str] = []
    if devices > MAX_UNCONFIRMED_DEVICES:
        reasons.append(f"it may follow {devices:,} addresses, more than {MAX_UNCONFIRMED_DEVICES:,}")
    if public is not None:
        reasons.append(f"it may follow public addresses (the first is {public})")
    if reasons:
        raise ScopeRefused(
            f"--crawl: {' and '.join(reasons)}",
            "look at where it may go with --dry-run, make sure that you are authorised to scan there, then add --yes",
        )
