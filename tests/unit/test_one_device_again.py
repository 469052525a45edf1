"""One device judged by what was kept of its run says word for word what the judgement of the whole run says of it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest

from fingerprints.database.fingerprint_database import load_database
from fingerprints.model.evidence import Evidence, Observation, Source
from reports.document.build import build_document
from reports.document.document import Document
from reports.explanation.device import explain_device
from reports.explanation.short_answer import answer_device
from reports.judgement.assessment import Assessment, AssessmentOptions, DeviceOfRun
from reports.judgement.because import PlaceContradicted
from reports.judgement.run import assess_again, run_assessment
from reports.judgement.run_info import RunInfo
from reports.judgement.waivers import read_waivers
from reports.placement.shape import Shape
from reports.placement.sign import SignReason
from reports.placement.zones import read_zones
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Verdict
from scanner.cli.assessment.kept_values import device_from, device_text, shares_from, shares_text
from tests.replay.golden_documents import HOME, frozen_run
from tests.unit.boxes import live
from tests.unit.test_merged_verdicts import WHAT_IT_SAYS, WHAT_IT_SHARES
from tests.unit.test_misplaced import SAID

INFO = RunInfo("1", "0", 200, ())
SAYS = sorted(WHAT_IT_SAYS)

ZONES = """\
zones:
- {name: ran, match: {prefix: 198.18.0.0/16}, segment: ran_5g}
- {name: lan, match: {prefix: 198.20.0.0/16}, segment: ran_5g}
- {name: core, match: {prefix: 198.19.0.0/16}, segment: core_ip}
"""
WAIVERS = """\
waivers:
- {id: W1, scope: {device: "*", policy: zones}, reason: r, owner: o, approved_by: a, expires: 2099-01-01}
- {id: W2, scope: {device: "198.18.3.*", policy: "*"}, reason: r, owner: o, approved_by: a, expires: 2099-01-01}
"""


def boxes() -> Iterator[Evidence]:
    """Groups of boxes that say they are of all makers, and share two marks by turns: some are one device, some are
    not, and some of one device must be judged apart. Then a router with many neighbours in an access network."""
    for group, pair in enumerate(combinations(sorted(WHAT_IT_SHARES), 2)):
        for last, says in enumerate((*SAYS[group % 3 :: 3], "nothing", "Cisco, by all")):
            shared = (said for mark in pair[: 1 + last % 2] for said in WHAT_IT_SHARES[mark])
            yield live(f"198.{18 + last % 2}.{group}.{last}", WHAT_IT_SAYS[says], tuple(_own(shared, group)))
    for last in range(1, 3):
        yield live(f"198.20.0.{last}", SAID)


def _own(shared: Iterable[Observation], group: int) -> Iterator[Observation]:
    """The same marks, another one for each group of boxes."""
    texts = (Source.SSH_HOST_KEY, Source.SNMP_ENTITY_SERIAL, Source.SNMP_SYS_NAME)
    yield from (said._replace(value=f"{said.value}{group}") if said.source in texts else said for said in shared)


def options(zones: Path, waivers: Path | None = None) -> AssessmentOptions:
    policies = load_policies(("us-889a", "gb-dvd-huawei-2022", "gb-bt-policy-2018"))
    judged_by = read_waivers(waivers) if waivers is not None else None
    return AssessmentOptions(load_database(), read_zones(zones), policies, "a test", judged_by, date(2026, 11, 28))


def words_of(document: Document) -> list[str]:
    header = document.header
    return [f"{answer_device(one, header)}\n{explain_device(one, header)}" for one in document.devices]


def again(assessment: Assessment, evidence: tuple[Evidence, ...], given: AssessmentOptions) -> list[str]:
    """The same of each device, judged by itself by what is kept as text, sorted by id."""
    shares = shares_from(shares_text(assessment.shares))
    words = []
    for text in map(device_text, sorted(assessment.of_run, key=lambda one: one.id)):
        one = device_from(text)
        own = [part for part in evidence if part.subject.key in one.plan.keys]
        words += words_of(build_document(assess_again(one, shares, own, given, INFO)))
    return words


@pytest.fixture(scope="module")
def made_up() -> tuple[Evidence, ...]:
    return tuple(boxes())


@pytest.mark.parametrize("waived", [False, True])
def test_every_device_of_a_run_says_the_same_when_it_is_judged_again_alone(
    made_up: tuple[Evidence, ...], tmp_path: Path, waived: bool
) -> None:
    (tmp_path / "zones.yaml").write_text(ZONES)
    (tmp_path / "waivers.yaml").write_text(WAIVERS)
    given = options(tmp_path / "zones.yaml", tmp_path / "waivers.yaml" if waived else None)
    whole = run_assessment(lambda _: made_up, given, INFO)
    words = words_of(build_document(whole))
    assert again(whole, made_up, given) == words
    said = "\n".join(words)
    assert "One device, because".upper() in said
    assert "would be judged better" in said or "one device of them all" in said.casefold()
    assert "of the devices" in said or "share" in said
    assert ("waived by W1" in said) == waived
    assert sum(one.misplaced is not None for one in whole.of_run) > 0
    assert {one.part for one in whole.of_run} > {0}
    assert any(share.named for share in whole.shares)


@pytest.mark.parametrize("name", ["demo", "lab"])
def test_every_device_of_a_frozen_run_says_the_same_when_it_is_judged_again_alone(name: str) -> None:
    frozen = frozen_run(name)
    given = options(HOME / f"{name}.zones.yaml")
    whole = run_assessment(lambda _: frozen.evidence, given, INFO)
    assert again(whole, frozen.evidence, given) == words_of(build_document(whole))
    assert any(one.plan.reports for one in whole.of_run)


VALUES: dict[str, Any] = {"by_protocol": (("isis", 3),), "shape": Shape(*(0.5,) * 6, True, False, True)}
"""Fields that hold more than a text and numbers."""


@pytest.mark.parametrize("kind", get_args(SignReason), ids=lambda kind: kind.__name__)
def test_every_sign_comes_back_as_it_was_kept(kind: type, made_up: tuple[Evidence, ...], tmp_path: Path) -> None:
    (tmp_path / "zones.yaml").write_text(ZONES)
    found = next(one for one in _lan_routers(tmp_path / "zones.yaml") if one.misplaced is not None)
    misplaced = found.misplaced
    assert misplaced is not None
    sign = kind(*(VALUES.get(field.name, ("a", "b")) for field in fields(kind)))
    because = tuple(
        replace(reason, strongest=sign) if isinstance(reason, PlaceContradicted) else reason
        for reason in misplaced.because
    )
    one = replace(
        found, misplaced=replace(misplaced, because=because, verdict=Verdict.REVIEW, deadline=date(2026, 1, 2))
    )
    assert device_from(device_text(one)) == one


def _lan_routers(zones: Path) -> tuple[DeviceOfRun, ...]:
    evidence = [live(f"198.20.0.{last}", SAID) for last in range(1, 3)]
    return run_assessment(lambda _: evidence, options(zones), INFO).of_run


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"Path": ["/etc/passwd"]}', '{"Share": []}', '{"Verdict": "worse"}', "[" * 100_000, "1"]
)
def test_a_text_of_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        device_from(text)
    if text != "[]":
        with pytest.raises(ValueError, match=r"^"):
            shares_from(text)


def test_the_text_is_json_of_lists_and_names() -> None:
    assert json.loads(shares_text(())) == []
