"""Which devices --only, --zone, --site and --maker ask for, checked before anything is asked or judged."""

from collections.abc import Iterable
from difflib import get_close_matches

from fingerprints.database.companies.companies import Companies
from fingerprints.model.errors import KitscanError
from reports.document.filtering.device_filter import DeviceFilter
from reports.formats.registry import FORMATS, Completeness
from reports.judgement.assessment import AssessmentOptions
from reports.placement.zones import Zones
from reports.policy.maker_names import maker_id, similar_company
from reports.policy.verdict import Verdict
from scanner.cli.assessment.report_plan import PlannedReport
from scanner.cli.options import ReportRequest

OF_THE_WHOLE = (Completeness.GATE, Completeness.COUNTS)
"""Formats that say something of the whole run, and would look clean where only some devices are in them."""


def device_filter_of(
    request: ReportRequest, options: AssessmentOptions, plan: Iterable[PlannedReport]
) -> DeviceFilter | None:
    """The filter that the options ask for, None where they ask for none.

    Raises KitscanError for a verdict, a zone and a maker that are not known, and where a report of the plan is a gate
    or counts. A site may come from an inventory, so that no list has all of them.
    """
    if not (request.only or request.zone or request.site or request.maker):
        return None
    _check_plan(plan)
    return DeviceFilter(
        tuple(dict.fromkeys(_verdict(word.strip()) for words in request.only for word in words.split(","))),
        tuple(dict.fromkeys(_zone(word, options.zones) for word in request.zone)),
        tuple(dict.fromkeys(request.site)),
        tuple(dict.fromkeys(_maker(word, options.database.companies) for word in request.maker)),
    )


def _check_plan(plan: Iterable[PlannedReport]) -> None:
    for report in plan:
        if isinstance(report.form, str) and FORMATS[report.form].completeness in OF_THE_WHOLE:
            raise KitscanError(
                f"the format {report.form} is of a whole run, and cannot hold some devices alone",
                "leave --only, --zone, --site and --maker out, or choose another format",
            )


def _verdict(word: str) -> Verdict:
    try:
        return Verdict(word.lower())
    except ValueError:
        raise _unknown("--only", "verdict", word, Verdict, f"one or several of {', '.join(Verdict)}") from None


def _zone(word: str, zones: Zones | None) -> str:
    names = {zone.name.casefold(): zone.name for zone in zones.zones} if zones is not None else {}
    if word.casefold() in names:
        return names[word.casefold()]
    step = "name a zone of zones.yaml" if names else "name the file of your zones with --zones, or write zones.yaml"
    raise _unknown("--zone", "zone", word, names.values(), step)


def _maker(word: str, companies: Companies) -> str:
    known = maker_id(word, companies)
    if known is not None:
        return known
    near = similar_company(word, companies)
    raise _unknown(
        "--maker", "company", word, (near,) if near else (), "write a company's name, or its id in the report"
    )


def _unknown(option: str, kind: str, word: str, known: Iterable[str], next_step: str) -> KitscanError:
    spelled = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), spelled, n=1, cutoff=0.5) or list(spelled)[: len(spelled) == 1]
    meant = f"; did you mean {spelled[near[0]]}?" if near else ""
    return KitscanError(f"{option}: there is no {kind} {word!r}{meant}", next_step)
