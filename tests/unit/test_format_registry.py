"""Every format there is can be asked for by name, and an unknown one says which there are."""

import pytest

from fingerprints.model.errors import KitscanError
from reports.formats.registry import FORMATS, render
from tests.unit import documents


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_writes_an_empty_and_a_full_document_with_a_line_end(format_name: str) -> None:
    empty = documents.build(documents.HEADER, (), ())
    assert [render(document, format_name)[-1] for document in (empty, documents.network())] == ["\n", "\n"]


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_document_gives_the_same_bytes(format_name: str) -> None:
    assert render(documents.network(), format_name) == render(documents.network(), format_name)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(KitscanError, match="choose one of html, json, jsonl, csv, markdown, text"):
        render(documents.network(), "pdf")
