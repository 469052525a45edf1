"""Scope: what may be touched, what needs a yes, and the plan that a run stays inside."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_network

import pytest

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation
from scanner.dry_run import describe_plan
from scanner.protocols.probe import Planned
from scanner.rate_limit.profiles import PROFILES
from scanner.scope import Scope, ScopeRefused, admit, first_public
from scanner.targets.read_targets import read_exclusions, read_targets
from scanner.targets.target import Ports, Target

NAMES = {"core1.example": "192.0.2.77", "public.example": "8.8.4.4"}


def resolve(name: str) -> str:
    if name not in NAMES:
        raise OSError(-2, "Name or service not known")
    return NAMES[name]


def scope(*words: str, exclude: tuple[str, ...] = (), yes: bool = False) -> Scope:
    targets = read_targets(words, Ports(), resolve)
    return admit(targets, read_exclusions(exclude, resolve_all), PROFILES["normal"], confirmed=yes)


def test_exclusions_win_over_targets_named_one_by_one() -> None:
    assert [one.address for one in scope("192.0.2.1", "192.0.2.2", exclude=("192.0.2.0/31",))] == ["192.0.2.2"]


def test_an_excluded_name_takes_out_a_target_that_is_labelled_so() -> None:
    targets = read_targets(("core1.example", "192.0.2.1"), Ports(), lambda _: "192.0.2.5")
    excluded = read_exclusions(("core1.example",), lambda _: ("192.0.2.6",))
    assert [one.address for one in admit(targets, excluded, PROFILES["normal"])] == ["192.0.2.1"]


def test_an_excluded_link_local_network_holds_whatever_the_zone() -> None:
    assert [one.address for one in scope("fe80::1%eth0", "192.0.2.1", exclude=("fe80::/10",))] == ["192.0.2.1"]


def test_an_exclusion_with_a_port_leaves_the_whole_address_alone() -> None:
    assert [one.key for one in scope("127.0.0.1:1161", "127.0.0.2", exclude=("127.0.0.1:99",))] == ["127.0.0.2"]


def test_1024_addresses_need_no_yes() -> None:
    assert scope("10.0.0.0-10.0.3.255").count == 1_024


def test_1025_addresses_are_refused_with_their_count_and_the_next_step() -> None:
    with pytest.raises(ScopeRefused, match=r"1,025 addresses, more than 1,024\nNext: .*--dry-run.*--yes"):
        scope("10.0.0.0-10.0.4.0")


def test_a_yes_admits_any_number() -> None:
    assert scope("10.0.0.0/8", yes=True).count == 2**24 - 2


def test_excluded_addresses_do_not_count() -> None:
    assert scope("10.0.0.0/16", exclude=("10.0.4.0-10.0.255.255",)).count == 1_023


@pytest.mark.parametrize("word", ["8.8.8.8", "public.example", "8.8.8.0/30", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_a_public_address_is_refused_without_a_yes(word: str) -> None:
    with pytest.raises(ScopeRefused, match="public addresses"):
        scope("192.0.2.1", word)


def test_the_first_public_address_of_a_mixed_range_is_named() -> None:
    with pytest.raises(ScopeRefused, match=r"the first is 11\.0\.0\.0\)"):
        scope("10.255.255.250-11.0.0.5")


def test_an_excluded_public_address_asks_for_no_yes() -> None:
    assert scope("10.255.255.254-11.0.0.0", exclude=("11.0.0.0",)).count == 2


@pytest.mark.parametrize("word", ["224.0.0.5", "255.255.255.255", "0.0.0.0", "::", "ff02::1"])
def test_addresses_that_no_host_has_are_left_out_and_counted(word: str) -> None:
    found = scope("192.0.2.1", word)
    assert ([one.address for one in found], found.left_out) == (["192.0.2.1"], 1)


def test_a_scope_with_nothing_left_is_refused() -> None:
    with pytest.raises(ScopeRefused, match="nothing is left to scan: 1 addresses are excluded and 1 are"):
        scope("192.0.2.1", "224.0.0.1", exclude=("192.0.2.1",))


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("192.0.2.1", True),
        ("::ffff:192.0.2.1", True),
        ("192.0.2.2", False),
        ("::ffff:192.0.2.2", False),
        ("192.0.2.0", False),
        ("192.0.2.3", False),
        ("192.0.3.1", False),
        ("2001:db8::1", True),
        ("2001:db8::2", False),
        ("core1.example", False),
        ("", False),
    ],
)
def test_the_scope_is_asked_about_each_address(address: str, allowed: bool) -> None:
    assert scope("192.0.2.0/30", "2001:db8::1", exclude=("192.0.2.2",)).permits(address) is allowed


@pytest.mark.parametrize(("host", "forbidden"), [("192.0.2.2", True), ("192.0.2.1", False), ("Core1.example", True)])
def test_a_host_that_is_no_target_may_be_forbidden_too(host: str, forbidden: bool) -> None:
    assert scope("192.0.2.1", exclude=("192.0.2.2", "core1.example")).forbids(host) is forbidden


BEHIND_TRANSLATORS = (
    "64:ff9b::192.0.2.1",  # NAT64, the well-known prefix
    "64:ff9b:1::192.0.2.1",  # the local prefix, of 96 bits
    "64:ff9b:1:c000:2:100::",  # of 48 bits: the zero octet stands inside the address
    "64:ff9b:1:5c0:0:201::",  # of 56 bits
    "64:ff9b:1:5:c0:2:100:0",  # of 64 bits
    "2002:c000:201::1",  # 6to4
    "fe80::5efe:192.0.2.1",  # ISATAP
    "::192.0.2.1",  # IPv4-compatible
    "::ffff:192.0.2.1",  # IPv4-mapped
    "::ffff:192.0.2.1%eth0",
)


@pytest.mark.parametrize("word", BEHIND_TRANSLATORS)
def test_an_excluded_address_is_not_reached_through_a_translator(word: str) -> None:
    assert [one.address for one in scope("10.0.0.1", word, exclude=("192.0.2.1",), yes=True)] == ["10.0.0.1"]


@pytest.mark.parametrize("word", BEHIND_TRANSLATORS)
def test_a_jump_host_is_not_reached_through_a_translator_either(word: str) -> None:
    assert scope("10.0.0.1", exclude=("192.0.2.1",)).forbids(word)


@pytest.mark.parametrize("word", BEHIND_TRANSLATORS)
def test_what_leads_to_another_address_stays(word: str) -> None:
    assert scope(word, exclude=("192.0.2.2", "198.51.100.0/24"), yes=True).count == 1


def test_a_network_of_translated_addresses_loses_what_is_excluded() -> None:
    left = scope("64:ff9b::192.0.2.0/125", exclude=("192.0.2.4/30",), yes=True)
    assert [one.address for one in left] == ["64:ff9b::c000:201", "64:ff9b::c000:202", "64:ff9b::c000:203"]


@pytest.mark.parametrize(
    "word", ["64:ff9b::224.0.0.1", "64:ff9b::255.255.255.255", "2002:e000:1::1", "::ffff:224.0.0.1"]
)
def test_no_multicast_goes_out_through_a_translator(word: str) -> None:
    assert scope("10.0.0.1", word, yes=True).left_out == 1


@pytest.mark.parametrize("word", ["64:ff9b:1::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"])
def test_what_leads_to_a_public_address_needs_a_yes(word: str) -> None:
    with pytest.raises(ScopeRefused, match="public addresses"):
        scope("192.0.2.1", word)


def test_a_network_of_mapped_addresses_is_the_ipv4_network() -> None:
    assert [one.address for one in scope("::ffff:192.0.2.0/126")] == ["192.0.2.1", "192.0.2.2"]
    assert [one.address for one in scope("192.0.2.0/29", exclude=("::ffff:192.0.2.0/126",))] == [
        "192.0.2.4",
        "192.0.2.5",
        "192.0.2.6",
    ]


def test_the_same_link_local_address_in_another_zone_is_another_device() -> None:
    found = scope("fe80::1%eth0")
    assert [found.permits(text) for text in ("fe80::1%eth0", "fe80::1%eth1", "fe80::1")] == [True, False, False]


@pytest.mark.parametrize("word", ["fe80::1%br-lan-fe80::3%br-lan", "fe80::%br-lan/126"])
def test_a_range_and_a_network_keep_their_zone(word: str) -> None:
    assert [one.address for one in scope(word)] == [f"fe80::{last}%br-lan" for last in (1, 2, 3)]


def test_a_range_in_one_zone_keeps_what_is_named_in_another() -> None:
    found = [one.address for one in scope("fe80::1%eth0", "fe80::1%eth1-fe80::2%eth1")]
    assert found == ["fe80::1%eth0", "fe80::1%eth1", "fe80::2%eth1"]


@pytest.mark.parametrize("word", ["fe80::1%eth0-fe80::5", "fe80::1%eth0-fe80::5%eth1", "fe80::1-fe80::5%eth1"])
def test_a_range_that_leaves_its_zone_is_refused(word: str) -> None:
    with pytest.raises(DataFileError, match="runs from one zone into another"):
        scope(word)


@pytest.mark.parametrize("word", ["192.0.2.250-300", "192.0.2.9-192.0.2.1", "::fffe:ffff:ffff-::ffff:0:1"])
def test_a_range_does_not_wrap(word: str) -> None:
    with pytest.raises(DataFileError):
        scope(word)


def test_a_name_that_changes_its_address_is_asked_at_the_one_that_was_admitted() -> None:
    answers = iter(("192.0.2.7", "192.0.2.66"))
    targets = read_targets(("rebinding.example",), Ports(), lambda _: next(answers))
    admitted = admit(targets, read_exclusions(("192.0.2.66",), resolve_all), PROFILES["normal"])
    assert [one.address for one in admitted] == ["192.0.2.7"]
    assert next(answers) == "192.0.2.66"  # nobody asked a second time
    assert [admitted.permits(text) for text in ("192.0.2.7", "192.0.2.66", "rebinding.example")] == [True, False, False]


def resolve_all(name: str) -> tuple[str, ...]:
    return (resolve(name),)


@dataclass
class Asking:
    """A probe that only plans; counts how often it was asked to."""

    name: str = "snmp"
    asked: list[str] = field(default_factory=list)

    def plan(self, target: Target) -> tuple[Planned, ...]:
        self.asked.append(target.address)
        names = ("ro", "v3") if target.address.startswith("10.1.") else ("ro",)
        return (Planned(target.key, self.name, f"{target.snmp_port}/udp", ("get system", "walk ifTable"), names),)

    async def observe(self, target: Target) -> AsyncIterator[tuple[Observation | Gap, ...]]:
        self.asked.append(f"observed {target.address}")
        yield (Gap("snmp", "161/udp", GapReason.NO_ANSWER),)


EXPECTED = """\
Nothing has been sent. A run may send this, and nothing else:
Profile normal: 20 requests/s to one address, 1,000 packets/s in all, 1 in flight at an address, 200 devices at once
6 addresses in scope; 1 excluded; 1 left out as network, broadcast, multicast or unspecified
gone.example has no address (Name or service not known), so it is not asked

