"""The identification string an SSH server opens with (RFC 4253 section 4.2): who is there, with not one octet sent."""

import asyncio
import errno

from fingerprints.model.evidence import Gap, GapReason, Observation, Source, kept

MAX_OPENING = 8 * 1024
"""Octets read before the identification string must have come; RFC 4253 allows other lines ahead of it."""

MAX_IDENT = 255
"""Characters of an identification string, its line end included (RFC 4253 section 4.2)."""

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Errors of ours: no more descriptors or memory."""


async def read_ident(address: str, port: int, timeout: float, source_address: str | None = None) -> Observation | Gap:
    """Connect, read the string, close. `at` is the port (`22/tcp`); `timeout`, in seconds, covers the whole.

    Where nobody let us in it is a Gap NO_ANSWER; a service that did, and does not open as SSH does, is MALFORMED.
    Raises OSError where this process ran out of something, which says nothing about the address.
    """
    at = f"{port}/tcp"
    heard: list[bytes] = []
    trouble = "no connection was made in time"
    try:
        async with asyncio.timeout(timeout):
            await _listen(address, port, source_address, heard)
    except TimeoutError:
        pass
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise
        trouble = error.strerror or "no connection"
    if not heard:
        return Gap("ssh", at, GapReason.NO_ANSWER, trouble)
    ident = ident_in(b"".join(heard))
    if ident is None:
        return Gap("ssh", at, GapReason.MALFORMED, f"it let us in, and within {timeout:g} s did not open as SSH does")
    return Observation(Source.SSH_IDENT, at, kept(ident))


def ident_in(opening: bytes) -> bytes | None:
    """The identification string in what a server sent first, without its line end, or None where there is none."""
    for line in opening[:MAX_OPENING].splitlines():
        if line.startswith(b"SSH-"):
            return line[:MAX_IDENT].rstrip()
    return None


async def _listen(address: str, port: int, source_address: str | None, heard: list[bytes]) -> None:
    """Read into `heard`, which holds at least an empty piece once somebody has let us in."""
    local = (source_address, 0) if source_address else None
    reader, writer = await asyncio.open_connection(address, port, local_addr=local)
    heard.append(b"")
    try:
        while len(opening := b"".join(heard)) < MAX_OPENING and not _finished(opening):
            octets = await reader.read(1024)
            if not octets:
                return
            heard.append(octets)
    finally:
        writer.close()


def _finished(heard: bytes) -> bool:
    """Whether a whole identification line has come."""
    start = 0 if heard.startswith(b"SSH-") else heard.find(b"\nSSH-") + 1
    begun = start > 0 or heard.startswith(b"SSH-")
    return begun and heard.find(b"\n", start) >= 0
