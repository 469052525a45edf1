"""SNMPv3 through pysnmp, for what kitscan's own USM session does not speak (3DES). The only importer of pysnmp.

Its errors become those of `scanner.protocols.snmp.errors`. Tests compare kitscan's own session with it.

A pysnmp engine takes 0.4 s to its first answer, keeps state of every device, and confuses two keys of one user. So
devices under one user and key form share an engine, which is replaced after `ENGINE_DEVICES` devices.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scanner.credentials.credential import AuthProtocol, PrivProtocol, Usm
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
from scanner.protocols.snmp.request_channel import RequestCount, RetryPolicy
from scanner.protocols.snmp.session import REFUSALS, at_most, check_count, check_oids
from scanner.protocols.snmp.usm.algorithms import KeyExtension
from scanner.rate_limit.limiter import AddressRateLimiter

ENGINE_DEVICES = 125

DISCOVERY_PACKETS = 2
"""Packets that pysnmp sends ahead of the first request: engine discovery and clock (RFC 3414 section 4)."""

GRACE_SECONDS = 3.0
"""Seconds beyond its own time-out after which a request that pysnmp never finishes is cancelled."""

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
    "UnsupportedSecurityLevel": "the device does not accept this user at this security level",
}
"""pysnmp's names of the usmStats reports (RFC 3414 section 3.2) that are explicit refusals."""


@dataclass(slots=True, eq=False)
class PysnmpEngine:
    """One pysnmp engine, the devices that it accepts datagrams from, and how many it has served and serves now."""

    engine: Any
    families: set[int] = field(default_factory=set)
    devices: Counter[tuple[str, int]] = field(default_factory=Counter)
    served: int = 0
    serving: int = 0

    def close(self) -> None:
        """Close sockets and timers; an engine that is not closed leaks 4 MB and a descriptor. Call it while the event
        loop runs: after that only the garbage collector closes the sockets."""
        with contextlib.suppress(RuntimeError):
            self.engine.close_dispatcher()


class PysnmpEngines:
    """The pysnmp engines of a run."""

    __slots__ = ("_current",)

    def __init__(self) -> None:
        self._current: dict[tuple[Usm, KeyExtension], PysnmpEngine] = {}

    def open(
        self,
        address: str,
        port: int,
        user: Usm,
        form: KeyExtension,
        limiter: AddressRateLimiter,
        retry_policy: RetryPolicy,
        context: str = "",
    ) -> "PysnmpSession":
        """A session with one device; nothing is sent yet. Raises SessionError if pysnmp cannot use the user."""
        engine = self._lease(user, form)
        try:
            return PysnmpSession(
                self, engine, _DeviceAddress(address, port), _user_data(user, form), limiter, retry_policy, context
            )
        except Exception as error:  # noqa: BLE001 - pysnmp raises many types for bad keys, perhaps with the key inside
            self.release(engine)
            raise MalformedAnswerError(f"pysnmp cannot use this user ({type(error).__name__})") from None

    def _lease(self, user: Usm, form: KeyExtension) -> PysnmpEngine:
        from pysnmp.entity.engine import SnmpEngine

        engine = self._current.get((user, form))
        if engine is None or engine.served >= ENGINE_DEVICES:
            if engine is not None and not engine.serving:
                engine.close()
            engine = self._current[user, form] = PysnmpEngine(SnmpEngine())
        engine.served += 1
        engine.serving += 1
        return engine

    def release(self, engine: PysnmpEngine) -> None:
        """A session has ended. A replaced engine closes with its last session."""
        engine.serving -= 1
        if not engine.serving and engine not in self._current.values():
            engine.close()

    def close(self) -> None:
        """Close all engines at the end of the run."""
        for engine in self._current.values():
            engine.close()
        self._current.clear()


@dataclass(frozen=True, slots=True)
class _DeviceAddress:
    """A device's address and port, and the transport that reaches it."""

    address: str
    port: int

    @property
    def source(self) -> tuple[str, int]:
        """The source of its datagrams, in the kernel's spelling."""
        _, destination = socket_address(self.address, self.port)
        return str(destination[0]).split("%", 1)[0], self.port


