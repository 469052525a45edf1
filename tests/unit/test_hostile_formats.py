"""What hostile devices say acts, hides and breaks in no format: each is opened by a reader of its own.

The document has a device for each text of hostile_texts, which says it in every field.
"""

from functools import cache
from itertools import zip_longest

import pytest

from reports.document.sanitize import MAX_MARKS
from reports.explanation.device import explain_device
from reports.formats.pdf.render import print_html
from reports.formats.registry import FORMATS, render
from tests.unit.format_readers import READERS, Reading, hidden_characters, read_html
from tests.unit.hostile_texts import TEXTS, fields_without, full_of, plain_texts

PAGES_OF_PDF = "pages of pdf"
"""The pages of the PDF as HTML, before they are set."""

EACH = pytest.mark.parametrize("name", (*FORMATS, PAGES_OF_PDF))

SET = (
    "script element",
    "entity",
    "window title",
    "octet zero",
    "right-to-left override",
    "tower of marks",
    "lone surrogates",
    "very long",
)
"""The texts of the PDF itself. All of them stand in its pages before these are set, which takes a minute for all."""

NOT_OF_THE_DEVICE = {".device.id", ".device.evidence", ".findings.policy"}
"""Texts of a judged device that kitscan makes itself."""


def written(name: str, is_hostile: bool) -> bytes:
    texts = TEXTS if is_hostile else dict(zip(TEXTS, plain_texts(), strict=True))
    document = full_of(tuple(text for of, text in texts.items() if name != "pdf" or of in SET))
    rendered = print_html(document) if name == PAGES_OF_PDF else render(document, name)
    return rendered if isinstance(rendered, bytes) else rendered.encode("utf-8")


@cache
def read(name: str, is_hostile: bool = True) -> Reading:
    reader = read_html if name == PAGES_OF_PDF else READERS[name]
    return reader(written(name, is_hostile))


def test_there_are_sixty_texts_and_no_two_are_the_same() -> None:
    assert len(set(TEXTS.values())) == len(TEXTS) >= 60


def test_every_field_of_a_device_says_the_text() -> None:
    (judged,) = full_of(("text",)).devices
    assert set(fields_without(judged, "text")) == NOT_OF_THE_DEVICE


def test_every_format_has_a_reader_of_its_own() -> None:
    assert set(FORMATS) - set(READERS) == set()


@EACH
def test_hostile_texts_leave_a_file_the_shape_that_harmless_ones_give_it(name: str) -> None:
    pairs = zip_longest(read(name).shape, read(name, is_hostile=False).shape)
    assert [(hostile, plain) for hostile, plain in pairs if hostile != plain][:3] == []


@EACH
def test_nothing_in_a_file_runs_loads_or_links(name: str) -> None:
    assert read(name).acting[:3] == ()


@EACH
def test_no_character_of_a_file_acts_on_a_terminal_or_hides(name: str) -> None:
    assert [shown for text in read(name).texts for shown in hidden_characters(text)][:9] == []


@EACH
def test_no_letter_carries_a_tower_of_marks(name: str) -> None:
    tower = "\u0301\u0336" * MAX_MARKS
    assert [text for text in read(name).texts if tower in text][:3] == []


def test_an_explanation_acts_on_no_terminal() -> None:
    document = full_of(tuple(TEXTS.values()))
    lines = [line for judged in document.devices for line in explain_device(judged, document.header).split("\n")]
    assert [shown for line in lines for shown in hidden_characters(line)][:9] == []
