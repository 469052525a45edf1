"""The policies to judge by: those that ship with kitscan, and the user's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from fingerprints.database.snapshots import SHIPPED as SHIPPED_FOLDERS
from fingerprints.database.snapshots import DataSet, Fallback, InUse, in_use, shipped_provenance
from fingerprints.model.errors import KitscanError
from reports.policy.action import Certainty
from reports.policy.policy import Policy
from reports.policy.policy_reader import read_policies
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import OWN_ZONES

SHIPPED = SHIPPED_FOLDERS[DataSet.POLICIES]

DEFAULT_SET = ("gb-dvd-huawei-2022", "us-889a")
"""The policies of the demo, and of a run whose operator names none. They bind nobody there, so they are two laws in
force that show most of what a law does: one goes by the part of a network, with caps and last days, and one by the
buyer, with cameras. No superseded text and no company's own decision is among them. Policies of criteria alone refer
every device in their segments whoever made it, so only an operator can choose them."""

TAKEN = {OWN_ZONES: "your zones file", SUPPORT: "the end of support"}
"""Ids that findings have which come from no policy file."""

MAX_SUGGESTED = 3
"""Policies that an error suggests for an unknown id."""

FROM_MEMORY = "(from memory, to be checked)"
"""The end of the title of a policy that no source backs."""


@dataclass(frozen=True, slots=True)
class KnownPolicies:
    """Every known policy by id, in the order of ids, and the ids of those that are from memory alone.

    `known_until` is the last day whose facts they hold, the user's `own` ones apart. `fallback` says why the user's
    updated policies are not used, if they are not.
    """

    by_id: Mapping[str, Policy]
    from_memory: frozenset[str]
    own: frozenset[str]
    known_until: date
    fallback: Fallback | None


def known_policies(folder: Path | None = None, data: Path | None = None) -> KnownPolicies:
    """The policies that ship with kitscan, or those of the `data` folder that an update put in their place, and those
    of the user's own `folder`.

    The title of one of kitscan's that is from memory alone says so. Raises DataFileError for a file that cannot be
    read, and KitscanError for an own policy with an id that is taken. Updated policies that cannot be read are not
    used.
    """
    policies, used = _in_use(data)
    known = {policy.id: _with_title(policy) for policy in policies}
    recalled = frozenset(name for name, policy in known.items() if policy.certainty is Certainty.KNOWLEDGE)
    own = {} if folder is None else _own_policies(read_policies(folder), known, folder)
    known_until = used.snapshot.day if used.snapshot else shipped_provenance(DataSet.POLICIES).day
    return KnownPolicies(dict(sorted({**known, **own}.items())), recalled, frozenset(own), known_until, used.fallback)


def _in_use(data: Path | None) -> tuple[tuple[Policy, ...], InUse]:
    """The policies in use. The shipped ones replace updated ones that are intact but in a form that this version cannot
    read."""
    used = in_use(data, DataSet.POLICIES)
    if used.snapshot is None:
        return _shipped(), used
    try:
        return read_policies(used.folder), used
    except KitscanError as error:
        return _shipped(), InUse(SHIPPED, None, Fallback(DataSet.POLICIES, error.summary))


@cache
def _shipped() -> tuple[Policy, ...]:
    """The policies that ship with kitscan, read once: they do not change while a process runs."""
    return read_policies(SHIPPED)


def load_policies(
    ids: tuple[str, ...] | None, folder: Path | None = None, unverified: bool = False, data: Path | None = None
) -> tuple[Policy, ...]:
    """The policies of these ids in that order; for None every known one, shipped, updated in the `data` folder, or in
    the user's own `folder`.

    A shipped policy that is from memory alone needs `unverified`, and its title says so. Raises KitscanError for an id
    that is not known or that needs `unverified`, and DataFileError for a file that cannot be read.
    """
    known = known_policies(folder, data)
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


def _known(name: str, known: Mapping[str, Policy]) -> Policy:
    if name in known:
        return known[name]
    raise KitscanError(f"there is no policy {name}{_suggestion(name, known)}", "kitscan policy list names them all")


def check_rule(policy: Policy, rule: str) -> None:
    """Raise KitscanError, with what is near, if a policy has no such rule."""
    ids = [known.id for known in policy.rules]
    if rule not in ids:
        step = f"kitscan policy show {policy.id} lists its rules"
        raise KitscanError(f"the policy {policy.id} has no rule {rule}{_suggestion(rule, ids)}", step)


def _suggestion(name: str, known: Iterable[str]) -> str:
    word, ids = name.casefold(), sorted(known)
    near = [policy for policy in ids if word and policy.startswith(word)]
    near = near or get_close_matches(word, ids, n=1, cutoff=0.5)
    return f"; did you mean {' or '.join(near[:MAX_SUGGESTED])}?" if near else ""
