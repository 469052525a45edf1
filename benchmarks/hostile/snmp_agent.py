"""An SNMP agent on loopback that may answer anything: honest, but for what its hook puts in place of an answer.

The honest answer is that of the demo's agent (v1, v2c, and v3 with its user). An answer may come late, twice, or from
another port or address than the request went to.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from benchmarks.hostile.bad_network import BadNetwork
from scanner.credentials.credential import AuthProtocol, PrivProtocol
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import DecodeError, Syntax, oid_of
from scanner.protocols.snmp.message.codec import Message, Pdu, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import LocalKeys, MasterKeys
from scanner.simulator.snmp_agent import Agent, View
from scanner.simulator.user_security import Engine

COMMUNITY = "hostile-reads"
USER, AUTH_PASSWORD, PRIV_PASSWORD = "audit", "hostile-authentic", "hostile-private"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
RESTRICTED_MAKER = "HUAWEI"
"""The maker of one optic of the box: what no lie may hide and still be called clear."""

SPOOFED = "spoofed-by-nobody"
"""A text that only answers hold which must not be believed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One datagram: sent after `delay` seconds, and from another socket if `elsewhere` names one."""

    octets: bytes
    delay: float = 0.0
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as an agent sees it: the message, its datagram, the honest answer, and how many came before."""

    message: Message | V3Message
    datagram: bytes
    honest: bytes | None
    number: int

    @property
    def pdu(self) -> Pdu:
        """The PDU of a v1 or v2c message. Raises TypeError for v3."""
        if isinstance(self.message, V3Message):
            raise TypeError("a v3 message may be encrypted")
        return self.message.pdu

    @property
    def is_walk(self) -> bool:
        """True for a GETNEXT or GETBULK of v1 or v2c."""
        kinds = (PduType.GET_NEXT, PduType.GET_BULK)
        return isinstance(self.message, Message) and self.message.pdu.type in kinds

    def response(self, varbinds: Sequence[Varbind] = (), status: int = 0, index: int = 0, **changed: object) -> bytes:
        """A response to a v1 or v2c message; `changed` are fields of its PDU."""
        assert isinstance(self.message, Message)
        fields = {"error_status": status, "error_index": index, **changed}
        pdu = replace(self.message.pdu, type=PduType.RESPONSE, varbinds=tuple(varbinds))
        return codec.encode(replace(self.message, pdu=replace(pdu, **fields)))  # type: ignore[arg-type]

    def answered(self) -> tuple[Varbind, ...]:
        """The variables of the honest answer, none if there is none."""
        message = codec.decode(self.honest) if self.honest else None
        return message.pdu.varbinds if isinstance(message, Message) else ()


Hook = Callable[[Asked], Iterable[Reply | bytes]]


def honest(asked: Asked) -> Iterable[Reply | bytes]:
    """The honest answer."""
    return () if asked.honest is None else (asked.honest,)


