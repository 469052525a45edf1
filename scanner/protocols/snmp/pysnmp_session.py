"""SNMPv3 through pysnmp, whose only importer this is, for what our own session does not speak: a Session under a USM
user, its errors turned into ours. It is the oracle that ours is compared with, too.

A pysnmp engine takes 0.4 s to its first answer, keeps something of every device it met, and mixes up one user with two
keys: so engines are shared by devices under one user and key form, and replaced after `ENGINE_DEVICES` of them.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.credentials.access import AuthProtocol, PrivProtocol, Usm
from scanner.protocols.snmp.datagrams import socket_address
from scanner.protocols.snmp.errors import (
    ErrorAnswerError,
    MalformedAnswerError,
    NoAnswerError,
    RefusedError,
    SessionError,
    UndecipheredError,
)
from scanner.protocols.snmp.message.ber import Oid, Syntax, dotted
from scanner.protocols.snmp.message.codec import ErrorStatus
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.request_channel import RetryPolicy
from scanner.protocols.snmp.session import REFUSALS, as_asked, as_many, no_more
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.rate_limit.limiter import AddressPace

ENGINE_DEVICES = 125

OPENING_PACKETS = 2
"""Packets that pysnmp sends ahead of the first request: engine discovery and clock (RFC 3414 section 4)."""

SLACK = 3.0
"""Seconds over its own time-out after which a request that pysnmp never finishes is given up."""

_AUTH = {
    AuthProtocol.MD5: "USM_AUTH_HMAC96_MD5",
    AuthProtocol.SHA1: "USM_AUTH_HMAC96_SHA",
    AuthProtocol.SHA224: "USM_AUTH_HMAC128_SHA224",
    AuthProtocol.SHA256: "USM_AUTH_HMAC192_SHA256",
    AuthProtocol.SHA384: "USM_AUTH_HMAC256_SHA384",
    AuthProtocol.SHA512: "USM_AUTH_HMAC384_SHA512",
}

_PRIV = {
    (PrivProtocol.DES, KeyExtension.BLUMENTHAL): "USM_PRIV_CBC56_DES",
    (PrivProtocol.TRIPLE_DES, KeyExtension.BLUMENTHAL): "USM_PRIV_CBC168_3DES",
    (PrivProtocol.AES128, KeyExtension.BLUMENTHAL): "USM_PRIV_CFB128_AES",
    (PrivProtocol.AES192, KeyExtension.BLUMENTHAL): "USM_PRIV_CFB192_AES_BLUMENTHAL",
    (PrivProtocol.AES256, KeyExtension.BLUMENTHAL): "USM_PRIV_CFB256_AES_BLUMENTHAL",
    (PrivProtocol.AES192, KeyExtension.REEDER): "USM_PRIV_CFB192_AES",
    (PrivProtocol.AES256, KeyExtension.REEDER): "USM_PRIV_CFB256_AES",
}

_REFUSALS = {
    "UnknownUserName": "the device does not know this user",
    "UnknownSecurityName": "the device does not know this user",
    "WrongDigest": "the device finds the authentication key or protocol wrong",
    "AuthenticationFailure": "the authentication key or protocol is wrong",
    "UnsupportedSecurityLevel": "the device does not let this user in at this security level",
}
"""What pysnmp calls the usmStats reports (RFC 3414 section 3.2) that are explicit refusals."""


@dataclass(slots=True, eq=False)
class Engine:
    """One pysnmp engine, the devices that it may hear, and how many it has served and serves."""

    engine: Any
    families: set[int] = field(default_factory=set)
    devices: Counter[tuple[str, int]] = field(default_factory=Counter)
    served: int = 0
    serving: int = 0

    def close(self) -> None:
        """Close sockets and timers; an engine that is not closed leaks 4 MB and a descriptor. Best called while the
        event loop runs: a closed loop has ended the timers, and leaves the sockets to the garbage collector."""
        with contextlib.suppress(RuntimeError):
            self.engine.close_dispatcher()


class Engines:
    """The pysnmp engines of a run."""

    __slots__ = ("_current",)

    def __init__(self) -> None:
        self._current: dict[tuple[Usm, KeyExtension], Engine] = {}

    def open(
        self,
        address: str,
        port: int,
        user: Usm,
        form: KeyExtension,
        pace: AddressPace,
        patience: RetryPolicy,
        context: str = "",
    ) -> "CompatSession":
        """A session with one device; nothing is sent yet. Raises SessionError where pysnmp cannot use the user."""
        engine = self._lease(user, form)
        try:
            return CompatSession(self, engine, _Where(address, port), _user_data(user, form), pace, patience, context)
        except Exception as error:  # noqa: BLE001 - pysnmp raises many kinds over keys, each perhaps with the key in it
            self.release(engine)
            raise MalformedAnswerError(f"pysnmp cannot use this user ({type(error).__name__})") from None

    def _lease(self, user: Usm, form: KeyExtension) -> Engine:
        from pysnmp.entity.engine import SnmpEngine

        engine = self._current.get((user, form))
        if engine is None or engine.served >= ENGINE_DEVICES:
            if engine is not None and not engine.serving:
                engine.close()
            engine = self._current[user, form] = Engine(SnmpEngine())
        engine.served += 1
        engine.serving += 1
        return engine

    def release(self, engine: Engine) -> None:
        """A session has ended; an engine that is replaced closes with its last one."""
        engine.serving -= 1
        if not engine.serving and engine not in self._current.values():
            engine.close()

    def close(self) -> None:
        """Close all engines: the run is over."""
        for engine in self._current.values():
            engine.close()
        self._current.clear()


@dataclass(frozen=True, slots=True)
class _Where:
    """A device's address and port, and the transport that reaches it."""

    address: str
    port: int

    @property
    def source(self) -> tuple[str, int]:
        """What its datagrams come from, in the kernel's spelling."""
        _, where = socket_address(self.address, self.port)
        return str(where[0]).split("%", 1)[0], self.port


