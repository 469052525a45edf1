"""Chooses the policies a run is judged by, and says who chose them."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from fingerprints.model.errors import DataFileError, Flaw
from reports.policy.choice import BoundBy, LeftOut, PolicyLimits, choose
from reports.policy.jurisdictions import Jurisdiction, Jurisdictions, read_jurisdictions
from reports.policy.policy import Policy
from reports.policy.policy_set import DEFAULT_SET, KnownPolicies, known_policies, named_policies
from reports.policy.vocabulary import folded
from reports.policy.vocabulary_file import read_vocabulary
from scanner.cli.options import ReportRequest
from scanner.config import Config, Operator
from scanner.project_file import CONFIG_FILE
from scanner.updates.installed_data import data_folder

_CHOSEN_BY_OPTION = "chosen by --policy"
_CHOSEN_BY_CONFIG = "chosen in kitscan.yaml"
_CHOSEN_BY_OPERATOR = "those that bind the operator as kitscan.yaml describes it"
_CHOSEN_BY_NOBODY = "nobody chose: the default set; kitscan policy choose, or --policy, chooses yours"

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class ChosenPolicies:
    """The policies of a run, who chose them, whether anybody did, and what they leave open."""

    policies: tuple[Policy, ...]
    by: str
    limits: PolicyLimits
    binding: bool = True


def policies_of(request: ReportRequest, config: Config, as_of: date) -> ChosenPolicies:
    """The policies and who chose them: the command line, kitscan.yaml, what binds the operator, or nobody.

    Policies that kitscan.yaml names beside what the operator is come in addition. Raises DataFileError for words of
    kitscan.yaml that mean nothing, and KitscanError for a policy that is not known.
    """
    known = known_policies(request.folder or config.policies_folder, data_folder(config.data, os.environ))
    unverified = request.include_unverified or config.include_unverified
    operator = config.operator
    described = operator.jurisdictions or operator.bound_as
    named = request.policy or config.policies or (() if described else operator.policies)
    if named:
        by = _CHOSEN_BY_OPTION if request.policy else _CHOSEN_BY_CONFIG
        return _chosen(named_policies(named, known, unverified), by, known)
    if described:
        return _bound(operator, known, as_of, unverified)
    chosen = _chosen(named_policies(DEFAULT_SET, known, unverified=False), _CHOSEN_BY_NOBODY, known)
    return replace(chosen, binding=False)


def _bound(operator: Operator, known: KnownPolicies, as_of: date, unverified: bool) -> ChosenPolicies:
    """The policies that bind an operator on a day, and behind them those that it names."""
    jurisdictions = read_jurisdictions()
    bound_by, flaws = read_bound_by(operator.jurisdictions, operator.bound_as, jurisdictions)
    if flaws:
        raise DataFileError(CONFIG_FILE, flaws, "correct it, or let `kitscan policy choose` write it")
    not_asked_for = frozenset[str]() if unverified else known.from_memory
    choice = choose(tuple(known.by_id.values()), bound_by, as_of, jurisdictions, not_asked_for)
    named = named_policies(operator.policies, known, unverified)
    chosen = tuple(policy for policy in choice.chosen if policy.id not in operator.policies)
    left_out = tuple(policy for policy in choice.left_out if policy.id not in operator.policies)
    return _chosen((*chosen, *named), _CHOSEN_BY_OPERATOR, known, left_out, choice.without_policy)


def _chosen(
    policies: tuple[Policy, ...],
    by: str,
    known: KnownPolicies,
    left_out: tuple[LeftOut, ...] = (),
    without_policy: tuple[Jurisdiction, ...] = (),
) -> ChosenPolicies:
    from_kitscan = any(policy.id not in known.own for policy in policies)
    known_until = known.known_until if from_kitscan else None
    return ChosenPolicies(policies, by, PolicyLimits(left_out, without_policy, known_until, known.fallback))


def read_bound_by(
    places: tuple[str, ...], roles: tuple[str, ...], jurisdictions: Jurisdictions
) -> tuple[BoundBy, tuple[Flaw, ...]]:
    """What an operator's words mean: codes or names of states, and roles of the vocabulary. One flaw for each word that
    means nothing, with the nearest one that does."""
    known_roles = {folded(role): role for role in read_vocabulary().roles}

    def near_place(word: str) -> str:
        near = jurisdictions.suggestion(word)
        return f"{near.code} ({near.name})" if near else "an ISO 3166 code or English name, such as de or Germany"

    def near_role(word: str) -> str:
        near = get_close_matches(folded(word), known_roles, n=1)
        return known_roles[near[0]] if near else f"one of: {'; '.join(known_roles.values())}"

    found_places, wrong_places = _meanings(places, "operator.jurisdictions", jurisdictions.named, near_place)
    found_roles, wrong_roles = _meanings(
        roles, "operator.bound_as", lambda word: known_roles.get(folded(word)), near_role
    )
    return BoundBy(found_places, found_roles), (*wrong_places, *wrong_roles)


def _meanings(
    words: tuple[str, ...], key: str, meaning: Callable[[str], Meaning | None], near: Callable[[str], str]
) -> tuple[tuple[Meaning, ...], tuple[Flaw, ...]]:
    """The meaning of each word, and a flaw for each word without one."""
    meant = [(word, meaning(word)) for word in words]
    return (
        tuple(dict.fromkeys(known for _, known in meant if known is not None)),
        tuple(Flaw(key, f"{word!r} is not known", near(word)) for word, known in meant if known is None),
    )
