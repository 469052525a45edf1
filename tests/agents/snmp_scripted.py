"""An SNMP agent on loopback whose answers a test scripts. It keeps every datagram that it received, with its time.

It runs on the test's own event loop; what it sends may be any octets, from its own socket or another.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from fingerprints.sources.private_mib.second_round import WantedObject
from scanner.credentials.credential import Community, CommunityVersion, Credential, Login, Usm
from scanner.credentials.secret import Secret
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.codec import Message, PduType, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.targets.addresses import Network

Script = Callable[[Message | V3Message], Iterable[bytes]]


@dataclass
class Agent(asyncio.DatagramProtocol):
    """What it was asked, and when, by the loop's clock; `elsewhere` makes it answer from another port, `late` so many
    seconds late."""

    script: Script
    host: str = "127.0.0.1"
    port: int = 0
    elsewhere: "Agent | None" = None
    late: float = 0.0
    received: list[tuple[float, Message | V3Message]] = field(default_factory=list)
    transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = codec.decode(data)
        loop = asyncio.get_running_loop()
        self.received.append((loop.time(), message))
        speaker = self.elsewhere or self
        assert speaker.transport is not None
        for answer in self.script(message):
            if self.late:
                loop.call_later(self.late, speaker.transport.sendto, answer, addr)
            else:
                speaker.transport.sendto(answer, addr)

    @property
    def communities(self) -> set[bytes]:
        """All communities that were ever sent here."""
        return {message.community for _, message in self.received if isinstance(message, Message)}


@asynccontextmanager
async def agent(script: Script, host: str = "127.0.0.1") -> AsyncIterator[Agent]:
    """Run a scripted agent on a free port."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(lambda: Agent(script, host), local_addr=(host, 0))
    protocol.transport, protocol.port = transport, transport.get_extra_info("sockname")[1]
    try:
        yield protocol
    finally:
        transport.close()


def silent(_message: Message | V3Message) -> list[bytes]:
    """A script that never answers."""
    return []


def answer(message: Message, varbinds: Sequence[Varbind], request_id: int | None = None, status: int = 0) -> bytes:
    """The response to a message, or to another request id."""
    identity = message.pdu.request_id if request_id is None else request_id
    index = 1 if status else 0
    pdu = replace(
        message.pdu,
        type=PduType.RESPONSE,
        request_id=identity,
        varbinds=tuple(varbinds),
        error_status=status,
        error_index=index,
    )
    return codec.encode(replace(message, pdu=pdu))


def speaking(rows: Mapping[Oid, str], community: str = "public") -> Script:
    """A script that serves octet strings honestly over v1 and v2c, under one community only."""
    held = sorted(rows)

    def next_of(oid: Oid) -> Varbind:
        found = next((one for one in held if one > oid), None)
        return Varbind(oid, Syntax.END_OF_MIB_VIEW) if found is None else Varbind(found, Syntax.OCTETS, rows[found])

    def script(message: Message | V3Message) -> list[bytes]:
        if isinstance(message, V3Message) or message.community != community.encode():
            return []
        asked = [varbind.oid for varbind in message.pdu.varbinds]
        if message.pdu.type is PduType.GET:
            found = [
                Varbind(oid, Syntax.OCTETS, rows[oid]) if oid in rows else Varbind(oid, Syntax.NO_SUCH_OBJECT)
                for oid in asked
            ]
            return [answer(message, found)]
        found, row = [], asked
        for _ in range(message.pdu.error_index if message.pdu.type is PduType.GET_BULK else 1):
            found += [next_of(oid) for oid in row]
            row = [varbind.oid for varbind in found[-len(asked) :]]
        return [answer(message, found)]

    return script


def community(name: str = "public", version: CommunityVersion = CommunityVersion.V2C, sweep: bool = False) -> Community:
    """A community that is named as it reads."""
    return Community(name, version, Secret(name), sweep)


@dataclass(frozen=True, slots=True)
class WantedOf:
    """What a probe asks for: fixed lists, whatever the device says (`SecondRoundPlan`)."""

    watched_trees: tuple[str, ...] = ()
    standard: tuple[WantedObject, ...] = ()
    objects: tuple[WantedObject, ...] = ()
    own: tuple[int, ...] = ()

    def private(self, enterprises: tuple[int, ...], sys_object_id: str) -> tuple[WantedObject, ...]:
        return self.objects if enterprises and sys_object_id is not None else ()

    def own_enterprises(self, enterprises: tuple[int, ...], sys_object_id: str) -> tuple[int, ...]:
        return tuple(number for number in enterprises if number in self.own and sys_object_id is not None)


@dataclass
class Book:
    """A credential book with the given credentials for every address. It keeps what was reported to it."""

    credentials: tuple[Credential, ...] = ()
    reported: list[tuple[str, str]] = field(default_factory=list)
    prefixes: tuple[Network, ...] = ()

    def worked_before(self, address: str) -> frozenset[str]:
        return frozenset()

    def communities(self, address: str) -> list[Community]:
        return [one for one in self.credentials if isinstance(one, Community)]

    def usm_users(self, address: str) -> list[Usm]:
        return [one for one in self.credentials if isinstance(one, Usm)]

    def logins(self, address: str) -> list[Login]:
        return [one for one in self.credentials if isinstance(one, Login)]

    def accepted(self, credential: Credential, address: str) -> None:
        self.reported.append(("accepted", credential.name))

    def refused(self, credential: Credential, address: str) -> None:
        self.reported.append(("refused", credential.name))

    def names(self, address: str, probe: str = "") -> tuple[str, ...]:
        return tuple(one.name for one in self.credentials)
