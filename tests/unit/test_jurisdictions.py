"""What people call a state, a part of one or a union, and whose law binds there."""

import pytest

from reports.policy.jurisdictions import read_jurisdictions
from reports.policy.policy_set import load_policies

JURISDICTIONS = read_jurisdictions()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("de", "DE"),
        ("DE", "DE"),
        ("Germany", "DE"),
        ("united  kingdom", "GB"),
        ("uk", "GB"),
        ("no", "NO"),
        ("eu", "EU"),
        ("European Union", "EU"),
        ("us-tx", "US-TX"),
        ("Texas", "US-TX"),
        ("georgia", "GE"),
        ("de-by", "DE-BY"),
    ],
)
def test_a_code_or_an_english_name_in_any_case_is_known(word: str, code: str) -> None:
    known = JURISDICTIONS.named(word)
    assert known is not None
    assert known.code == code


@pytest.mark.parametrize("word", ["", "xx", "germny", "us-te", "xx-by", "de-", "de-toolong", "-tx"])
def test_what_is_no_jurisdiction_has_no_code(word: str) -> None:
    assert JURISDICTIONS.named(word) is None


def test_a_slip_of_the_pen_gets_a_suggestion_and_a_word_like_none_gets_none() -> None:
    near = JURISDICTIONS.suggestion("germny")
    assert near is not None
    assert (near.code, JURISDICTIONS.suggestion("qqq")) == ("DE", None)


def test_the_law_of_the_union_binds_its_members_and_none_of_their_neighbours() -> None:
    assert {word: JURISDICTIONS.whose_law_binds(word) for word in ("DE", "DE-BY", "EU", "GB", "NO", "CH", "US-TX")} == {
        "DE": ("DE", "EU"),
        "DE-BY": ("DE-BY", "DE", "EU"),
        "EU": ("EU",),
        "GB": ("GB",),
        "NO": ("NO",),
        "CH": ("CH",),
        "US-TX": ("US-TX", "US"),
    }


def test_every_shipped_policy_is_of_a_known_jurisdiction() -> None:
    places = {policy.jurisdiction for policy in load_policies(None, unverified=True)}
    assert [place for place in sorted(places) if JURISDICTIONS.named(place) is None] == []
