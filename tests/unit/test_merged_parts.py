"""A part of a device that a merge made: what joined it, and what parts it from the others."""

from dataclasses import replace

from fingerprints.model.merging import JoinedBy, MatchedBy, Merging
from reports.judgement.merged import _merging_of_part
from tests.unit.boxes import live


def test_a_part_keeps_what_joined_its_own_addresses_and_names_what_it_shares_with_the_others() -> None:
    part = (live("192.0.2.1"), live("192.0.2.2"))
    inside = JoinedBy(MatchedBy.SERIAL, "serial S1", ("192.0.2.1", "192.0.2.2"))
    both = JoinedBy(MatchedBy.SERIAL, "serial S2", ("192.0.2.1", "192.0.2.2", "192.0.2.9"))
    outside = JoinedBy(MatchedBy.SERIAL, "serial S3", ("192.0.2.8", "192.0.2.9"))
    one = JoinedBy(MatchedBy.SERIAL, "serial S4", ("192.0.2.1", "192.0.2.9"))
    found = _merging_of_part(part, Merging((inside, both, outside, one), ()))
    assert found.joined == (inside, replace(both, subjects=("192.0.2.1", "192.0.2.2")))
    assert [(kept_apart.text, kept_apart.others) for kept_apart in found.kept_apart] == [
        ("serial S2", ("192.0.2.9",)),
        ("serial S4", ("192.0.2.9",)),
    ]
