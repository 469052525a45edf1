"""The table of formats: commands, file endings and checks derive from it, and each module returns what it declares."""

import subprocess
import sys
from importlib import import_module

import pytest

from fingerprints.model.errors import KitscanError
from reports.formats.registry import (
    FORMATS,
    Completeness,
    Extra,
    Format,
    Output,
    check_format,
    format_of_name,
    nearest_suffix,
    render,
)
from scanner.cli.assess import command
from tests.unit import documents


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_writes_an_empty_and_a_full_document_with_a_line_end(format_name: str) -> None:
    empty = documents.build(documents.HEADER, (), ())
    for document in (empty, documents.network()):
        rendered = render(document, format_name)
        assert format_name == "xlsx" or rendered.endswith("\n" if isinstance(rendered, str) else b"\n")


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_document_gives_the_same_bytes(format_name: str) -> None:
    assert render(documents.network(), format_name) == render(documents.network(), format_name)


@pytest.mark.parametrize("format_name", FORMATS)
def test_each_module_returns_what_its_row_declares(format_name: str) -> None:
    rendered = import_module(FORMATS[format_name].module).render(documents.few())
    assert isinstance(rendered, {Output.TEXT: str, Output.BYTES: bytes}[FORMATS[format_name].output])


def test_no_two_formats_share_an_ending() -> None:
    assert [format_of_name(f"report{known.suffix}") for known in FORMATS.values()] == list(FORMATS)


def test_the_longest_ending_of_a_name_counts_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    compound = Format(".parts.json", Output.TEXT, Completeness.FULL, "reports.formats.as_json")
    monkeypatch.setattr("reports.formats.registry.FORMATS", {"parts": compound, **FORMATS})
    names = ("r.json", "r.parts.json", "R.PARTS.JSON", "r.2026.json", "parts.json", "r.jsonx", "json")
    assert [format_of_name(name) for name in names] == ["json", "parts", "parts", "json", "json", None, None]


def test_a_mistyped_ending_is_answered_with_the_nearest_one() -> None:
    assert [nearest_suffix(suffix) for suffix in (".htlm", ".JSONN", ".q")] == [".html", ".json", None]


def test_a_format_without_its_library_names_the_extra_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Format(".x", Output.BYTES, Completeness.FULL, "reports.formats.as_x", Extra("x", "no_such_library"))
    monkeypatch.setattr("reports.formats.registry.FORMATS", {"x": row})
    with pytest.raises(KitscanError) as caught:
        check_format("x")
    assert str(caught.value) == (
        "the format x needs no_such_library, which is not installed\n"
        "Next: pip install 'kitscan[x]', or choose another format"
    )


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(KitscanError, match=r"choose one of text, html, json, jsonl, csv, markdown, .*junit"):
        render(documents.network(), "docx")


def test_a_mistyped_format_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(KitscanError, match=r"there is no format 'markdwn'; did you mean markdown\?"):
        check_format("markdwn")


def test_the_command_line_offers_each_format_of_the_table() -> None:
    (option,) = [parameter for parameter in command.params if parameter.name == "output_format"]
    assert tuple(option.type.choices) == tuple(FORMATS)


def test_reading_the_table_imports_no_format_and_no_document() -> None:
    script = (
        "import sys, reports.formats.registry; print([name for name in sys.modules if name.startswith('reports.')])"
    )
    names = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert names == "['reports.formats', 'reports.formats.registry']\n"