class CompatSession:
    """A Session under a USM user. pysnmp is asked for one attempt at a time, so that the pace holds for each packet."""

    __slots__ = ("_context", "_engine", "_engines", "_opened", "_pace", "_patience", "_source", "_user", "_where")

    def __init__(
        self,
        engines: Engines,
        engine: Engine,
        where: _Where,
        user: Any,
        pace: AddressPace,
        patience: RetryPolicy,
        context: str,
    ) -> None:
        self._engines = engines
        self._engine = engine
        self._where = where
        self._user = user
        self._pace = pace
        self._patience = patience
        self._context = context.encode()
        self._opened = False
        self._source = where.source
        engine.devices[self._source] += 1
        _listen(engine, ":" in where.address)

    def close(self) -> None:
        """Give the engine back; may be called once."""
        self._engine.devices[self._source] -= 1
        self._engine.devices += Counter()
        self._engines.release(self._engine)

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get. Raises MalformedAnswerError for other variables than were asked."""
        return as_asked(oids, await self._ask("get_cmd", oids))

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """As Session.get_next."""
        return as_many(oids, await self._ask("next_cmd", oids))

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """As Session.get_bulk."""
        return no_more(len(oids) * repetitions, await self._ask("bulk_cmd", oids, 0, repetitions))

    async def _ask(self, command: str, oids: Sequence[Oid], *numbers: int) -> tuple[Varbind, ...]:
        async with self._pace.in_flight:
            for wait in self._patience.waits():
                await self._pace.turn(1 if self._opened else 1 + OPENING_PACKETS)
                try:
                    answer = await self._attempt(command, oids, numbers, wait)
                except NoAnswerError:
                    continue
                self._opened = True
                return answer
        raise NoAnswerError(f"no answer to {self._patience.attempts} requests")

    async def _attempt(
        self, command: str, oids: Sequence[Oid], numbers: tuple[int, ...], wait: float
    ) -> tuple[Varbind, ...]:
        """One request, one answer. Raises SessionError, and nothing that pysnmp or pyasn1 made."""
        from pysnmp.hlapi.v3arch import asyncio as hlapi

        try:
            kind = hlapi.Udp6TransportTarget if ":" in self._where.address else hlapi.UdpTransportTarget
            target = await kind.create((self._where.address, self._where.port), timeout=wait, retries=0)
            asked = [hlapi.ObjectType(hlapi.ObjectIdentity(oid)) for oid in oids]
            context = hlapi.ContextData(contextName=self._context)
            call = getattr(hlapi, command)(
                self._engine.engine, self._user, target, context, *numbers, *asked, lookupMib=False
            )
            indication, status, index, varbinds = await asyncio.wait_for(call, wait + SLACK)
            answer = tuple(map(_varbind, varbinds or ()))
        except TimeoutError:
            raise NoAnswerError("no answer") from None
        except Exception as error:  # noqa: BLE001 - the decode boundary: pyasn1 leaks IndexError and more on bad octets
            raise MalformedAnswerError(f"pysnmp cannot read the answer ({type(error).__name__})") from None
        if indication is not None:
            raise _trouble(type(indication).__name__)
        if int(status) in REFUSALS:
            raise RefusedError("the device refuses this user")
        if int(status) != ErrorStatus.NO_ERROR:
            raise ErrorAnswerError(int(status), int(index))
        return answer


def _user_data(user: Usm, form: KeyExtension) -> Any:
    from pysnmp.hlapi.v3arch import asyncio as hlapi

    auth = user.auth and (user.auth[1].reveal(), getattr(hlapi, _AUTH[user.auth[0]]))
    priv = user.priv and (user.priv[1].reveal(), getattr(hlapi, _PRIV[user.priv[0], form]))
    auth_key, auth_protocol = auth or (None, None)
    priv_key, priv_protocol = priv or (None, None)
    return hlapi.UsmUserData(user.user, auth_key, priv_key, auth_protocol, priv_protocol)


def _listen(engine: Engine, is_ipv6: bool) -> None:
    """Open the engine's socket of a family, which then hears only the devices it serves, and survives what they send:
    pysnmp itself takes answers from anywhere, and lets its own errors reach the event loop's log."""
    from pysnmp.carrier.asyncio.dgram import udp, udp6
    from pysnmp.entity import config

    if is_ipv6 in engine.families:
        return
    engine.families.add(is_ipv6)
    domain, transport = (
        (udp6.DOMAIN_NAME, udp6.Udp6AsyncioTransport()) if is_ipv6 else (udp.DOMAIN_NAME, udp.UdpAsyncioTransport())
    )

    def heard(datagram: bytes, source: tuple[Any, ...]) -> None:
        if (str(source[0]).split("%", 1)[0], source[1]) not in engine.devices:
            return
        try:
            transport._callback_function(transport, source, datagram)
        except Exception:  # noqa: BLE001 - the decode boundary: the request then ends by its time-out
            return

    transport.datagram_received = heard
    config.add_transport(engine.engine, domain, transport.open_client_mode())


