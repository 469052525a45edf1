"""permits.yaml: what is read, what is refused, and what a permission before use does to a finding on each day."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from fingerprints.database.companies.companies import load_companies
from fingerprints.model.device import (
    Device,
    Identity,
    Level,
    Party,
)
from fingerprints.model.errors import DataFileError
from reports.document.finding_wording import because_text
from reports.judgement.because import PermitExpired, PermitHolds, PlainReason
from reports.judgement.evaluate import judge
from reports.judgement.finding import Finding
from reports.judgement.permits import Permits, apply_permits, read_permits
from reports.placement.placement import Origin, Placement
from reports.policy.policy_set import load_policies
from reports.policy.verdict import Reason, Verdict
from reports.policy.vocabulary import Tier

FRANCE = load_policies(("fr-2019-810",))
INDIA = load_policies(("in-nsdts-2021",))
JAPAN = load_policies(("jp-procurement-2018",))
RADIO = Placement(False, Tier.ACCESS, "zone radio", Origin.DECLARED, segment="ran_5g")
OFFICE = Placement(False, Tier.ENTERPRISE, "zone ministry", Origin.DECLARED, segment="government_network")
NOKIA = Party("nokia", "Nokia")
GNB = Device(
    "gnb-1", ("gnb-1",), ("192.0.2.1",), "gnb-1", (), Identity(Level.CONFIRMED, 0.99, NOKIA, NOKIA, model="AirScale 5G")
)
PERMIT = """
permits:
  - id: P-7
    scope: {device: gnb-*, policy: fr-2019-810}
    granted_by: the Prime Minister
    granted: 2021-03-01
    expires: 2026-02-28
