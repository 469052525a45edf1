"""Numbers for targets and back, without an object for each."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.targets.addresses import AddressBlock
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Ports, Target
from tests.unit.listed import listed

RANGE = AddressSpan(AddressBlock(4, 0x0A000001, 0x0A0000FE), Ports(), "10.0.0.0/24")
NAMED = AddressSpan(AddressBlock(4, 0x0A000105, 0x0A000105), Ports(1161), "", ("core",))
LOCAL = AddressSpan(AddressBlock(6, 0xFE80 << 112 | 1, 0xFE80 << 112 | 1), Ports(), "", (), (), "eth0")
TARGETS = Targets((RANGE, NAMED, LOCAL))


def test_targets_have_the_numbers_in_which_they_iterate() -> None:
    places = TargetNumbers(TARGETS)
    assert len(places) == TARGETS.count == 256
    assert [places.target(number) for number in range(256)] == list(TARGETS)


@pytest.mark.parametrize("number", [-1, 256])
def test_a_number_beyond_them_is_nobodys(number: int) -> None:
    with pytest.raises(IndexError):
        TargetNumbers(TARGETS).target(number)


def test_every_target_is_found_by_its_key() -> None:
    places = TargetNumbers(TARGETS)
    assert [places.with_key(target.key) for target in TARGETS] == list(TARGETS)


@pytest.mark.parametrize("key", ["10.0.0.255", "10.0.1.5", "fe80::1", "discovery by ssh", "mac 00:11", "a:b", ""])
def test_what_is_no_target_is_not_found(key: str) -> None:
    assert TargetNumbers(TARGETS).with_key(key) is None


def test_all_targets_at_an_address_are_found_whatever_their_ports() -> None:
    both = [Target("192.0.2.1", 1161), Target("192.0.2.1")]
    assert set(TargetNumbers(listed(both)).at("192.0.2.1")) == set(both)
    assert list(TargetNumbers(listed(both)).at("not an address")) == []


@given(st.sets(st.integers(0, 255)))
def test_targets_less_some_are_all_the_others_in_order(gone: set[int]) -> None:
    whole = list(TARGETS)
    left = TARGETS.less([whole[number] for number in gone])
    assert list(left) == [target for number, target in enumerate(whole) if number not in gone]


def test_a_million_addresses_cost_no_memory() -> None:
    tracemalloc.start()
    places = TargetNumbers(Targets((AddressSpan(AddressBlock(4, 0x0A000000, 0x0A0FFFFF), Ports(), "10.0.0.0/12"),)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(places), places.target(1 << 19).address) == (1 << 20, "10.8.0.0")
    assert most < 10_000
