"""Evidence put together in two readings: the same devices as in one, with hardly any of it held at once."""

from collections.abc import Iterable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.matching.grouping import (
    MATCHING_SOURCES,
    EvidenceReader,
    gather_evidence,
    plan_devices,
    rows_together,
)
from fingerprints.matching.merge_addresses import merge_addresses
from fingerprints.matching.subject_facts import facts_of
from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Source, Subject, kept
from tests.unit.boxes import grouped, shipped

ADDRESSES = [f"192.0.2.{host}" for host in range(1, 6)]
MAC = kept(bytes.fromhex("00e0fc102001"))
PLACES = (
    "1.3.6.1.2.1.1.5.0",
    "1.3.6.1.2.1.2.2.1.6.1",
    "1.3.6.1.2.1.2.2.1.3.1",
    "1.3.6.1.2.1.47.1.1.1.1.5.1",
    "1.3.6.1.2.1.47.1.1.1.1.11.1",
    "1.0.8802.1.1.2.1.3.2.0",
    "1.0.8802.1.1.2.1.4.1.1.5.0.7.1",
    "1.0.8802.1.1.2.1.4.1.1.10.0.7.1",
    "1.3.6.1.4.1.9.9.23.1.2.1.1.8.1.1",
    *(f"1.3.6.1.2.1.4.20.1.2.{address}" for address in ADDRESSES),
    "subject 443",
    "fingerprint 443",
)
VALUES = (
    MAC,
    "core-1",
    "core-2",
    "3",
    "6",
    "2102350ABC",
    "2102350XYZ",
    "123456",
    "CN=2102350ABCDEF1",
    "1.3.6.1.4.1.9.1",
)
OBSERVATIONS = st.builds(Observation, st.sampled_from(Source), st.sampled_from(PLACES), st.sampled_from(VALUES))
NOT_REPORTED = OBSERVATIONS.filter(lambda observation: not observation.source.startswith("neighbour."))


def evidence(key: str, *observations: Observation, gaps: tuple[Gap, ...] = ()) -> Evidence:
    return Evidence(Subject(key, key if key in ADDRESSES else ""), observations, gaps)


def reading(everything: Iterable[Evidence]) -> EvidenceReader:
    """As a store reads: a subject at a time, and of its observations those of the sources named."""
    kept_evidence = tuple(everything)

    def read(sources: frozenset[Source] | None) -> Iterator[Evidence]:
        for one in kept_evidence:
            observations = tuple(
                observation for observation in one.observations if sources is None or observation.source in sources
            )
            yield Evidence(one.subject, observations, one.gaps)

    return read


def group_evidence(read: EvidenceReader) -> Iterator[tuple[Evidence, ...]]:
    """As an assessment reads: the facts of each subject first, then everything."""
    facts = (facts_of(one, shipped()) for one in read(MATCHING_SOURCES))
    plans = plan_devices(
        facts, lambda devices: rows_together(devices, read(MATCHING_SOURCES)), shipped().attribute_scores
    )
    return (group for _, group in gather_evidence(plans, read(None)))


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from((*ADDRESSES, "capture")), st.lists(NOT_REPORTED, max_size=6), max_size=5))
def test_two_readings_make_the_devices_that_one_makes(by_key: dict[str, list[Observation]]) -> None:
    everything = [evidence(key, *observations) for key, observations in sorted(by_key.items())]
    assert list(group_evidence(reading(everything))) == grouped(everything, shipped())


def test_what_tells_boxes_apart_is_all_of_what_joins_them() -> None:
    """Every source alone, in two places that share it: what joins them in one reading joins them in two."""
    for source in Source:
        for at in PLACES:
            for value in VALUES:
                observation = Observation(source, at, value)
                pair = [evidence(key, observation) for key in ADDRESSES[:2]]
                joined = len(list(merge_addresses(pair, shipped()))) == 1
                assert not joined or source in MATCHING_SOURCES, observation


def test_devices_are_handed_on_as_soon_as_their_last_evidence_is_read() -> None:
    name = Observation(Source.SNMP_SYS_NAME, PLACES[0], "core-1")
    serial = [
        Observation(Source.SNMP_ENTITY_CLASS, "1.3.6.1.2.1.47.1.1.1.1.5.1", "3"),
        Observation(Source.SNMP_ENTITY_SERIAL, "1.3.6.1.2.1.47.1.1.1.1.11.1", "2102350ABC"),
    ]
    everything = [evidence(ADDRESSES[number], *(serial if number in (0, 2) else [name])) for number in range(4)]
    read, seen = reading(everything), []

    def watched(sources: frozenset[Source] | None) -> Iterator[Evidence]:
        for one in read(sources):
            seen.append(one.subject.key)
            yield one

    came = [(tuple(one.subject.key for one in device), seen[-1]) for device in group_evidence(watched)]
    assert came == [
        ((ADDRESSES[1],), ADDRESSES[1]),
        ((ADDRESSES[0], ADDRESSES[2]), ADDRESSES[2]),
        ((ADDRESSES[3],), ADDRESSES[3]),
    ]


def test_who_said_nothing_stands_alone_with_its_gaps() -> None:
    gap = Gap("discovery", ADDRESSES[0], GapReason.NO_ANSWER)
    everything = [evidence(ADDRESSES[0], gaps=(gap,)), evidence(ADDRESSES[1], gaps=(gap,))]
    assert list(group_evidence(reading(everything))) == [(one,) for one in everything]


def test_who_is_first_heard_of_between_the_two_readings_stands_alone() -> None:
    first, later = evidence("192.0.2.1"), evidence("192.0.2.2", Observation(Source.SNMP_SYS_NAME, PLACES[0], "core-1"))

    def read(sources: frozenset[Source] | None) -> Iterator[Evidence]:
        yield from (first,) if sources is not None else (first, later)

    assert list(group_evidence(read)) == [(first,), (later,)]
