"""How each group of what is asked of a device ended: a value of its gaps and of what it told."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.identity.completeness import OPEN_ENDS, AskedGroup, GroupEnd, completeness_of
from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.evidence import Gap, GapReason, Source
from reports.judgement.incomplete import incompleteness

AGENT = frozenset({Source.SNMP_SYS_DESCR, Source.SNMP_SYS_UP_TIME})
PARTS = AGENT | {Source.SNMP_ENTITY_DESCR}
SHELL = frozenset({Source.SSH_PROMPT, Source.SSH_COMMAND})

MALFORMED_COLUMN = Gap("snmp", "1.3.6.1.2.1.47.1.1.1.1.12", GapReason.MALFORMED)
REFUSED_TREE = Gap("snmp", "1.3.6.1.4.1.2011", GapReason.REFUSED)
SILENT_AGENT = Gap("snmp", "161/udp after it had answered", GapReason.NO_ANSWER)
SHUT = Gap("ssh", "22/tcp", GapReason.REFUSED)

PLACES = (
    "",
    "161/udp",
    "161/udp after it had answered",
    "22/tcp",
    "22/tcp via bastion",
    "22/tcp after it had answered",
    "1.3.6.1.2.1.1.5.0",
    "1.3.6.1.2.1.47.1.1.1.1.12",
    "1.3.6.1.2.1.17.4.3.1.2",
    "1.3.6.1.4.1",
    "1.3.6.1.4.1.2011",
    "1.3.6.1.4.1.9.9.23.1.2.1.1.4",
    "show inventory",
    "show lldp neighbors detail",
    "credential ro",
)
GAPS = st.builds(
    Gap, st.sampled_from(("snmp", "ssh", "scan", "link")), st.sampled_from(PLACES), st.sampled_from(GapReason)
)
TOLD = st.frozensets(st.sampled_from(Source))
WORSE = list(GroupEnd)


def device(told: frozenset[Source], *gaps: Gap) -> Device:
    return Device("id", (), (), "", (), Identity(Level.CONFIRMED, 0.9), gaps=gaps, sources=told)


def ends(told: frozenset[Source], *gaps: Gap) -> dict[AskedGroup, GroupEnd]:
    return {one.group: one.end for one in completeness_of(device(told, *gaps))}


@pytest.mark.parametrize(
    ("told", "gaps", "expected"),
    [
        (frozenset(), (), "not-asked not-asked not-asked not-asked not-asked"),
        (frozenset({Source.SNMP_ENGINE_ID}), (), "not-asked not-asked not-asked not-asked not-asked"),
        (AGENT, (), "complete empty empty not-asked not-asked"),
        (PARTS | {Source.SNMP_OBJECT}, (), "complete complete complete not-asked not-asked"),
        (SHELL | {Source.SSH_IDENT}, (), "not-asked not-asked not-asked complete complete"),
        (PARTS, (MALFORMED_COLUMN,), "complete cut empty not-asked not-asked"),
        (AGENT, (REFUSED_TREE,), "complete empty refused not-asked not-asked"),
        (AGENT, (SILENT_AGENT,), "cut empty empty not-asked not-asked"),
        (AGENT, (SHUT,), "complete empty empty not-asked not-asked"),
        (SHELL, (Gap("ssh", "show inventory", GapReason.REFUSED),), "not-asked not-asked not-asked refused not-asked"),
        (SHELL, (Gap("ssh", "show arp", GapReason.REFUSED),), "not-asked not-asked not-asked complete not-asked"),
        (AGENT, (Gap("scan", "", GapReason.INTERRUPTED),), "cut cut cut cut cut"),
    ],
)
def test_each_group_ends_by_what_was_told_of_it_and_by_its_gaps(
    told: frozenset[Source], gaps: tuple[Gap, ...], expected: str
) -> None:
    assert " ".join(ends(told, *gaps).values()) == expected


@given(TOLD, st.lists(GAPS, max_size=6), GAPS)
def test_a_gap_never_makes_a_group_better(told: frozenset[Source], gaps: list[Gap], another: Gap) -> None:
    before, after = ends(told, *gaps), ends(told, *gaps, another)
    assert all(WORSE.index(after[group]) >= WORSE.index(before[group]) for group in AskedGroup)
    assert incompleteness(device(told, *gaps)) is None or incompleteness(device(told, another, *gaps)) is not None


@given(TOLD, st.lists(GAPS, max_size=6), st.randoms())
def test_the_order_of_gaps_does_not_matter(told: frozenset[Source], gaps: list[Gap], random: Random) -> None:
    mixed = [*gaps]
    random.shuffle(mixed)
    assert ends(told, *gaps) == ends(told, *mixed)
    assert (incompleteness(device(told, *gaps)) is None) == (incompleteness(device(told, *mixed)) is None)


@given(TOLD, st.lists(GAPS, max_size=6), st.sampled_from(Source))
def test_what_a_device_tells_besides_closes_no_gap(told: frozenset[Source], gaps: list[Gap], source: Source) -> None:
    one, other = device(told, *gaps), device(told | {source}, *gaps)
    assert incompleteness(one) == incompleteness(other)
    assert {group for group, end in ends(told, *gaps).items() if end in OPEN_ENDS} == {
        group for group, end in ends(other.sources, *gaps).items() if end in OPEN_ENDS
    }


def test_the_first_gap_that_leaves_a_group_open_is_the_reason() -> None:
    assert incompleteness(device(AGENT, SHUT, REFUSED_TREE, MALFORMED_COLUMN)) == REFUSED_TREE
