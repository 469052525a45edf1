"""What a Telnet server says before anything is typed: its banner. Options (RFC 854) are refused, nothing else sent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.tcp_connections import KNOCK, Conversations
from scanner.targets.target import Target

TELNET_PORT = 23
SECONDS = 3.0
MAX_BANNER = 2 * 1024

MAX_HEARD = 4 * MAX_BANNER
"""Octets read at the most, negotiation included."""

GULP_SECONDS = 0.05
"""Between two reads, so that a server that says one octet at a time does not keep us busy."""

MAX_REFUSALS = 32
"""Options that are refused; a server that goes on asking gets no further answer."""

NAME = "telnet"

_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_REFUSAL = {_DO: _WONT, _WILL: _DONT}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a server has said: its text, and our refusals of the options that it named, each once and in that order."""

    text: bytes
    refusals: tuple[bytes, ...]


def spoken(heard: bytes) -> Spoken:
    """Text and negotiation apart. A command that has not wholly come yet is left out of both."""
    text, refusals = bytearray(), dict[bytes, None]()
    place = 0
    while place < len(heard):
        if heard[place] != _IAC:
            text.append(heard[place])
            place += 1
            continue
        command = heard[place + 1 : place + 3]
        if command[:1] == bytes([_IAC]):
            text.append(_IAC)
        if len(command) == 2 and command[0] in _REFUSAL and len(refusals) < MAX_REFUSALS:
            refusals.setdefault(bytes((_IAC, _REFUSAL[command[0]], command[1])))
        place = _behind(heard, place)
    return Spoken(bytes(text), tuple(refusals))


def _behind(heard: bytes, place: int) -> int:
    """Where the command that begins at `place` has ended, the end of it all where it has not."""
    command = heard[place + 1] if place + 1 < len(heard) else _SB
    if command == _SB:
        end = heard.find(bytes((_IAC, _SE)), place + 2)
        return end + 2 if end >= 0 else len(heard)
    return place + (3 if _WILL <= command <= _DONT else 2)


class TelnetProbe:
    """Listens to Telnet servers."""

    name = NAME

    def __init__(self, conversations: Conversations, port: int = TELNET_PORT, seconds: float = SECONDS) -> None:
        self._conversations, self._port, self._seconds = conversations, port, seconds

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """A connection, and the refusals."""
        sends = (KNOCK, f"IAC DONT and IAC WONT, {MAX_REFUSALS} at most")
        return (Planned(target.key, self.name, f"{self._port}/tcp", sends, ()),)

    async def observe(self, target: Target) -> AsyncIterator[Observed]:
        """The banner, or why there is none."""
        at = f"{self._port}/tcp"
        heard = bytearray()
        why = "it closed the connection and said nothing"
        try:
            await self._listen(target.address, heard)
        except TimeoutError:
            why = f"it said nothing within {self._seconds:g} s"
        except OSError as error:
            why = error.strerror or "no connection"
        text = spoken(bytes(heard)).text[:MAX_BANNER]
        if text.strip(b"\0\r\n\t "):
            yield (Observation(Source.TELNET_BANNER, at, kept(text)),)
        else:
            yield (Gap(NAME, at, GapReason.NO_ANSWER, why),)

    async def _listen(self, address: str, heard: bytearray) -> None:
        sent = 0
        async with self._conversations.opened(address, self._port, self._seconds) as (reader, writer):
            while len(heard) < MAX_HEARD:
                octets = await reader.read(1024)
                if not octets:
                    return
                heard += octets
                said = spoken(bytes(heard))
                if len(said.text) >= MAX_BANNER:
                    return
                if said.refusals[sent:]:
                    writer.write(b"".join(said.refusals[sent:]))
                    sent = len(said.refusals)
                await asyncio.sleep(GULP_SECONDS)
