"""Control and invisible characters become visible."""

from hypothesis import given
from hypothesis import strategies as st

from reports.document.sanitize import MAX_MARKS, sanitize


def test_control_characters_become_their_pictures() -> None:
    assert sanitize("a\x00b\x1bc\r\n\x7f") == "a␀b␛c␍␊␡"


def test_bidirectional_overrides_and_zero_width_are_named() -> None:
    assert sanitize("safe\u202eexe\u200b\ufeff") == "safe⟨U+202E⟩exe⟨U+200B⟩⟨U+FEFF⟩"


def test_words_of_any_script_stay_as_they_are() -> None:
    assert sanitize("华为 Zürich Κέντρο") == "华为 Zürich Κέντρο"


def test_a_tower_of_marks_is_cut_and_says_how_many_are_left_out() -> None:
    assert sanitize("Zalgo" + "\u0301" * 100 + "x") == "Zalgo" + "\u0301" * MAX_MARKS + "⟨96 more marks⟩x"


def test_the_marks_of_written_languages_stay() -> None:
    words = "Việt Nam ปั๊ม बिंदु בְּרֵאשִׁ֖ית"
    decomposed = "Vie\u0323\u0302t"
    assert (sanitize(words), sanitize(decomposed)) == (words, decomposed)


def test_a_mark_without_a_letter_gets_a_circle_to_sit_on() -> None:
    assert sanitize("\u0308name") == "◌\u0308name"


def test_characters_without_a_shape_are_named_whatever_their_category() -> None:
    assert sanitize("a\ufe0fb\u3164c\u034fd\u2800e\U000e0101") == ("a⟨U+FE0F⟩b⟨U+3164⟩c⟨U+034F⟩d⟨U+2800⟩e⟨U+E0101⟩")


def test_a_long_text_says_how_much_was_left_out() -> None:
    assert sanitize("x" * 1_305, 5) == "xxxxx… (1,300 more)"


@given(st.text(st.characters()))
def test_the_result_is_printable_and_encodes(text: str) -> None:
    shown = sanitize(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown
