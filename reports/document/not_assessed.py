"""Picks the reason why a target could not be assessed. A timeout is never reported as "clear"."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from fingerprints.model.device import Device, Level
from fingerprints.model.evidence import Evidence, Gap, GapReason, Source
from fingerprints.model.gap_place import TransportPort, place_of_gap
from reports.document.document import Document, NotAssessed, NotAssessedReason, Unidentified, Unjudged
from reports.judgement.evaluate import identity_verdict
from reports.judgement.incomplete import incompleteness, is_known_by_layer_2
from reports.policy.verdict import Verdict

_BY_URGENCY = (
    GapReason.HOST_KEY_CHANGED,
    GapReason.REFUSED,
    GapReason.CREDENTIAL_STOPPED,
    GapReason.CREDENTIAL_UNREADABLE,
    GapReason.ANSWERED_ELSEWHERE,
    GapReason.SSH_LEGACY_CRYPTO,
    GapReason.TLS_LEGACY_CRYPTO,
    GapReason.NO_CREDENTIAL,
    GapReason.PLATFORM_UNKNOWN,
    GapReason.BUDGET_SPENT,
    GapReason.NOT_INCREASING,
    GapReason.MALFORMED,
    GapReason.STRUCK_OUT,
    GapReason.NOT_RECEIVED,
    GapReason.OUTSIDE_SCOPE,
    GapReason.INTERRUPTED,
    GapReason.INTERNAL_ERROR,
    GapReason.UNRESOLVED,
    GapReason.NO_PRIVILEGE,
    GapReason.DOWNGRADED,
    GapReason.NO_ANSWER,
)
"""The reason that is reported when several apply: what the operator can fix comes before silence."""


_OF_FLEETS = frozenset((GapReason.NOT_RECEIVED, GapReason.OUTSIDE_SCOPE))
"""Reasons that say little without their detail: of which collector, or of which addresses."""

_REPORTED = frozenset((Source.NEIGHBOUR_LLDP, Source.NEIGHBOUR_CDP))


def silent(target: str, gaps: Sequence[Gap], address: str = "", fleet_site: str = "") -> NotAssessed:
    """A target without a single observation, the address at which it was asked, and the site of a fleet that did."""
    reasons = {gap.reason for gap in gaps}
    reason = next((reason for reason in _BY_URGENCY if reason in reasons), GapReason.NO_ANSWER)
    detail = next((gap.detail for gap in gaps if gap.reason is reason and reason in _OF_FLEETS), "")
    places = (place_of_gap(gap) for gap in gaps if gap.reason is reason)
    ports = (place.answered_from for place in places if isinstance(place, TransportPort))
    return NotAssessed(target, reason, next(filter(None, ports), ""), address, detail, fleet_site)


def unidentified(device: Device) -> NotAssessed:
    """A device that answered and is not judged: too little is known of it, or no policy judges.

    A device whose maker is known was interrupted; then the gap that interrupted it is the reason. One that is known by
    layer 2 alone was not interrupted: what refused kitscan is the reason, or that nothing else answered. One that only
    its neighbours report said nothing itself.
    """
    target = next(name for name in (device.name, *device.addresses, device.id) if name)
    if device.sources and device.sources <= _REPORTED:
        return silent(target, device.gaps)
    refusals = [gap for gap in device.gaps if gap.reason is not GapReason.NO_ANSWER]
    if is_known_by_layer_2(device):
        return silent(target, refusals) if refusals else NotAssessed(target, Unidentified.LAYER_2_ONLY)
    cut = incompleteness(device)
    if cut is not None and device.identity.level in (Level.CONFIRMED, Level.PROBABLE):
        return silent(target, (cut,))
    if identity_verdict(device)[0] is Verdict.CLEAR and cut is None:
        return NotAssessed(target, Unjudged.NO_POLICY)
    return silent(target, refusals) if refusals else NotAssessed(target, Unidentified.UNIDENTIFIED)


def devices_not_assessed(document: Document) -> Mapping[str, NotAssessed]:
    """Why each device without a verdict was not assessed, by its id."""
    listed = frozenset(document.not_assessed)
    causes = (
        (judged.device.id, unidentified(judged.device))
        for judged in document.devices
        if judged.verdict is Verdict.NOT_ASSESSED
    )
    return {device: cause for device, cause in causes if cause in listed}


def targets_without_device(document: Document) -> tuple[NotAssessed, ...]:
    """The targets not assessed that are no device of the document, in its order. A device of the same name hides no
    target: each accounts for one entry of its own words and cause."""
    accounted = Counter(devices_not_assessed(document).values())
    others = []
    for missing in document.not_assessed:
        if accounted[missing]:
            accounted[missing] -= 1
        else:
            others.append(missing)
    return tuple(others)


def failed_subjects(
    document: Document, run: Iterable[Evidence], silent_keys: frozenset[str]
) -> Mapping[str, NotAssessedReason]:
    """Why each subject of a run was not assessed, by its key: those of devices without a verdict, and those in
    `silent_keys`, of which nothing was observed. `run` is the evidence of that run, of which only the gaps are read.

    An address that was silent and is one of a device that was assessed is not among them.
    """
    causes = devices_not_assessed(document)
    at_address = {address: judged.device.id for judged in document.devices for address in judged.device.addresses}
    failed: dict[str, NotAssessedReason] = {}
    for of_subject in run:
        subject = of_subject.subject
        device = at_address.get(subject.address, "") if subject.address else ""
        if device in causes:
            failed[subject.key] = causes[device].reason
        elif not device and subject.key in silent_keys:
            failed[subject.key] = silent(subject.key, of_subject.gaps).reason
    return failed
