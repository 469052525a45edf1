"""The policies to judge by: those that ship with kitscan, and the user's own."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from fingerprints.model.errors import KitscanError
from reports.policy.action import Certainty
from reports.policy.policy import Policy
from reports.policy.policy_reader import read_policies
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import OWN_ZONES

SHIPPED = Path(__file__).with_name("policies")

DEFAULT_SET = ("gb-bt-policy-2018", "gb-dvd-huawei-2022", "us-889a")
"""The policies of the demo, and of a run whose operator names none. Policies of criteria alone refer every device in
their segments whoever made it, so only an operator can choose them."""

TAKEN = {OWN_ZONES: "your zones file", SUPPORT: "the end of support"}
"""Ids that findings have which come from no policy file."""

FROM_MEMORY = "(from memory, to be checked)"
"""The end of the title of a policy that no source backs."""


def load_policies(
    ids: tuple[str, ...] | None, folder: Path | None = None, unverified: bool = False
) -> tuple[Policy, ...]:
    """The policies of these ids in that order; for None every known one, shipped or in the user's own `folder`.

    A shipped policy that is from memory alone needs `unverified`, and its title says so. Raises KitscanError for an id
    that is not known or that needs `unverified`, and DataFileError for a file that cannot be read.
    """
    known = {policy.id: _with_title(policy) for policy in read_policies(SHIPPED)}
    recalled = frozenset(name for name, policy in known.items() if policy.certainty is Certainty.KNOWLEDGE)
    if folder is not None:
        known |= _own_policies(read_policies(folder), known, folder)
    if ids is None:
        return tuple(known[name] for name in sorted(known) if unverified or name not in recalled)
    if not unverified:
        _refuse_unverified([name for name in ids if name in recalled])
    return tuple(_known(name, known) for name in dict.fromkeys(ids))


def _own_policies(policies: tuple[Policy, ...], shipped: dict[str, Policy], folder: Path) -> dict[str, Policy]:
    for policy in policies:
        if policy.id in TAKEN:
            raise KitscanError(
                f"{folder}: the policy id {policy.id} stands for findings about {TAKEN[policy.id]}",
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


def _known(name: str, known: dict[str, Policy]) -> Policy:
    if name in known:
        return known[name]
    raise KitscanError(
        f"there is no policy {name}{_suggestion(name, known)}", f"name one of these: {', '.join(sorted(known))}"
    )


def _suggestion(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.casefold(), sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