class PysnmpSession:
    """An SnmpSession under a USM user. pysnmp makes one attempt at a time: the rate limit covers each packet."""

    __slots__ = (
        "_context",
        "_count",
        "_destination",
        "_engine",
        "_engine_known",
        "_engines",
        "_limiter",
        "_retry_policy",
        "_source",
        "_user",
    )

    def __init__(
        self,
        engines: PysnmpEngines,
        engine: PysnmpEngine,
        destination: _DeviceAddress,
        user: Any,
        limiter: AddressRateLimiter,
        retry_policy: RetryPolicy,
        context: str,
    ) -> None:
        self._engines = engines
        self._engine = engine
        self._destination = destination
        self._user = user
        self._limiter = limiter
        self._retry_policy = retry_policy
        self._context = context.encode()
        self._count = RequestCount()
        self._engine_known = False
        self._source = destination.source
        engine.devices[self._source] += 1
        _open_transport(engine, ":" in destination.address)

    def allow(self, requests: int | None) -> None:
        """See SnmpSession.allow."""
        self._count.left = requests

    def close(self) -> None:
        """Release the engine. Call it once."""
        self._engine.devices[self._source] -= 1
        self._engine.devices += Counter()
        self._engines.release(self._engine)

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """See SnmpSession.get. Raises MalformedAnswerError for other variables than requested."""
        return check_oids(oids, await self._request("get_cmd", oids))

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        """See SnmpSession.get_next."""
        return check_count(oids, await self._request("next_cmd", oids))

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        """See SnmpSession.get_bulk."""
        return at_most(len(oids) * repetitions, await self._request("bulk_cmd", oids, 0, repetitions))

    async def _request(self, command: str, oids: Sequence[Oid], *numbers: int) -> tuple[Varbind, ...]:
        self._count.take()
        async with self._limiter.in_flight:
            for wait in self._retry_policy.waits():
                await self._limiter.acquire(1 if self._engine_known else 1 + DISCOVERY_PACKETS)
                try:
                    answer = await self._attempt(command, oids, numbers, wait)
                except NoAnswerError:
                    continue
                self._engine_known = True
                return answer
        raise NoAnswerError(f"no answer to {self._retry_policy.attempts} requests")

    async def _attempt(
        self, command: str, oids: Sequence[Oid], numbers: tuple[int, ...], wait: float
    ) -> tuple[Varbind, ...]:
        """One request, one answer. Raises SessionError, never an error of pysnmp or pyasn1."""
        from pysnmp.hlapi.v3arch import asyncio as hlapi

        try:
            kind = hlapi.Udp6TransportTarget if ":" in self._destination.address else hlapi.UdpTransportTarget
            target = await kind.create((self._destination.address, self._destination.port), timeout=wait, retries=0)
            objects = [hlapi.ObjectType(hlapi.ObjectIdentity(oid)) for oid in oids]
            context = hlapi.ContextData(contextName=self._context)
            call = getattr(hlapi, command)(
                self._engine.engine, self._user, target, context, *numbers, *objects, lookupMib=False
            )
            indication, status, index, varbinds = await asyncio.wait_for(call, wait + GRACE_SECONDS)
            answer = tuple(map(_to_varbind, varbinds or ()))
        except TimeoutError:
            raise NoAnswerError("no answer") from None
        except Exception as error:  # noqa: BLE001 - decode boundary: pyasn1 leaks IndexError and more on bad octets
            raise MalformedAnswerError(f"pysnmp cannot read the answer ({type(error).__name__})") from None
        if indication is not None:
            raise _session_error(type(indication).__name__)
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


def _open_transport(engine: PysnmpEngine, is_ipv6: bool) -> None:
    """Open the engine's socket of a family. It accepts datagrams only from the devices it serves, and survives what
    they send: pysnmp itself accepts answers from anywhere, and its errors reach the event loop's log."""
    from pysnmp.carrier.asyncio.dgram import udp, udp6
    from pysnmp.entity import config

    if is_ipv6 in engine.families:
        return
    engine.families.add(is_ipv6)
    domain, transport = (
        (udp6.DOMAIN_NAME, udp6.Udp6AsyncioTransport()) if is_ipv6 else (udp.DOMAIN_NAME, udp.UdpAsyncioTransport())
    )

    def received(datagram: bytes, source: tuple[Any, ...]) -> None:
        if (str(source[0]).split("%", 1)[0], source[1]) not in engine.devices:
            return
        try:
            transport._callback_function(transport, source, datagram)
        except Exception:  # noqa: BLE001 - decode boundary: the request then ends by its time-out
            return

    transport.datagram_received = received
    config.add_transport(engine.engine, domain, transport.open_client_mode())


def _to_varbind(variable: Any) -> Varbind:
    """A pysnmp variable as a Varbind, by its tag and not its class."""
    name, value = variable
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


def _session_error(indication: str) -> SessionError:
    """The SessionError for pysnmp's name of an error. Never its own text, which quotes the device."""
    if indication in _REFUSALS:
        return RefusedError(_REFUSALS[indication])
    if indication == "DecryptionError":
        return UndecipheredError("the device cannot decrypt with this user's privacy key")
    if indication == "RequestTimedOut":
        return NoAnswerError("no answer")
    return MalformedAnswerError(f"pysnmp gave up ({indication})")