10.0.0.0/30 (4 addresses)
10.0.0.9
  snmp at 161/udp, credentials: ro
    get system
    walk ifTable

10.1.0.1
  snmp at 161/udp, credentials: ro, v3
    get system
    walk ifTable

If every address answers: 12 requests, if each object and command takes one; 0 s at this rate
Fewer in practice: an SNMP request asks for several lines, none is for a table that the device lacks, and SSH types \
the commands of one platform
More where tables are long: one request for about ten rows. Walks end after 50,000 values or 900 s a device
"""


def test_a_plan_says_addresses_ports_subtrees_credentials_and_cost() -> None:
    found = scope("10.0.0.0-3", "10.0.0.9", "10.1.0.1-2", "224.0.0.1", "gone.example", exclude=("10.1.0.2",), yes=True)
    assert describe_plan(found, (Asking(),), whole=True) == EXPECTED


def test_a_plan_with_the_credentials_prefixes_asks_once_between_their_edges() -> None:
    probe = Asking()
    started = time.monotonic()
    text = describe_plan(scope("10.0.0.0/8", yes=True), (probe,), (ip_network("10.1.0.0/16"), ip_network("10.0.0.0/8")))
    assert probe.asked == ["10.0.0.1", "10.1.0.0", "10.2.0.0"]
    assert (
        "10.1.0.0/16 (65,536 addresses)\n  snmp at 161/udp, credentials: ro, v3; sends: get system, walk ifTable\n"
        in text
    )
    assert time.monotonic() - started < 5


@dataclass
class AskingMuch(Asking):
    """A probe that plans objects of two tables, and commands."""

    def plan(self, target: Target) -> tuple[Planned, ...]:
        objects = ("engine-id", "get 1.3.6.1.2.1.1.1.0", "get 1.3.6.1.2.1.1.5.0", "walk 1.3.6.1.2.1.2.2.1.2")
        sends = (*objects, "walk 1.3.6.1.2.1.2.2.1.6", "show version", "show inventory")
        names = ("v3",) if target.address == "10.0.0.9" else ("ro",)
        return (Planned(target.key, self.name, "161/udp", sends, names), *super().plan(target)[:0])


def test_what_many_addresses_get_stands_in_a_plan_once() -> None:
    text = describe_plan(scope("10.0.0.0-3", "10.0.0.9"), (AskingMuch(),))
    assert (
        text.partition("\n\n")[2].partition("\n\nIf every")[0]
        == """\
