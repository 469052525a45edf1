"""A sweep's requests: which addresses get which, how an answer is read, and how datagrams are sent."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import pytest

from scanner.credentials.credential import Community, CommunityVersion
from scanner.credentials.secret import Secret
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.codec import Message, Pdu, PduType
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.sweep.answers import id_in
from scanner.protocols.snmp.sweep.forecast import Forecast, forecast
from scanner.protocols.snmp.sweep.permutation import Permutation
from scanner.protocols.snmp.sweep.requests import (
    SYSTEM_OIDS,
    SweepRequest,
    community_request,
    engine_id_sweep_request,
    plan_runs,
)
from scanner.protocols.snmp.sweep.senders import SLOT, BatchSender, Destination, Sender, SingleSender
from scanner.protocols.snmp.sweep.sweep_socket import unsent
from scanner.rate_limit.profiles import PROFILES
from scanner.targets.addresses import AddressBlock, Network, parse_address
from scanner.targets.numbering import TargetNumbers
from scanner.targets.spans import AddressSpan, Targets
from scanner.targets.target import Ports, Target
from tests.agents.snmp_scripted import Book, community
from tests.unit.listed import listed

ID = 0x4123_4567


@dataclass
class Bound(Book):
    """A book whose only community is bound to a prefix."""

    prefixes: tuple[Network, ...] = (ip_network("10.0.0.128/25"),)

    def worked_before(self, address: str) -> frozenset[str]:
        return frozenset()

    def communities(self, address: str) -> list[Community]:
        return [community("public", sweep=True)] if parse_address(address) in self.prefixes[0] else []


def test_a_community_is_offered_inside_its_prefix_only() -> None:
    span = AddressSpan(AddressBlock(4, 0x0A000001, 0x0A0000FE), Ports(), "10.0.0.0/24")
    outside, inside = plan_runs(TargetNumbers(Targets((span,))), Bound())[0]
    assert (outside.first, outside.end, len(outside.requests)) == (0, 127, 1)
    assert (inside.first, inside.end, len(inside.requests)) == (127, 254, 2)


def test_targets_at_one_address_are_rate_limited_by_address() -> None:
    two = [Target("10.0.0.1"), Target("10.0.0.1", 1161), Target("10.0.0.2")]
    assert [one.shares_addresses for one in plan_runs(TargetNumbers(listed(two)), Book())[0]] == [True, True, False]


def test_an_unknown_zone_is_reported_and_the_rest_is_asked() -> None:
    found, unknown = plan_runs(TargetNumbers(listed([Target("fe80::1%nowhere"), Target("10.0.0.1")])), Book())
    assert ([one.first for one in found], isinstance(unknown, OSError)) == ([1], True)


@pytest.mark.parametrize("name", ["public", "JKLMZ[\\]", "x" * 200, "x" * 600])
def test_a_datagram_made_once_is_what_the_codec_writes_for_each_id(name: str) -> None:
    asked = Message(codec.V2C, name.encode(), Pdu(PduType.GET, ID, tuple(map(Varbind, SYSTEM_OIDS))))
    sweep_request = community_request(Community("ro", CommunityVersion.V2C, Secret(name)))
    assert sweep_request.datagram(ID.to_bytes(4, "big")) == codec.encode(asked)
    assert name not in repr(sweep_request)


@pytest.mark.parametrize(
    "sweep_request", [engine_id_sweep_request(), *map(community_request, map(community, ("x", "y" * 300)))]
)
def test_the_id_is_found_in_any_message_without_reading_the_rest(sweep_request: SweepRequest) -> None:
    datagram = sweep_request.datagram(ID.to_bytes(4, "big"))
    assert id_in(datagram) == ID
    assert {id_in(datagram[:end]) for end in range(len(datagram))} <= {None, ID}


def receiver() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    opened.bind(("0.0.0.0", 0))
    opened.settimeout(5)
    return opened


@pytest.mark.parametrize("kind", [SingleSender, BatchSender])
@pytest.mark.parametrize("sweep_request", [engine_id_sweep_request(), community_request(community("x" * SLOT))])
def test_every_datagram_of_a_batch_leaves_with_its_own_id(kind: type[BatchSender], sweep_request: SweepRequest) -> None:
    with receiver() as opened, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        to = Destination(socket.AF_INET, opened.getsockname()[1])
        ids = Permutation(b"key").of_all(range(300))
        hosts: Sequence[int] = [0x7F000100 + 2 * number for number in range(300)]
        sender: Sender = kind(ours)
        sent = 0
        while sent < 300:
            sent += sender.send(sweep_request, to, hosts[sent:], ids[sent:])
        came = [opened.recv(2_000) for _ in range(300)]
    assert came == [sweep_request.datagram(identity.to_bytes(4, "big")) for identity in ids]


def test_what_the_host_had_no_room_to_send_is_read_from_its_statistics(tmp_path: Path) -> None:
    four, six = tmp_path / "snmp", tmp_path / "snmp6"
    four.write_text("Ip: A B\nIp: 1 2\nUdp: In SndbufErrors Out\nUdp: 1 7 3\nUdpLite: SndbufErrors\nUdpLite: 9\n")
    six.write_text("Ip6InReceives 5\nUdp6SndbufErrors \t 8\n")
    assert (unsent(socket.AF_INET, (four, six)), unsent(socket.AF_INET6, (four, six))) == (7, 8)
    assert unsent(socket.AF_INET, (tmp_path / "none", six)) == 0


def test_the_cost_of_silent_addresses_is_forecast() -> None:
    assert forecast({2: 1_000, 4: 2_000}, PROFILES["normal"]) == Forecast(10_000, 10.0)
    assert forecast({4: 1}, PROFILES["gentle"]) == Forecast(4, 0.8)
    assert forecast({}, PROFILES["lab"]) == Forecast(0, 0.0)