@dataclass(slots=True)
class HostileAgent(asyncio.DatagramProtocol):
    """A running agent, behind a `network` if there is one. `communities` and `kinds` are what it was ever sent."""

    agent: Agent
    hook: Hook = honest
    network: BadNetwork | None = None
    count: int = 0
    communities: set[bytes] = field(default_factory=set)
    kinds: set[PduType] = field(default_factory=set)
    sockets: dict[str, socket.socket] = field(default_factory=dict)
    transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a request, once it has come through the network."""
        for delay, octets in self.network.carry(data) if self.network else ((0.0, data),):
            self._later(delay, self._answer, octets, addr)

    def _later(self, delay: float, act: Callable[..., None], *arguments: object) -> None:
        if delay:
            asyncio.get_running_loop().call_later(delay, act, *arguments)
        else:
            act(*arguments)

    def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            message = codec.decode(data)
        except DecodeError:
            return  # a request that the network broke
        if isinstance(message, Message):
            self.communities.add(message.community)
            self.kinds.add(message.pdu.type)
        now = asyncio.get_running_loop().time()
        asked = Asked(message, data, self.agent.answer(data, now), self.count)
        self.count += 1
        for reply in self.hook(asked):
            one = reply if isinstance(reply, Reply) else Reply(reply)
            for delay, octets in self.network.carry(one.octets) if self.network else ((0.0, one.octets),):
                self._later(one.delay + delay, self._send, replace(one, octets=octets), addr)

    def _send(self, reply: Reply, addr: tuple[str, int]) -> None:
        if reply.elsewhere:
            self.sockets[reply.elsewhere].sendto(reply.octets, addr)
        elif self.transport is not None and not self.transport.is_closing():
            self.transport.sendto(reply.octets, addr)


@asynccontextmanager
async def running(host: str, agent: HostileAgent) -> AsyncIterator[int]:
    """Run an agent at an address of 127.0.0.0/8; yields its port. It can speak from another port and another address
    too: `elsewhere` of a reply is "port" or "address"."""
    loop = asyncio.get_running_loop()
    with ExitStack() as stack:
        for place, other in (("port", host), ("address", "127.0.0.99")):
            speaker = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            speaker.setblocking(False)
            speaker.bind((other, 0))
            agent.sockets[place] = speaker
        agent.transport, _ = await loop.create_datagram_endpoint(lambda: agent, local_addr=(host, 0))
        try:
            yield int(agent.transport.get_extra_info("sockname")[1])
        finally:
            agent.transport.close()


def box(name: str, number: int, ports: int = 24, maker: str = RESTRICTED_MAKER) -> list[Varbind]:
    """The MIB of a Cisco switch with an optic of another maker, in order. `number` makes it another box: other serial
    numbers, other addresses."""
    texts = {
        "1.3.6.1.2.1.1.1.0": "Cisco NX-OS(tm) Nexus9000 C9336C-FX2, Software (NXOS 64-bit), Version 10.2(3), RELEASE",
        "1.3.6.1.2.1.1.5.0": name,
        f"{ENTITY}.2.10": "Nexus9000 C9336C-FX2 Chassis",
        f"{ENTITY}.2.21": "QSFP-100G-SR4 transceiver",
        f"{ENTITY}.2.22": "SFP-10G-LR transceiver",
        f"{ENTITY}.7.21": "Ethernet1/1",
        f"{ENTITY}.7.22": "Ethernet1/2",
        f"{ENTITY}.11.10": f"FDO2319{number:04}",
        f"{ENTITY}.11.21": f"PQ80AB{number:04}",
        f"{ENTITY}.11.22": f"ACW1234{number:04}",
        f"{ENTITY}.12.10": "Cisco Systems, Inc.",
        f"{ENTITY}.12.21": maker,
        f"{ENTITY}.12.22": "CISCO-ACCELINK",
        f"{ENTITY}.13.10": "N9K-C9336C-FX2",
        f"{ENTITY}.13.21": "QSFP-100G-SR4",
        f"{ENTITY}.13.22": "SFP-10G-LR",
        "1.3.6.1.4.1.9.9.13.1.1.0": "private",
    }
    rows = [Varbind(oid_of(oid), Syntax.OCTETS, text) for oid, text in texts.items()]
    rows.append(Varbind(oid_of("1.3.6.1.2.1.1.2.0"), Syntax.OBJECT_ID, "1.3.6.1.4.1.9.12.3.1.3.1955"))
    rows.append(Varbind(oid_of("1.3.6.1.2.1.1.3.0"), Syntax.TIME_TICKS, str(5_000_000 + number)))
    rows += [Varbind(oid_of(f"{ENTITY}.5.{row}"), Syntax.INTEGER, "3" if row == 10 else "9") for row in (10, 21, 22)]
    for port in range(1, ports + 1):
        address = f"\x00\x1b\x54{chr(number >> 8)}{chr(number & 255)}{chr(port)}"
        rows.append(Varbind(oid_of(f"1.3.6.1.2.1.2.2.1.2.{port}"), Syntax.OCTETS, f"Ethernet1/{port}"))
        rows.append(Varbind(oid_of(f"1.3.6.1.2.1.2.2.1.3.{port}"), Syntax.INTEGER, "6"))
        rows.append(Varbind(oid_of(f"1.3.6.1.2.1.2.2.1.6.{port}"), Syntax.OCTETS, address))
    return sorted(rows)


def engine_id(number: int) -> bytes:
    """The engine ID of a box: Cisco's enterprise number, and a MAC address."""
    return b"\x80\x00\x00\x09\x03\x00\x1b\x54" + (number << 8 | 1).to_bytes(3, "big")


def keys_at(engine: bytes) -> LocalKeys:
    """The user's keys at an engine."""
    auth, priv = (
        algorithms.password_to_key(AuthProtocol.SHA256, password.encode())
        for password in (AUTH_PASSWORD, PRIV_PASSWORD)
    )
    return algorithms.localize_keys(MasterKeys(AuthProtocol.SHA256, auth, PrivProtocol.AES128, priv), engine)


def engine_of(number: int, boots: int = 3, age: float = 1000.0) -> Engine:
    """The v3 engine of a box, which knows the user. `age` is the seconds since it booted."""
    started = asyncio.get_running_loop().time() - age
    return Engine(engine_id(number), started, USER.encode(), keys_at(engine_id(number)), boots)


def agent_of(rows: Sequence[Varbind], engine: Engine | None = None, speaks_v2c: bool = True) -> Agent:
    """The honest agent of a box."""
    return Agent(View(rows), COMMUNITY.encode() if speaks_v2c else None, engine)
