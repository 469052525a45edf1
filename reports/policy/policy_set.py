"""The policies to judge by: those that ship with kitscan, and the user's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from fingerprints.model.errors import KitscanError
from reports.policy.action import Certainty
from reports.policy.policy import Policy
from reports.policy.policy_reader import read_policies
from reports.policy.verdict import OWN_ZONES

SHIPPED = Path(__file__).with_name("policies")

DEFAULT_SET = ("gb-bt-policy-2018", "gb-dvd-huawei-2022", "us-889a")
"""The policies of the demo, and of a run whose operator names none. Policies of criteria alone refer every device in
their segments whoever made it, so only an operator can choose them."""

FROM_MEMORY = "(from memory, to be checked)"
"""The end of the title of a policy that no source backs."""


@dataclass(frozen=True, slots=True)
class KnownPolicies:
    """Every known policy by id, in the order of ids, and the ids of those that are from memory alone."""

    by_id: Mapping[str, Policy]
    from_memory: frozenset[str]


def known_policies(folder: Path | None = None) -> KnownPolicies:
    """The policies that ship with kitscan and those of the user's own `folder`. The title of a shipped one that is from
    memory alone says so. Raises DataFileError for a file that cannot be read, and KitscanError for an own policy with
    an id that is taken."""
    known = {policy.id: _with_title(policy) for policy in read_policies(SHIPPED)}
    recalled = frozenset(name for name, policy in known.items() if policy.certainty is Certainty.KNOWLEDGE)
    if folder is not None:
        known |= _own_policies(read_policies(folder), known, folder)
    return KnownPolicies(dict(sorted(known.items())), recalled)


def load_policies(
    ids: tuple[str, ...] | None, folder: Path | None = None, unverified: bool = False
) -> tuple[Policy, ...]:
    """The policies of these ids in that order; for None every known one, shipped or in the user's own `folder`.

    A shipped policy that is from memory alone needs `unverified`, and its title says so. Raises KitscanError for an id
    that is not known or that needs `unverified`, and DataFileError for a file that cannot be read.
    """
    known = known_policies(folder)
    if ids is None:
        return tuple(policy for name, policy in known.by_id.items() if unverified or name not in known.from_memory)
    return named_policies(ids, known, unverified)


def named_policies(ids: tuple[str, ...], known: KnownPolicies, unverified: bool) -> tuple[Policy, ...]:
    """The policies of these ids in that order. Raises KitscanError for an id that is not known, or that is from memory
    alone without `unverified`."""
    if not unverified:
        _refuse_unverified([name for name in ids if name in known.from_memory])
    return tuple(_known(name, known.by_id) for name in dict.fromkeys(ids))


def _own_policies(policies: tuple[Policy, ...], shipped: dict[str, Policy], folder: Path) -> dict[str, Policy]:
    for policy in policies:
        if policy.id == OWN_ZONES:
            raise KitscanError(
                f"{folder}: the policy id {OWN_ZONES} stands for findings about your zones file",
                "give your policy another id",
            )
        if policy.id in shipped:
            raise KitscanError(
                f"{folder}: the policy {policy.id} has the id of one that ships with kitscan",
                "give your own policy an id of its own, such as the operator's name before it",
            )
    return {policy.id: policy for policy in policies}


def _with_title(policy: Policy) -> Policy:
    recalled = policy.certainty is Certainty.KNOWLEDGE
    return replace(policy, title=f"{policy.title} {FROM_MEMORY}") if recalled else policy


def _refuse_unverified(recalled: list[str]) -> None:
    if recalled:
        raise KitscanError(
            f"from memory alone, and not checked against a source: {', '.join(recalled)}",
            f"read it (kitscan policy show {recalled[0]}), and add --include-unverified if you want it still",
        )


def _known(name: str, known: Mapping[str, Policy]) -> Policy:
    if name in known:
        return known[name]
    raise KitscanError(
        f"there is no policy {name}{_suggestion(name, known)}", f"name one of these: {', '.join(sorted(known))}"
    )


def _suggestion(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.casefold(), sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
