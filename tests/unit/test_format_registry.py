"""The table of formats: commands, file endings and checks derive from it, and each module returns what it declares."""

import subprocess
import sys
from importlib import import_module

import pytest

from fingerprints.model.errors import KitscanError
from reports.formats.registry import FORMATS, Output, format_of_suffix, render
from scanner.cli.assess import command
from tests.unit import documents


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_writes_an_empty_and_a_full_document_with_a_line_end(format_name: str) -> None:
    empty = documents.build(documents.HEADER, (), ())
    for document in (empty, documents.network()):
        rendered = render(document, format_name)
        assert rendered.endswith("\n" if isinstance(rendered, str) else b"\n")


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_document_gives_the_same_bytes(format_name: str) -> None:
    assert render(documents.network(), format_name) == render(documents.network(), format_name)


@pytest.mark.parametrize("format_name", FORMATS)
def test_each_module_returns_what_its_row_declares(format_name: str) -> None:
    rendered = import_module(FORMATS[format_name].module).render(documents.few())
    assert isinstance(rendered, {Output.TEXT: str, Output.BYTES: bytes}[FORMATS[format_name].output])


def test_no_two_formats_share_an_ending() -> None:
    assert [format_of_suffix(known.suffix) for known in FORMATS.values()] == list(FORMATS)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(KitscanError, match=r"choose one of text, html, json, jsonl, csv, markdown, .*junit"):
        render(documents.network(), "odt")


def test_the_command_line_offers_each_format_of_the_table() -> None:
    (option,) = [parameter for parameter in command.params if parameter.name == "output_format"]
    assert tuple(option.type.choices) == tuple(FORMATS)


def test_reading_the_table_imports_no_format_and_no_document() -> None:
    script = (
        "import sys, reports.formats.registry; print([name for name in sys.modules if name.startswith('reports.')])"
    )
    names = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert names == "['reports.formats', 'reports.formats.registry']\n"