"""


def permits(tmp_path: Path, old: str = "", new: str = "") -> Permits:
    path = tmp_path / "permits.yaml"
    path.write_text(PERMIT.replace(old, new) if old else PERMIT, encoding="utf-8")
    return read_permits(path)


def french(device: Device, given: Permits, day: date) -> tuple[Finding, ...]:
    findings = judge(device, RADIO, FRANCE, day, load_companies())
    return apply_permits(findings, device, FRANCE, given, day)


def test_a_permit_makes_use_clear_and_says_until_when(tmp_path: Path) -> None:
    (plain,) = judge(GNB, RADIO, FRANCE, date(2026, 2, 28), load_companies())
    given = permits(tmp_path)
    because = (*plain.because, PermitHolds(given.permits[0]))
    cleared = replace(plain, verdict=Verdict.CLEAR, because=because, deadline=date(2026, 2, 28))
    assert french(GNB, given, date(2026, 2, 28)) == (cleared,)
    message = "; allowed by permit P-7 of the Prime Minister, 2021-03-01 until 2026-02-28"
    assert because_text(because).endswith(message)


def test_on_the_day_after_its_last_use_is_restricted(tmp_path: Path) -> None:
    (found,) = french(GNB, permits(tmp_path), date(2026, 3, 1))
    assert (found.verdict, found.reason) == (Verdict.RESTRICTED, None)
    assert because_text(found.because).endswith("permit P-7 of the Prime Minister, 2021-03-01, ended on 2026-02-28")


def test_a_permit_that_is_not_yet_granted_changes_nothing(tmp_path: Path) -> None:
    (found,) = french(GNB, permits(tmp_path), date(2021, 2, 28))
    assert found.verdict is Verdict.CONDITIONAL


def test_a_conditional_approval_stays_conditional(tmp_path: Path) -> None:
    given = permits(tmp_path, "    expires: 2026-02-28", "    expires: 2026-02-28\n    conditions: not near Brest")
    (found,) = french(GNB, given, date(2024, 1, 1))
    assert (found.verdict, found.deadline) == (Verdict.CONDITIONAL, date(2026, 2, 28))
    assert because_text(found.because).endswith("on these conditions: not near Brest")


def test_what_no_permit_of_the_file_covers_is_denied(tmp_path: Path) -> None:
    other = replace(GNB, id="enb-9", labels=("enb-9",), name="enb-9")
    (found,) = french(other, permits(tmp_path), date(2024, 1, 1))
    assert (found.verdict, found.because[-1]) == (Verdict.RESTRICTED, PlainReason.NO_PERMIT)


def test_a_file_without_a_permit_of_the_regime_denies_nobody(tmp_path: Path) -> None:
    (found,) = french(GNB, permits(tmp_path, "fr-2019-810", "be-2022"), date(2024, 1, 1))
    assert found.verdict is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("scope", "verdict"),
    [
        ("device: '*', policy: fr-2019-810, maker: nokia", Verdict.CLEAR),
        ("device: '*', policy: fr-2019-810, maker: ericsson", Verdict.RESTRICTED),
        ("device: '*', policy: fr-2019-810, model: 'airscale*'", Verdict.CLEAR),
        ("device: '*', policy: fr-2019-810, model: 'RBS*'", Verdict.RESTRICTED),
        ("device: '*', policy: fr-2019-810, rule: sunset", Verdict.CONDITIONAL),
    ],
)
def test_a_permit_can_be_for_products(tmp_path: Path, scope: str, verdict: Verdict) -> None:
    (found,) = french(GNB, permits(tmp_path, "device: gnb-*, policy: fr-2019-810", scope), date(2024, 1, 1))
    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("installed", "verdict"),
    [(None, Verdict.CONDITIONAL), ("2021-06-14", Verdict.CONDITIONAL), ("2021-06-15", Verdict.RESTRICTED)],
)
def test_an_allow_list_denies_what_came_since_and_lets_stand_what_stood(
    tmp_path: Path, installed: str | None, verdict: Verdict
) -> None:
    given = permits(
        tmp_path, "device: gnb-*, policy: fr-2019-810", "device: '*', policy: in-nsdts-2021, maker: samsung"
    )
    box = replace(GNB, attributes=(("installed", installed),) if installed else ())
    findings = judge(box, RADIO, INDIA, date(2024, 1, 1), load_companies())
    (found,) = apply_permits(findings, box, INDIA, given, date(2024, 1, 1))
    assert found.verdict is verdict


def test_a_regime_that_names_nobody_restricts_nobody_for_want_of_a_permit(tmp_path: Path) -> None:
    given = permits(tmp_path, "device: gnb-*, policy: fr-2019-810", "device: other, policy: jp-procurement-2018")
    findings = judge(GNB, OFFICE, JAPAN, date(2024, 1, 1), load_companies())
    found = apply_permits(findings, GNB, JAPAN, given, date(2024, 1, 1))
    assert {(one.verdict, one.reason) for one in found} == {(Verdict.REVIEW, Reason.REFER)}


def test_no_permits_change_nothing() -> None:
    findings = judge(GNB, RADIO, FRANCE, date(2024, 1, 1), load_companies())
    assert apply_permits(findings, GNB, FRANCE, Permits(), date(2024, 1, 1)) is findings


def test_the_documents_own_permits_can_be_written_as_they_stand_there(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "policies.md").read_text("utf-8")
    path = tmp_path / "permits.yaml"
    path.write_text("permits:" + page.partition("```yaml\npermits:")[2].partition("```")[0], encoding="utf-8")
    assert [permit.id for permit in read_permits(path).permits] == ["P-2021-044", "portal-7"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("expires: 2026-02-28", "expires: 2021-02-28", "expires on or after granted"),
        ("    granted_by: the Prime Minister\n", "", "granted_by"),
        ("    granted: 2021-03-01", "    granted: soon", "permits.0.granted"),
        ("device: gnb-*, ", "", "device"),
        ("id: P-7", "id: P-7\n    until: never", "unknown key permits.0.until"),
    ],
)
def test_a_broken_file_is_refused_with_what_was_expected(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(DataFileError) as error:
        permits(tmp_path, old, new)
    assert message in str(error.value)


def test_a_permit_id_written_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="each permit id once; written twice: P-7"):
        permits(tmp_path, "permits:", "permits:" + PERMIT.partition("permits:")[2].rstrip())


def test_a_permit_holds_from_the_day_it_is_granted(tmp_path: Path) -> None:
    (found,) = french(GNB, permits(tmp_path, "  expires: 2026-02-28", "  expires: 2021-03-01"), date(2021, 3, 1))
    assert (found.verdict, found.deadline) == (Verdict.CLEAR, date(2021, 3, 1))


@pytest.mark.parametrize(
    ("conditions", "ends", "verdict", "deadline"),
    [
        (("", ""), (date(2026, 1, 1), date(2027, 1, 1)), Verdict.CLEAR, date(2027, 1, 1)),
        (("", ""), (None, date(2027, 1, 1)), Verdict.CLEAR, None),
        (("", ""), (date(2026, 1, 1), None), Verdict.CLEAR, None),
        (("", "by day"), (date(2026, 1, 1), date(2027, 1, 1)), Verdict.CLEAR, date(2026, 1, 1)),
        (("by day", ""), (None, date(2026, 1, 1)), Verdict.CLEAR, date(2026, 1, 1)),
        (("by day", "by day"), (date(2026, 1, 1), date(2027, 1, 1)), Verdict.CONDITIONAL, date(2027, 1, 1)),
    ],
)
def test_of_several_permits_the_one_with_fewest_conditions_and_then_the_latest_end_counts(
    tmp_path: Path,
    conditions: tuple[str, str],
    ends: tuple[date | None, date | None],
    verdict: Verdict,
    deadline: date | None,
) -> None:
    (one,) = permits(tmp_path).permits
    both = tuple(
        replace(one, id=f"P-{number}", conditions=text, expires=end)
        for number, (text, end) in enumerate(zip(conditions, ends, strict=True))
    )
    (found,) = french(GNB, Permits(both), date(2025, 1, 1))
    assert (found.verdict, found.deadline) == (verdict, deadline)


def test_of_several_that_ended_the_last_is_named(tmp_path: Path) -> None:
    (one,) = permits(tmp_path).permits
    both = Permits((replace(one, id="P-1", expires=date(2023, 1, 1)), replace(one, id="P-2", expires=date(2022, 1, 1))))
    (found,) = french(GNB, both, date(2024, 1, 1))
    assert found.because[-1] == PermitExpired(both.permits[0])


def test_a_finding_that_is_clear_stays_so_without_a_permit(tmp_path: Path) -> None:
    plain = judge(GNB, RADIO, FRANCE, date(2024, 1, 1), load_companies())
    clear = tuple(replace(finding, verdict=Verdict.CLEAR) for finding in plain)
    other = replace(GNB, id="enb-9", labels=("enb-9",), name="enb-9")
    assert apply_permits(clear, other, FRANCE, permits(tmp_path), date(2024, 1, 1)) == clear


def test_a_finding_of_no_policy_given_is_not_touched(tmp_path: Path) -> None:
    findings = judge(GNB, RADIO, FRANCE, date(2024, 1, 1), load_companies())
    assert apply_permits(findings, GNB, INDIA, permits(tmp_path), date(2024, 1, 1)) == findings


def test_the_lack_of_a_permit_restricts_from_the_day_that_the_rule_is_in_force(tmp_path: Path) -> None:
    (one,) = permits(tmp_path).permits
    (rule,) = (rule for policy in FRANCE for rule in policy.rules if rule.id == french_rule())
    early = Permits((replace(one, granted=rule.effective - timedelta(days=9)),))
    other = replace(GNB, id="enb-9", labels=("enb-9",), name="enb-9")
    verdicts = []
    for day in (rule.effective - timedelta(days=1), rule.effective):
        known = tuple(
            replace(finding, deadline=None) for finding in judge(other, RADIO, FRANCE, rule.effective, load_companies())
        )
        (found,) = apply_permits(known, other, FRANCE, early, day)
        verdicts.append((found.verdict, found.because[-1]))
    assert verdicts == [(Verdict.CONDITIONAL, PlainReason.NO_PERMIT), (Verdict.RESTRICTED, PlainReason.NO_PERMIT)]


def french_rule() -> str:
    (found,) = judge(GNB, RADIO, FRANCE, date(2024, 1, 1), load_companies())
    return found.rule
