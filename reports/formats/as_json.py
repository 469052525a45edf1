"""The document as one JSON object, the contract that other tools rely on: keys may be added, never renamed.

The same document gives the same bytes. Everything outside printable ASCII is escaped, so device text does nothing to
a terminal that prints it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from fingerprints.model.device import (
    ClaimRecord,
    Component,
    Device,
    Identity,
    Party,
    Watched,
)
from fingerprints.model.evidence import Gap
from fingerprints.model.merging import NOT_MERGED, Merging
from fingerprints.model.neighbour import Neighbour
from reports.document.document import (
    Document,
    NotAssessed,
    ReportedDevice,
    ReportedFinding,
    ReportedLink,
    ReportedNeighbour,
    devices_by,
    findings_by,
)
from reports.document.due import due_days, is_passed
from reports.document.identity_wording import describe_difference, describe_tie_reason, describe_turning_point
from reports.document.reasons.merging_wording import describe_joined, describe_kept_apart
from reports.document.wording import next_step
from reports.formats.json_header import Json, day_of, due_day_of, header_of
from reports.judgement.incomplete import SeenParts, seen_parts
from reports.placement.placement import Placement

CONFIDENCE_PLACES = 4
WEIGHT_PLACES = 3
"""Decimal places kept. The last digits of a float differ between machines."""


_NO_DEVICES = '\n "devices": [],'
"""Where the lists go: at the start of a line, behind one space, where no text can stand."""


def render(document: Document) -> str:
    """The whole document, indented by one space for `jq` and `diff`."""
    return "".join(render_parts(document))


def render_parts(document: Document) -> Iterator[str]:
    """The same text in parts. One entry of a list at a time is plain values: all of them together would take ten times
    the memory of the text."""
    rest = header_of(document) | {"devices": [], "findings_by": findings_by_of(document)}
    before, _, after = to_json(rest, indent=1).partition(_NO_DEVICES)
    yield before
    for name, entries in _lists_of(document).items():
        begun = False
        for entry in entries:
            yield ",\n  " if begun else f'\n "{name}": [\n  '
            yield to_json(entry, indent=1).replace("\n", "\n  ")
            begun = True
        yield "\n ]," if begun else f'\n "{name}": [],'
    yield after + "\n"


def plain_values(document: Document) -> Json:
    """The whole document as plain values: dicts, lists, texts, numbers, booleans and None."""
    lists = {name: list(entries) for name, entries in _lists_of(document).items()}
    return {**header_of(document), **lists, "findings_by": findings_by_of(document)}


def _lists_of(document: Document) -> Mapping[str, Iterator[Json]]:
    """The entries of each list of the document, in the order in which the lists follow the header."""
    return {
        "devices": (device_of(judged, document.header.as_of) for judged in document.devices),
        "not_assessed": map(missing_of, document.not_assessed),
        "seen_only_as_neighbour": map(unscanned_of, document.seen_only_as_neighbour),
        "links": map(link_of, document.links),
    }


def to_json(value: Json, indent: int | None = None) -> str:
    """JSON in printable ASCII. The encoder leaves DEL as it is, which stands only inside strings; it is escaped too."""
    separators = (",", ": ") if indent else (",", ":")
    return json.dumps(value, indent=indent, separators=separators, allow_nan=False).replace("\x7f", "\\u007f")


def findings_by_of(document: Document) -> Json:
    """The counts of findings, and of devices by place."""
    counts = findings_by(document)
    return {
        "verdict": _by_value(counts.by_verdict),
        "policy": {policy: _by_value(by_verdict) for policy, by_verdict in counts.by_policy.items()},
        "place": {place.value: _by_value(by_verdict) for place, by_verdict in counts.by_place.items()},
        "waived": counts.waived,
        "devices": {place.value: _by_value(by_verdict) for place, by_verdict in devices_by(document).items()},
    }


def device_of(judged: ReportedDevice, as_of: date) -> Json:
    """One entry of `devices`. `as_of` is the document's date: it decides which dates have passed."""
    device = judged.device
    return {
        "id": device.id,
        "labels": list(device.labels),
        "addresses": list(device.addresses),
        "name": device.name,
        "attributes": [list(pair) for pair in device.attributes],
        "identity": _identity(device.identity),
        "command_line": device.command_line or None,
        "watched": _watched(device.watched),
        "components": [_component(component) for component in device.components],
        "seen": _seen(seen_parts(device)),
        "placement": _placement(judged.placement),
        "findings": [_finding(finding) for finding in judged.findings],
        "verdict": judged.verdict.value,
        "deadlines": [{**due_day_of(day), "passed": is_passed(day, as_of)} for day in due_days(judged)],
        **_surroundings(device),
    }


def missing_of(missing: NotAssessed) -> Json:
    """One entry of `not_assessed`."""
    return {"target": missing.target, "reason": missing.reason.value, "hint": next_step(missing)}