def _varbind(said: Any) -> Varbind:
    """A pysnmp variable as ours: by its tag, not its class."""
    name, value = said
    tag = value.tagSet.superTags[-1]
    syntax = Syntax(tag.tagClass | tag.tagId)
    match syntax:
        case Syntax.OCTETS | Syntax.OPAQUE | Syntax.NSAP:
            text = value.asOctets().decode("latin-1")
        case Syntax.IP_ADDRESS:
            text = dotted(tuple(value.asOctets()))
        case Syntax.OBJECT_ID:
            text = dotted(tuple(value))
        case Syntax.NULL | Syntax.NO_SUCH_OBJECT | Syntax.NO_SUCH_INSTANCE | Syntax.END_OF_MIB_VIEW:
            text = ""
        case _:
            text = str(int(value))
    return Varbind(tuple(map(int, tuple(name))), syntax, text)


def _trouble(indication: str) -> SessionError:
    """What pysnmp calls an error, as ours; never its own text, which quotes the device."""
    if indication in _REFUSALS:
        return RefusedError(_REFUSALS[indication])
    if indication == "DecryptionError":
        return UndecipheredError("the device cannot decipher with this user's privacy key")
    if indication == "RequestTimedOut":
        return NoAnswerError("no answer")
    return MalformedAnswerError(f"pysnmp gave up ({indication})")
