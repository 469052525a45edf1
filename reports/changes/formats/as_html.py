"""Changes as one HTML file in the look of the report: no script, no external resource, readable on paper.

A Content Security Policy allows the file's own style sheet by its hash, and nothing else.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup

from reports.changes.change_report import ChangeReport, DeviceChanges, by_device
from reports.changes.change_wording import (
    describe_device,
    describe_event,
    describe_runs,
    describe_unseen,
    headline,
    label_state,
    notices,
    worse_sentence,
)
from reports.document.wording import MARK, NOT_LEGAL_ADVICE
from reports.formats.templates import environment_of

_STYLES = ("00-page.css", "90-print.css")

_OWN_STYLE = """
.changes td:first-child { width: 24%; }
.changes td:nth-child(2) { width: 14%; white-space: nowrap; }
.changes ul { margin: 0; }
.changes .what { color: var(--soft); }
@media print { .changes tr { break-inside: auto; } }
"""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A device with what happened to it, in words; `state` is its verdict, a class of the style sheet."""

    state: str
    mark: str
    label: str
    name: str
    addresses: str
    device: str
    events: tuple[str, ...]


def render(report: ChangeReport) -> str:
    """The whole file."""
    css = "\n".join((*map(_style, _STYLES), _OWN_STYLE.strip()))
    digest = b64encode(sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    values = {
        "css": Markup(css),  # noqa: S704  kitscan's own style sheets
        "policy": Markup(policy),  # noqa: S704  kitscan's own words and a digest
        "tool": report.after.judged.tool,
        "runs": describe_runs(report),
        "notices": tuple(notices(report)),
        "headline": headline(report),
        "sentences": tuple(filter(None, (worse_sentence(report), describe_unseen(report)))),
        "rows": tuple(_row(changes, report.after.judged.binding) for changes in by_device(report.comparison.events)),
        "not_advice": NOT_LEGAL_ADVICE,
    }
    return environment_of("reports.changes.formats").get_template("changes.html.j2").render(values) + "\n"


def _style(name: str) -> str:
    return files("reports.formats.html.templates").joinpath("styles", name).read_text(encoding="utf-8").strip()


def _row(changes: DeviceChanges, binding: bool) -> ChangedRow:
    device = changes.device
    return ChangedRow(
        state=device.verdict.value,
        mark=MARK[device.verdict],
        label=label_state(device, binding),
        name=device.name,
        addresses=" ".join(device.addresses),
        device=describe_device(device),
        events=tuple(map(describe_event, changes.events)),
    )
