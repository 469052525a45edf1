"""SNMPv3 agents that break the rules of the user-based security model, and what a scan of each must come to.

They know the user's keys, as a stolen or bought device does. They are honest until their lie begins: with the first
request of the user, or in mid-walk.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from benchmarks.hostile.snmp_agent import SPOOFED, Asked, Hook, Reply, engine_id, honest, keys_at
from benchmarks.hostile.snmp_peers import Outcome, ends_with
from fingerprints.model.evidence import GapReason
from scanner.protocols.snmp.message import codec
from scanner.protocols.snmp.message.ber import Syntax
from scanner.protocols.snmp.message.codec import Flags, Pdu, PduType, ScopedPdu, UsmParameters, V3Message
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.usm import algorithms
from scanner.protocols.snmp.usm.algorithms import MAX_BOOTS
from scanner.simulator.user_security import Engine, Refusal

FIRST, MID_WALK = 2, 6
"""Requests before a lie: the engine ID is asked for in the sweep and by the probe; then the user's begin."""

NOT_BELIEVED = ends_with(GapReason.MALFORMED, GapReason.NO_ANSWER)
REFUSED = ends_with(GapReason.REFUSED, GapReason.MALFORMED, GapReason.NO_ANSWER)

V3Lie = Callable[[Engine, Asked], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class V3Peer:
    """A lie of an agent with this engine, its outcome, and after how many requests it begins. `boots` and `age` are
    those of the engine."""

    lie: V3Lie
    outcome: Outcome = NOT_BELIEVED
    after: int = FIRST
    boots: int = 3
    age: float = 100_000.0

    def hook(self, engine: Engine) -> Hook:
        """This lie as the hook of an agent."""

        def answers(asked: Asked) -> Iterator[Reply | bytes]:
            if asked.number < self.after or not isinstance(asked.message, V3Message):
                yield from honest(asked)
            else:
                yield from self.lie(engine, asked)

        return answers


def _now() -> float:
    return asyncio.get_running_loop().time()


def _spoofed(engine: Engine, asked: Asked) -> ScopedPdu:
    """A response that would be good, but for its security."""
    message, keys = asked.message, engine.keys
    assert isinstance(message, V3Message) and keys is not None
    scoped, security = message.data, message.security
    if isinstance(scoped, bytes):
        scoped = codec.decode_scoped(algorithms.decrypt(keys, scoped, security.boots, security.time, security.privacy))
    pdu = scoped.pdu
    varbinds = tuple(Varbind(varbind.oid, Syntax.OCTETS, SPOOFED) for varbind in pdu.varbinds)
    return ScopedPdu(engine.engine_id, b"", Pdu(PduType.RESPONSE, pdu.request_id, varbinds))


def _message(
    engine: Engine, asked: Asked, flags: Flags, data: ScopedPdu | bytes, digest: bytes = b"", salt: bytes = b""
) -> bytes:
    """A message of this engine in answer to a request, whatever its digest."""
    assert isinstance(asked.message, V3Message)
    time = int(_now() - engine.started)
    security = UsmParameters(engine.engine_id, engine.boots, time, asked.message.security.user, digest, salt)
    return codec.encode(V3Message(asked.message.message_id, flags, security, data))


def empty_digest(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """A response that says it is signed, with a digest that is none."""
    spoofed = _spoofed(engine, asked)
    for digest in (b"", bytes(24), bytes(12), b"\xff" * 24, bytes(48)):
        yield _message(engine, asked, Flags.AUTHENTICATED, spoofed, digest)
        both = Flags.AUTHENTICATED | Flags.PRIVATE
        yield _message(engine, asked, both, codec.encode_scoped(spoofed), digest, bytes(8))
        yield _message(engine, asked, both, spoofed, digest, bytes(8))


def unsigned(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """A response without security to a request that was signed and encrypted."""
    spoofed = _spoofed(engine, asked)
    for flags in (Flags.NONE, Flags.PRIVATE, Flags.REPORTABLE):
        yield _message(engine, asked, flags, spoofed)


def only_signed(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """A response that is signed with the right key, and not encrypted."""
    assert isinstance(asked.message, V3Message) and engine.keys is not None
    plain = Engine(engine.engine_id, engine.started, engine.user, replace(engine.keys, priv=None), engine.boots)
    yield plain.close(asked.message, _spoofed(engine, asked), _now())


def last_boot(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """Good answers of an engine whose boots are latched at the most there are: none is in time any more (RFC 3414
    section 2.2.2)."""
    assert isinstance(asked.message, V3Message)
    yield engine.close(asked.message, _spoofed(engine, asked), _now())


def time_backwards(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """A clock that is set back by a day, without a boot: what it signs may be a recording."""
    engine.started = max(engine.started, _now())
    assert isinstance(asked.message, V3Message)
    yield engine.close(asked.message, _spoofed(engine, asked), _now())


def fewer_boots(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """An engine that has booted less often than it had."""
    engine.boots = 1
    yield from last_boot(engine, asked)


def another_engine(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """Another engine at the same address, which signs with its own keys."""
    assert isinstance(asked.message, V3Message)
    other_id = engine_id(0xFF00 + asked.number % 250)
    other = Engine(other_id, engine.started, engine.user, keys_at(other_id), engine.boots)
    spoofed = _spoofed(engine, asked)
    yield other.close(asked.message, ScopedPdu(other_id, b"", spoofed.pdu), _now())
    report = other.report(asked.message, Refusal.UNKNOWN_ENGINE, _now())
    yield report or b""


def endless_reports(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """Reports that the request is not in time, for any time."""
    assert isinstance(asked.message, V3Message)
    for _ in range(50):
        yield engine.report(asked.message, Refusal.NOT_IN_TIME, _now()) or b""


def lying_counters(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """A report without security, each time of another counter."""
    assert isinstance(asked.message, V3Message)
    yield _report(engine, asked, [*Refusal][asked.number % len(Refusal)].counter)


def unknown_counter(engine: Engine, asked: Asked) -> Iterator[bytes]:
    """A report of a counter that no standard has, and one of none."""
    yield _report(engine, asked, (1, 3, 6, 1, 9, 9, 9))
    empty = ScopedPdu(engine.engine_id, b"", Pdu(PduType.REPORT, 0))
    yield _message(engine, asked, Flags.NONE, empty)


def _report(engine: Engine, asked: Asked, counter: tuple[int, ...]) -> bytes:
    varbinds = (Varbind(counter, Syntax.COUNTER32, "1"),)
    return _message(engine, asked, Flags.NONE, ScopedPdu(engine.engine_id, b"", Pdu(PduType.REPORT, 0, varbinds)))


V3_PEERS = {
    "v3: empty digest": V3Peer(empty_digest),
    "v3: empty digest, in mid-walk": V3Peer(empty_digest, after=MID_WALK),
    "v3: noAuth reply to authPriv": V3Peer(unsigned),
    "v3: noAuth reply to authPriv, in mid-walk": V3Peer(unsigned, after=MID_WALK),
    "v3: authNoPriv reply to authPriv": V3Peer(only_signed),
    "v3: boots 2^31-1": V3Peer(last_boot, boots=MAX_BOOTS),
    "v3: time backwards": V3Peer(time_backwards, after=MID_WALK),
    "v3: fewer boots": V3Peer(fewer_boots, after=MID_WALK),
    "v3: engine ID changes in mid-walk": V3Peer(another_engine, after=MID_WALK),
    "v3: engine ID changes at the first request": V3Peer(another_engine),
    "v3: endless reports": V3Peer(endless_reports),
    "v3: endless reports, in mid-walk": V3Peer(endless_reports, after=MID_WALK),
    "v3: usmStats that lie": V3Peer(lying_counters, REFUSED),
    "v3: usmStats that lie, in mid-walk": V3Peer(lying_counters, REFUSED, after=MID_WALK),
    "v3: reports of unknown counters": V3Peer(unknown_counter),
}

ENGINE_ID_LENGTHS = (0, 4, 33, 200)
"""Lengths in octets that an SnmpEngineID must not have (RFC 3411 section 5)."""


def odd_engine_id(length: int) -> bytes:
    """An engine ID of any length."""
    return (b"\x80\x00\x00\x09\x05" + b"A" * 300)[:length]
