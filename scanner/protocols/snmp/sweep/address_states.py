"""The roll of a sweep: one octet for each address says whether it is to be asked, and when it last was, roughly."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import compress

from scanner.protocols.snmp.sweep.requests import AddressRun

IDLE, OPEN, TOLD = 0, 1, 2
"""An address is not to be asked now, is to be asked, or has nothing left to say."""

_IS_OPEN = bytes(state == OPEN for state in range(256))
_OPENED, _IDLED = (bytes((state, state, TOLD)).ljust(256, b"\0") for state in (OPEN, IDLE))
"""Tables for bytes.translate: which are open; all that are not told made open, or idle."""

_PIECE = 1 << 16
"""Addresses turned over at once, so that a copy of them stays small."""

_STEP = 6
"""The time of asking is kept for 64 neighbours together: when the first of them was asked."""


class AddressStates:
    """The states of addresses by their numbers. `open` counts those that are to be asked."""

    __slots__ = ("_asked_at", "_state", "_stepped", "open")

    def __init__(self, count: int) -> None:
        self._state = bytearray(count)
        self._asked_at = array("d", bytes(8 * (1 + (count >> _STEP))))
        self._stepped = -1
        self.open = 0

    def __len__(self) -> int:
        return len(self._state)

    def begin(self, stretches: Iterable[AddressRun], question: int) -> None:
        """Open all that have this question, but for those that are told."""
        for stretch in stretches:
            table = _OPENED if question < len(stretch.questions) else _IDLED
            for start in range(stretch.first, stretch.end, _PIECE):
                piece = slice(start, min(start + _PIECE, stretch.end))
                self._state[piece] = self._state[piece].translate(table)
        self.open = self._state.count(OPEN)

    def begin_round(self) -> None:
        """Whatever is asked from now on is asked anew."""
        self._stepped = -1

    def put(self, number: int, state: int) -> None:
        """Say what an address is from now on."""
        self.open += (state == OPEN) - (self._state[number] == OPEN)
        self._state[number] = state

    def told(self, number: int) -> bool:
        """Whether all was told of this address."""
        return self._state[number] == TOLD

    def following(self, start: int, end: int, most: int) -> Sequence[int]:
        """The next open numbers from `start` on, before `end`; fewer than `most` where others lie between them, none
        only where none is left."""
        while start < end:
            stop = min(start + most, end)
            piece = self._state[start:stop]
            found = piece.count(OPEN)
            if found == len(piece):
                return range(start, stop)
            if found:
                return list(compress(range(start, stop), piece.translate(_IS_OPEN)))
            start = stop
        return ()

    def still_open(self, numbers: Sequence[int]) -> Sequence[int]:
        """Those of some numbers that are to be asked even now."""
        if isinstance(numbers, range) and self._state[numbers.start : numbers.stop].count(OPEN) == len(numbers):
            return numbers
        return [number for number in numbers if self._state[number] == OPEN]

    def asked(self, numbers: Sequence[int], now: float) -> None:
        """These were asked now, after all that were asked in this round before."""
        last = numbers[-1] >> _STEP
        for step in range(max(numbers[0] >> _STEP, self._stepped + 1), last + 1):
            self._asked_at[step] = now
        self._stepped = last

    def asked_at(self, number: int) -> float:
        """When this one was asked, or a little before."""
        return self._asked_at[number >> _STEP]
