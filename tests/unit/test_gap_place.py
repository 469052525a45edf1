"""Every text that a probe gives for the place of a gap is read as a port, a command, an OID subtree or a name."""

import pytest

from fingerprints.model.evidence import Gap, GapReason
from fingerprints.model.gap_place import (
    CommandLine,
    GapPlace,
    NamedPlace,
    OidSubtree,
    TransportPort,
    place_of_gap,
    text_of_port,
)


@pytest.mark.parametrize(
    ("probe", "at", "place"),
    [
        ("snmp", "161/udp", TransportPort(161, "udp")),
        ("ssh", "22/tcp", TransportPort(22, "tcp")),
        ("ssh", "22/tcp via bastion", TransportPort(22, "tcp", "bastion")),
        ("snmp", "161/udp answered from [::1]:9", TransportPort(161, "udp", answered_from="[::1]:9")),
        (
            "snmp",
            "161/udp answered from 192.0.2.9 after it had answered",
            TransportPort(161, "udp", "", True, "192.0.2.9"),
        ),
        ("ssh", "show inventory", CommandLine("show inventory")),
        ("snmp", "1.3.6.1.2.1.47.1.1.1.1", OidSubtree((1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1))),
        ("snmp", "credential ro", NamedPlace("credential ro")),
        ("ssh", "bastion:22", NamedPlace("bastion:22")),
        ("discovery", "192.0.2.7", NamedPlace("192.0.2.7")),
        ("scan", "", NamedPlace("")),
    ],
)
def test_a_place_is_read_as_what_it_is(probe: str, at: str, place: GapPlace) -> None:
    assert place_of_gap(Gap(probe, at, GapReason.NO_ANSWER)) == place
    assert not isinstance(place, TransportPort) or text_of_port(place) == at
