"""The states of a sweep's addresses: one octet each, and roughly when each was last sent a request."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import compress

from scanner.protocols.snmp.sweep.requests import AddressRun

IDLE, PENDING, DONE = 0, 1, 2
"""IDLE: not asked in this request. PENDING: to be asked. DONE: the address is finished."""

_IS_PENDING = bytes(state == PENDING for state in range(256))
_TO_PENDING, _TO_IDLE = (bytes((state, state, DONE)).ljust(256, b"\0") for state in (PENDING, IDLE))
"""Tables for bytes.translate: which are PENDING; all that are not DONE set to PENDING, or to IDLE."""

CHUNK = 1 << 16
"""Addresses translated at once, so that the copy stays small."""

_GROUP_BITS = 6
"""The send time is kept for groups of 64 neighbours: when the first of them was sent a request."""


class AddressStates:
    """The states of addresses by their numbers. `pending` counts the PENDING ones."""

    __slots__ = ("_last_group", "_sent_at", "_state", "pending")

    def __init__(self, count: int) -> None:
        self._state = bytearray(count)
        self._sent_at = array("d", bytes(8 * (1 + (count >> _GROUP_BITS))))
        self._last_group = -1
        self.pending = 0

    def __len__(self) -> int:
        return len(self._state)

    def begin_request(self, runs: Iterable[AddressRun], request_index: int) -> None:
        """Set all addresses that get this request to PENDING and the others to IDLE, except those that are DONE."""
        for run in runs:
            table = _TO_PENDING if request_index < len(run.requests) else _TO_IDLE
            for start in range(run.first, run.end, CHUNK):
                chunk = slice(start, min(start + CHUNK, run.end))
                self._state[chunk] = self._state[chunk].translate(table)
        self.pending = self._state.count(PENDING)

    def begin_round(self) -> None:
        """Start a new round: addresses sent from now on get a new send time."""
        self._last_group = -1

    def set_state(self, number: int, state: int) -> None:
        """Set the state of an address."""
        self.pending += (state == PENDING) - (self._state[number] == PENDING)
        self._state[number] = state

    def is_done(self, number: int) -> bool:
        """True if this address is finished."""
        return self._state[number] == DONE

    def next_pending(self, start: int, end: int, most: int) -> Sequence[int]:
        """The next PENDING numbers from `start` on, before `end`: at most `most`, and none only if none is left."""
        while start < end:
            stop = min(start + most, end)
            chunk = self._state[start:stop]
            pending = chunk.count(PENDING)
            if pending == len(chunk):
                return range(start, stop)
            if pending:
                return list(compress(range(start, stop), chunk.translate(_IS_PENDING)))
            start = stop
        return ()

    def still_pending(self, numbers: Sequence[int]) -> Sequence[int]:
        """Those of some numbers that are still PENDING."""
        if isinstance(numbers, range) and self._state[numbers.start : numbers.stop].count(PENDING) == len(numbers):
            return numbers
        return [number for number in numbers if self._state[number] == PENDING]

    def mark_sent(self, numbers: Sequence[int], now: float) -> None:
        """Record that these were sent a request now, in order after earlier ones of this round."""
        last_group = numbers[-1] >> _GROUP_BITS
        for group in range(max(numbers[0] >> _GROUP_BITS, self._last_group + 1), last_group + 1):
            self._sent_at[group] = now
        self._last_group = last_group

    def sent_at(self, number: int) -> float:
        """When this address was sent a request, or a little earlier."""
        return self._sent_at[number >> _GROUP_BITS]
