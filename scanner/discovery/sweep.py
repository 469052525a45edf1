"""Who answers SNMP: the engine ID question, then communities that may be swept, to every address of a scope.

One unconnected socket a family. The id of a question is a keyed permutation of its number, so that an answer names its
question, from whatever address it comes, and nobody can guess one. An address is asked one thing at a time.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from socket import AddressFamily

from fingerprints.errors import KitscanError
from fingerprints.evidence import Observation, Source, kept
from scanner.credentials.access import Community, CommunityVersion, CredentialBook
from scanner.pacing import Profile
from scanner.snmp import codec, engine_id
from scanner.snmp.ber import DecodeError, oid_of
from scanner.snmp.codec import ErrorStatus, Message, Pdu, PduType, V3Message, Varbind
from scanner.snmp.datagrams import Datagrams, SocketAddress, socket_address
from scanner.snmp.exchange import Answer, Patience
from scanner.snmp.observed import observed
from scanner.snmp.pace import AddressPace, Pacer
from scanner.snmp.session import REFUSALS
from scanner.targets.spans import Targets
from scanner.targets.target import Target

QUESTIONS = 16
"""Questions that one address may be asked: the engine ID and 15 communities."""

ASKED = (oid_of("1.3.6.1.2.1.1.1.0"), oid_of("1.3.6.1.2.1.1.2.0"))
"""sysDescr and sysObjectID."""

HALF = 15
"""Bits in each half of a question's id: 30 in all, which every agent's signed 32-bit integers hold."""


class UnsendableError(KitscanError):
    """Some targets were never asked, for nothing can be sent to them from here: their silence means nothing."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A target that answered: the address it answered from (with the port where that is another than was asked), which
    need not be its own, and what it said."""

    target: Target
    answered_from: str
    observations: tuple[Observation, ...]


class Permutation:
    """A keyed permutation of the numbers below 2**30: four Feistel rounds."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, number: int) -> int:
        """The image of a number."""
        left, right = number >> HALF, number & (1 << HALF) - 1
        for turn in range(4):
            left, right = right, left ^ self._round(turn, right)
        return left << HALF | right

    def undo(self, image: int) -> int:
        """The number whose image this is."""
        left, right = image >> HALF, image & (1 << HALF) - 1
        for turn in reversed(range(4)):
            left, right = right ^ self._round(turn, left), left
        return left << HALF | right

    def _round(self, turn: int, half: int) -> int:
        mixed = blake2b(bytes((turn,)) + half.to_bytes(2, "big"), key=self._key, digest_size=2).digest()
        return int.from_bytes(mixed, "big") >> 16 - HALF


@dataclass(slots=True)
class _Asked:
    """One target on its way: where it is, what it may be asked after its engine ID (question 0), and what it said.
    Of two communities that would both be let in, one is enough."""

    target: Target
    pace: AddressPace
    family: AddressFamily
    where: SocketAddress
    communities: tuple[Community, ...]
    let_in: bool = False
    answered: set[int] = field(default_factory=set)
    answered_from: str = ""
    observations: list[Observation] = field(default_factory=list)

    def complete(self) -> bool:
        """Whether there is nothing left to ask."""
        return not any(map(self.open_to, range(len(self.communities) + 1)))

    def open_to(self, question: int) -> bool:
        """Whether this question is still to be asked."""
        if question > len(self.communities) or question in self.answered:
            return False
        return question == 0 or not self.let_in


