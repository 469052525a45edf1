"""One device in at most twenty lines: its verdict, who made it and how sure that is, where it stands, why, by which
rules, what speaks against it, and what to do."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from rich.cells import cell_len, set_cell_size

from fingerprints.model.device import Device, Level
from reports.document.document import Header, NotAssessed, ReportedDevice, ReportedFinding, place_of
from reports.document.due_wording import describe_distance
from reports.document.force_wording import NOBODY_BOUND, holds, label_device
from reports.document.group_wording import DO, what_to_do
from reports.document.identity_wording import IDENTITY, describe_difference
from reports.document.overview import (
    deadline_of,
    finding_label,
    maker_of,
    name_of,
    open_findings,
    other_ties,
    shell_word,
)
from reports.document.sanitize import sanitize
from reports.document.wording import (
    GAP,
    MARK,
    PLACE,
    SOURCE,
    describe_placement,
    describe_reason,
    format_long_date,
    format_percent,
    next_step,
)
from reports.explanation.device import by_weight
from reports.judgement.evaluate import identity_verdict
from reports.policy.verdict import Verdict

WIDTH = 80
"""Columns of every line."""

MAX_LINES = 20

_TERM = 10
"""Columns of the word that says what a line is about."""

SHOWN_CLAIMS = 3
SHOWN_RULES = 3
SHOWN_TIES = 2
"""Lines of each kind; the rest is counted."""

NO_RULE = "no policy of this report restricts it here"
NOT_JUDGED = "no rule can say yet whether it may stand here"


def answer_device(judged: ReportedDevice, header: Header, otherwise: str | None = None) -> str:
    """The answer as plain text of at most MAX_LINES lines of WIDTH columns, the last one with a line end. `header` is
    that of the document the device stands in; `otherwise` is what to do where no finding decides the verdict."""
    lines = [
        *(() if header.binding else textwrap.wrap(NOBODY_BOUND, WIDTH)),
        _names(judged),
        _verdict(judged, header),
        *_about("maker", (_maker(judged),)),
        *_about("place", (_place(judged),)),
        *_about("because", _claims(judged.device)),
        *_about("rules", _rules(judged, header.as_of)),
        *_about("against", textwrap.wrap(_contradiction(judged.device), WIDTH - _TERM, max_lines=2, placeholder="…")),
        *_about("also", islice(other_ties(judged), SHOWN_TIES)),
        *_about("not seen", _gaps(judged.device)),
        *_about("to do", (f"{_to_do(judged, header.binding, otherwise)}.",)),
        *_about("next", (f"kitscan explain {shell_word(judged)} --evidence   shows the whole chain",)),
    ]
    return "\n".join(lines) + "\n"


def answer_target(missing: NotAssessed) -> str:
    """The answer about a target that was not assessed: why, and what to do."""
    why = describe_reason(missing.reason)
    return f"{sanitize(missing.target)}: not assessed: {why}\nNext: {sanitize(next_step(missing))}\n"


def _about(term: str, sentences: Iterable[str]) -> Iterator[str]:
    """Each sentence on a line of its own; the first line says what they are about."""
    for number, sentence in enumerate(sentences):
        yield _cropped(f"{term if number == 0 else '':<{_TERM}}{sanitize(sentence)}")


def _cropped(line: str) -> str:
    """The line, at most WIDTH columns of it; a wide character takes two."""
    return line if cell_len(line) <= WIDTH else f"{set_cell_size(line, WIDTH - 1)}…"


def _names(judged: ReportedDevice) -> str:
    device = judged.device
    names = dict.fromkeys(filter(None, (name_of(judged), *device.addresses[:2], *device.labels[:2])))
    return _cropped("   ".join(sanitize(known, 40) for known in names))


def _verdict(judged: ReportedDevice, header: Header) -> str:
    """`■ RESTRICTED · core · last day 31 December 2023, 1,063 days ago`."""
    deadline = deadline_of(judged)
    place = PLACE[place_of(judged.placement)].lower()
    dated = (
        ()
        if deadline is None
        else (f"last day {format_long_date(deadline)}, {describe_distance(deadline, header.as_of)}",)
    )
    verdict = f"{MARK[judged.verdict]} {label_device(judged, header.binding).upper()}"
    return _cropped(" · ".join((verdict, place, *dated)))


def _maker(judged: ReportedDevice) -> str:
    """`Huawei Technologies NE40E-X8A: confirmed, 99.8 %`."""
    identity = judged.device.identity
    product = f"{sanitize(maker_of(judged), 40)} {sanitize(identity.model or '', 30)}".strip()
    if identity.level is Level.UNKNOWN:
        return f"{product}: {IDENTITY[identity_verdict(judged.device)[1]]}"
    return f"{product}: {identity.level.value}, {format_percent(identity.confidence)}"


def _place(judged: ReportedDevice) -> str:
    placement = judged.placement
    where = describe_placement(placement) or PLACE[place_of(placement)].lower()
    return f"{sanitize(where, 50)}: {placement.because}"


def _claims(device: Device) -> Iterator[str]:
    """The heaviest claims, each with its source and its words; with its company where they contradict."""
    identity = device.identity
    for _, claim in by_weight(identity.claims)[:SHOWN_CLAIMS]:
        company = f"{sanitize(claim.company, 20)} by " if identity.conflicts else ""
        yield f"{claim.weight:+.1f} {company}{SOURCE.get(claim.source, claim.source)}: “{sanitize(claim.text, 60)}”"


def _rules(judged: ReportedDevice, as_of: date) -> Iterator[str]:
    """The findings that count, the worst first, each with its last day; then how many are waived."""
    counting = open_findings(judged)
    waived = sum(finding.waiver is not None for finding in judged.findings)
    if not counting and not waived:
        yield NOT_JUDGED if judged.verdict is Verdict.NOT_ASSESSED else NO_RULE
    for finding in counting[:SHOWN_RULES]:
        yield f"{MARK[finding.verdict]} {finding_label(finding)}{_dates(finding, as_of)}"
    more = len(counting) - SHOWN_RULES
    rest = (f"{more:,} more" if more > 0 else "", f"{waived:,} waived" if waived else "")
    if any(rest):
        yield f"{'and ' if counting else ''}{' and '.join(filter(None, rest))}"


def _dates(finding: ReportedFinding, as_of: date) -> str:
    if finding.starts is not None:
        return f", starts {finding.starts.isoformat()}"
    if finding.deadline is None:
        return ""
    return f", last day {finding.deadline.isoformat()}{' (passed)' if finding.deadline < as_of else ''}"


def _contradiction(device: Device) -> str:
    """The first contradiction, and how many others there are; empty if there is none."""
    conflicts = device.identity.conflicts
    if not conflicts:
        return ""
    more = f"{len(conflicts) - 1:,} more; " if len(conflicts) > 1 else ""
    return f"{more}{sanitize(describe_difference(conflicts[0]), 400)}"


def _gaps(device: Device) -> Iterator[str]:
    """The first thing that it did not answer, and how many others there are."""
    if device.gaps:
        first, more = device.gaps[0], len(device.gaps) - 1
        yield f"{first.probe} {first.at}: {GAP[first.reason]}{f', and {more:,} more' if more else ''}"


def _to_do(judged: ReportedDevice, binding: bool, otherwise: str | None) -> str:
    """What to do by the finding that decides the verdict, else `otherwise`, else by the verdict alone."""
    place = place_of(judged.placement)
    deciding = next((finding for finding in open_findings(judged) if finding.verdict is judged.verdict), None)
    if deciding is None:
        return otherwise or DO[judged.verdict].format(it="it")
    return what_to_do(deciding, place, _about_part(deciding), holds(deciding, binding))


def _about_part(finding: ReportedFinding) -> str:
    return f"the part at {sanitize(finding.component, 24)}" if finding.component else "it"
