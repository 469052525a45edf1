"""The worked examples of a policy file, judged as a scanned device is judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fingerprints.database.companies.companies import Companies
from fingerprints.database.yaml_file import read_yaml
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import (
    Component,
    Device,
    Identity,
    Level,
    Party,
    Role,
    Watched,
    WatchLevel,
)
from reports.judgement.evaluate import judge, verdict_of
from reports.judgement.finding import Finding
from reports.judgement.maker_match import Ownership
from reports.placement.placement import Origin, Placement
from reports.policy.maker_names import with_company_ids
from reports.policy.policy import Policy
from reports.policy.policy_file import ExampleEntry, PolicyFile
from reports.policy.policy_reader import read_policy
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Vocabulary
from reports.policy.vocabulary_file import read_vocabulary


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that an example expects and that came out otherwise: what (`verdict`), what came, what was expected."""

    what: str
    actual: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example and its differences from what it expects: none where it comes out as written."""

    policy: str
    name: str
    kind: str
    differences: tuple[Difference, ...]


def run_examples(path: Path, companies: Companies) -> tuple[ExampleResult, ...]:
    """The result of every example of one policy file. Raises DataFileError where the file cannot be read."""
    vocabulary = read_vocabulary()
    (policy,) = with_company_ids((read_policy(path, vocabulary),), companies)
    entries = read_yaml(path, PolicyFile).examples
    return tuple(
        ExampleResult(policy.id, entry.name, entry.kind, tuple(_differences(entry, policy, companies, vocabulary)))
        for entry in entries
    )


def judge_example(
    entry: ExampleEntry, policy: Policy, companies: Ownership, vocabulary: Vocabulary
) -> tuple[Device, tuple[Finding, ...], Verdict]:
    """The device of an example, its findings under its policy on its day, and the verdict."""
    device, placement = _device(entry), _placement(entry, vocabulary)
    findings = judge(device, placement, (policy,), entry.as_of, companies)
    return device, findings, verdict_of(device, findings)


def _differences(
    entry: ExampleEntry, policy: Policy, companies: Ownership, vocabulary: Vocabulary
) -> Iterator[Difference]:
    _, findings, verdict = judge_example(entry, policy, companies, vocabulary)
    expected = entry.expect
    if verdict is not expected.verdict:
        yield Difference("verdict", (verdict,), (expected.verdict,))
    rules = tuple(dict.fromkeys(finding.rule for finding in findings))
    if rules != expected.rules:
        yield Difference("rules", rules, expected.rules)
    yield from _detail_differences(entry, findings, verdict)


def _detail_differences(entry: ExampleEntry, findings: tuple[Finding, ...], verdict: Verdict) -> Iterator[Difference]:
    deciding = [finding for finding in findings if finding.verdict is verdict]
    reasons = {finding.reason for finding in deciding if finding.reason}
    if entry.expect.reason is not None and entry.expect.reason not in reasons:
        yield Difference("reason", tuple(sorted(reasons)), (entry.expect.reason,))
    deadlines = {finding.deadline for finding in findings if finding.deadline}
    if entry.expect.deadline is not None and entry.expect.deadline not in deadlines:
        days = tuple(day.isoformat() for day in sorted(deadlines))
        yield Difference("deadline", days, (entry.expect.deadline.isoformat(),))


def _device(entry: ExampleEntry) -> Device:
    party = Party(entry.maker, entry.maker) if entry.maker else None
    level = entry.level if entry.maker else Level.UNKNOWN
    identity = Identity(level, 0.99 if party else 0.0, vendor=party, made_by=party, platform=party, model=entry.model)
    watched = (Watched(entry.suspect, WatchLevel.POSSIBLE, 0.3, (Role.MAKER,), ()),) if entry.suspect else ()
    optic = Component(ComponentKind.OPTIC, "Ethernet1/1", Party(entry.optic, entry.optic)) if entry.optic else None
    return Device(
        id="example",
        labels=(),
        addresses=("192.0.2.1",),
        name="example",
        attributes=tuple(sorted(entry.attributes.items())),
        identity=identity,
        watched=watched,
        components=(optic,) if optic else (),
    )


def _placement(entry: ExampleEntry, vocabulary: Vocabulary) -> Placement:
    segment = vocabulary.segment(entry.segment) or vocabulary.segment_of_function(entry.function)
    tier = entry.tier or (segment.tier if segment else None)
    if tier is None:
        return Placement(None, None, "the example names no place", Origin.NONE)
    return Placement(
        None,
        tier,
        "the example says so",
        Origin.DECLARED,
        segment=entry.segment or (segment.id if segment else None),
        function=entry.function,
        site_type=entry.site_type,
    )