class Sweep:
    """One sweep: the questions that are out, and who has answered."""

    def __init__(self, targets: Iterable[Target], book: CredentialBook, pacer: Pacer) -> None:
        self._ids = Permutation(secrets.token_bytes(16))
        self._book = book
        self._unsendable: OSError | None = None
        self._asked = [asked for target in targets if (asked := self._reachable(target, pacer)) is not None]
        self._sockets: dict[AddressFamily, Datagrams] = {}
        self._fresh: list[_Asked] = []
        self._waiting: set[tuple[int, int]] = set()
        self._quiet = asyncio.Event()

    async def run(self, patience: Patience) -> AsyncGenerator[Heard, None]:
        """Ask all, question by question, the silent ones again; yield each target once it has nothing left to say.

        Raises UnsendableError at the end where some could not be asked from here at all: no IPv6, no zone, no route.
        """
        with ExitStack() as stack:
            self._open_sockets(stack)
            most = max((len(asked.communities) for asked in self._asked), default=-1) + 1
            for question in range(most):
                for wait in patience.waits():
                    async with aclosing(self._round(question, wait)) as round_:
                        async for heard in round_:
                            yield heard
        for asked in self._asked:
            if asked.answered and not asked.complete():
                yield _told(asked)
        for sockets in self._sockets.values():
            self._unsendable = self._unsendable or sockets.unroutable
        if self._unsendable is not None:
            told = f"some addresses cannot be sent to from here ({self._unsendable.strerror})"
            raise UnsendableError(
                f"{told}\nNext: check this host's routes, and whether it has IPv6"
            ) from self._unsendable

    def _reachable(self, target: Target, pacer: Pacer) -> _Asked | None:
        try:
            return _asked(target, self._book, pacer)
        except OSError as error:
            self._unsendable = error
            return None

    def _open_sockets(self, stack: ExitStack) -> None:
        for family in {asked.family for asked in self._asked}:
            try:
                self._sockets[family] = stack.enter_context(Datagrams(family, self._heard))
            except OSError as error:
                self._unsendable = error
        self._asked = [asked for asked in self._asked if asked.family in self._sockets]

    async def _round(self, question: int, wait: float) -> AsyncGenerator[Heard, None]:
        """Ask one question of all that have not answered it, and wait for the last ones."""
        for number, asked in enumerate(self._asked):
            if not asked.open_to(question):
                continue
            await asked.pace.turn()
            self._waiting.add((number, question))
            self._sockets[asked.family].send(self._datagram(number, question), asked.where)
            for heard in self._completed():
                yield heard
        for sockets in self._sockets.values():
            await sockets.taken()
        if self._waiting:
            self._quiet.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), wait)
            self._waiting.clear()
        for heard in self._completed():
            yield heard

    def _completed(self) -> Iterator[Heard]:
        fresh, self._fresh = self._fresh, []
        return map(_told, fresh)

    def _datagram(self, number: int, question: int) -> bytes:
        identity = self._ids.of(number * QUESTIONS + question)
        if question == 0:
            return engine_id.question(identity)
        community = self._asked[number].communities[question - 1]
        version = codec.V1 if community.version is CommunityVersion.V1 else codec.V2C
        pdu = Pdu(PduType.GET, identity, tuple(map(Varbind, ASKED)))
        return codec.encode(Message(version, community.community.reveal().encode(), pdu))

    def _heard(self, datagram: bytes, source: SocketAddress) -> None:
        try:
            answer = codec.decode(datagram)
        except DecodeError:
            return
        identity = answer.message_id if isinstance(answer, V3Message) else answer.pdu.request_id
        if not 0 <= identity < 1 << 2 * HALF:
            return
        number, question = divmod(self._ids.undo(identity), QUESTIONS)
        if number < len(self._asked):
            self._take(number, question, answer, source)

    def _take(self, number: int, question: int, answer: Answer, source: SocketAddress) -> None:
        """Keep an answer that fits its question, unless it is a duplicate or comes when all has been told."""
        asked = self._asked[number]
        if question > len(asked.communities) or question in asked.answered or asked.complete():
            return
        said = _said_v3(answer) if question == 0 else _said(answer)
        if said is None:
            return
        if question and not _refused(answer):
            asked.let_in = True
            self._book.accepted(asked.communities[question - 1], asked.target.address)
        asked.answered.add(question)
        asked.answered_from = asked.answered_from or _name(source, asked.target.snmp_port)
        asked.observations += said
        self._waiting.discard((number, question))
        if asked.complete():
            self._fresh.append(asked)
        if not self._waiting:
            self._quiet.set()


class SnmpSweep:
    """The sweep as a way to find out who is there (scanner.collection's Discovery)."""

    name: str = "snmp"

    def __init__(self, book: CredentialBook, profile: Profile, pacer: Pacer | None = None) -> None:
        self._book = book
        self._profile = profile
        self._pacer = pacer

    async def heard(self, targets: Targets) -> AsyncGenerator[tuple[Target, tuple[Observation, ...]], None]:
        """Each target that answered, with what it said."""
        async with aclosing(sweep(targets, self._book, self._profile, pacer=self._pacer)) as answers:
            async for heard in answers:
                yield heard.target, heard.observations


async def sweep(
    targets: Iterable[Target],
    book: CredentialBook,
    profile: Profile,
    patience: Patience = Patience(1.0, 2, 1.0),  # noqa: B008 - a frozen value
    pacer: Pacer | None = None,
) -> AsyncGenerator[Heard, None]:
    """Who of these answers SNMP, each once, in the order in which they were done. Only communities marked `sweep` go
    out, for nobody knows yet who listens."""
    async with aclosing(Sweep(targets, book, pacer or Pacer(profile)).run(patience)) as answers:
        async for heard in answers:
            yield heard


def _asked(target: Target, book: CredentialBook, pacer: Pacer) -> _Asked:
    family, where = socket_address(target.address, target.snmp_port)
    communities = tuple(one for one in book.communities(target.address) if one.sweep)
    return _Asked(target, pacer.at(target.address), family, where, communities[: QUESTIONS - 1])


def _said_v3(answer: Answer) -> list[Observation] | None:
    told = engine_id.told_by(answer)
    return None if told is None else [Observation(Source.SNMP_ENGINE_ID, "", kept(told))]


def _said(answer: Answer) -> list[Observation] | None:
    """What an answer to sysDescr and sysObjectID says; None for what is no answer to that."""
    if not isinstance(answer, Message) or answer.pdu.type is not PduType.RESPONSE:
        return None
    if answer.pdu.error_status != ErrorStatus.NO_ERROR:
        return []
    if tuple(varbind.oid for varbind in answer.pdu.varbinds) != ASKED:
        return None
    return [observed(varbind) for varbind in answer.pdu.varbinds if not varbind.is_exception]


def _refused(answer: Answer) -> bool:
    return isinstance(answer, Message) and answer.pdu.error_status in REFUSALS


def _name(source: SocketAddress, asked_port: int) -> str:
    address, port = str(source[0]), int(source[1])
    if port == asked_port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _told(asked: _Asked) -> Heard:
    return Heard(asked.target, asked.answered_from, tuple(_in_order(asked.observations)))


def _in_order(observations: Sequence[Observation]) -> Iterator[Observation]:
    """The system group first, the engine ID last, whichever came first."""
    return iter(sorted(observations, key=lambda one: (one.source is Source.SNMP_ENGINE_ID, one.at)))
