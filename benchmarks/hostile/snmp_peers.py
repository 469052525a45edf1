"""SNMP agents that break the rules of v1 and v2c, each in one way, and what a scan of each must come to.

The box behind every agent is the same: a switch of one maker with an optic of another that the rules forbid. An agent
is honest until its lie begins: with the first request (`at_once`), or with the first walk.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchmarks.hostile.snmp_agent import ENTITY, SPOOFED, Asked, Hook, Reply, honest
from fingerprints.model.evidence import GapReason
from scanner.protocols.snmp.message import ber, codec
from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.codec import Message, PduType
from scanner.protocols.snmp.message.variables import Varbind

Answers = Iterable[Reply | bytes]

MAKERS = oid_of(f"{ENTITY}.12")
"""entPhysicalMfgName: the column that names the maker of the optic."""

ENTITY_TABLE = oid_of(ENTITY)
COLUMN_ARCS = len(MAKERS)
SYS_DESCR = oid_of("1.3.6.1.2.1.1.1.0")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scan of a peer must come to. Some gap has one of the `reasons`; without any, there is no gap that keeps
    the box from being read, and the optic is found. `may_be_clear` holds for a lie that nothing on the wire tells from
    an honest box without such parts."""

    reasons: frozenset[GapReason] = frozenset()
    may_be_clear: bool = False


@dataclass(frozen=True, slots=True)
class Lie:
    """A lie, the outcome, and whether it may also begin with the first request."""

    hook: Hook
    outcome: Outcome
    at_once: bool = False


def ends_with(*reasons: GapReason) -> Outcome:
    """A gap for one of these reasons."""
    return Outcome(frozenset(reasons))


READ = Outcome()
NO_ANSWER, MALFORMED = ends_with(GapReason.NO_ANSWER), ends_with(GapReason.MALFORMED)
BUDGET, ORDER = ends_with(GapReason.BUDGET_SPENT), ends_with(GapReason.NOT_INCREASING)


def from_walk(lie: Hook) -> Hook:
    """A lie in place of each answer to a GETNEXT or GETBULK."""
    return lambda asked: lie(asked) if asked.is_walk else honest(asked)


def from_first(lie: Hook) -> Hook:
    """A lie in place of each answer, from the first one on."""
    return lambda asked: lie(asked) if asked.honest and isinstance(asked.message, Message) else honest(asked)


def _oids(asked: Asked) -> list[Oid]:
    return [varbind.oid for varbind in asked.pdu.varbinds]


def _rows(asked: Asked) -> int:
    return max(1, asked.pdu.error_index) if asked.pdu.type is PduType.GET_BULK else 1


def _lies(asked: Asked) -> bytes:
    """Rows that follow a rule: each next OID of a column by counting up its last arc."""
    varbinds: list[Varbind] = []
    row = _oids(asked)
    for _ in range(_rows(asked)):
        row = [_counted_up(oid) for oid in row]
        varbinds += [Varbind(oid, Syntax.OCTETS, "x" * 20) for oid in row]
    return asked.response(varbinds)


def _counted_up(oid: Oid) -> Oid:
    return (*oid[:-1], oid[-1] + 1) if len(oid) > COLUMN_ARCS else (*oid, 1)


def same_oid(asked: Asked) -> Answers:
    """Each row is the same."""
    return [
        asked.response([Varbind((*oid[:COLUMN_ARCS], 1), Syntax.OCTETS, "x") for oid in _oids(asked)] * _rows(asked))
    ]


def a_b_a_b(asked: Asked) -> Answers:
    """Two rows in turn."""
    turns = [[(*oid[:COLUMN_ARCS], 1 + (oid[COLUMN_ARCS:] == (1,))) for oid in _oids(asked)]]
    while len(turns) < _rows(asked):
        turns.append([(*oid[:-1], 3 - oid[-1]) for oid in turns[-1]])
    return [asked.response([Varbind(oid, Syntax.OCTETS, "x") for row in turns for oid in row])]


def endless(asked: Asked) -> Answers:
    """Rows that never end."""
    return [_lies(asked)]


def growing(asked: Asked) -> Answers:
    """Each OID is one arc longer than the one before, up to the longest that there is."""
    return [
        asked.response(
            [Varbind((*oid, 0) if len(oid) < ber.MAX_ARCS else oid, Syntax.INTEGER, "1") for oid in _oids(asked)]
        )
    ]


def no_such_name(asked: Asked) -> Answers:
    """The v1 error for the end of a MIB, which v2c does not have."""
    return [asked.response(asked.pdu.varbinds, 2, 1)]


def no_variables(asked: Asked) -> Answers:
    """A response without a variable."""
    return [asked.response()]


def five_hundred_and_one(asked: Asked) -> Answers:
    """More variables than anybody asked for."""
    return [asked.response([Varbind((1, 3, 6, 1, 9, row), Syntax.OCTETS, SPOOFED) for row in range(501)])]


def before_the_table(asked: Asked) -> Answers:
    """Objects that come before what was asked for."""
    return [asked.response([Varbind(SYS_DESCR, Syntax.OCTETS, SPOOFED)] * len(_oids(asked)))]


