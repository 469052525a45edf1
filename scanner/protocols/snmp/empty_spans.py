"""The spans of the OID tree in which a device has no object, as its answers to GETNEXT show."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field

from scanner.protocols.snmp.message.ber import Oid

END_OF_MIB: Oid = (1 << 32,)
"""Comes after every object identifier: an arc has at most 32 bits (RFC 2578 section 3.5)."""


@dataclass(slots=True)
class EmptySpans:
    """What a device lacks: after an answer to GETNEXT it has nothing between the OID asked and the one it returned.

    The spans rule out subtrees that need no request of their own. An answer that does not come after the OID asked
    proves that the device does not sort its objects: `ordered` becomes false, and no span counts any more.
    """

    ordered: bool = True
    _ends: list[Oid] = field(default_factory=list)
    _start_of: dict[Oid, Oid] = field(default_factory=dict)

    def note(self, asked: Oid, answered: Oid) -> None:
        """Keep what an answer shows; `answered` is END_OF_MIB where the device has nothing more."""
        if answered <= asked:
            self.ordered = False
        elif answered not in self._start_of:
            insort(self._ends, answered)
            self._start_of[answered] = asked
        else:
            self._start_of[answered] = min(asked, self._start_of[answered])

    def hold(self, subtree: Oid) -> bool:
        """True if the device has no object under `subtree`."""
        end = self.next_after(subtree)
        return end is not None and end[: len(subtree)] != subtree

    def next_after(self, oid: Oid) -> Oid | None:
        """The first object after an OID: END_OF_MIB for none, None where no answer has told it."""
        place = bisect_right(self._ends, oid)
        if not self.ordered or place == len(self._ends):
            return None
        end = self._ends[place]
        return end if self._start_of[end] <= oid else None
