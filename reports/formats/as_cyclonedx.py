"""The document as a CycloneDX 1.6 bill of materials of hardware (ECMA-424), in JSON.

The network is what the bill describes. Each device is a component of type `device`; its parts and its firmware are
components in it. What CycloneDX has no field for stands in properties: `cdx:device:*` of the official taxonomy where
that has a name, else `kitscan:*`, which docs/formats.md lists. What was not assessed stands in properties of the
network, and `compositions` says that the bill is incomplete wherever something was not seen. It never says complete: a
device tells of its parts what it likes.

cyclonedx-python-lib validates and reads these files in the tests, and does not write them: its model has no
compositions, and it takes over a minute for ten thousand devices.
"""

from collections.abc import Iterable, Iterator

from fingerprints.model.device import Component, Identity, Party
from reports.document.answers.part_findings import findings_about
from reports.document.document import Document, ReportedDevice, ReportedFinding, place_of
from reports.document.due import due_days
from reports.document.due_wording import describe_due_day
from reports.document.force_wording import describe_force, describe_left_out
from reports.document.overview import finding_label, name_of, names_part, overview, tie_label, worst_first
from reports.document.provenance_wording import describe_data_days
from reports.document.report_number import report_number
from reports.document.sanitize import sanitize
from reports.document.tables import due_table, unscanned_table
from reports.document.wording import GAP
from reports.formats.as_json import CONFIDENCE_PLACES, to_json
from reports.formats.json_header import Json
from reports.formats.pipeline_wording import describe_finding, describe_missing
from reports.formats.report_uuid import format_utc, report_time, report_uuid
from reports.judgement.incomplete import seen_parts
from reports.judgement.run_info import RunRecord
from reports.policy.verdict import Verdict

SCHEMA_URL = "http://cyclonedx.org/schema/bom-1.6.schema.json"

NETWORK = "network"
"""The reference of the network, of which the devices are parts."""

LIMIT = 600
"""Characters of one text."""

MAX_VERSION = 100
"""Characters of a version. The schema allows 1,024, and a hidden character is shown as nine (`⟨U+202E⟩`)."""

NamedValue = tuple[str, str | None]
"""The name of a property and its value. One without a value is left out."""


def render(document: Document) -> str:
    """The whole file, indented by one space. Its serial number and time are those of the evidence and the judgement."""
    references = _References()
    network = references.taken(NETWORK)
    devices = [(judged, references.taken(_line(judged.device.id))) for judged in worst_first(document)]
    bill = {
        "$schema": SCHEMA_URL,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{report_uuid(document)}",
        "version": 1,
        "metadata": {
            "timestamp": format_utc(report_time(document)),
            "lifecycles": [{"phase": "discovery"}],
            "tools": {
                "components": [
                    {"type": "application", "name": "kitscan", "version": _version(document.header.tool_version)}
                ]
            },
            "component": {
                "type": "platform",
                "bom-ref": network,
                "name": _line(f"network of run {document.header.run}"),
                "properties": _properties(_of_network(document)),
            },
            "properties": _properties(_of_report(document)),
        },
        "components": [_device(judged, reference, document, references) for judged, reference in devices],
        "compositions": _compositions(document, network, devices),
    }
    return to_json(bill, indent=1) + "\n"


