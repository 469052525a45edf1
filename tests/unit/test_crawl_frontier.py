"""Whom a crawl asks next: nearest first, in one order, never more than its fence allows, whatever is announced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scanner.crawl.announced import AnnouncedNeighbour
from scanner.crawl.frontier import Frontier, LeftNeighbour, NeighbourReport
from scanner.fence import Fence, FenceWords, build_fence
from scanner.rate_limit.profiles import PROFILES
from scanner.scope import Scope, admit
from scanner.targets.read_targets import read_exclusions, read_targets
from scanner.targets.target import Ports

SEED = "10.0.0.1"

Network = Mapping[str, Sequence[AnnouncedNeighbour]]


def scope(*exclude: str) -> Scope:
    exclusions = read_exclusions(exclude, lambda _: ("10.0.0.66",))
    return admit(read_targets((SEED,), Ports(), lambda _: SEED), exclusions, PROFILES["normal"])


def fence(*exclude: str, within: str = "10.0.0.0/16", hops: int = 3, devices: int = 256) -> Fence:
    return build_fence(scope(*exclude), FenceWords((within,), hops, devices))


def named(name: str, *addresses: str) -> AnnouncedNeighbour:
    return AnnouncedNeighbour(name, addresses)


@dataclass
class Walk:
    """A crawl of a network that answers at the addresses it lists; `order` shuffles who answers first."""

    fence: Fence
    network: Network
    order: Random = field(default_factory=lambda: Random(0))
    steps: list[tuple[str, ...]] = field(default_factory=list)

    def run(self) -> "Walk":
        self.frontier = Frontier(self.fence)
        self._answer([SEED])
        while step := self.frontier.next_step():
            assert len(self.steps) < 1_000
            self.steps.append(tuple(found.address for found in step))
            self._answer([found.address for found in step])
        return self

    def _answer(self, asked: list[str]) -> None:
        self.order.shuffle(asked)
        for address in asked:
            if address in self.network:
                self.frontier.note(address, NeighbourReport(address, 0, tuple(self.network[address])))

    @property
    def asked(self) -> list[str]:
        return [address for step in self.steps for address in step]


def chain(length: int) -> dict[str, list[AnnouncedNeighbour]]:
    """Boxes 10.0.0.1, 10.0.0.2 ... each of which announces the next and the one before."""
    return {
        f"10.0.0.{number}": [named(f"r{other}", f"10.0.0.{other}") for other in (number - 1, number + 1) if other]
        for number in range(1, length + 1)
    }


def test_a_chain_is_followed_a_box_a_step_until_the_hops_end() -> None:
    walk = Walk(fence(hops=3), chain(9)).run()
    assert walk.steps == [("10.0.0.2",), ("10.0.0.3",), ("10.0.0.4",)]
    assert walk.frontier.result().beyond == (LeftNeighbour("r5", "10.0.0.5"),)


def test_a_ring_is_walked_from_both_ends_and_ends() -> None:
    ring = chain(6)
    ring["10.0.0.1"].append(named("r6", "10.0.0.6"))
    ring["10.0.0.6"] = [named("r5", "10.0.0.5"), named("r1", SEED)]
    walk = Walk(fence(hops=64), ring).run()
    assert walk.steps == [("10.0.0.2", "10.0.0.6"), ("10.0.0.3", "10.0.0.5"), ("10.0.0.4",)]


def test_what_lies_outside_is_listed_and_never_asked() -> None:
    walk = Walk(fence(), {SEED: [named("far", "10.1.0.9"), named("near", "10.0.9.9"), named("", "127.0.0.1")]}).run()
    assert walk.asked == ["10.0.9.9"]
    result = walk.frontier.result()
    assert (result.outside, result.nowhere) == ((LeftNeighbour("far", "10.1.0.9"),), (LeftNeighbour("", "127.0.0.1"),))


def test_a_second_address_is_tried_only_if_the_first_is_silent() -> None:
    two = named("r2", "10.0.0.2", "10.0.1.2")
    assert Walk(fence(), {SEED: [two], "10.0.0.2": []}).run().asked == ["10.0.0.2"]
    assert Walk(fence(), {SEED: [two]}).run().asked == ["10.0.0.2", "10.0.1.2"]


def test_a_neighbour_with_an_excluded_address_or_name_is_not_asked_at_its_other_address() -> None:
    told = {SEED: [named("r2", "10.0.0.2", "10.0.0.66"), named("Core1.example", "10.0.0.3")]}
    walk = Walk(fence("core1.example"), told).run()
    assert walk.asked == []
    assert [left.name for left in walk.frontier.result().excluded] == ["Core1.example", "r2"]


def test_what_one_device_makes_up_leaves_room_for_what_others_announce() -> None:
    made_up = [named(f"x{number}", str(IPv4Address("10.0.8.0") + number)) for number in range(10_000)]
    honest = [named("r2", "10.0.0.2"), named("liar", "10.0.0.3")]
    network = {
        SEED: honest,
        "10.0.0.2": [named("r4", "10.0.0.4")],
        "10.0.0.3": made_up,
        "10.0.0.4": chain(9)["10.0.0.5"],
    }
    walk = Walk(fence(), network).run()
    assert walk.steps[1][:2] == ("10.0.0.4", "10.0.8.0")
    assert len(walk.steps[1]) == 65
    assert {"10.0.0.4", "10.0.0.6"} <= {*walk.asked}
    assert len(walk.frontier.result().beyond) == 10_000 - 64


def test_the_count_ends_the_crawl() -> None:
    network = {SEED: [named("", f"10.0.7.{number}") for number in range(1, 30)]}
    walk = Walk(fence(devices=5), network).run()
    assert walk.steps == [tuple(f"10.0.7.{number}" for number in range(1, 6))]


ODD = (
    *("10.0.0.0", "10.0.255.255", "127.0.0.1", "::1", "fe80::1", "224.0.0.5", "255.255.255.255", "0.0.0.0"),
    *("10.0.0.66", "::ffff:10.0.0.66", "64:ff9b::10.0.0.66", "2001:db8::1", "10.3.0.1", "not an address", ""),
)
"""Addresses that nobody may follow, or that are another's."""


