"""The whole assessment: identify, place and judge everything that one run observed.

Collection observes (scanner.collect). From there on everything is a pure function of stored evidence, data, options
and a date.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from fingerprints.matching.grouping import EvidenceReader, plan_devices
from fingerprints.matching.merge_addresses import disambiguate_ids
from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.evidence import Evidence
from reports.judgement.assessment import (
    Assessment,
    AssessmentOptions,
    CoverageCounts,
    DeviceOfRun,
    EvidenceAgainstPlaces,
    FunctionsNotKnown,
    JudgedDevice,
    Note,
    OwnNamesNotCounted,
    PlacedByManagementAddress,
    RowsWithoutDevice,
    SegmentsNotKnown,
    SilentTarget,
    WaiversWithoutFinding,
)
from reports.judgement.caps import measure_shares, settle_caps
from reports.judgement.evaluate import PolicyEvaluator
from reports.judgement.examiner import Examiner, InThisProcess, JudgedPart, evaluator_of, examined
from reports.judgement.exceptions import fits_only_by_own_name
from reports.judgement.finding import Finding
from reports.judgement.merged import device_verdict
from reports.judgement.misplaced import RULE, find_misplaced, own_words_findings
from reports.judgement.permits import apply_permits
from reports.judgement.run_info import RunInfo
from reports.judgement.share import Share
from reports.judgement.waivers import apply_waivers, without_finding
from reports.placement.placement import UNCLASSIFIED
from reports.placement.sighting import RuleId, UnscannedNeighbour
from reports.placement.topology import neighbour_pairs, topology_of
from reports.placement.unscanned_neighbours import unscanned_neighbours
from reports.placement.zones import would_stand_higher, zones_by_own_name
from reports.policy.support_policy import SUPPORT
from reports.policy.verdict import OWN_ZONES, Reason, Verdict


def run_assessment(read: EvidenceReader, options: AssessmentOptions, run: RunInfo) -> Assessment:
    """Identify, place and judge everything that one run observed."""
    return assess_examined(InThisProcess(read, options), options, run)


def assess_examined(examiner: Examiner, options: AssessmentOptions, run: RunInfo) -> Assessment:
    """The assessment of a run whose subjects the examiner reads and judges one by one."""
    evaluator = evaluator_of(options)
    silent: list[SilentTarget] = []
    judged: list[JudgedDevice] = []
    answered: list[int] = []
    places: list[tuple[int, int]] = []
    plans = plan_devices(examiner.facts(), examiner.rows, options.database.attribute_scores)
    examined_plans = 0
    for parts in examiner.examine(plans):
        for part, one in enumerate(parts):
            if isinstance(one, SilentTarget):
                silent.append(one)
            else:
                judged.append(one.judged)
                answered.append(one.answered)
                places.append((examined_plans, part))
        examined_plans += 1
    distinct = with_distinct_ids(judged)
    shares, misplaced = measure_shares(distinct, options.policies), find_misplaced(distinct, evaluator)
    devices = tuple(_concluded(judged, options, shares, misplaced) for judged in distinct)
    of_run = (
        DeviceOfRun(plans[plan], part, judged.device.id, misplaced.get(judged.device.id))
        for (plan, part), judged in zip(places, devices, strict=True)
    )
    topology = topology_of(sorted((judged.device for judged in devices), key=lambda device: device.id))
    neighbours = unscanned_neighbours(topology, options.database)
    return Assessment(
        run,
        options,
        devices,
        tuple(silent),
        _counts(devices, answered, run),
        tuple(judge_neighbour(neighbour, evaluator) for neighbour in neighbours),
        neighbour_pairs(topology),
        tuple(_notes(devices, options)),
        tuple(of_run) if examined_plans == len(plans) else (),  # a run that goes on has subjects without a plan
        shares,
    )


def with_distinct_ids(devices: list[JudgedDevice]) -> list[JudgedDevice]:
    """The same devices, each with an id of its own."""
    distinct = disambiguate_ids([judged.device for judged in devices])
    return [replace(judged, device=device) for judged, device in zip(devices, distinct, strict=True)]


def assess_again(
    one: DeviceOfRun, shares: Sequence[Share], evidence: Iterable[Evidence], options: AssessmentOptions, run: RunInfo
) -> Assessment:
    """The assessment of one device by itself, as that of its whole run has it. `evidence` is that of the subjects of
    its plan, in the order of the run; `options` are those of the whole run."""
    ((_, parts),) = examined((one.plan,), evidence, options, evaluator_of(options))
    found = parts[one.part]
    if isinstance(found, SilentTarget):
        return Assessment(run, options, (), (found,), _counts((), [], run), (), (), ())
    judged = replace(found.judged, device=replace(found.judged.device, id=one.id))
    misplaced = {} if one.misplaced is None else {one.id: one.misplaced}
    devices = (_concluded(judged, options, shares, misplaced),)
    return Assessment(run, options, devices, (), _counts(devices, [found.answered], run), (), (), ())


def assess_some(read: EvidenceReader, options: AssessmentOptions, run: RunInfo) -> Assessment:
    """The assessment of some subjects without the others of their run, which is less than the run says of them.

    Other addresses of their devices, the reports of other neighbours and evidence against their places are not known,
    and no share of a cap is measured: so nothing is clear. A subject of which nothing was observed is a silent target.
    """
    examiner = InThisProcess(read, options)
    plans = plan_devices(examiner.facts(), examiner.rows, options.database.attribute_scores)
    parts = tuple(chain.from_iterable(examiner.examine(plans)))
    silent = tuple(part for part in parts if isinstance(part, SilentTarget))
    answering = [part for part in parts if isinstance(part, JudgedPart)]
    distinct = with_distinct_ids([part.judged for part in answering])
    devices = tuple(map(_never_clear, (_concluded(judged, options, (), {}) for judged in distinct)))
    counts = _counts(devices, [part.answered for part in answering], run)
    return Assessment(run, options, devices, silent, counts, (), (), ())


def _never_clear(judged: JudgedDevice) -> JudgedDevice:
    return replace(judged, verdict=Verdict.NOT_ASSESSED) if judged.verdict is Verdict.CLEAR else judged


def _concluded(
    judged: JudgedDevice, options: AssessmentOptions, shares: Sequence[Share], misplaced: Mapping[str, Finding]
) -> JudgedDevice:
    findings = settle_caps(judged.findings, shares, options.as_of)
    if options.permits is not None:
        findings = apply_permits(findings, judged.device, options.policies, options.permits, options.as_of)
    if judged.device.id in misplaced:
        findings = (*findings, misplaced[judged.device.id])
    findings = (*findings, *own_words_findings(judged.placement))
    if options.waivers is not None:
        findings = apply_waivers(findings, judged.device, options.waivers, options.as_of)
    verdict = device_verdict(judged.device, findings)
    if verdict is Verdict.CLEAR and not options.has_law:
        verdict = Verdict.NOT_ASSESSED
    return replace(judged, findings=findings, verdict=verdict)


def judge_neighbour(neighbour: UnscannedNeighbour, evaluator: PolicyEvaluator) -> UnscannedNeighbour:
    """The same neighbour with the rules that would restrict a device of its maker somewhere. A rule that names nobody
    refers every device, so it says nothing of this one."""
    device = Device("", (), (), neighbour.name, (), Identity(Level.UNKNOWN, 0.0), neighbour.watched)
    rules = (
        RuleId(finding.policy, finding.rule)
        for finding in evaluator.judge(device, UNCLASSIFIED)
        if finding.verdict is not Verdict.CLEAR and finding.reason is not Reason.REFER and finding.policy != SUPPORT
    )
    return replace(neighbour, rules=tuple(dict.fromkeys(rules)))


def _counts(devices: tuple[JudgedDevice, ...], answered: list[int], run: RunInfo) -> CoverageCounts:
    """Counts by address, as the scope has them; `answered` holds the number of addresses of each device."""
    pairs = zip(devices, answered, strict=True)
    identified = sum(count for judged, count in pairs if judged.device.identity.level is not Level.UNKNOWN)
    silent = sum(prefix.silent for prefix in run.ranges)
    return CoverageCounts(max(run.in_scope, sum(answered) + silent), sum(answered), identified)


def _notes(devices: tuple[JudgedDevice, ...], options: AssessmentOptions) -> Iterator[Note]:
    zones, attributes = options.zones, options.attributes
    if attributes is not None and (unused := attributes.unused(judged.device for judged in devices)):
        yield RowsWithoutDevice(attributes.path.name, tuple(row.place for row in unused), len(attributes.rows))
    low = sum(zones is not None and would_stand_higher(judged.device, judged.placement, zones) for judged in devices)
    if low:
        yield PlacedByManagementAddress(low, len(devices))
    against = sum(any(_is_misplaced(finding) for finding in judged.findings) for judged in devices)
    if against:
        yield EvidenceAgainstPlaces(against, len(devices))
    by_name = [tuple(_fitted_by_own_name(judged.device, options)) for judged in devices]
    if any(by_name):
        entries = dict.fromkeys(entry for of_device in by_name for entry in of_device)
        yield OwnNamesNotCounted(tuple(entries), sum(map(bool, by_name)), len(devices))
    if options.waivers is not None and (idle := without_finding(options.waivers, devices)):
        yield WaiversWithoutFinding(tuple(waiver.id for waiver in idle), len(options.waivers.waivers))
    if zones is not None and zones.unknown_segments:
        yield SegmentsNotKnown(zones.unknown_segments)
    if zones is not None and zones.unknown_functions:
        yield FunctionsNotKnown(zones.unknown_functions)


def _fitted_by_own_name(device: Device, options: AssessmentOptions) -> Iterator[str]:
    """The entries of the operator's files that a device fits only by its own name, where they do not count it."""
    zones = () if options.zones is None else zones_by_own_name(device, options.zones)
    waivers = () if options.waivers is None else options.waivers.waivers
    permits = () if options.permits is None else options.permits.permits
    yield from (f"zone {name}" for name in zones)
    yield from (f"waiver {waiver.id}" for waiver in waivers if fits_only_by_own_name(waiver.scope, device))
    yield from (f"permit {permit.id}" for permit in permits if fits_only_by_own_name(permit.scope, device))


def _is_misplaced(finding: Finding) -> bool:
    return finding.policy == OWN_ZONES and finding.rule == RULE
