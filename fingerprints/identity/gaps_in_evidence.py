"""The gaps of one address: those that its probes recorded, and those that only the evidence as a whole shows.

A service that answered and then no more is another thing than one that never answered, and a probe cannot tell them
apart: the sweep asks before it. A command that was answered by a refusal or by nothing is an output like any other.
"""

from collections.abc import Iterator
from dataclasses import replace

from fingerprints.model.evidence import (
    OPEN_TO_ANYBODY,
    Channel,
    Evidence,
    Gap,
    GapReason,
    Observation,
    Source,
    channel_of,
)
from fingerprints.model.gap_place import TransportPort, place_of_gap, text_of_port
from fingerprints.model.observation_index import ObservationIndex, clean
from fingerprints.sources.cli.unanswered import gaps_of_output

_ASKED_BY_THE_SWEEP = frozenset({Source.SNMP_SYS_DESCR, Source.SNMP_SYS_OBJECT_ID})
"""What the sweep asks. The probe asks for more in its first request, sysUpTime for one, which every agent has."""

_SHOWN_AFTER_LOGIN = frozenset({Source.SSH_GREETING, Source.SSH_PROMPT})

_ENDS_A_SESSION = frozenset(
    {GapReason.NO_ANSWER, GapReason.BUDGET_SPENT, GapReason.MALFORMED, GapReason.PLATFORM_UNKNOWN}
)
"""Reasons that leave the commands of an open session unasked; a refused login is another login's."""


def gaps_of_address(evidence: Evidence) -> Iterator[Gap]:
    """The gaps that probes recorded of one address. At a port that had answered before, the place says so."""
    agent = {source for source in _sources(evidence.observations) if channel_of(source) is Channel.AGENT}
    asked_in_full = agent - OPEN_TO_ANYBODY - _ASKED_BY_THE_SWEEP
    swept_only = bool(agent - OPEN_TO_ANYBODY) and not asked_in_full
    logged_in = {said.at for said in evidence.observations if said.source in _SHOWN_AFTER_LOGIN}
    for gap in evidence.gaps:
        place = place_of_gap(gap)
        if not isinstance(place, TransportPort):
            yield gap
        elif gap.probe == "snmp":
            yield _after_answers(gap, place) if swept_only else gap
        else:
            has_ended = gap.at in logged_in and gap.reason in _ENDS_A_SESSION
            is_all = gap.reason is not GapReason.PLATFORM_UNKNOWN or not asked_in_full
            yield _after_answers(gap, place) if has_ended and is_all else gap


def gaps_of_commands(index: ObservationIndex) -> Iterator[Gap]:
    """The gaps of a device's commands, read from what they printed."""
    prompts = frozenset(filter(None, (clean(prompt.value) for prompt in index.of(Source.SSH_PROMPT))))
    for output in index.of(Source.SSH_COMMAND):
        yield from gaps_of_output(output, prompts)


def _sources(observations: tuple[Observation, ...]) -> set[Source]:
    return {observation.source for observation in observations}


def _after_answers(gap: Gap, place: TransportPort) -> Gap:
    return replace(gap, at=text_of_port(replace(place, had_answered=True)))
