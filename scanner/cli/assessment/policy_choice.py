"""Chooses the policies a run is judged by, and says who chose them."""

from dataclasses import dataclass

from fingerprints.model.errors import DataFileError, Flaw
from reports.policy.choice import LeftOut
from reports.policy.policy import Policy
from reports.policy.policy_set import DEFAULT_SET, load_policies
from scanner.cli.options import ReportRequest
from scanner.config import CONFIG_FILE, Config, Operator

_CHOSEN_BY_OPTION = "chosen by --policy"
_CHOSEN_BY_CONFIG = "chosen in kitscan.yaml"
_CHOSEN_BY_OPERATOR = "those that bind the operator as kitscan.yaml describes it"
_CHOSEN_BY_NOBODY = "nobody chose: the default set; name yours in kitscan.yaml (operator) or with --policy"


@dataclass(frozen=True, slots=True)
class ChosenPolicies:
    """The policies of a run, who chose them, whether anybody did, and what was left out of the jurisdictions."""

    policies: tuple[Policy, ...]
    by: str
    binding: bool = True
    left_out: tuple[LeftOut, ...] = ()
    without_policy: tuple[str, ...] = ()


def policies_of(request: ReportRequest, config: Config) -> ChosenPolicies:
    """The policies and who chose them: the command line, kitscan.yaml, what binds the operator, or nobody."""
    named = request.policy or config.policies or config.operator.policies
    unverified = request.include_unverified or config.include_unverified
    if named:
        chosen = load_policies(named, config.policies_folder, unverified)
        return ChosenPolicies(chosen, _CHOSEN_BY_OPTION if request.policy else _CHOSEN_BY_CONFIG)
    if config.operator.jurisdictions or config.operator.bound_as:
        known = load_policies(None, config.policies_folder, unverified)
        return ChosenPolicies(_binding_on(config.operator, known), _CHOSEN_BY_OPERATOR)
    return ChosenPolicies(load_policies(DEFAULT_SET, config.policies_folder), _CHOSEN_BY_NOBODY, binding=False)


def _binding_on(operator: Operator, known: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """The policies of the operator's jurisdictions that bind one of its roles; without roles, all of them.

    A word that no policy knows is an error, because it would leave out policies that the operator means.
    """
    countries = {word.casefold() for word in operator.jurisdictions}
    roles = {word.casefold() for word in operator.bound_as}
    _check_known(operator.jurisdictions, {policy.jurisdiction for policy in known}, "operator.jurisdictions")
    _check_known(operator.bound_as, {bound for policy in known for bound in policy.binds}, "operator.bound_as")
    return tuple(
        policy
        for policy in known
        if (not countries or policy.jurisdiction.casefold() in countries)
        and (not roles or roles & {bound.casefold() for bound in policy.binds})
    )


def _check_known(words: tuple[str, ...], known: set[str], key: str) -> None:
    folded = {word.casefold() for word in known}
    flaws = tuple(
        Flaw(key, f"no policy has {word!r}", f"one of: {'; '.join(sorted(known))}")
        for word in words
        if word.casefold() not in folded
    )
    if flaws:
        raise DataFileError(CONFIG_FILE, flaws, "kitscan policy list shows the policies there are")
