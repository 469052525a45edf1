"""What an SSH server offers before any key is exchanged: its SSH_MSG_KEXINIT (RFC 4253 section 7.1).

The identification strings are swapped, the server's list of algorithms is read, and the connection is closed: no key
exchange begins and no login is possible. The list tells implementations apart that call themselves the same.
"""

import asyncio
import hashlib

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from scanner.protocols.ssh.ident import MAX_OPENING, ident_in
from scanner.version import VERSION

OUR_IDENT = f"SSH-2.0-kitscan_{VERSION}".encode()

MAX_PACKET = 35_000
"""Octets of a packet that every implementation must be able to take (RFC 4253 section 6.1)."""

MAX_LISTS = 8 * 1024
"""Octets of all name-lists together that are kept: OpenSSH's take a fifth of that."""

_KEXINIT = 20
_COOKIE = 16
_LISTS = 10
"""Name-lists of a KEXINIT: key exchange, host keys, then ciphers, MACs, compressions and languages, each to the server
and to the client."""

_HASSH = (0, 3, 5, 7)
"""What a server's hassh is made of: key exchange, and the ciphers, MACs and compressions towards the client."""


class NotKexinitError(ValueError):
    """Octets that cannot be the packet with a KEXINIT; `str()` says why."""


async def read_kex(
    address: str, port: int, timeout: float, source_address: str | None = None
) -> tuple[Observation | Gap, ...]:
    """The identification string, the ten name-lists and the hassh, in one connection; what did not come is a Gap.

    `at` is the port (`22/tcp`); `timeout`, in seconds, covers the whole. The gaps are those of `read_ident`, and
    MALFORMED or NO_ANSWER where the string came and the lists did not.
    """
    at = f"{port}/tcp"
    heard = bytearray()
    trouble = f"nothing came within {timeout:g} s"
    try:
        async with asyncio.timeout(timeout):
            await _converse(address, port, source_address, heard)
        trouble = "it closed the connection"
    except TimeoutError:
        pass
    except OSError as error:
        trouble = error.strerror or "no connection"
    return told(bytes(heard), at, trouble)


def told(heard: bytes, at: str, trouble: str) -> tuple[Observation | Gap, ...]:
    """What a server said first, as evidence; `trouble` is why no more of it was heard."""
    ident = ident_in(heard)
    if ident is None and heard:
        return (Gap("ssh", at, GapReason.MALFORMED, "what answers there does not speak SSH"),)
    if ident is None:
        return (Gap("ssh", at, GapReason.NO_ANSWER, trouble),)
    opened = Observation(Source.SSH_IDENT, at, kept(ident))
    try:
        lists = name_lists(_after_ident(heard) or b"")
    except NotKexinitError as error:
        return opened, Gap("ssh", at, GapReason.MALFORMED, f"instead of its list of algorithms came {error}")
    if lists is None:
        return opened, Gap("ssh", at, GapReason.NO_ANSWER, f"no list of algorithms came: {trouble}")
    algorithms = Observation(Source.SSH_KEX, f"algorithms {at}", kept(b";".join(lists)[:MAX_LISTS]))
    return opened, algorithms, Observation(Source.SSH_KEX, f"hassh {at}", hassh(lists))


def hassh(lists: tuple[bytes, ...]) -> str:
    """The MD5, in hexadecimal, of the lists that a server's implementation and configuration alone decide."""
    chosen = b";".join(lists[number] for number in _HASSH)
    return hashlib.md5(chosen, usedforsecurity=False).hexdigest()


def name_lists(packets: bytes) -> tuple[bytes, ...] | None:
    """The ten name-lists of the KEXINIT that these octets open with, or None while it is not all there.

    Raises NotKexinitError where it is none. Before the exchange packets are neither encrypted nor authenticated.
    """
    if len(packets) < 6:
        return None
    length, padding = int.from_bytes(packets[:4]), packets[4]
    if length > MAX_PACKET or padding + 1 >= length:
        raise NotKexinitError("no packet of SSH 2")
    if packets[5] != _KEXINIT:
        raise NotKexinitError(f"message {packets[5]}")
    if len(packets) < 4 + length:
        return None
    payload = packets[5 : 4 + length - padding]
    return tuple(_lists(payload[1 + _COOKIE :]))


def _lists(octets: bytes) -> list[bytes]:
    found, place = [], 0
    for _ in range(_LISTS):
        size = int.from_bytes(octets[place : place + 4])
        if place + 4 + size > len(octets):
            raise NotKexinitError("a list of algorithms that ends too soon")
        found.append(octets[place + 4 : place + 4 + size])
        place += 4 + size
    return found


def _after_ident(heard: bytes) -> bytes | None:
    """What follows the line of the identification string, None while that has not come."""
    start = 0 if heard.startswith(b"SSH-") else heard.find(b"\nSSH-") + 1
    end = heard.find(b"\n", start)
    return heard[end + 1 :] if end >= 0 and ident_in(heard) is not None else None


async def _converse(address: str, port: int, source_address: str | None, heard: bytearray) -> None:
    """Read until the lists are there, too much came, or it is plain that they will not come. Our string follows the
    server's, so that nothing is said to what is no SSH server."""
    local = (source_address, 0) if source_address else None
    reader, writer = await asyncio.open_connection(address, port, local_addr=local)
    introduced = False
    try:
        while not _settled(bytes(heard)):
            octets = await reader.read(4096)
            if not octets:
                return
            heard += octets
            if not introduced and _after_ident(bytes(heard)) is not None:
                introduced = True
                writer.write(OUR_IDENT + b"\r\n")
    finally:
        writer.close()


def _settled(heard: bytes) -> bool:
    """Whether nothing more is to be waited for."""
    packets = _after_ident(heard)
    if packets is None:
        return len(heard) >= MAX_OPENING
    try:
        return name_lists(packets) is not None
    except NotKexinitError:
        return True
