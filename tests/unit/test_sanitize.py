"""Control and invisible characters become visible."""

from hypothesis import given
from hypothesis import strategies as st

from reports.document.sanitize import sanitize


def test_control_characters_become_their_pictures() -> None:
    assert sanitize("a\x00b\x1bc\r\n\x7f") == "a␀b␛c␍␊␡"


def test_bidirectional_overrides_and_zero_width_are_named() -> None:
    assert sanitize("safe\u202eexe\u200b\ufeff") == "safe⟨U+202E⟩exe⟨U+200B⟩⟨U+FEFF⟩"


def test_words_of_any_script_stay_as_they_are() -> None:
    assert sanitize("华为 Zürich Κέντρο") == "华为 Zürich Κέντρο"


def test_a_long_text_says_how_much_was_left_out() -> None:
    assert sanitize("x" * 1_305, 5) == "xxxxx… (1,300 more)"


@given(st.text(st.characters()))
def test_the_result_is_printable_and_encodes(text: str) -> None:
    shown = sanitize(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown
