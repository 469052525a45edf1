"""Folding of company names: the same for every spelling of one name, and never the same for another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database.companies.company_names import normalised, spelt


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("HUAWEI TECHNOLOGIES CO.,LTD", "huaweitechnoiogies"),
        ("Huawei Technologies Company Limited", "huaweitechnoiogies"),
        ("Autel lntelligent", "auteiinteiiigent"),
        ("ZTE Corporation", "zte"),
        ("Teltronic S.A.U.", "teitronic"),
        ("AO Kaspersky Lab", "kasperskyiab"),
        ("TP-LINK", "tpiink"),
        ("Siemens A/S", "siemens"),
        ("H3C", "h3c"),
        ("Нuаwei", "huawei"),
        ("Télécom Ålesund", "teiecomaiesund"),
        ("Co., Ltd.", "co"),
        ("...", ""),
    ],
)
def test_spellings_fold(name: str, folded: str) -> None:
    assert normalised(name) == folded


def test_the_legal_form_is_what_parts_a_name_from_a_lookalike() -> None:
    assert normalised("MERCURY CORPORATION") == normalised("Mercury")
    assert spelt("MERCURY CORPORATION") != spelt("Mercury")


@given(st.text())
def test_folding_twice_is_folding_once(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)


@given(st.text(alphabet=" .,-/&ABCabc01lIO", max_size=30))
def test_case_does_not_matter(name: str) -> None:
    assert normalised(name.upper()) == normalised(name.lower())


@given(st.text(alphabet="abcxyz", min_size=3).filter(lambda name: normalised(name) == spelt(name)))
def test_a_legal_form_at_the_end_does_not_matter(name: str) -> None:
    assert normalised(f"{name} Co., Ltd.") == normalised(name)
