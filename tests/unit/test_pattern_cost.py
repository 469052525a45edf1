"""Whatever pattern passes the check ends soon in the worst text: the estimate is not below what Python really takes."""

import time

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from fingerprints.database.pattern import MAX_STEPS, PatternError, compiled, steps_of
from fingerprints.database.rules import GROUPS
from fingerprints.model.observation_index import MAX_OUTPUT, MAX_TEXT

LONGEST = 3_000
"""Characters of the texts here: a pattern that is quadratic in 262,144 shows it in these."""

STEPS = 1_000_000
SECONDS = 0.4
"""What STEPS steps take at 400 ns each, twenty times what the slowest takes on an idle machine."""

TEXTS = tuple(
    (unit * LONGEST)[:LONGEST] + end
    for unit in (
        "a",
        "ab",
        "b",
        "aab",
        "abb",
        "a ",
        "ab\n",
        "\n",
        f"{'a' * 60}\n",
        f"{'ab' * 300}\n",
        "1",
        "a1",
        "ba a",
    )
    for end in ("", "!")
)

characters = st.sampled_from(
    ("a", "b", "ab", "aa", "[ab]", r"\w", r"\d", "[^b]", ".", r"[^\n]", r"\s", " ", "\n", "a1", "(?:)")
)
anchors = st.sampled_from(("^", "$", r"\b", "(?=a)", "(?!b)", "(?<=a)", r"\A"))
repeats = st.one_of(
    st.sampled_from(("?", "??", "++", "*+", "?+")),
    st.builds(
        lambda least, more, kind: f"{{{least},{least + more}}}{kind}",
        st.sampled_from((0, 0, 1, 2, 30, 500)),
        st.sampled_from((0, 1, 2, 20, 140, 900)),
        st.sampled_from(("", "?")),
    ),
)


def _larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.sampled_from(("(?:{})", "(?>{})", "(?={})", "(?!{})", "(?i:{})")).flatmap(
        lambda form: smaller.map(form.format)
    )
    return st.one_of(
        st.lists(smaller, min_size=2, max_size=4).map("".join),
        st.lists(smaller, min_size=2, max_size=3).map(lambda branches: f"(?:{'|'.join(branches)})"),
        st.builds("(?:{}){}".format, smaller, repeats),
        st.builds("{}{}".format, characters.filter(lambda one: len(one) < 2 or one[0] in "[\\"), repeats),
        group,
    )


patterns = st.builds(
    "{}{}".format,
    st.sampled_from(("", "(?m)", "(?m)^", "^", "(?i)", "(?s)")),
    st.recursive(st.one_of(characters, anchors), _larger, max_leaves=8),
)


@pytest.mark.finding(19)
@given(patterns)
def test_a_pattern_takes_no_more_than_its_estimate(pattern: str) -> None:
    try:
        expression, steps = compiled(pattern, (), proven=True), steps_of(pattern, LONGEST)
    except PatternError:
        return
    if steps > STEPS:
        return
    note(f"{pattern!r}: {steps} steps")
    for text in TEXTS:
        began = time.process_time()
        expression.search(text)
        took = time.process_time() - began
        assert took < SECONDS, (pattern, text[:20], steps)


@pytest.mark.finding(19)
@pytest.mark.parametrize(
    "pattern",
    [
        "a{1,19000}b",
        "a{1,9000}?b",
        "a{19000}b",
        "(?:a){19000}b",
        "(?:ab){9000}c",
        "(?:a|b){9000}c",
        "(?>a{1,19000})b",
        "(?=a{1,19000})b",
        "[a-z]{1,140}[a-z]{1,140}!",
        "(?:[a-z]{1,140}){1,140}!",
        "(?:a?){9}(?:a?){9}a{100}b",
        r"\w++!",
        r"\w*+!",
        r"(?:x|\w++!)",
        r"(?=\w++!)",
        r"(?m)^\s{0,200}\s{0,200}!",
        r"(?P<model>a{1,200})(?P=model)b",
    ],
)
def test_what_is_fair_in_a_short_text_is_refused_for_a_commands_output(pattern: str) -> None:
    with pytest.raises(PatternError, match="steps or more in a text of 262,144 characters"):
        compiled(pattern, GROUPS, longest=MAX_OUTPUT)


@pytest.mark.parametrize(
    ("pattern", "most"),
    [
        ("HUAWEI a{1,40}b", 8_000_000),
        ("(?m)^ {0,8}Version {0,8}: {0,8}(?P<version>V[0-9]{1,20})", 20_000_000),
        ("(?:GE|Giga) {1,40}[0-9]{1,40}", 40_000_000),
        (r"\Aa{1,19000}b", 2_000_000),
        ("^[ab]{1,140}[ab]{1,140}!", 2_000_000),
    ],
)
def test_what_can_start_at_few_places_is_not_reckoned_at_all(pattern: str, most: int) -> None:
    """A rule that opens with a word of its own, or with the start of a line, stays affordable."""
    assert steps_of(pattern, MAX_OUTPUT) <= most < MAX_STEPS
    assert steps_of(pattern, MAX_TEXT) < steps_of(pattern, MAX_OUTPUT)
