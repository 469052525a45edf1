"""The makers that policies name, as ids of the companies data: an operator may write a company's name instead."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from fingerprints.database.companies.companies import Companies
from fingerprints.model.errors import KitscanError
from reports.policy.policy import Policy
from reports.policy.who import ModelUnknown, Named, OfModels, OnlyThese, Who


@dataclass(frozen=True, slots=True)
class UnknownMaker:
    """A maker that a policy names and the companies data does not know, and the known id that is most like it."""

    policy: str
    maker: str
    similar: str | None


def with_company_ids(policies: tuple[Policy, ...], companies: Companies) -> tuple[Policy, ...]:
    """The same policies, each maker by its id: `Huawei Technologies` is huawei. A maker that the companies data does
    not know stays as it is written; `unknown_makers` names it."""

    def company_id(maker: str) -> str:
        return maker_id(maker, companies) or maker

    return tuple(
        replace(policy, rules=tuple(replace(rule, who=_with_ids(rule.who, company_id)) for rule in policy.rules))
        for policy in policies
    )


def maker_id(maker: str, companies: Companies) -> str | None:
    """The id of the company with this id, name or alias; None where the companies data knows none."""
    known = companies.get(maker) or companies.by_name(maker)
    return known.id if known is not None else None


def unknown_makers(policies: tuple[Policy, ...], companies: Companies) -> tuple[UnknownMaker, ...]:
    """Every maker that a policy names and the companies data does not know: its rule could never find a device."""
    named = ((policy.id, maker) for policy in policies for rule in policy.rules for maker in makers_of(rule.who))
    unknown = dict.fromkeys(pair for pair in named if maker_id(pair[1], companies) is None)
    return tuple(UnknownMaker(policy, maker, similar_company(maker, companies)) for policy, maker in unknown)


def check_makers(policies: tuple[Policy, ...], companies: Companies) -> None:
    """Raise KitscanError where a policy names a maker that the companies data does not know: its rule would find no
    device, and the report would call them clear."""
    unknown = unknown_makers(policies, companies)
    if unknown:
        raise KitscanError(
            "; ".join(map(unknown_maker_text, unknown)),
            "correct the name in the policy, or add the company to companies.tsv in your folder of rules",
        )


def unknown_maker_text(unknown: UnknownMaker) -> str:
    """A maker that a policy names and nobody knows, with the id that was perhaps meant."""
    meant = f"; did you mean {unknown.similar}?" if unknown.similar else ""
    return f"policy {unknown.policy}: there is no company {unknown.maker}{meant}"


def similar_company(maker: str, companies: Companies) -> str | None:
    """The id of the company whose id or name is written most like this; None where none is alike."""
    spellings = {word.casefold(): company.id for company in companies for word in (company.name, company.id)}
    near = get_close_matches(maker.casefold(), sorted(spellings), n=1, cutoff=0.6)
    return spellings[near[0]] if near else None


def makers_of(who: Who) -> tuple[str, ...]:
    """The makers that a rule names, as it writes them."""
    match who:
        case Named(makers) | OnlyThese(makers):
            return makers
        case OfModels(maker) | ModelUnknown(maker):
            return (maker,)
        case _:
            return ()


def _with_ids(who: Who, company_id: Callable[[str], str]) -> Who:
    match who:
        case Named(makers) | OnlyThese(makers):
            return replace(who, makers=tuple(map(company_id, makers)))
        case OfModels(maker) | ModelUnknown(maker):
            return replace(who, maker=company_id(maker))
        case _:
            return who
