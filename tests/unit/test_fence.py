"""The fence of a crawl: what announced addresses it admits, and what a user has to confirm."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError, KitscanError
from scanner.dry_run import describe_plan
from scanner.fence import Admission, Fence, FenceWords, build_fence
from scanner.rate_limit.profiles import PROFILES
from scanner.scope import Scope, ScopeRefused, admit
from scanner.targets.read_targets import read_exclusions, read_targets
from scanner.targets.target import Ports


def scope(*words: str, exclude: tuple[str, ...] = ()) -> Scope:
    targets = read_targets(words, Ports(), lambda _: "192.0.2.77")
    return admit(targets, read_exclusions(exclude, lambda _: ("192.0.2.99",)), PROFILES["normal"], confirmed=True)


def fence(*within: str, seed: str = "10.0.0.1", exclude: tuple[str, ...] = (), yes: bool = False) -> Fence:
    return build_fence(scope(seed, exclude=exclude), FenceWords(within), confirmed=yes)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.1", Admission.IN_SCOPE),
        ("::ffff:10.0.0.1", Admission.IN_SCOPE),
        ("10.0.0.2", Admission.INSIDE),
        ("::ffff:10.0.0.2", Admission.INSIDE),
        ("10.0.0.0", Admission.OUTSIDE),
        ("10.0.0.255", Admission.OUTSIDE),
        ("10.0.1.1", Admission.OUTSIDE),
        ("10.0.0.66", Admission.EXCLUDED),
        ("64:ff9b::10.0.0.66", Admission.EXCLUDED),
        ("127.0.0.1", Admission.NO_HOST),
        ("::1", Admission.NO_HOST),
        ("169.254.1.1", Admission.NO_HOST),
        ("fe80::1", Admission.NO_HOST),
        ("fe80::1%eth0", Admission.NO_HOST),
        ("224.0.0.18", Admission.NO_HOST),
        ("ff02::1", Admission.NO_HOST),
        ("0.0.0.0", Admission.NO_HOST),
        ("255.255.255.255", Admission.NO_HOST),
        ("::", Admission.NO_HOST),
        ("", Admission.NO_HOST),
        ("core1.example", Admission.NO_HOST),
    ],
)
def test_where_an_announced_address_stands(address: str, expected: Admission) -> None:
    assert fence("10.0.0.0/24", exclude=("10.0.0.66",)).admission(address) is expected


def test_loopback_is_followed_only_where_a_prefix_of_loopback_is_named() -> None:
    assert fence("0.0.0.0/0", yes=True).admission("127.0.0.9") is Admission.NO_HOST
    assert fence("127.0.0.0/24").admission("127.0.0.9") is Admission.INSIDE


def test_a_name_that_is_excluded_is_forbidden() -> None:
    assert fence("10.0.0.0/24", exclude=("Core9.example",)).forbids_name("core9.EXAMPLE.")


@pytest.mark.parametrize(
    ("excluded", "announced"),
    [("core9", "core9.corp.example"), ("core9.corp.example", "Core9"), ("core9", "core9(FOX1234ABCD)")],
)
def test_an_excluded_name_is_forbidden_however_a_device_writes_it(excluded: str, announced: str) -> None:
    bounded = fence("10.0.0.0/24", exclude=(excluded,))
    assert bounded.forbids_name(announced)
    assert not bounded.forbids_name("core91") and not bounded.forbids_name("")
    assert not fence("10.0.0.0/24", exclude=("core9.a.example",)).forbids_name("core9.b.example")
    assert not fence("10.0.0.0/24").forbids_name("")


def test_single_addresses_need_a_fence() -> None:
    with pytest.raises(KitscanError, match=r"nothing bounds it(.|\n)*--within"):
        fence()


def test_the_networks_of_a_lab_are_proposed_as_its_fence(tmp_path: Path) -> None:
    lab = tmp_path / "lab.clab.yml"
    mgmt = "{ipv4-subnet: 10.0.0.0/24, ipv6-subnet: '2001:db8::/64'}"
    lab.write_text(f"name: lab\nmgmt: {mgmt}\ntopology: {{nodes: {{r1: {{mgmt-ipv4: 10.0.0.1}}}}}}\n")
    with pytest.raises(KitscanError, match=r"such as --within 10\.0\.0\.0/24 --within 2001:db8::/64"):
        fence(seed=str(lab))


def test_a_scope_of_networks_is_its_own_fence() -> None:
    bounded = fence(seed="10.0.0.0/24")
    assert [bounded.admission(f"10.0.{net}.7") for net in (0, 1)] == [Admission.IN_SCOPE, Admission.OUTSIDE]


@pytest.mark.parametrize("within", ["8.8.8.0/24", "0.0.0.0/0", "10.0.0.0/7", "2000::/3", "::/0"])
def test_a_public_fence_needs_a_yes(within: str) -> None:
    with pytest.raises(ScopeRefused, match="may follow public addresses"):
        fence(within)
    assert fence(within, yes=True).prefixes == (within,)


def test_a_public_address_behind_a_translator_needs_a_yes_of_its_own() -> None:
    assert fence("2001:db8::/32").admission("2001:db8::5") is Admission.INSIDE
    isatap_of_public = "2001:db8::5efe:808:808"
    assert fence("2001:db8::/32").admission(isatap_of_public) is Admission.UNCONFIRMED
    assert fence("2001:db8::/32", yes=True).admission(isatap_of_public) is Admission.INSIDE


def test_more_than_256_devices_need_a_yes() -> None:
    with pytest.raises(ScopeRefused, match="257 addresses, more than 256"):
        build_fence(scope("10.0.0.1"), FenceWords(("10.0.0.0/8",), devices=257))
    assert build_fence(scope("10.0.0.1"), FenceWords(("10.0.0.0/8",), devices=257), confirmed=True).devices == 257


@pytest.mark.parametrize("word", ["core1.example", "10.0.0.0/33", "10.0.0.0/24:161", "fe80::%eth0/64", ""])
def test_a_word_that_is_no_prefix_is_named(word: str) -> None:
    with pytest.raises(DataFileError, match="--within 2"):
        fence("10.0.0.0/24", word)


@given(st.ip_addresses(), st.sampled_from(["10.0.0.0/8", "2001:db8::/48", "127.0.0.0/8", "fd00::/8"]))
def test_whatever_is_announced_only_hosts_of_the_fence_are_inside(address: object, within: str) -> None:
    bounded = fence(within, exclude=("10.9.0.0/16",))
    if bounded.admission(str(address)) is Admission.INSIDE:
        parsed = ip_address(str(address))
        assert parsed in ip_network(within)
        assert not (parsed.is_multicast or parsed.is_link_local or parsed.is_unspecified or parsed.is_global)
        assert not bounded.scope.forbids(str(address))


def test_the_words_of_a_fence_are_those_of_the_command_line() -> None:
    words = FenceWords(("10.0.0.0/8", "2001:db8::/64"), 2, 40)
    assert words.recorded() == (
        "--crawl",
        "--within=10.0.0.0/8",
        "--within=2001:db8::/64",
        "--hops=2",
        "--max-devices=40",
    )


def test_a_dry_run_shows_each_step_and_leaves_out_what_is_excluded() -> None:
    bounded = fence("10.0.0.0/24", exclude=("10.0.0.128/25",))
    text = describe_plan(bounded.scope, (), (), fence=bounded)
    assert "  step 1: may follow inside 10.0.0.0/24 what devices in scope announce\n" in text
    assert "  step 3: may follow inside 10.0.0.0/24 what devices of step 2 announce\n" in text
    assert "At most 256 addresses are followed, at most 64 of one device's neighbours." in text
    followed = [line for line in text.splitlines() if line.startswith("may follow inside")]
    assert followed == ["may follow inside 10.0.0.2-10.0.0.127 (126 addresses)"]
