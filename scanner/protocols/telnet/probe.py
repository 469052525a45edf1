"""The Telnet probe: the banner that a server sends before a login. It refuses options (RFC 854) and sends no more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from scanner.protocols.probe import Observed, Planned
from scanner.protocols.tcp_connections import CONNECT_ONLY, TcpConnections
from scanner.targets.target import Target

TELNET_PORT = 23
SECONDS = 3.0
MAX_BANNER = 2 * 1024

MAX_RECEIVED = 4 * MAX_BANNER
"""Octets read at most, negotiation included."""

READ_INTERVAL = 0.05
"""Seconds between two reads, so that a server that sends one octet at a time costs little."""

MAX_REFUSALS = 32
"""Options that are refused. A server that asks for more gets no answer."""

NAME = "telnet"

_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_REFUSAL = {_DO: _WONT, _WILL: _DONT}


@dataclass(frozen=True, slots=True)
class TelnetText:
    """What a server sent: its text, and our refusals of the options it named, each once, in that order."""

    text: bytes
    refusals: tuple[bytes, ...]


def parse_telnet(received: bytes) -> TelnetText:
    """Separate text from negotiation. A command that is not complete yet is left out of both."""
    text, refusals = bytearray(), dict[bytes, None]()
    place = 0
    while place < len(received):
        if received[place] != _IAC:
            text.append(received[place])
            place += 1
            continue
        command = received[place + 1 : place + 3]
        if command[:1] == bytes([_IAC]):
            text.append(_IAC)
        if len(command) == 2 and command[0] in _REFUSAL and len(refusals) < MAX_REFUSALS:
            refusals.setdefault(bytes((_IAC, _REFUSAL[command[0]], command[1])))
        place = _after_command(received, place)
    return TelnetText(bytes(text), tuple(refusals))


def _after_command(received: bytes, place: int) -> int:
    """Where the command that begins at `place` ends; the end of `received` if it is incomplete."""
    command = received[place + 1] if place + 1 < len(received) else _SB
    if command == _SB:
        end = received.find(bytes((_IAC, _SE)), place + 2)
        return end + 2 if end >= 0 else len(received)
    return place + (3 if _WILL <= command <= _DONT else 2)


class TelnetProbe:
    """Probes Telnet servers (`Probe`)."""

    name = NAME

    def __init__(self, connections: TcpConnections, port: int = TELNET_PORT, seconds: float = SECONDS) -> None:
        self._connections, self._port, self._seconds = connections, port, seconds

    def plan(self, target: Target) -> tuple[Planned, ...]:
        """A connection, and the refusals of options."""
        sends = (CONNECT_ONLY, f"IAC DONT and IAC WONT, {MAX_REFUSALS} at most")
        return (Planned(target.key, self.name, f"{self._port}/tcp", sends, ()),)

    async def observe(self, target: Target) -> AsyncIterator[Observed]:
        """The banner, or a gap that says why there is none."""
        at = f"{self._port}/tcp"
        received = bytearray()
        detail = "it closed the connection and sent nothing"
        try:
            await self._read_banner(target.address, received)
        except TimeoutError:
            detail = f"it sent nothing within {self._seconds:g} s"
        except OSError as error:
            detail = error.strerror or "no connection"
        text = parse_telnet(bytes(received)).text[:MAX_BANNER]
        if text.strip(b"\0\r\n\t "):
            yield (Observation(Source.TELNET_BANNER, at, kept(text)),)
        else:
            yield (Gap(NAME, at, GapReason.NO_ANSWER, detail),)

    async def _read_banner(self, address: str, received: bytearray) -> None:
        sent = 0
        async with self._connections.open(address, self._port, self._seconds) as (reader, writer):
            while len(received) < MAX_RECEIVED:
                octets = await reader.read(1024)
                if not octets:
                    return
                received += octets
                parsed = parse_telnet(bytes(received))
                if len(parsed.text) >= MAX_BANNER:
                    return
                if parsed.refusals[sent:]:
                    writer.write(b"".join(parsed.refusals[sent:]))
                    sent = len(parsed.refusals)
                await asyncio.sleep(READ_INTERVAL)
