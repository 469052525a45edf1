"""The scope and the breaker as state machines: whatever is done, in whatever order, the promise holds."""

from ipaddress import ip_address, ip_network

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from scanner.credentials.lockout import REALM_REFUSALS, Breaker
from scanner.rate_limit.profiles import PROFILES
from scanner.scope import Scope, ScopeRefused, admit
from scanner.targets.read_targets import read_exclusions, read_targets
from scanner.targets.target import Ports

BLOCK = [str(address) for address in ip_network("192.0.2.0/28")]
HOSTS = BLOCK[1:-1]
ADDRESSES = st.sampled_from(BLOCK)


def nobody(name: str) -> str:
    raise OSError(-2, f"no address for {name}")


class ScopeMachine(RuleBasedStateMachine):
    """A user names and excludes addresses in any order. What is permitted is what a plain set says."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.exclude: list[str] = []
        self.named: set[str] = set()
        self.excluded: set[str] = set()

    @rule(address=ADDRESSES, port=st.sampled_from(("", ":1161")))
    def name_an_address(self, address: str, port: str) -> None:
        self.words.append(address + port)
        self.named.add(address)

    @rule(first=st.integers(0, 15), last=st.integers(0, 15))
    def name_a_range(self, first: int, last: int) -> None:
        first, last = sorted((first, last))
        self.words.append(f"{BLOCK[first]}-{BLOCK[last]}")
        self.named.update(BLOCK[first : last + 1])

    @rule(length=st.integers(28, 32), address=ADDRESSES)
    def name_a_prefix(self, length: int, address: str) -> None:
        network = ip_network(f"{address}/{length}", strict=False)
        self.words.append(str(network))
        self.named.update(map(str, network.hosts() if length < 31 else network))

    @rule(address=ADDRESSES, port=st.sampled_from(("", ":22")))
    def exclude_an_address(self, address: str, port: str) -> None:
        self.exclude.append(address + port)
        self.excluded.add(address)

    @rule(length=st.integers(28, 32), address=ADDRESSES)
    def exclude_a_prefix(self, length: int, address: str) -> None:
        network = ip_network(f"{address}/{length}", strict=False)
        self.exclude.append(str(network))
        self.excluded.update(map(str, network))

    def scope(self) -> Scope | None:
        try:
            targets = read_targets(tuple(self.words), Ports(), nobody)
            return admit(targets, read_exclusions(tuple(self.exclude), nobody), PROFILES["normal"])
        except ScopeRefused:
            return None

    @precondition(lambda self: self.words)
    @invariant()
    def what_is_permitted_is_what_was_named_and_not_excluded(self) -> None:
        scope, meant = self.scope(), self.named - self.excluded
        permitted = {address for address in BLOCK if scope is not None and scope.permits(address)}
        assert permitted == meant
        assert {target.address for target in scope or ()} == meant
        assert all(scope is None or scope.forbids(address) for address in self.excluded)
        assert all(scope is None or scope.forbids(f"64:ff9b::{address}") for address in self.excluded)
        assert not any(scope is not None and scope.permits(text) for text in ("198.51.100.1", "::1", "host", ""))

    @precondition(lambda self: self.words)
    @invariant()
    def an_address_in_another_writing_is_the_same_address(self) -> None:
        scope = self.scope()
        for address in HOSTS if scope is not None else ():
            mapped = f"::ffff:{ip_address(address)}"
            assert scope is not None and scope.permits(mapped) == scope.permits(address)


NAMES = {"one": "tacacs", "two": "tacacs", "three": "radius", "local": ""}
NAME = st.sampled_from(sorted(NAMES))
DEVICE = st.sampled_from(("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"))


class BreakerMachine(RuleBasedStateMachine):
    """Devices refuse and accept in any order. A realm's service never sees more refusals than the breaker allows."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker({name: realm for name, realm in NAMES.items() if realm})
        self.refusals: dict[str, list[str]] = {}
        self.refused_at: set[tuple[str, str]] = set()

    @rule(name=NAME, address=DEVICE, accepts=st.booleans())
    def try_a_login(self, name: str, address: str, accepts: bool) -> None:
        realm = NAMES[name]
        with self.breaker.trial(name, address) as may_offer:
            assert may_offer != self.breaker.stopped(name, address)
            if not may_offer:
                return
            assert (name, address) not in self.refused_at
            if not accepts:
                self.breaker.refused(name, address)
                self.refusals.setdefault(realm, []).append(address)
                self.refused_at.add((name, address))

    @invariant()
    def a_realm_refuses_at_two_devices_and_then_no_more_is_offered_anywhere(self) -> None:
        for realm, addresses in self.refusals.items():
            assert realm == "" or len(set(addresses)) <= REALM_REFUSALS
            if realm and len(set(addresses)) == REALM_REFUSALS:
                names = [name for name, of in NAMES.items() if of == realm]
                assert all(self.breaker.stopped(name, "192.0.2.99") for name in names)

    @invariant()
    def what_a_device_refused_is_not_offered_there_again(self) -> None:
        assert all(self.breaker.stopped(name, address) for name, address in self.refused_at)

    @invariant()
    def a_local_account_is_stopped_only_where_it_was_refused(self) -> None:
        assert all(self.breaker.stopped("local", at) == (("local", at) in self.refused_at) for at in ("192.0.2.1", "x"))


ScopeMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
BreakerMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=20, deadline=None)
TestScope = ScopeMachine.TestCase
TestBreaker = BreakerMachine.TestCase