10.0.0.0/30 (4 addresses)
  snmp at 161/udp, credentials: ro; sends: list 1

10.0.0.9
  snmp at 161/udp, credentials: v3; sends: list 1

list 1, 7 requests:
  engine-id; get 1.3.6.1.2.1.1 .1.0 .5.0; walk 1.3.6.1.2.1.2.2.1 .2 .6; show version; show inventory"""
    )


@dataclass
class Twice:
    """A way to find out who is there that sends two packets to each address."""

    def packets(self, _target: Target) -> int:
        return 2


def test_a_plan_foretells_what_silent_addresses_cost() -> None:
    text = describe_plan(scope("10.0.0.0/16", yes=True), (Asking(),), (ip_network("10.0.0.0/8"),), (Twice(), Twice()))
    message = "If no address answers: 262,136 packets, retransmissions included; 262 s or more at this rate"
    assert message in text.splitlines()


def test_a_network_that_begins_in_a_special_block_is_looked_at_to_its_end() -> None:
    """192.0.2.0/24 is for documentation, 192.0.3.0/24 is somebody's."""
    with pytest.raises(ScopeRefused, match=r"256 public addresses|the first is 192\.0\.3\.0"):
        scope("192.0.2.0/23")


@pytest.mark.parametrize(
    ("packets", "per_address", "seconds"), [(2, 100, 2), (100, 0.5, 4), (None, 0.5, 4), (2, None, 2), (None, None, 0)]
)
def test_the_slower_of_both_rates_is_the_time(packets: float | None, per_address: float | None, seconds: int) -> None:
    rates = replace(PROFILES["lab"], packets=packets, requests_per_address=per_address)
    plan = describe_plan(replace(scope("10.0.0.0-1"), profile=rates), (Asking(),))
    assert f"4 requests, if each object and command takes one; {seconds} s at this rate" in plan


def test_a_scope_that_says_nothing_of_what_was_left_out_left_out_nothing() -> None:
    bare = Scope(read_targets(("192.0.2.1",), Ports(), resolve), PROFILES["lab"])
    assert (bare.excluded, bare.left_out) == (0, 0)


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("192.0.2.0-192.0.3.255", "192.0.3.0"),
        ("192.168.255.0-192.169.0.255", "192.169.0.0"),
        ("198.51.100.0-198.51.100.255", None),
        ("100.64.0.0-100.127.255.255", None),
        ("8.8.8.8", "8.8.8.8"),
        ("10.0.0.1", None),
        ("2001:db8::/118", None),
    ],
)
def test_the_first_public_address_of_a_range_is_found_wherever_it_begins(word: str, first: str | None) -> None:
    found = first_public(read_targets((word,), Ports(), resolve))
    assert (None if found is None else str(found)) == first
