"""What a site refuses of an order, and that an order never makes it do more than its own rules."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.courier.message import SiteRefusalReason, SliceOrder, Terms
from scanner.fleet.site.moment import Moment
from scanner.fleet.site.order_checks import MAX_TRIES, SiteRules, allowed_terms, check_order
from scanner.fleet.site.run_ledger import BegunRun, RunLedger
from scanner.protocols.registry import PROBE_NAMES
from scanner.rate_limit.profiles import PROFILES
from tests.unit.site_parts import NOW, OTHER_RUN, RUN, SEED, local_scope, plan_order, terms

RULES = SiteRules("LON", "normal", ("snmp", "ssh"), "c" * 64, 40, 2)
MOMENT = Moment(NOW, "boot", 1_000.0)
REASON = SiteRefusalReason
BEGUN = BegunRun(RUN, MOMENT, SEED, "c" * 64)


def order(**changes: Any) -> SliceOrder:
    given = {"run": RUN, "site": "LON", "ordinal": 3, "of": 40, "scope_sha256": "c" * 64, "sent": NOW.isoformat()}
    return SliceOrder(**(given | {"terms": terms()} | changes))


def reasons(asked: SliceOrder, ledger: RunLedger = RunLedger(), now: Moment = MOMENT) -> list[SiteRefusalReason]:  # noqa: B008 - a frozen value
    return [refusal.reason for refusal in check_order(asked, RULES, ledger, now)]


def test_an_order_within_the_rules_is_not_refused() -> None:
    assert reasons(order()) == []
    assert check_order(plan_order(), RULES, RunLedger(), MOMENT) == ()
    assert reasons(order(terms=terms(profile="gentle", probes=["ssh"]))) == []


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (order(site="MAN"), REASON.WRONG_SITE),
        (order(terms=terms(profile="lab")), REASON.PROFILE),
        (order(terms=terms(profile="furious")), REASON.PROFILE),
        (order(terms=terms(probes=["snmp", "web"])), REASON.PROBES),
        (order(terms=terms(probes=["format-disk"])), REASON.PROBES),
        (order(scope_sha256="d" * 64), REASON.SCOPE_CHANGED),
        (order(ordinal=41), REASON.NO_SUCH_SLICE),
        (order(of=39), REASON.NO_SUCH_SLICE),
        (order(terms=terms(deadline=(NOW - timedelta(seconds=1)).isoformat())), REASON.TOO_LATE),
        (order(terms=terms(not_before=(NOW + timedelta(hours=1)).isoformat())), REASON.TOO_EARLY),
    ],
)
def test_an_order_beyond_the_rules_is_refused_with_its_reason(asked: SliceOrder, reason: SiteRefusalReason) -> None:
    assert reasons(asked) == [reason]


def test_every_reason_is_named() -> None:
    late = terms(profile="lab", probes=["web"], deadline=(NOW - timedelta(hours=1)).isoformat())
    wrong = order(site="MAN", ordinal=41, terms=late)
    assert set(reasons(wrong)) == {
        REASON.WRONG_SITE,
        REASON.PROFILE,
        REASON.PROBES,
        REASON.TOO_LATE,
        REASON.NO_SUCH_SLICE,
    }


def test_a_clock_that_is_a_little_behind_waits() -> None:
    assert reasons(order(terms=terms(not_before=(NOW + timedelta(seconds=200)).isoformat()))) == []


def test_a_day_has_so_many_runs_and_a_run_that_has_begun_is_none_more() -> None:
    others = RunLedger((replace(BEGUN, run=OTHER_RUN), replace(BEGUN, run="c" * 32)))
    assert reasons(order(), others) == [REASON.TOO_MANY_RUNS]
    assert [found.reason for found in check_order(plan_order(), RULES, others, MOMENT)] == [REASON.TOO_MANY_RUNS]
    assert reasons(order(run=OTHER_RUN), others) == []
    assert reasons(order(), others, Moment(NOW, "boot", 1_000.0 + 24 * 3600)) == []


def test_a_run_keeps_its_seed_and_its_scope() -> None:
    assert reasons(order(terms=terms(seed=8)), RunLedger((BEGUN,))) == [REASON.NO_SUCH_SLICE]
    before = RunLedger((replace(BEGUN, scope_sha256="d" * 64),))
    assert reasons(order(), before) == [REASON.SCOPE_CHANGED]


def test_a_slice_is_begun_so_often_and_no_more() -> None:
    assert reasons(order(), RunLedger((replace(BEGUN, tries=((3, MAX_TRIES - 1),)),))) == []
    assert reasons(order(), RunLedger((replace(BEGUN, tries=((3, MAX_TRIES),)),))) == [REASON.FAILED]
    assert reasons(order(ordinal=4), RunLedger((replace(BEGUN, tries=((3, MAX_TRIES),)),))) == []


NAMES = st.lists(st.sampled_from([*PROBE_NAMES, "", "shell"]), max_size=6)
PROFILE_NAMES = st.text(max_size=8) | st.sampled_from(["", *PROFILES])
TERMS = st.builds(lambda profile, probes: terms(profile=profile, probes=probes), PROFILE_NAMES, NAMES)


@given(TERMS, st.sampled_from(tuple(PROFILES)), st.sets(st.sampled_from(PROBE_NAMES), min_size=1))
def test_no_terms_make_a_site_faster_or_ask_by_more(asked: Terms, own: str, probes: set[str]) -> None:
    rules = replace(RULES, profile=own, probes=tuple(sorted(probes)))
    if check_order(order(terms=asked), rules, RunLedger(), MOMENT):
        return
    profile, allowed = allowed_terms(asked, rules)
    speeds = list(PROFILES)
    assert speeds.index(profile) <= speeds.index(own)
    assert allowed
    assert set(allowed) <= probes


def test_the_rules_of_a_site_come_from_its_own_folder(tmp_path: Path) -> None:
    local = local_scope(tmp_path)
    rules = local.rules("LON", 3, 2)
    assert (rules.profile, rules.probes, rules.scope_sha256) == ("normal", ("snmp", "ssh"), local.sha256)