def unscanned_of(neighbour: ReportedNeighbour) -> Json:
    """One entry of `seen_only_as_neighbour`: an unscanned device of a watched company, and who reports it."""
    return {
        "name": neighbour.name,
        "mac": neighbour.mac,
        "address": neighbour.address,
        "description": neighbour.description,
        "made_by": _party(neighbour.made_by),
        "watched": _watched(neighbour.watched),
        "seen_by": [
            {
                "device": sighting.device,
                "name": sighting.name,
                "port": sighting.port,
                "by": sighting.by.value,
                "others": sighting.others,
            }
            for sighting in neighbour.sightings
        ],
        "rules": list(neighbour.rules),
    }


def link_of(link: ReportedLink) -> Json:
    """One entry of `links`: two neighbours, by the ids of their devices."""
    return {"device": link.device, "other": link.other, "protocols": list(link.protocols)}


def _seen(seen: SeenParts) -> Json:
    return {
        "parts": seen.count,
        "unknown_maker": seen.unknown_maker,
        "kinds": {kind.value: count for kind, count in seen.kinds},
        "not_seen": [kind.value for kind in seen.not_seen],
    }


def _surroundings(device: Device) -> Json:
    return {
        "neighbours": [_neighbour(neighbour) for neighbour in device.neighbours],
        "gaps": [_gap(gap) for gap in device.gaps],
        **({"merging": _merging(device.merging)} if device.merging != NOT_MERGED else {}),
    }


def _merging(merging: Merging) -> Json:
    return {
        "joined": [
            {"by": key.by.value, "key": key.text, "subjects": list(key.subjects), "text": describe_joined(key)}
            for key in merging.joined
        ],
        "kept_apart": [
            {
                "because": kept.because.value,
                "by": kept.by.value,
                "key": kept.text,
                "others": list(kept.others),
                "count": kept.count,
                "text": describe_kept_apart(kept),
            }
            for kept in merging.kept_apart
        ],
    }


def _by_value(by_verdict: Mapping[Any, int]) -> Json:
    return {verdict.value: count for verdict, count in by_verdict.items()}


def _party(party: Party | None) -> Json | None:
    return None if party is None else {"id": party.id, "name": party.name}


def _identity(identity: Identity) -> Json:
    return {
        "level": identity.level.value,
        "confidence": round(identity.confidence, CONFIDENCE_PLACES),
        "vendor": _party(identity.vendor),
        "owner": _party(identity.owner),
        "formerly": _party(identity.formerly),
        "made_by": _party(identity.made_by),
        "platform": _party(identity.platform),
        "operator": _party(identity.operator),
        "model": identity.model,
        "version": identity.version,
        "serial": identity.serial,
        "os": identity.os,
        "kind": identity.kind,
        "claims": [_claim(claim) for claim in identity.claims],
        "conflicts": [describe_difference(difference) for difference in identity.conflicts],
        "explained": [describe_difference(difference) for difference in identity.explained],
        "turning": [describe_turning_point(point) for point in identity.turning],
    }


def _claim(claim: ClaimRecord) -> Json:
    return {
        "role": claim.role.value,
        "company": claim.company,
        "source": claim.source,
        "text": claim.text,
        "rule": claim.rule,
        "weight": round(claim.weight, WEIGHT_PLACES),
        "at": claim.at,
    }


def _watched(ties: Iterable[Watched]) -> list[Json]:
    return [
        {
            "entity": tie.entity,
            "level": tie.level.value,
            "confidence": round(tie.confidence, CONFIDENCE_PLACES),
            "roles": [role.value for role in tie.roles],
            "because": [describe_tie_reason(reason) for reason in tie.because],
        }
        for tie in ties
    ]


def _component(component: Component) -> Json:
    return {
        "kind": component.kind,
        "position": component.position,
        "made_by": _party(component.made_by),
        "model": component.model,
        "serial": component.serial,
        "watched": _watched(component.watched),
    }


def _placement(placement: Placement) -> Json:
    return {
        "core": placement.core,
        "tier": None if placement.tier is None else placement.tier.value,
        "segment": placement.segment,
        "site": placement.site,
        "because": placement.because,
        "origin": placement.origin.value,
        "zone": placement.zone,
        "function": placement.function,
        "plane": placement.plane,
        "generation": placement.generation,
        "site_type": placement.site_type,
    }


def _finding(finding: ReportedFinding) -> Json:
    return {
        "policy": finding.policy,
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "because": finding.because,
        "deadline": day_of(finding.deadline),
        "starts": day_of(finding.starts),
        "component": finding.component,
        "waiver": finding.waiver,
        "citation": finding.citation,
        "reason": finding.reason,
    }


def _neighbour(neighbour: Neighbour) -> Json:
    return {
        "protocol": neighbour.protocol,
        "local_port": neighbour.local_port,
        "name": neighbour.name,
        "chassis_id": neighbour.chassis_id,
        "port": neighbour.port,
        "platform": neighbour.platform,
    }


def _gap(gap: Gap) -> Json:
    return {"probe": gap.probe, "at": gap.at, "reason": gap.reason.value, "detail": gap.detail}