def wrong_type(asked: Asked) -> Answers:
    """Numbers where the MIB has texts."""
    return [asked.response([_as_number(varbind) for varbind in asked.answered()])]


def _as_number(varbind: Varbind) -> Varbind:
    is_text = varbind.syntax is Syntax.OCTETS and varbind.oid[:COLUMN_ARCS] == MAKERS
    return varbind._replace(syntax=Syntax.COUNTER32, value="7") if is_text else varbind


def wrong_request_id(asked: Asked) -> Answers:
    """The answer to another request."""
    return [asked.response(_spoofed(asked), request_id=asked.pdu.request_id ^ 1)]


def wrong_version(asked: Asked) -> Answers:
    """A v1 answer to a v2c request."""
    answer = codec.decode(asked.response(_spoofed(asked)))
    assert isinstance(answer, Message)
    return [codec.encode(replace(answer, version=codec.V1))]


def wrong_community(asked: Asked) -> Answers:
    """An answer under a community that was not asked with."""
    answer = codec.decode(asked.response(_spoofed(asked)))
    assert isinstance(answer, Message)
    return [codec.encode(replace(answer, community=b"another"))]


def _spoofed(asked: Asked) -> list[Varbind]:
    """What would be a good answer, but for its values."""
    return [
        varbind._replace(value=SPOOFED) if varbind.syntax is Syntax.OCTETS else varbind for varbind in asked.answered()
    ]


def other_address(asked: Asked) -> Answers:
    """A good answer from another address."""
    return [Reply(asked.response(_spoofed(asked)), elsewhere="address")]


def other_port(asked: Asked) -> Answers:
    """A good answer from another port."""
    return [Reply(asked.response(_spoofed(asked)), elsewhere="port")]


def set_as_reply(asked: Asked) -> Answers:
    """A SET with the request's id."""
    message = asked.message
    assert isinstance(message, Message)
    return [codec.encode(replace(message, pdu=replace(message.pdu, type=PduType.SET, varbinds=tuple(_spoofed(asked)))))]


def late_duplicates(asked: Asked) -> Answers:
    """The honest answer five times, the last ones long after the next requests."""
    return [Reply(asked.honest or b"", delay) for delay in (0.0, 0.0, 0.02, 0.3, 1.0)]


def truncated(asked: Asked) -> Answers:
    """The honest answer, cut somewhere after its id."""
    whole = asked.honest or b""
    return [whole[: max(40, len(whole) - 1 - random.Random(asked.number).randrange(30))][:-1]]


def nested(asked: Asked) -> Answers:
    """Elements in elements in elements."""
    return [b"\x30\x82\xff\x00" * 4_000, b"\x30\x80" * 20_000, _with_variables(asked, b"\x30\x80" * 20_000)]


def indefinite(asked: Asked) -> Answers:
    """Lengths that only the end of the content tells (X.690 8.1.3.6), which SNMP does not allow."""
    return [b"\x30\x80" + (asked.honest or b"")[2:] + b"\0\0", _with_variables(asked, b"\x30\x80\0\0")]


def nine_octets(asked: Asked) -> Answers:
    """An error-status of nine octets."""
    return [_with_variables(asked, b"", status=b"\x02\x09" + b"\xff" * 9)]


def _with_variables(asked: Asked, octets: bytes, status: bytes = b"\x02\x01\0") -> bytes:
    """A response with these octets as its variables."""
    message = asked.message
    assert isinstance(message, Message)
    pdu = codec.integers(message.pdu.request_id) + status + b"\x02\x01\0" + ber.tlv(ber.SEQUENCE, octets)
    head = codec.encode_head(message.version, message.community)
    return ber.tlv(ber.SEQUENCE, head + ber.tlv(PduType.RESPONSE, pdu))


def negative_counters(asked: Asked) -> Answers:
    """Unsigned numbers without the zero octet before a top bit, as many agents send them."""
    return [(asked.honest or b"").replace(b"\x43\x03\x4c", b"\x43\x03\xcc")]  # sysUpTime


def sixty_kilobytes(asked: Asked) -> Answers:
    """Texts as long as a datagram."""
    oid = _oids(asked)[0]
    return [asked.response([Varbind(_counted_up(oid), Syntax.OCTETS, "A" * 60_000)])]


def one_a_second(asked: Asked) -> Answers:
    """One row a second, without end: slow, and never silent."""
    return [Reply(_lies(replace(asked, message=_as_get_next(asked))), 1.0)]


def five_seconds_a_row(asked: Asked) -> Answers:
    """One row in five seconds, without end."""
    return [Reply(_lies(replace(asked, message=_as_get_next(asked))), 5.0)]


def _as_get_next(asked: Asked) -> Message:
    message = asked.message
    assert isinstance(message, Message)
    return replace(message, pdu=replace(message.pdu, type=PduType.GET_NEXT))


def answers_the_sweep_only(asked: Asked) -> Answers:
    """The first two answers, which a sweep takes, and no more."""
    return honest(asked) if asked.number < 2 else ()


