"""Evidence survives the way through JSON lines, whatever a device said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.model.errors import DataFileError
from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept, octets_of
from fingerprints.model.recording import decode, encode, split_items, split_lines
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
