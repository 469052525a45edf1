"""The identification string that an SSH server opens with (RFC 4253 section 4.2). Reading it sends not one octet."""

import asyncio

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept
from scanner.protocols.fair_timeout import fair_timeout
from scanner.protocols.tcp_sweep import EXHAUSTED

MAX_OPENING = 8 * 1024
"""Octets within which the identification string must come; RFC 4253 allows other lines before it."""

MAX_IDENT = 255
"""Characters of an identification string, its line end included (RFC 4253 section 4.2)."""


async def read_ident(address: str, port: int, timeout: float, source_address: str | None = None) -> Observation | Gap:
    """Connect, read the string, close. `at` is the port (`22/tcp`); `timeout`, in seconds, covers the whole.

    A Gap NO_ANSWER means that no connection was made; MALFORMED, that a service accepted it and does not speak SSH.
    Raises OSError if this process ran out of descriptors or memory: that says nothing about the address.
    """
    at = f"{port}/tcp"
    received: list[bytes] = []
    reason = "no connection in time"
    try:
        async with fair_timeout(timeout):
            await _read_opening(address, port, source_address, received)
    except TimeoutError:
        pass
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise
        reason = error.strerror or "no connection"
    if not received:
        return Gap("ssh", at, GapReason.NO_ANSWER, reason)
    ident = ident_in(b"".join(received))
    if ident is None:
        return Gap(
            "ssh",
            at,
            GapReason.MALFORMED,
            f"it accepted the connection and sent no SSH identification string within {timeout:g} s",
        )
    return Observation(Source.SSH_IDENT, at, kept(ident))


def ident_in(opening: bytes) -> bytes | None:
    """The identification string in what a server sent first, without its line end, or None if there is none."""
    for line in opening[:MAX_OPENING].splitlines():
        if line.startswith(b"SSH-"):
            return line[:MAX_IDENT].rstrip()
    return None


async def _read_opening(address: str, port: int, source_address: str | None, received: list[bytes]) -> None:
    """Read into `received`, which holds at least an empty piece once the connection is accepted."""
    local = (source_address, 0) if source_address else None
    reader, writer = await asyncio.open_connection(address, port, local_addr=local)
    received.append(b"")
    try:
        while len(opening := b"".join(received)) < MAX_OPENING and not _finished(opening):
            octets = await reader.read(1024)
            if not octets:
                return
            received.append(octets)
    finally:
        writer.close()


def _finished(received: bytes) -> bool:
    """True if a whole identification line has come."""
    start = 0 if received.startswith(b"SSH-") else received.find(b"\nSSH-") + 1
    begun = start > 0 or received.startswith(b"SSH-")
    return begun and received.find(b"\n", start) >= 0
