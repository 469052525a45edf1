"""What a collection is made of: whom a run asks, by which discoveries and probes, and who may be asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from dataclasses import dataclass

from fingerprints.model.evidence import Gap, Subject
from scanner.protocols.probe import Discovery, LateAnswers, Observed, RunProbe, WorkingLogin
from scanner.targets.spans import Targets
from scanner.targets.target import Target


def no_jump_host(_target: Target) -> bool:
    """No target is behind a jump host."""
    return False


def no_withheld_credentials(_address: str) -> tuple[Gap, ...]:
    """No credential is withheld anywhere."""
    return ()


def no_login(_target: Target) -> tuple[WorkingLogin, ...]:
    """Nobody logged in anywhere."""
    return ()


ProbeSharing = Callable[[tuple[RunProbe, ...], Sequence[Target]], AbstractAsyncContextManager[tuple[RunProbe, ...]]]
"""Gives the probes that ask some targets, for as long as they are asked."""


def in_this_process(
    probes: tuple[RunProbe, ...], _targets: Sequence[Target]
) -> AbstractAsyncContextManager[tuple[RunProbe, ...]]:
    """This process asks every target itself."""
    return nullcontext(probes)


def nobody_listens() -> AbstractContextManager[LateAnswers]:
    """Who answers late is not heard."""
    return nullcontext(_no_late_answers)


async def _no_late_answers() -> Iterable[tuple[Target, Observed]]:
    return ()


def no_forecast(_targets: Targets) -> tuple[int, ...]:
    """Nothing is known of what the discoveries will send."""
    return ()


@dataclass(frozen=True, slots=True)
class CollectionPlan:
    """How to collect: the discoveries, the probes, how many devices at once, and who may be asked.

    `kernel_neighbours` returns what this host's kernel learned of targets in the meantime. `permits` is called
    right before a target is touched. `behind_jump_host` is true for targets that no discovery can see, because only
    another host reaches them. `withheld_credentials` is called after an address was probed: it returns which
    credentials could not be offered there, and why; `working_logins` returns which a target accepted.
    `sharing` gives the probes that ask these targets: the same ones, or some that other processes ask for.
    `listening` hears, for as long as its block, who answers a discovery after its end.
    `packets_if_silent` returns what each discovery sends to targets that are silent, for whoever watches the run;
    it may return nothing.
    """

    discoveries: tuple[Discovery, ...]
    kernel_neighbours: Callable[[Targets], Iterator[tuple[Target, Observed]]]
    probes: tuple[RunProbe, ...]
    devices_at_once: int
    permits: Callable[[str], bool]
    behind_jump_host: Callable[[Target], bool] = no_jump_host
    withheld_credentials: Callable[[str], tuple[Gap, ...]] = no_withheld_credentials
    working_logins: Callable[[Target], tuple[WorkingLogin, ...]] = no_login
    packets_if_silent: Callable[[Targets], tuple[int, ...]] = no_forecast
    sharing: ProbeSharing = in_this_process
    listening: Callable[[], AbstractContextManager[LateAnswers]] = nobody_listens

    def may_ask(self, target: Target) -> bool:
        """True if the scope permits asking this target."""
        return self.permits(target.address)


@dataclass(frozen=True, slots=True)
class CollectionRequest:
    """Whom a run asks: the targets of its scope, the keys of those that an earlier part of the run finished, and the
    names that have no address, each with its gap. `first` are the keys of those that are probed before others."""

    targets: Targets
    done: frozenset[str] = frozenset()
    unaskable: tuple[tuple[Subject, Gap], ...] = ()
    first: frozenset[str] = frozenset()
