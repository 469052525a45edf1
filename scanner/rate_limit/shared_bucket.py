"""A token bucket that several processes of one run draw from: the limit holds for all of them together."""

import fcntl
import mmap
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from scanner.rate_limit.token_bucket import TokenBucket

_STATE = struct.Struct("6d")


class SharedBucket:
    """A `TokenBucket` whose state lies in memory that forked processes share. Make it before they are forked.

    It is locked by a file without a name (lockf(3)): the kernel frees the lock of a process that is killed, and each
    number that such a process was writing is either the old or the new one. Times are those of CLOCK_MONOTONIC, which
    all processes read alike. The lock keeps out processes and no threads: one thread of each may use it.
    """

    __slots__ = ("_bucket", "_lock", "_memory")

    def __init__(self, rate: float | None, senders: int) -> None:
        self._bucket = TokenBucket(rate, senders)
        self._lock = tempfile.TemporaryFile()  # noqa: SIM115  it stays open as long as the bucket lives
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        _STATE.pack_into(self._memory, 0, *self._bucket.state)

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The descriptors that a forked process must leave open to use the bucket."""
        return (self._lock.fileno(),)

    def burst(self) -> int:
        """See `TokenBucket.burst`."""
        with self._held() as bucket:
            return bucket.burst()

    def reserve(self, now: float, packets: int = 1) -> float:
        """See `TokenBucket.reserve`."""
        with self._held() as bucket:
            return bucket.reserve(now, packets)

    def slow_down(self, now: float) -> None:
        """See `TokenBucket.slow_down`: all processes slow down."""
        with self._held() as bucket:
            bucket.slow_down(now)

    @contextmanager
    def _held(self) -> Iterator[TokenBucket]:
        """The bucket as the others left it; what the block makes of it is what they find."""
        fcntl.lockf(self._lock, fcntl.LOCK_EX)
        try:
            self._bucket.state = _STATE.unpack_from(self._memory)
            yield self._bucket
            _STATE.pack_into(self._memory, 0, *self._bucket.state)
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)