class _References:
    """The references of components that are given already: each is unique in a file, and the same in each file."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def taken(self, wanted: str) -> str:
        """The reference itself, or with a number behind it if another component has it."""
        wanted = wanted or "unnamed"
        reference = wanted
        while reference in self._given:
            self._given[wanted] += 1
            reference = f"{wanted} ({self._given[wanted]})"
        self._given[reference] = 1
        return reference


def _device(judged: ReportedDevice, reference: str, document: Document, references: _References) -> Json:
    device, identity = judged.device, judged.device.identity
    parts = [_part(part, reference, judged, document, references) for part in device.components]
    return {
        "type": "device",
        "bom-ref": reference,
        **_companies(identity.vendor, identity.made_by),
        "name": _line(identity.model or identity.kind or "device of unknown model"),
        "components": [*_firmware(identity, reference, references), *parts],
        "properties": _properties(_of_device(judged, document)),
    }


def _firmware(identity: Identity, reference: str, references: _References) -> Iterator[Json]:
    if identity.os or identity.version:
        yield {
            "type": "firmware",
            "bom-ref": references.taken(f"{reference}/firmware"),
            **_companies(None, identity.platform),
            "name": _line(identity.os or "firmware"),
            **({"version": _version(identity.version)} if identity.version else {}),
        }


def _part(part: Component, reference: str, judged: ReportedDevice, document: Document, references: _References) -> Json:
    about = findings_about(judged, part)
    return {
        "type": "device",
        "bom-ref": references.taken(_line(f"{reference}/{part.kind} {part.position}")),
        **_companies(None, part.made_by),
        "name": _line(part.model or part.kind),
        "properties": _properties(
            (
                ("cdx:device:serialNumber", part.serial),
                ("cdx:device:location", part.position),
                ("kitscan:part:kind", part.kind),
                *(("kitscan:watched", tie_label(tie)) for tie in part.watched),
                ("kitscan:verdict", about.verdict),
                *_findings_of((*about.open, *about.waived), document),
            )
        ),
    }


def _companies(supplier: Party | None, manufacturer: Party | None) -> Json:
    """Who sells it and who made it, as far as that is known."""
    named = (("supplier", supplier), ("manufacturer", manufacturer))
    return {key: {"name": _line(party.name)} for key, party in named if party is not None}


def _of_report(document: Document) -> Iterator[NamedValue]:
    header, glance = document.header, overview(document)
    yield "kitscan:binding", "true" if header.binding else "false"
    yield "kitscan:notice", glance.notice
    yield "kitscan:summary", glance.summary
    yield "kitscan:report:number", report_number(document)
    yield "kitscan:report:as-of", header.as_of.isoformat()
    yield "kitscan:report:data-version", header.data_version
    yield "kitscan:report:data-days", describe_data_days(header)
    yield from _of_record(header.record) if header.record else ()
    yield from (("kitscan:report:judged-by", f"{file.kind} {file.name} {file.sha256}") for file in header.judged_by)
    yield "kitscan:policies-chosen", header.policies_chosen
    yield from (
        ("kitscan:policy", f"{policy.id}: {describe_force(policy, header.as_of)}") for policy in header.policies
    )
    yield from (("kitscan:policy-left-out", describe_left_out(policy)) for policy in header.policies_left_out)
    falls_due = due_table(document)
    yield from (("kitscan:due", text) for text in (falls_due.note, *(" ".join(row) for row in falls_due.rows)))


def _of_record(record: RunRecord) -> Iterator[NamedValue]:
    yield "kitscan:run:by", record.by
    yield "kitscan:run:started", format_utc(record.started)
    yield "kitscan:run:finished", format_utc(record.finished) if record.finished else None
    yield from (("kitscan:run:target", target) for target in record.targets)
    yield from (("kitscan:run:exclusion", exclusion) for exclusion in record.exclusions)
    yield "kitscan:run:evidence-sha256", record.sha256


def _of_network(document: Document) -> Iterator[NamedValue]:
    yield from (("kitscan:unseen", sentence) for sentence in overview(document).unseen)
    for missing in document.not_assessed:
        yield "kitscan:not-assessed", f"{missing.target}: {describe_missing(missing)}"
    for name, companies, where in unscanned_table(document).rows:
        yield "kitscan:seen-only-as-neighbour", f"{name} ({companies}): {where}"


def _of_device(judged: ReportedDevice, document: Document) -> Iterator[NamedValue]:
    device, identity, placement = judged.device, judged.device.identity, judged.placement
    yield "cdx:device:serialNumber", identity.serial
    yield "cdx:device:function", identity.kind
    yield "kitscan:id", device.id
    yield "kitscan:name", name_of(judged)
    yield from (("kitscan:address", address) for address in device.addresses)
    yield from (("kitscan:label", label) for label in device.labels)
    yield from (("kitscan:attribute", f"{name}={text}") for name, text in device.attributes)
    yield "kitscan:maker:level", identity.level.value
    yield "kitscan:maker:confidence", f"{identity.confidence:.{CONFIDENCE_PLACES}f}"
    yield from (("kitscan:watched", tie_label(tie)) for tie in device.watched)
    yield "kitscan:verdict", judged.verdict.value
    yield "kitscan:place", place_of(placement).value
    yield "kitscan:tier", placement.tier.value if placement.tier else None
    yield "kitscan:segment", placement.segment
    yield "kitscan:site", placement.site
    yield "kitscan:zone", placement.zone
    own = (finding for finding in judged.findings if not any(names_part(finding, part) for part in device.components))
    yield from _findings_of(tuple(own), document)
    yield from (("kitscan:due", describe_due_day(day, document.header.as_of)) for day in due_days(judged))
    yield "kitscan:parts:not-seen", " ".join(seen_parts(device).not_seen)
    yield from (("kitscan:gap", f"{gap.probe} {gap.at}: {GAP[gap.reason]}") for gap in device.gaps)


def _findings_of(findings: tuple[ReportedFinding, ...], document: Document) -> Iterator[NamedValue]:
    for finding in findings:
        yield "kitscan:rule" if finding.waiver is None else "kitscan:waived-rule", finding_label(finding)
        yield "kitscan:finding", describe_finding(finding, document.header)


def _compositions(document: Document, network: str, devices: list[tuple[ReportedDevice, str]]) -> list[Json]:
    """Incomplete: what surely lacks something. Unknown: all else, for no scan sees the inside of a box."""
    is_whole = not overview(document).unseen and not document.seen_only_as_neighbour
    is_whole = is_whole and document.header.filtered is None
    open_ends = [reference for judged, reference in devices if _is_incomplete(judged)]
    others = [reference for judged, reference in devices if not _is_incomplete(judged)]
    incomplete, unknown = ([], [network]) if is_whole else ([network], [])
    aggregates = (("incomplete", [*incomplete, *open_ends]), ("unknown", [*unknown, *others]))
    return [{"aggregate": name, "assemblies": assemblies} for name, assemblies in aggregates if assemblies]


def _is_incomplete(judged: ReportedDevice) -> bool:
    """Whether a device was asked for something that it did not tell, was not assessed, or told of no part."""
    device = judged.device
    return bool(device.gaps) or judged.verdict is Verdict.NOT_ASSESSED or not device.components


def _properties(pairs: Iterable[NamedValue]) -> list[Json]:
    return [{"name": name, "value": _line(value)} for name, value in pairs if value]


def _line(text: str) -> str:
    return sanitize(text, LIMIT)


def _version(text: str) -> str:
    return sanitize(text, MAX_VERSION)
