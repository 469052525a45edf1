"""Enrolling collectors: files keep what people wrote, no scope changes in passing, and errors say what to do."""

from pathlib import Path

import pytest

from fingerprints.model.errors import DataFileError, KitscanError
from scanner.fleet.centre.enrolment import new_site, with_collector, without_collector
from scanner.fleet.sites import parse_site

LON = Path("sites/LON.yaml")
KEY, OTHER = "ed25519:" + "a" * 64, "ed25519:" + "b" * 64
WRITTEN = f"""# Docklands; ask Ann before you change it
site: LON
scope: [10.0.0.0/9]  # all of it
collectors:  # in rack 4
  lon1: {KEY}  # the old one
"""


def test_a_new_site_is_what_was_asked_for() -> None:
    site = parse_site(new_site(LON, "LON", ("10.0.0.0/9", "192.0.2.1-192.0.2.9"), "lon1", KEY), LON)
    assert (site.name, dict(site.collectors), site.scope.count) == ("LON", {"lon1": KEY}, 2**23 + 9)


def test_a_further_collector_is_a_further_line_and_nothing_else() -> None:
    grown = with_collector(LON, WRITTEN, ("10.0.0.0/9",), "lon2", OTHER)
    assert dict(parse_site(grown, LON).collectors) == {"lon1": KEY, "lon2": OTHER}
    assert grown.replace(f'  "lon2": "{OTHER}"\n', "") == WRITTEN
    assert with_collector(LON, grown, (), "lon2", OTHER) == grown
    assert without_collector(LON, grown, "lon2") == WRITTEN
    assert without_collector(LON, WRITTEN, "lon1") is None


def test_a_scope_is_not_changed_in_passing() -> None:
    same = ("10.0.0.0/10", "10.64.0.0/10")
    assert with_collector(LON, WRITTEN, same, "lon1", KEY) == WRITTEN
    with pytest.raises(KitscanError, match="another scope"):
        with_collector(LON, WRITTEN, ("10.0.0.0/8",), "lon2", OTHER)


def test_a_key_is_not_changed_in_passing() -> None:
    with pytest.raises(KitscanError, match=r"another key.*\n.*LON --collector lon1 --remove"):
        with_collector(LON, WRITTEN, (), "lon1", OTHER)


@pytest.mark.parametrize(
    ("name", "scope", "collector", "key", "place"),
    [
        ("L/N", "10.0.0.0/9", "lon1", KEY, "site"),
        ("LON", "10.0.0.0/33", "lon1", KEY, "scope"),
        ("LON", "router-1", "lon1", KEY, "scope"),
        ("LON", "10.0.0.0/9", "lon 1", KEY, "collectors"),
        ("LON", "10.0.0.0/9", "lon1", "ed25519:abc", "collectors"),
    ],
)
def test_a_wrong_word_is_named(name: str, scope: str, collector: str, key: str, place: str) -> None:
    with pytest.raises(DataFileError, match=place):
        new_site(LON, name, (scope,), collector, key)


def test_a_file_in_another_form_is_left_to_its_author() -> None:
    short = f"{{site: LON, scope: [10.0.0.0/9], collectors: {{lon1: '{KEY}', lon3: '{OTHER}'}}}}\n"
    for change in (
        lambda: with_collector(LON, short, (), "lon2", "ed25519:" + "c" * 64),
        lambda: without_collector(LON, short, "lon1"),
    ):
        with pytest.raises(KitscanError, match="by hand"):
            change()


def test_a_collector_that_is_not_there_is_an_error_that_names_those_that_are() -> None:
    with pytest.raises(KitscanError, match="name one of lon1"):
        without_collector(LON, WRITTEN, "lon9")
