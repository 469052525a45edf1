"""A service that answered and then no more leaves a device open; one that never answered does not, if another did."""

import pytest

from fingerprints.identity.gaps_in_evidence import gaps_of_address
from fingerprints.model.device import ClaimRecord, Device, Identity, Level, Role
from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Source, Subject
from reports.judgement.incomplete import incompleteness

SILENT = Gap("snmp", "161/udp", GapReason.NO_ANSWER, "no answer under ro")
REFUSED = Gap("snmp", "161/udp", GapReason.REFUSED, "credential v3: unknown user")
UNKNOWN = Gap("ssh", "22/tcp", GapReason.PLATFORM_UNKNOWN)
SHUT = Gap("ssh", "22/tcp", GapReason.NO_ANSWER)

SWEPT = (Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Cisco IOS"),)
PROBED = (*SWEPT, Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", "123"))
DISCOVERED = (Observation(Source.SNMP_ENGINE_ID, "", "\x80\0\0\x09\x03"),)
IDENT = (Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-Cisco-1.25"),)
LOGGED_IN = (*IDENT, Observation(Source.SSH_PROMPT, "22/tcp", "sw1#"))
GREETED = (*IDENT, Observation(Source.SSH_GREETING, "22/tcp", "Huawei Versatile Routing Platform"))


@pytest.mark.finding(1)
@pytest.mark.parametrize(
    ("observations", "gap", "is_open"),
    [
        (SWEPT, SILENT, True),
        (SWEPT, REFUSED, True),
        ((*SWEPT, *DISCOVERED), SILENT, True),
        ((*SWEPT, *LOGGED_IN), SILENT, True),
        (PROBED, REFUSED, False),
        (DISCOVERED, SILENT, False),
        (LOGGED_IN, SILENT, False),
        (PROBED, SHUT, False),
        ((*PROBED, *IDENT), SHUT, False),
        ((*PROBED, *LOGGED_IN), SHUT, True),
        (LOGGED_IN, SHUT, True),
        (LOGGED_IN, UNKNOWN, True),
        (GREETED, UNKNOWN, True),
        ((*PROBED, *LOGGED_IN), UNKNOWN, False),
    ],
)
def test_what_a_service_left_unsaid_counts_where_it_had_answered(
    observations: tuple[Observation, ...], gap: Gap, is_open: bool
) -> None:
    gaps = gaps_of_address(Evidence(Subject("192.0.2.1", "192.0.2.1"), observations, (gap,)))
    device = Device("id", (), ("192.0.2.1",), "", (), Identity(Level.CONFIRMED, 0.9), gaps=tuple(gaps))
    assert (incompleteness(device) is not None) == is_open


ENGINE = ClaimRecord(Role.PLATFORM, "mikrotik", Source.SNMP_ENGINE_ID, "80003a8c04", "engine-id-enterprise", 1.8, "")
GREETING = ClaimRecord(Role.BRAND, "mikrotik", Source.SSH_IDENT, "SSH-2.0-ROSSSH", "mikrotik-ssh-ident", 1.5, "22/tcp")
READ = ClaimRecord(Role.BRAND, "mikrotik", Source.SNMP_SYS_DESCR, "RouterOS", "routeros", 6.0, "1.3.6.1.2.1.1.1.0")


@pytest.mark.parametrize(
    ("claims", "gaps", "is_open"),
    [
        ((ENGINE, GREETING), (SILENT, REFUSED), True),
        ((ENGINE, GREETING, READ), (SHUT,), False),
        ((ENGINE, GREETING), (), False),
    ],
)
def test_a_box_that_let_nobody_in_is_not_clear_because_two_greetings_name_it(
    claims: tuple[ClaimRecord, ...], gaps: tuple[Gap, ...], is_open: bool
) -> None:
    device = Device("id", (), ("192.0.2.1",), "", (), Identity(Level.PROBABLE, 0.93, claims=claims), gaps=gaps)
    assert (incompleteness(device) is not None) == is_open


MAC = ClaimRecord(Role.MAKER, "mikrotik", Source.LINK_MAC, "48:8f:5a:00:00:11", "mac", 1.5, "eth0")
TITLE = ClaimRecord(Role.BRAND, "mikrotik", Source.WEB_TITLE, "RouterOS", "mikrotik-web", 1.5, "443/tcp")
TELNET = ClaimRecord(Role.BRAND, "mikrotik", Source.TELNET_BANNER, "MikroTik v6", "mikrotik-telnet", 1.5, "23/tcp")
LISTED = ClaimRecord(Role.BRAND, "mikrotik", Source.INVENTORY, "MikroTik", "inventory", 1.5, "vendor")


@pytest.mark.parametrize(
    ("claims", "gaps", "sources", "is_open"),
    [
        ((MAC, TITLE), (SILENT, REFUSED), {Source.LINK_MAC, Source.WEB_TITLE}, True),
        ((MAC, TELNET), (SILENT, REFUSED), {Source.LINK_MAC, Source.TELNET_BANNER}, True),
        ((GREETING, LISTED), (SILENT, REFUSED), {Source.SSH_IDENT, Source.INVENTORY}, True),
        ((MAC, LISTED), (), {Source.LINK_MAC, Source.INVENTORY}, True),
        ((MAC, TITLE), (REFUSED,), {Source.LINK_MAC, Source.WEB_TITLE, Source.SNMP_SYS_UP_TIME}, True),
        ((MAC, TITLE, READ), (SHUT,), {Source.LINK_MAC, Source.WEB_TITLE, Source.SNMP_SYS_DESCR}, False),
    ],
)
def test_no_page_no_banner_and_no_list_clears_a_box_that_let_nobody_in(
    claims: tuple[ClaimRecord, ...], gaps: tuple[Gap, ...], sources: set[Source], is_open: bool
) -> None:
    identity = Identity(Level.PROBABLE, 0.93, claims=claims)
    device = Device("id", (), ("192.0.2.1",), "", (), identity, gaps=gaps, sources=frozenset(sources))
    assert (incompleteness(device) is not None) == is_open
