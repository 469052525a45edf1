"""Which subtrees of a device hold objects: one GETNEXT asks for several, and each answer rules out others."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from fingerprints.model.evidence import Gap, GapReason
from scanner.protocols.snmp.column_walk import PROBE
from scanner.protocols.snmp.empty_spans import END_OF_MIB, EmptySpans
from scanner.protocols.snmp.errors import NoAnswerError, SessionError
from scanner.protocols.snmp.message.ber import Oid, dotted
from scanner.protocols.snmp.message.variables import Varbind
from scanner.protocols.snmp.session import SnmpSession, get_next_each

SUBTREES_A_REQUEST = 20
"""Subtrees in one GETNEXT: so many answers of common length fit in one Ethernet frame."""

FEW_SUBTREES = 5
"""Subtrees in a GETNEXT after a silence: some agents drop a request whose answer is too big for them."""


@dataclass(frozen=True, slots=True)
class FirstObject:
    """The first object of a subtree."""

    subtree: Oid
    varbind: Varbind


@dataclass(slots=True)
class Presence:
    """Asks one device for the first objects of subtrees. `spans` is what the device lacks, `seen` the objects that are
    evidence already. `unanswered` are subtrees of which the device said nothing usable; `silent` is true after it left
    even a small request without an answer."""

    session: SnmpSession
    spans: EmptySpans = field(default_factory=EmptySpans)
    seen: set[Oid] = field(default_factory=set)
    unanswered: set[Oid] = field(default_factory=set)
    silent: bool = False
    _most: int = SUBTREES_A_REQUEST

    async def first_objects(self, subtrees: Sequence[Oid], spread: int = 0) -> AsyncGenerator[list[FirstObject], None]:
        """The first objects of those subtrees that hold any, one answer at a time.

        The device is asked in the order given, but for the first `spread` requests: these ask for subtrees that lie far
        apart, so that their answers rule out as many others as possible.
        """
        left = list(dict.fromkeys(subtrees))
        while left := [subtree for subtree in left if not self.spans.hold(subtree)]:
            asked = _spread_out(left, self._most) if spread > 0 else left[: self._most]
            spread -= 1
            answers = await get_next_each(self.session, asked)
            if self._noted_silence(answers):
                if self.silent:
                    self.unanswered.update(left)
                    return
                continue
            done = frozenset(asked)
            left = [subtree for subtree in left if subtree not in done]
            yield [*self._first_objects(asked, answers)]

    def gaps(self, subtrees: Sequence[Oid]) -> list[Gap]:
        """A gap for each of these subtrees that the device did not answer for."""
        detail = "the device stopped answering" if self.silent else "the device did not answer for this tree"
        return [
            Gap(PROBE, dotted(subtree), GapReason.NO_ANSWER, detail)
            for subtree in subtrees
            if subtree in self.unanswered
        ]

    def _noted_silence(self, answers: Sequence[Varbind | SessionError]) -> bool:
        if not any(isinstance(answer, NoAnswerError) for answer in answers):
            return False
        self.silent = len(answers) <= FEW_SUBTREES
        self._most = FEW_SUBTREES
        return True

    def _first_objects(self, asked: Sequence[Oid], answers: Sequence[Varbind | SessionError]) -> list[FirstObject]:
        found: list[FirstObject] = []
        for subtree, answer in zip(asked, answers, strict=True):
            if isinstance(answer, SessionError):
                self.unanswered.add(subtree)
                continue
            self.spans.note(subtree, END_OF_MIB if answer.is_exception else answer.oid)
            if answer.is_exception:
                continue
            if answer.oid[: len(subtree)] == subtree:
                found.append(FirstObject(subtree, answer))
            elif answer.oid <= subtree:
                self.unanswered.add(subtree)
        return found


def _spread_out(subtrees: Sequence[Oid], most: int) -> list[Oid]:
    """At most `most` of these, evenly spaced in the order of the tree."""
    in_order = sorted(subtrees)
    count = min(most, len(in_order))
    return [in_order[place * len(in_order) // count] for place in range(count)]