def addresses() -> st.SearchStrategy[str]:
    inside = st.integers(1, 40).map(lambda number: f"10.0.0.{number}")
    odd = st.sampled_from((SEED, *ODD))
    return inside | inside | odd | st.ip_addresses().map(str)


def networks() -> st.SearchStrategy[Network]:
    neighbour = st.builds(
        AnnouncedNeighbour, st.sampled_from(["", "r1", "\x1b[2J"]), st.lists(addresses(), max_size=4).map(tuple)
    )
    boxes = st.integers(1, 40).map(lambda number: f"10.0.0.{number}")
    return st.dictionaries(boxes, st.lists(neighbour, max_size=12), max_size=25)


@given(networks(), st.integers(1, 5), st.integers(1, 30))
def test_no_announcement_widens_or_lengthens_the_crawl(network: Network, hops: int, devices: int) -> None:
    bounded = fence("10.0.0.66", hops=hops, devices=devices)
    walk = Walk(bounded, network).run()
    assert len(walk.asked) == len({*walk.asked}) <= devices
    assert all(found.hop <= hops for found in walk.frontier.followed.values())
    for address in walk.asked:
        parsed = ip_address(address)
        assert parsed in ip_network("10.0.0.0/16")
        assert parsed not in (
            ip_address(SEED),
            ip_address("10.0.0.66"),
            ip_address("10.0.0.0"),
            ip_address("10.0.255.255"),
        )
    reported = {*walk.frontier.followed, SEED}
    assert all(found.announced_by in reported for found in walk.frontier.followed.values())
    assert len(walk.steps) <= 4 * hops


@given(networks(), st.randoms(use_true_random=False))
def test_the_order_is_the_same_whoever_answers_first(network: Network, order: Random) -> None:
    assert Walk(fence(), network).run().steps == Walk(fence(), network, order).run().steps


@given(networks())
def test_a_crawl_goes_breadth_first(network: Network) -> None:
    walk = Walk(fence(hops=5), network).run()
    for step in walk.steps:
        hops = [walk.frontier.followed[address].hop for address in step]
        assert min(hops) >= 1
    first_hops = [walk.frontier.followed[step[0]].hop for step in walk.steps if step]
    assert all(hop <= number + 1 for number, hop in enumerate(first_hops))


@given(networks())
def test_each_announced_neighbour_is_asked_or_listed_once(network: Network) -> None:
    walk = Walk(fence("10.0.0.66"), network).run()
    result = walk.frontier.result()
    kinds = (result.outside, result.excluded, result.unconfirmed, result.nowhere, result.beyond)
    listed = [left for kind in kinds for left in kind if left.address]
    assert not {left.address for left in result.beyond} & {*walk.asked}
    for kind in kinds:
        assert list(kind) == sorted({*kind}, key=lambda left: (left.name, left.address))
    assert all(left.address for left in listed)
