"""The places of observations come back from the texts in which recordings keep them."""

import pytest

from fingerprints.model.observation_place import (
    FieldOfFrame,
    FieldOfPort,
    FieldOfReport,
    field_of_frame,
    field_of_port,
    field_of_report,
)


def test_a_field_of_a_port_is_read_as_it_was_written() -> None:
    place = FieldOfPort("subject", "443/tcp")
    assert (place.to_at(), field_of_port(place.to_at())) == ("subject 443/tcp", place)


def test_a_field_of_a_frame_is_read_as_it_was_written() -> None:
    place = FieldOfFrame("eth0", "00:e0:fc:12:34:56", "system_name")
    assert (place.to_at(), field_of_frame(place.to_at())) == ("eth0/00:e0:fc:12:34:56/system_name", place)


def test_the_port_of_a_reporting_neighbour_may_hold_slashes() -> None:
    place = FieldOfReport("core-1", "Gi1/0/7", "platform")
    assert (place.to_at(), field_of_report(place.to_at())) == ("core-1/Gi1/0/7/platform", place)


@pytest.mark.parametrize("at", ["", "x", "a/b"])
def test_what_a_text_lacks_is_empty(at: str) -> None:
    assert field_of_port(at).port == ""
    assert field_of_frame(at).field == ""
    assert field_of_report(at).port == ""
