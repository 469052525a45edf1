"""Why evidence points to more than one company: the harmless reasons in their order, and what would turn the answer."""

from dataclasses import dataclass

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import (
    AnotherGroup,
    DifferenceReason,
    Identity,
    Level,
    Party,
    WithoutGroups,
)
from fingerprints.model.evidence import EvidenceGroup, Observation, Source, kept
from tests.unit.boxes import capture, entity, introduced, ports, tree

CISCO = introduced("Cisco IOS Software, C2960 Software, Version 15.0(2)SE4", "1.3.6.1.4.1.9.1.1208")
HPE = introduced("HPE Comware Platform Software, Software Version 7.1.070, Release 2422P01 HPE 5900AF-48XG-4QSFP+")


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def seen(mac: str) -> tuple[Observation, ...]:
    return (Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex(mac.replace(":", "")))),)


@dataclass(frozen=True)
class Case:
    """What a box says, why it names two companies, and whether that is a contradiction."""

    observations: tuple[Observation, ...]
    reason: DifferenceReason
    contradicts: bool


CASES = {
    "an appliance in a virtual machine": Case(
        introduced("Palo Alto Networks PA-VM series firewall", "1.3.6.1.4.1.25461.2.3.29")
        + ports("00:50:56:10:20:01")
        + entity(1, kind="3", maker="Dell", serial="VMware-42 1f 00 11"),
        DifferenceReason.VIRTUAL_MACHINE,
        False,
    ),
    "a badge on a documented builder's box": Case(
        HPE + entity(1, kind="3", maker="H3C", serial="CN12ABC3DE"), DifferenceReason.DOCUMENTED_TIE, False
    ),
    "a few objects under another's number": Case(
        CISCO + tree("1.3.6.1.4.1.11.2.3", 2), DifferenceReason.SHARED_NUMBER, False
    ),
    "another maker's network ports": Case(CISCO + ports("00:1b:21:10:20:01"), DifferenceReason.PART_ONLY, False),
    "another program on a port": Case(
        (*CISCO, Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-ROSSSH")), DifferenceReason.OTHER_SERVICE, False
    ),
    "a watched maker's ports": Case(CISCO + ports("00:e0:fc:10:20:01"), DifferenceReason.PART_ONLY, True),
    "a watched maker's private tree": Case(CISCO + tree("1.3.6.1.4.1.2011.5.25.31"), DifferenceReason.SPOOFING, True),
}


def identity_of(observations: tuple[Observation, ...], database: FingerprintDatabase) -> Identity:
    return identify(capture(observations), database).identity


@pytest.mark.parametrize("name", CASES)
def test_a_difference_has_the_first_reason_that_fits(database: FingerprintDatabase, name: str) -> None:
    case = CASES[name]
    identity = identity_of(case.observations, database)
    expected, other = (
        (identity.conflicts, identity.explained) if case.contradicts else (identity.explained, identity.conflicts)
    )
    assert ([difference.reason for difference in expected], other) == ([case.reason], ())


def test_a_contradiction_lowers_confidence(database: FingerprintDatabase) -> None:
    honest, lying = identity_of(CISCO, database), identity_of(CISCO + seen("00:e0:fc:10:20:01"), database)
    assert (lying.level, lying.confidence < honest.confidence) == (Level.CONFLICTING, True)
    assert lying.confidence <= database.weights.most_sure_in_conflict


def test_no_agreement_of_evidence_makes_an_answer_certain(database: FingerprintDatabase) -> None:
    observations = CISCO + tree("1.3.6.1.4.1.9.9.13") + ports("00:1b:54:10:20:01") + seen("00:1b:54:10:20:01")
    assert identity_of(observations, database).confidence <= database.weights.most_sure


def test_a_second_tell_tale_of_one_agent_counts_less_than_one_from_another_channel(
    database: FingerprintDatabase,
) -> None:
    by_agent = identity_of(introduced("", "1.3.6.1.4.1.9.1.1208") + ports("00:1b:54:10:20:01"), database)
    on_wire = identity_of(introduced("", "1.3.6.1.4.1.9.1.1208") + seen("00:1b:54:10:20:01"), database)
    assert by_agent.confidence < on_wire.confidence


def test_what_would_turn_the_answer_is_told(database: FingerprintDatabase) -> None:
    agent_text = (EvidenceGroup.AGENT_TEXT,)
    assert identity_of(CISCO + ports("00:1b:21:10:20:01"), database).turning == (
        WithoutGroups(agent_text, Party("intel", "Intel")),
        AnotherGroup(Party("cisco", "Cisco"), agent_text),
    )


def test_all_that_would_have_to_be_gone_is_told_where_one_thing_is_not_enough(database: FingerprintDatabase) -> None:
    observations = CISCO + tree("1.3.6.1.4.1.9.9.13")
    both = (EvidenceGroup.AGENT_TEXT, EvidenceGroup.PRIVATE_TREE)
    assert identity_of(observations, database).turning == (WithoutGroups(both, None),)
