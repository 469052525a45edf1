"""What a device told of its parts: `clear` says it, because a part that nobody saw was not judged."""

from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import (
    Component,
    Device,
    Identity,
    Level,
    Party,
)
from reports.document.wording import describe_seen_parts
from reports.judgement.incomplete import FOREIGN_KINDS, seen_parts

ACME = Party("acme", "Acme")

KINDS = st.sampled_from(tuple(ComponentKind))
PARTS = st.lists(st.builds(Component, KINDS, st.text(max_size=3), st.sampled_from((None, ACME))), max_size=12)


def device_with(*parts: Component) -> Device:
    return Device("d1", (), ("192.0.2.1",), "edge", (), Identity(Level.UNKNOWN, 0.0), components=parts)


@given(PARTS)
def test_each_part_is_counted_once_and_each_kind_is_seen_or_not(parts: list[Component]) -> None:
    seen = seen_parts(device_with(*parts))
    told = {kind for kind, _ in seen.kinds}
    assert seen.count == len(parts)
    assert seen.unknown_maker == sum(part.made_by is None for part in parts)
    assert told | set(seen.not_seen) >= set(FOREIGN_KINDS)
    assert told.isdisjoint(seen.not_seen)


def test_the_sentence_names_kinds_unknown_makers_and_what_was_not_seen() -> None:
    optics = [Component(ComponentKind.OPTIC, f"port {number}") for number in range(2)]
    seen = seen_parts(device_with(*optics, Component(ComponentKind.FAN, "fan 1", ACME)))
    assert (
        describe_seen_parts(seen)
        == "2 optics and 1 fan; 2 of an unknown maker; no card, modem or power supply was seen"
    )


def test_a_box_that_told_of_nothing_says_so() -> None:
    assert describe_seen_parts(seen_parts(device_with())) == "no card, optic, modem, power supply or fan was seen"


def test_a_box_that_told_of_every_kind_has_nothing_left_to_say() -> None:
    parts = (Component(kind, kind.value, ACME) for kind in FOREIGN_KINDS)
    assert describe_seen_parts(seen_parts(device_with(*parts))) == (
        "1 card, 1 optic, 1 modem, 1 power supply and 1 fan"
    )
