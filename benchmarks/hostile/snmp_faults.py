"""Faults of an SNMP agent at the wire, drawn at random: silence, error-statuses, illegal ends, rows not asked for."""

from collections.abc import Callable
from random import Random

from benchmarks.hostile.faulty_agent import Asked, Fault, Reply
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.codec import PduType
from scanner.protocols.snmp.message.variables import Varbind

ENTITY: Oid = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
PRIVATE: Oid = (1, 3, 6, 1, 4, 1)

STATUSES = (1, 2, 3, 4, 5, 6, 13, 16)
"""tooBig, noSuchName, badValue, readOnly, genErr, noAccess, resourceUnavailable, authorizationError (RFC 3416)."""

ILLEGAL_ENDS = (Syntax.NO_SUCH_OBJECT, Syntax.NO_SUCH_INSTANCE)


def silent_after(random: Random, _hidden: Oid) -> Fault:
    """A device that stops answering, perhaps after the sweep alone."""
    last = random.choice((0, 0, 1, 2, 3, 5, 8, 13, 21, 34))
    return lambda asked: asked.honest if asked.number <= last else None


def rate_limited(random: Random, _hidden: Oid) -> Fault:
    """A device that answers some requests, then one in so many."""
    free, one_in = random.randrange(20), random.randrange(3, 12)
    return lambda asked: asked.honest if asked.number <= free or asked.number % one_in == 0 else None


def lossy(random: Random, _hidden: Oid) -> Fault:
    """A network that loses datagrams."""
    loss = random.choice((0.2, 0.5, 0.7, 0.9))
    return lambda asked: asked.honest if random.random() >= loss else None


def failing_in(random: Random, hidden: Oid) -> Fault:
    """An error-status over each variable of a subtree, whose index is right, wrong or zero."""
    tree = _around(random, hidden)
    status, index = random.choice(STATUSES), random.choice(("right", "right", "none", "wrong"))

    def fault(asked: Asked) -> Reply:
        place = _place_in(asked, tree)
        return (status, {"right": place, "none": 0, "wrong": 99}[index]) if place else asked.honest

    return fault


def failing_once(random: Random, _hidden: Oid) -> Fault:
    """One error-status, for some requests in a row."""
    first, most, status = random.randrange(1, 40), random.randrange(1, 8), random.choice(STATUSES)
    return lambda asked: (status, 1) if first <= asked.number < first + most else asked.honest


def ended_illegally(random: Random, hidden: Oid) -> Fault:
    """noSuchObject or noSuchInstance in answers to GETNEXT and GETBULK, from some row of a subtree on."""
    tree, syntax = _around(random, hidden), random.choice(ILLEGAL_ENDS)
    return lambda asked: _replaced(asked, tree, lambda one: Varbind(one.oid, syntax))


def column_ended(_random: Random, hidden: Oid) -> Fault:
    """endOfMibView inside a column that others of its table follow."""
    column = hidden[: len(ENTITY) + 1]
    return lambda asked: _replaced(asked, column, lambda one: Varbind(one.oid, Syntax.END_OF_MIB_VIEW))


def column_skipped(_random: Random, hidden: Oid) -> Fault:
    """The rows of another table in place of a column's."""
    column = hidden[: len(ENTITY) + 1]
    other = Varbind((1, 3, 6, 1, 2, 1, 99, 1, 1, 1, 1, 1), Syntax.INTEGER, "1")
    return lambda asked: _replaced(asked, column, lambda _one: other)


def malformed(random: Random, hidden: Oid) -> Fault:
    """Octets that are no message in place of the answers of a subtree."""
    tree = _around(random, hidden)
    octets = random.randbytes(random.randrange(1, 60))
    return lambda asked: octets if _place_in(asked, tree) else asked.honest


def repeating(random: Random, hidden: Oid) -> Fault:
    """The variable asked for in place of the next one: a loop."""
    tree = _around(random, hidden)

    def fault(asked: Asked) -> Reply:
        if asked.kind is PduType.GET or not _place_in(asked, tree):
            return asked.honest
        return tuple(Varbind(oid, Syntax.INTEGER, "1") for oid in asked.oids)

    return fault


def too_big(random: Random, _hidden: Oid) -> Fault:
    """tooBig for each answer of more than some variables, perhaps for every answer, from some request on."""
    most, first = random.choice((0, 0, 1, 3, 10)), random.choice((1, 1, 3, 10, 30))
    return lambda asked: (1, 0) if asked.number >= first and len(asked.honest) > most else asked.honest


FAULTS: tuple[Callable[[Random, Oid], Fault], ...] = (
    silent_after,
    rate_limited,
    lossy,
    failing_in,
    failing_once,
    ended_illegally,
    column_ended,
    column_skipped,
    malformed,
    repeating,
    too_big,
)
"""Each takes the OID of what must not be hidden. Only what is told apart from an honest device on the wire is here: an
agent that steps lawfully over a table, or shows a view without it, is like one that has no such table."""


def _around(random: Random, hidden: Oid) -> Oid:
    """A subtree that holds the hidden object."""
    return hidden[: random.choice([length for length in (7, 9, 11, 12, len(hidden)) if length <= len(hidden)])]


def _place_in(asked: Asked, tree: Oid) -> int:
    """The first variable of a request, from 1, whose answer lies in a subtree; 0 for none."""
    width = len(asked.oids)
    found = (place for place, one in enumerate(asked.honest) if not one.is_exception and one.oid[: len(tree)] == tree)
    return next(found, -1) % width + 1 if width and any(one.oid[: len(tree)] == tree for one in asked.honest) else 0


def _replaced(asked: Asked, tree: Oid, by: Callable[[Varbind], Varbind]) -> Reply:
    if asked.kind is PduType.GET:
        return asked.honest
    return tuple(by(one) if one.oid[: len(tree)] == tree else one for one in asked.honest)
