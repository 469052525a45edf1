"""What an SSH server offers before any key is exchanged: its SSH_MSG_KEXINIT (RFC 4253 section 7.1).

kitscan exchanges identification strings, reads the server's list of algorithms and closes the connection. No key
exchange begins and no login is possible. The list distinguishes implementations with the same identification string.
"""

import asyncio
import hashlib

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from fingerprints.model.observation_place import FieldOfPort
from scanner.protocols.ssh.ident import MAX_OPENING, ident_in
from scanner.version import VERSION

OUR_IDENT = f"SSH-2.0-kitscan_{VERSION}".encode()

MAX_PACKET = 35_000
"""Octets of a packet that every implementation must be able to take (RFC 4253 section 6.1)."""

MAX_LISTS = 8 * 1024
"""Octets kept of all name-lists together: OpenSSH's take a fifth of that."""

_KEXINIT = 20
_COOKIE = 16
_LISTS = 10
"""Name-lists of a KEXINIT: key exchange, host keys, then ciphers, MACs, compressions and languages, each in both
directions."""

_HASSH = (0, 3, 5, 7)
"""The lists in a server's hassh: key exchange, and the ciphers, MACs and compressions towards the client."""


class NotKexinitError(ValueError):
    """Octets that cannot be a KEXINIT packet; `str()` says what they are."""


async def read_kex(
    address: str, port: int, timeout: float, source_address: str | None = None
) -> tuple[Observation | Gap, ...]:
    """The identification string, the ten name-lists and the hassh, by one connection; a missing one is a Gap.

    `at` is the port (`22/tcp`); `timeout`, in seconds, covers everything. The gaps are those of `read_ident`, and
    MALFORMED or NO_ANSWER if the string came and the lists did not.
    """
    at = f"{port}/tcp"
    received = bytearray()
    reason = f"nothing came within {timeout:g} s"
    try:
        async with asyncio.timeout(timeout):
            await _read_opening(address, port, source_address, received)
        reason = "it closed the connection"
    except TimeoutError:
        pass
    except OSError as error:
        reason = error.strerror or "no connection"
    return kex_observations(bytes(received), at, reason)


def kex_observations(received: bytes, at: str, reason: str) -> tuple[Observation | Gap, ...]:
    """What a server sent first, as evidence; `reason` is why nothing more came."""
    ident = ident_in(received)
    if ident is None and received:
        return (Gap("ssh", at, GapReason.MALFORMED, "what answers there does not speak SSH"),)
    if ident is None:
        return (Gap("ssh", at, GapReason.NO_ANSWER, reason),)
    observation = Observation(Source.SSH_IDENT, at, kept(ident))
    try:
        lists = name_lists(_after_ident(received) or b"")
    except NotKexinitError as error:
        return observation, Gap("ssh", at, GapReason.MALFORMED, f"it sent no list of algorithms but {error}")
    if lists is None:
        return observation, Gap("ssh", at, GapReason.NO_ANSWER, f"no list of algorithms came: {reason}")
    algorithms = kept(b";".join(lists)[:MAX_LISTS])
    return (
        observation,
        Observation(Source.SSH_KEX, FieldOfPort("algorithms", at).to_at(), algorithms),
        Observation(Source.SSH_KEX, FieldOfPort("hassh", at).to_at(), hassh(lists)),
    )


def hassh(lists: tuple[bytes, ...]) -> str:
    """The MD5, in hexadecimal, of the lists that depend only on the server's implementation and configuration."""
    chosen = b";".join(lists[number] for number in _HASSH)
    return hashlib.md5(chosen, usedforsecurity=False).hexdigest()


def name_lists(packets: bytes) -> tuple[bytes, ...] | None:
    """The ten name-lists of the KEXINIT at the start of these octets, or None while it is incomplete.

    Raises NotKexinitError if it is none. Before the key exchange, packets are neither encrypted nor authenticated.
    """
    if len(packets) < 6:
        return None
    length, padding = int.from_bytes(packets[:4]), packets[4]
    if length > MAX_PACKET or padding + 1 >= length:
        raise NotKexinitError("something that is no SSH 2 packet")
    if packets[5] != _KEXINIT:
        raise NotKexinitError(f"message {packets[5]}")
    if len(packets) < 4 + length:
        return None
    payload = packets[5 : 4 + length - padding]
    return tuple(_lists(payload[1 + _COOKIE :]))


def _lists(octets: bytes) -> list[bytes]:
    lists, place = [], 0
    for _ in range(_LISTS):
        size = int.from_bytes(octets[place : place + 4])
        if place + 4 + size > len(octets):
            raise NotKexinitError("a list of algorithms that ends too soon")
        lists.append(octets[place + 4 : place + 4 + size])
        place += 4 + size
    return lists


def _after_ident(received: bytes) -> bytes | None:
    """What follows the line of the identification string, or None while that line has not come."""
    start = 0 if received.startswith(b"SSH-") else received.find(b"\nSSH-") + 1
    end = received.find(b"\n", start)
    return received[end + 1 :] if end >= 0 and ident_in(received) is not None else None


async def _read_opening(address: str, port: int, source_address: str | None, received: bytearray) -> None:
    """Read until the lists are there, too much came, or it is clear that they will not come. kitscan sends its string
    after the server's, so that it sends nothing to what is no SSH server."""
    local = (source_address, 0) if source_address else None
    reader, writer = await asyncio.open_connection(address, port, local_addr=local)
    ident_sent = False
    try:
        while not _is_complete(bytes(received)):
            octets = await reader.read(4096)
            if not octets:
                return
            received += octets
            if not ident_sent and _after_ident(bytes(received)) is not None:
                ident_sent = True
                writer.write(OUR_IDENT + b"\r\n")
    finally:
        writer.close()


def _is_complete(received: bytes) -> bool:
    """True if there is nothing more to wait for."""
    packets = _after_ident(received)
    if packets is None:
        return len(received) >= MAX_OPENING
    try:
        return name_lists(packets) is not None
    except NotKexinitError:
        return True
