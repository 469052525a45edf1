"""Why nothing can be said of a target: the cause that a person can mend, and never another's."""

from dataclasses import replace

import pytest

from fingerprints.model.device import (
    ClaimRecord,
    Device,
    Identity,
    Level,
    Role,
)
from fingerprints.model.evidence import Gap, GapReason
from reports.document.document import NotAssessed
from reports.document.not_assessed import silent, unidentified
from reports.document.wording import NEXT_STEP, next_step
from reports.judgement.incomplete import incompleteness

PARTS = Gap("snmp", "1.3.6.1.2.1.47.1.1.1.1.11", GapReason.NO_ANSWER, "the device stopped answering")
REFUSED = Gap("ssh", "22/tcp", GapReason.REFUSED, "the login audit was refused")


def device(level: Level, *gaps: Gap) -> Device:
    return Device("id", (), ("192.0.2.1",), "", (), Identity(level, 0.9), gaps=gaps)


@pytest.mark.parametrize("reason", GapReason)
def test_every_reason_is_reported_as_itself_with_a_next_step(reason: GapReason) -> None:
    missing = silent("192.0.2.1", (Gap("snmp", "161/udp", reason),))
    assert (missing.reason, len(NEXT_STEP[missing.reason]) > 10) == (reason, True)


def test_a_device_that_answers_from_elsewhere_is_said_where_to_be_asked() -> None:
    gaps = (
        Gap("snmp", "161/udp answered from 10.255.0.1", GapReason.ANSWERED_ELSEWHERE),
        Gap("snmp", "161/udp", GapReason.NO_ANSWER, "no answer under ro"),
        Gap("ssh", "22/tcp", GapReason.NO_CREDENTIAL),
    )
    missing = silent("192.0.2.1", gaps)
    assert missing == NotAssessed("192.0.2.1", GapReason.ANSWERED_ELSEWHERE, "10.255.0.1")
    assert next_step(missing) == (
        "if 10.255.0.1 is its own (a router's loopback, say), name that as a target instead; "
        "otherwise find out who answers for it"
    )


def test_of_what_was_not_received_it_says_which_collector_was_last_heard_when() -> None:
    gap = Gap("fleet", "", GapReason.NOT_RECEIVED, "collector lon1 last heard 2026-11-30 02:14")
    missing = silent("LON/slice 3 of 40", (gap,))
    assert missing == NotAssessed("LON/slice 3 of 40", GapReason.NOT_RECEIVED, detail=gap.detail)
    assert next_step(missing) == f"{gap.detail}; look after the site's collector, and collect there again"


@pytest.mark.parametrize(
    ("level", "gaps", "reason"),
    [
        (Level.CONFIRMED, (REFUSED, PARTS), "no-answer"),
        (Level.UNKNOWN, (REFUSED, PARTS), "refused"),
        (Level.UNKNOWN, (PARTS,), "unidentified"),
        (Level.POSSIBLE, (), "unidentified"),
    ],
)
def test_a_known_device_is_left_open_by_what_cut_it_short(level: Level, gaps: tuple[Gap, ...], reason: str) -> None:
    assert unidentified(device(level, *gaps)).reason == reason


@pytest.mark.parametrize(
    ("gap", "matters"),
    [
        (PARTS, True),
        (Gap("snmp", "1.3.6.1.4.1.2011", GapReason.NO_ANSWER), True),
        (Gap("snmp", "1.3.6.1.4.1", GapReason.BUDGET_SPENT), True),
        (Gap("ssh", "show inventory", GapReason.BUDGET_SPENT), True),
        (Gap("snmp", "192.0.2.1", GapReason.INTERNAL_ERROR), True),
        (Gap("scan", "", GapReason.INTERRUPTED), True),
        (Gap("fleet", "", GapReason.NOT_RECEIVED, "collector lon1 last heard 2026-11-30 02:14"), True),
        (REFUSED, False),
        (Gap("snmp", "1.3.6.1.2.1.1.1.0", GapReason.STRUCK_OUT, "in snmp.sys_descr"), True),
        (Gap("ssh", "22/tcp", GapReason.STRUCK_OUT, "in ssh.prompt"), True),
        (Gap("ssh", "show version", GapReason.STRUCK_OUT, "in ssh.command"), True),
        (Gap("snmp", "1.3.6.1.2.1.1.6.0", GapReason.STRUCK_OUT, "in snmp.sys_location"), False),
        (Gap("snmp", "1.3.6.1.2.1.31.1.1.1.18.7", GapReason.STRUCK_OUT, "in snmp.if_alias"), False),
        (Gap("snmp", "161/udp", GapReason.DOWNGRADED, "v3 failed, then ro was accepted"), False),
        (Gap("ssh", "22/tcp via bastion", GapReason.NO_ANSWER), False),
        (Gap("snmp", "161/udp", GapReason.NO_CREDENTIAL), False),
        (Gap("snmp", "credential ro", GapReason.CREDENTIAL_STOPPED), False),
        (Gap("link", "eth0", GapReason.NO_ANSWER), False),
        (Gap("snmp", "1.3.6.1.2.1.17.4.3.1.2", GapReason.BUDGET_SPENT), False),
        (Gap("snmp", "1.3.6.1.4.1.9.9.23.1.2.1.1.4", GapReason.NO_ANSWER), False),
    ],
)
def test_a_closed_door_or_a_neighbour_table_leaves_a_device_whole_and_a_table_of_its_own_does_not(
    gap: Gap, matters: bool
) -> None:
    assert (incompleteness(device(Level.CONFIRMED, gap)) is not None) == matters


@pytest.mark.parametrize(
    ("sources", "open_"),
    [(("link.lldp", "link.cdp"), True), (("link.mac", "link.lldp"), True), (("link.lldp", "ssh.ident"), False)],
)
def test_a_device_that_layer_2_alone_names_is_not_clear(sources: tuple[str, ...], open_: bool) -> None:
    claims = tuple(ClaimRecord(Role.BRAND, "cisco", source, "Cisco", "r", 2.0, "") for source in sources)
    announced = replace(device(Level.CONFIRMED), identity=Identity(Level.CONFIRMED, 0.9, claims=claims))
    assert (incompleteness(announced) is not None) == open_
    assert unidentified(announced).reason == ("layer-2-only" if open_ else "no-policy")
