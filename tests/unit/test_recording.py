"""Evidence survives the way through JSON lines, whatever a device said."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept, octets_of
from fingerprints.model.recording import decode, encode, split_items, split_lines, values_of
from fingerprints.sources.registry import source_of, sources_of

latin = st.text(st.characters(max_codepoint=255), max_size=40)
observations = st.builds(Observation, st.sampled_from(Source), latin, latin)
gaps = st.builds(Gap, st.sampled_from(["snmp", "ssh"]), latin, st.sampled_from(GapReason), latin)


@given(st.lists(observations | gaps, max_size=12))
def test_what_was_encoded_is_decoded_again(observations: list[Observation | Gap]) -> None:
    lines = tuple(encode(observations))
    assert list(decode(lines)) == observations
    assert not any("\n" in line for line in lines)


@given(st.lists(observations | gaps, max_size=12), st.frozensets(st.sampled_from(Source)))
def test_only_the_sources_named_are_read_and_every_gap(
    observations: list[Observation | Gap], sources: frozenset[Source]
) -> None:
    wanted = tuple(one for one in observations if isinstance(one, Observation) and one.source in sources)
    read = split_lines(encode(observations), sources=sources)
    assert read == (wanted, tuple(one for one in observations if isinstance(one, Gap)))
    assert split_lines(encode(observations)) == split_items(observations)


def words_of(item: Observation | Gap) -> tuple[str, ...]:
    match item:
        case Observation():
            return item.at, item.value
        case Gap():
            return item.probe, item.at, item.reason.value, item.detail


@given(st.lists(observations | gaps, max_size=12))
def test_the_values_of_lines_are_those_of_what_was_encoded(items: list[Observation | Gap]) -> None:
    values = sorted(word for line in values_of(encode(items)) for word in line)
    assert values == sorted(word for item in items for word in words_of(item))


pairs = st.lists(latin | st.integers(), max_size=3) | latin | st.dictionaries(latin, latin, max_size=3) | st.none()
shapes = st.lists(pairs, max_size=3) | st.dictionaries(latin, latin, max_size=2) | latin | st.none()


@given(st.dictionaries(st.sampled_from(["gap", "at", "probe", "detail", "x"]), latin, max_size=5) | shapes, shapes)
def test_values_are_read_of_the_same_lines_as_observations(beside: object, said: object) -> None:
    """A line whose values were looked at and that nobody can read would stop the report of a run for ever."""
    line = {"source": "snmp.sys_name", "said": said} | (beside if isinstance(beside, dict) else {})

    def reads(read: Callable[[list[str]], object]) -> bool:
        try:
            read([json.dumps(line)])
        except DataFileError:
            return False
        return True

    assert reads(split_lines) == reads(lambda lines: list(values_of(lines)))


@given(st.binary(max_size=60))
def test_octets_are_kept_one_character_each(octets: bytes) -> None:
    assert octets_of(kept(octets)) == octets


@pytest.mark.parametrize("line", ["{", "[]", '{"source": "snmp.nothing", "said": []}', '{"gap": "no-answer"}', "3"])
def test_a_line_that_is_no_evidence_names_its_place(line: str) -> None:
    with pytest.raises(DataFileError, match="box: line 1"):
        list(decode([line], "box"))


OIDS = [
    "1.0.8802.1.1.2.1.3.2.0",
    "1.3.6.1.2.1.1.1.0",
    "1.3.6.1.2.1.1.9.1.2.1",
    "1.3.6.1.2.1.2.2.1.2.1",
    "1.3.6.1.2.1.2.2.1.20.1",
    "1.3.6.1.2.1.2.2.1.6.1",
    "1.3.6.1.2.1.2.2.1.6.2",
    "1.3.6.1.2.1.17.7.1.2.2.1.2.1.0.224.252.1.2.3",
    "1.3.6.1.4.1.2011.5.25",
]


def test_many_oids_get_the_same_sources_as_each_alone() -> None:
    assert list(sources_of(iter(OIDS))) == [source_of(oid) for oid in OIDS]
