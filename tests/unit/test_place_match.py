"""A rule on a part of a segment, and a place that names the wider segment alone."""

from dataclasses import replace

import pytest

from reports.judgement.because import LabelTooBroad, SegmentTooBroad
from reports.judgement.place_match import CERTAIN, PlaceMatch, match_place
from reports.placement.placement import Origin, Placement
from reports.policy.policy_set import load_policies
from reports.policy.vocabulary import Tier
from reports.policy.where import Where


def where(policy: str, rule: str) -> Where:
    (loaded,) = load_policies((policy,))
    (found,) = [item for item in loaded.rules if item.id == rule]
    return found.where


def placed(segment: str, generation: str | None = None) -> Placement:
    tier = Tier.OVERSIGHT if segment == "management" else Tier.TRANSPORT
    return Placement(None, tier, "zone", Origin.DECLARED, segment=segment, generation=generation)


SWEDEN = where("se-pts-2020", "old")


def test_transport_that_names_no_generation_is_judged_as_if_it_carried_5g() -> None:
    assert match_place(SWEDEN, placed("transport")) == PlaceMatch((SegmentTooBroad("transport"),))


@pytest.mark.parametrize("generation", ["5g_sa", "5G NSA", "private_5g"])
def test_transport_that_carries_5g_is_that_of_5g_for_certain(generation: str) -> None:
    assert match_place(SWEDEN, placed("transport", generation)) == CERTAIN


def test_transport_of_5g_without_its_kind_is_still_judged() -> None:
    match = match_place(SWEDEN, placed("transport", "5g"))
    assert match is not None
    assert [type(reason) for reason in match.assumptions] == [LabelTooBroad]


@pytest.mark.parametrize("generation", ["4g", "fixed_copper", "lmr_tetra"])
def test_transport_that_says_it_carries_something_else_is_not_that_of_5g(generation: str) -> None:
    assert match_place(SWEDEN, placed("transport", generation)) is None


def test_a_generation_does_not_settle_what_no_generation_tells_apart() -> None:
    germany = where("de-contracts-2024", "nms")
    assert match_place(germany, placed("management", "4g")) == PlaceMatch((SegmentTooBroad("management"),))
    between_cores = where("gb-dvd-huawei-2022", "transmission")
    assert match_place(between_cores, placed("transport", "4g")) == PlaceMatch((SegmentTooBroad("transport"),))


def test_a_place_that_names_its_tier_alone_holds_boxes_and_no_managed_service() -> None:
    services = where("gb-dvd-huawei-2022", "managed-services")
    enterprise = Placement(None, Tier.ENTERPRISE, "zone", Origin.DECLARED)
    named = Placement(None, Tier.ENTERPRISE, "zone", Origin.DECLARED, segment="services")
    assert [match_place(services, enterprise), match_place(services, named)] == [None, CERTAIN]


def test_a_label_that_fits_takes_no_rule_to_another_part_of_the_network() -> None:
    """The rule of 5G transport reaches no core, whatever the generation that is declared there."""
    core = Placement(None, Tier.CORE, "zone", Origin.DECLARED, segment="core_4g", generation="5g_sa")
    assert match_place(where("se-pts-2020", "old"), replace(core, tier=Tier.ENTERPRISE, segment="services")) is None
