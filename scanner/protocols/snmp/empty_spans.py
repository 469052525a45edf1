"""The spans of the OID tree in which a device has no object, as its answers to GETNEXT show."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field

from scanner.protocols.snmp.message.ber import MAX_ARC, Oid

GROUP_ARCS = 7
"""Arcs of a group of mib-2 (RFC 1213), and of an enterprise: what subagents serve, each its own."""

END_OF_MIB: Oid = (MAX_ARC + 1,)
"""Comes after every object identifier."""


@dataclass(slots=True)
class EmptySpans:
    """What a device lacks: after an answer to GETNEXT it has nothing between the OID asked and the one it returned.

    The spans rule out subtrees that need no request of their own, as long as no answer contradicts them. An answer that
    does not come after the OID asked proves that the device does not sort its objects: `ordered` becomes false, and no
    span counts any more. Some agents mean the end of a subtree by the end of their MIB: once an object is known behind
    an end, `ends` becomes false, and no end counts any more. `passes` is true once the device answered with an object
    of another group of MIB objects than was asked for: then it does not mean the end of a subtree.
    """

    ordered: bool = True
    ends: bool = True
    passes: bool = False
    _ends: list[Oid] = field(default_factory=list)
    _start_of: dict[Oid, Oid] = field(default_factory=dict)
    _last: Oid = END_OF_MIB

    def note(self, asked: Oid, answered: Oid) -> None:
        """Keep what an answer shows; `answered` is END_OF_MIB where the device has nothing more."""
        if answered != END_OF_MIB and answered > asked:
            group = asked[:GROUP_ARCS]
            self.passes = self.passes or answered[: len(group)] != group
        if answered == END_OF_MIB:
            self._last = min(asked, self._last)
        elif answered <= asked:
            self.ordered = False
        elif answered not in self._start_of:
            insort(self._ends, answered)
            self._start_of[answered] = asked
        else:
            self._start_of[answered] = min(asked, self._start_of[answered])
        if self._ends and self._ends[-1] > self._last:
            self.ends = False

    def denies(self, subtree: Oid) -> bool:
        """True if the device said that nothing comes after a subtree, though it goes past subtrees and has objects
        behind this one."""
        return self.ordered and self.passes and bool(self._ends) and self._ends[-1] > subtree

    def hold(self, subtree: Oid) -> bool:
        """True if the device has no object under `subtree`."""
        end = self.next_after(subtree)
        return end is not None and end[: len(subtree)] != subtree

    def next_after(self, oid: Oid) -> Oid | None:
        """The first object after an OID: END_OF_MIB for none, None where no answer has told it, or where another answer
        contradicts it by an object in between."""
        if not self.ordered:
            return None
        place = bisect_right(self._ends, oid)
        if place == len(self._ends):
            return END_OF_MIB if self.ends and self._last <= oid else None
        end = self._ends[place]
        start = self._start_of[end]
        is_contradicted = place > 0 and self._ends[place - 1] > start
        return end if start <= oid and not is_contradicted else None
