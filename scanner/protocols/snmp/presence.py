"""Which subtrees of a device hold objects: one GETNEXT asks for several, and each answer rules out others."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap
from scanner.protocols.snmp.budget import Budget
from scanner.protocols.snmp.column_walk import gap_at
from scanner.protocols.snmp.empty_spans import END_OF_MIB, EmptySpans
from scanner.protocols.snmp.errors import (
    MalformedAnswerError,
    NoAnswerError,
    NotIncreasingError,
    RequestsSpentError,
    SessionError,
    UnreachableError,
)
from scanner.protocols.snmp.message.ber import Oid
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession, get_next_each

SUBTREES_A_REQUEST = 20
"""Subtrees in one GETNEXT: so many answers of common length fit in one Ethernet frame."""

FEW_SUBTREES = 5
"""Subtrees in a GETNEXT after a silence: some agents drop a request whose answer is too big for them."""

STOPPED = NoAnswerError("the device stopped answering")
FALSE_END = MalformedAnswerError("the device answered that nothing comes after, though it has more")
_BACKWARDS = NotIncreasingError("the device answered with an OID before the subtree")


@dataclass(frozen=True, slots=True)
class FirstObject:
    """The first object of a subtree."""

    subtree: Oid
    varbind: Varbind


@dataclass(slots=True)
class Presence:
    """Asks one device for the first objects of subtrees, and for none of them twice. `spans` is what the device lacks,
    `seen` the objects that are evidence already. `unanswered` are subtrees that it gave no usable answer for, each
    with its gap; `silent` is true after it left even a small request without an answer. Once the `budget` is spent, no
    more is asked."""

    session: SnmpSession
    budget: Budget | None = None
    spans: EmptySpans = field(default_factory=EmptySpans)
    seen: set[Oid] = field(default_factory=set)
    unanswered: dict[Oid, Gap] = field(default_factory=dict)
    silent: bool = False
    _asked: set[Oid] = field(default_factory=set)
    _ended: dict[Oid, Gap] = field(default_factory=dict)
    _most: int = SUBTREES_A_REQUEST

    async def first_objects(self, subtrees: Sequence[Oid], spread: int = 0) -> AsyncGenerator[list[FirstObject], None]:
        """The first objects of those subtrees that hold any, one answer at a time.

        The device is asked in the order given, but for the first `spread` requests: these ask for subtrees that lie far
        apart, so that their answers rule out as many others as possible. A subtree that was ruled out by an answer that
        a later one contradicts is asked after all.
        """
        while left := self._left(subtrees):
            end = STOPPED if self.silent else self._spent()
            if end is not None:
                self.unanswered |= {subtree: gap_at(subtree, end) for subtree in left}
                return
            asked = _spread_out(left, self._most) if spread > 0 else left[: self._most]
            spread -= 1
            answers = dict(zip(asked, await get_next_each(self.session, asked), strict=True))
            answered = {subtree: one for subtree, one in answers.items() if not isinstance(one, NoAnswerError)}
            self._asked.update(answered)
            if len(answered) < len(asked):
                gone = isinstance(answers[asked[-1]], UnreachableError)
                self.silent = gone or (not answered and len(asked) <= FEW_SUBTREES)
                self._most = FEW_SUBTREES
            yield self._first_objects(answered)

    def _spent(self) -> SessionError | None:
        limit = self.budget.spent() if self.budget is not None else None
        return None if limit is None else RequestsSpentError(f"{limit} ran out")

    def gaps(self, subtrees: Sequence[Oid]) -> list[Gap]:
        """A gap for each of these subtrees that the device did not answer for, or ended its MIB at, falsely."""
        false = {subtree: gap for subtree, gap in self._ended.items() if self.spans.denies(subtree)}
        gaps = false | self.unanswered
        return [gaps[subtree] for subtree in subtrees if subtree in gaps]

    def _left(self, subtrees: Sequence[Oid]) -> list[Oid]:
        """Those that need a request."""
        known = self._asked, self.unanswered
        return [
            subtree
            for subtree in dict.fromkeys(subtrees)
            if not any(subtree in some for some in known) and not self.spans.hold(subtree)
        ]

    def _first_objects(self, answers: Mapping[Oid, Varbind | SessionError]) -> list[FirstObject]:
        found: list[FirstObject] = []
        for subtree, answer in answers.items():
            if isinstance(answer, SessionError):
                self.unanswered[subtree] = gap_at(subtree, answer)
                continue
            self.spans.note(subtree, END_OF_MIB if answer.is_exception else answer.oid)
            if answer.is_exception:
                self._ended[subtree] = gap_at(subtree, FALSE_END)
                continue
            if answer.oid[: len(subtree)] == subtree:
                found.append(FirstObject(subtree, answer))
            elif answer.oid <= subtree:
                self.unanswered[subtree] = gap_at(subtree, _BACKWARDS)
        return found


def _spread_out(subtrees: Sequence[Oid], most: int) -> list[Oid]:
    """At most `most` of these, evenly spaced in the order of the tree."""
    in_order = sorted(subtrees)
    count = min(most, len(in_order))
    return [in_order[place * len(in_order) // count] for place in range(count)]
