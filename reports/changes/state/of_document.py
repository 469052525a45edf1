"""The state of a run: what is kept of a judged document, so that later nights can be compared with it.

What jitters without anything being different is left out: the order of lists, confidences, sentences.
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from fingerprints.model.device import Component, Device, Watched, WatchLevel
from fingerprints.model.evidence import OPEN_TO_ANYBODY, Source
from reports.changes.state.device_state import DeviceState, FindingState, GapState, PartState
from reports.changes.state.law_digest import law_digest
from reports.changes.state.run_state import JudgedWith, MissingState, RunState
from reports.document.document import Document, ReportedDevice, ReportedFinding, place_of
from reports.document.overview import maker_of, name_of
from reports.document.wording import UNKNOWN_MAKER, describe_placement
from reports.judgement.assessment import AssessmentOptions
from reports.policy.verdict import Verdict

COMMAND_LINE = "command line"
READ_AS = {Source.SSH_COMMAND: COMMAND_LINE, **dict.fromkeys(OPEN_TO_ANYBODY, "")}
"""What a source says was read, where that is not its protocol: nothing for what an agent tells anybody."""

READ_PROTOCOLS = frozenset(("snmp", "ssh", "web", "telnet"))
"""Protocols that ask. What a device announces, and what others say of it, comes and goes with them."""


def run_state(document: Document, options: AssessmentOptions, complete: bool) -> RunState:
    """The state of a run as `document` has it, judged by `options`. `complete` is True if the run reached its end.

    Each lasting id is the id of the document; `assign_lasting` gives those that devices had before. Raises ValueError
    for a document without a record of its run.
    """
    header, record = document.header, document.header.record
    if record is None:
        raise ValueError("only a run of a store has a state")
    silent = header.coverage.silent
    return RunState(
        run=record.number,
        started=record.started,
        finished=record.finished,
        complete=complete,
        targets=record.targets,
        exclusions=record.exclusions,
        judged=JudgedWith(
            as_of=header.as_of,
            data=header.data_version,
            law=law_digest(options),
            zones=next((file.sha256 for file in header.judged_by if file.kind == "zones"), ""),
            tool=header.tool_version,
            binding=header.binding,
        ),
        in_scope=header.coverage.in_scope,
        silent=sum(part.silent for part in silent),
        devices=tuple(device_state(judged) for judged in document.devices),
        missing=tuple(
            MissingState(missing.target, missing.reason.value, missing.address, missing.fleet_site)
            for missing in document.not_assessed
        ),
        ranges=tuple(part.prefix for part in silent),
    )


def device_state(judged: ReportedDevice) -> DeviceState:
    """The state of one device of a document."""
    device, placement = judged.device, judged.placement
    identity, maker = device.identity, maker_of(judged)
    return DeviceState(
        lasting_id=device.id,
        id=device.id,
        keys=device.keys,
        name=name_of(judged),
        labels=tuple(sorted(device.labels)),
        addresses=tuple(sorted(device.addresses, key=_address_order)),
        maker="" if maker == UNKNOWN_MAKER else maker,
        level=identity.level,
        model=identity.model or "",
        version=identity.version or "",
        serial=identity.serial or "",
        companies=tuple(sorted(set(_companies(device)))),
        parts=tuple(sorted(map(_part_state, device.components), key=_part_order)),
        place=place_of(placement),
        zone=placement.zone or "",
        site=placement.site or "",
        stands=describe_placement(placement),
        verdict=judged.verdict,
        findings=tuple(map(_finding_state, filter(_is_kept, judged.findings))),
        evidence=device.evidence,
        read=tuple(sorted(set(_read(device.sources)))),
        gaps=tuple(sorted({GapState(gap.probe, gap.reason.value) for gap in device.gaps})),
        fleet_site=device.fleet_site,
    )


def _address_order(text: str) -> tuple[int, int, str]:
    """Addresses by number, then what is none (an address with its port), by its text."""
    try:
        address = ip_address(text)
    except ValueError:
        return 99, 0, text
    return address.version, int(address), text


def _companies(device: Device) -> Iterator[str]:
    identity = device.identity
    parties = (identity.vendor, identity.made_by, identity.platform, identity.owner, identity.formerly)
    yield from (party.id for party in parties if party is not None)
    yield from _tied(device.watched)
    for part in device.components:
        if part.made_by is not None:
            yield part.made_by.id
        yield from _tied(part.watched)


def _tied(ties: Iterable[Watched]) -> Iterator[str]:
    yield from (tie.entity for tie in ties if tie.level is not WatchLevel.CLEARED)


def _part_state(part: Component) -> PartState:
    maker = "" if part.made_by is None else part.made_by.name
    return PartState(part.kind, part.position, maker, part.model or "", part.serial or "")


def _part_order(part: PartState) -> tuple[str, ...]:
    return part.kind.value, part.position, part.model, part.serial, part.maker


def _is_kept(finding: ReportedFinding) -> bool:
    return finding.verdict is not Verdict.CLEAR or finding.deadline is not None or finding.starts is not None


def _finding_state(finding: ReportedFinding) -> FindingState:
    return FindingState(
        policy=finding.policy,
        rule=finding.rule,
        verdict=finding.verdict,
        citation=finding.citation,
        component=finding.component or "",
        reason=finding.reason,
        deadline=finding.deadline,
        starts=finding.starts,
        waived=finding.waiver is not None,
    )


def _read(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        read = READ_AS.get(source, source.partition(".")[0])
        if read in READ_PROTOCOLS or read == COMMAND_LINE:
            yield read