def system_only(asked: Asked) -> Answers:
    """A view of the system group alone: what lies behind it is not there."""
    return [
        asked.response(
            [_hidden(varbind, oid) for varbind, oid in zip(asked.answered(), _asked_for(asked), strict=False)]
        )
    ]


def _asked_for(asked: Asked) -> list[Oid]:
    """The OID that each variable of the honest answer follows."""
    oids = _oids(asked)
    return oids + [varbind.oid for varbind in asked.answered()]


def _hidden(varbind: Varbind, oid: Oid) -> Varbind:
    return varbind if varbind.oid < (1, 3, 6, 1, 2, 1, 2) else Varbind(oid, Syntax.END_OF_MIB_VIEW)


def failing_in_mid_table(asked: Asked) -> Answers:
    """genErr for any request that touches the makers of parts."""
    touched = any(varbind.oid[:COLUMN_ARCS] == MAKERS for varbind in asked.answered())
    return [asked.response(asked.pdu.varbinds, 5, 0)] if touched else honest(asked)


def ended_by_an_exception(asked: Asked) -> Answers:
    """noSuchObject, which only a GET may get, where the makers of parts begin."""
    return [
        asked.response(
            [
                Varbind(oid, Syntax.NO_SUCH_OBJECT) if varbind.oid[:COLUMN_ARCS] == MAKERS else varbind
                for varbind, oid in zip(asked.answered(), _asked_for(asked), strict=False)
            ]
        )
    ]


def too_big(asked: Asked) -> Answers:
    """tooBig for anything."""
    return [asked.response(asked.pdu.varbinds, 1, 0)]


def swapped(asked: Asked) -> Answers:
    """The interface table for ENTITY-MIB, and the other way round."""
    return [asked.response([varbind._replace(oid=_swapped(varbind.oid)) for varbind in asked.answered()])]


def _swapped(oid: Oid) -> Oid:
    interfaces = oid_of("1.3.6.1.2.1.2.2.1")
    if oid[: len(ENTITY_TABLE)] == ENTITY_TABLE:
        return (*interfaces, *oid[len(ENTITY_TABLE) :])
    return (*ENTITY_TABLE, *oid[len(interfaces) :]) if oid[: len(interfaces)] == interfaces else oid


LIES = {
    "loops on one OID": Lie(same_oid, ORDER),
    "A-B-A-B": Lie(a_b_a_b, ORDER),
    "endless increasing": Lie(endless, BUDGET),
    "OIDs that grow for ever": Lie(growing, ends_with(*GapReason)),
    "noSuchName in v2c": Lie(no_such_name, ends_with(*GapReason)),
    "0 varbinds": Lie(no_variables, MALFORMED, at_once=True),
    "501 varbinds": Lie(five_hundred_and_one, MALFORMED, at_once=True),
    "wrong OID": Lie(before_the_table, ORDER),
    "wrong type": Lie(wrong_type, MALFORMED),
    "wrong request id": Lie(wrong_request_id, NO_ANSWER, at_once=True),
    "wrong version": Lie(wrong_version, MALFORMED, at_once=True),
    "wrong community": Lie(wrong_community, MALFORMED, at_once=True),
    "other source address": Lie(other_address, NO_ANSWER, at_once=True),
    "other source port": Lie(other_port, NO_ANSWER, at_once=True),
    "SET as a reply": Lie(set_as_reply, MALFORMED, at_once=True),
    "late duplicates": Lie(late_duplicates, READ, at_once=True),
    "truncated BER": Lie(truncated, MALFORMED, at_once=True),
    "deeply nested BER": Lie(nested, MALFORMED, at_once=True),
    "indefinite lengths": Lie(indefinite, MALFORMED, at_once=True),
    "9-octet integers": Lie(nine_octets, ends_with(GapReason.MALFORMED, GapReason.NO_ANSWER), at_once=True),
    "negative counters": Lie(negative_counters, READ, at_once=True),
    "60 KB string": Lie(sixty_kilobytes, ends_with(*GapReason)),
    "1 varbind a second": Lie(one_a_second, ends_with(GapReason.BUDGET_SPENT, GapReason.NO_ANSWER)),
    "5 s a row": Lie(five_seconds_a_row, ends_with(GapReason.BUDGET_SPENT, GapReason.NO_ANSWER)),
    "answers the system group only": Lie(system_only, Outcome(may_be_clear=True)),
    "genErr in mid-table": Lie(failing_in_mid_table, NO_ANSWER),
    "column ended early by an illegal exception": Lie(ended_by_an_exception, ends_with(*GapReason)),
    "tooBig always": Lie(too_big, ends_with(*GapReason)),
    "two tables swapped": Lie(swapped, ORDER),
}


def peers() -> dict[str, tuple[Hook, Outcome]]:
    """Each lie by its name, from the first walk on; those that can begin with the first request a second time."""
    found = {name: (from_walk(lie.hook), lie.outcome) for name, lie in LIES.items()}
    found["answers the sweep only"] = (answers_the_sweep_only, NO_ANSWER)
    at_once = {name: lie for name, lie in LIES.items() if lie.at_once}
    return found | {f"{name}, at once": (from_first(lie.hook), lie.outcome) for name, lie in at_once.items()}
