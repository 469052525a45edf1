"""A model of a device: an SnmpSession over a set of objects, without a socket. It counts its requests."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from scanner.protocols.snmp.errors import NoAnswerError, RequestsSpentError, SessionError
from scanner.protocols.snmp.message.ber import Oid, Syntax
from scanner.protocols.snmp.message.variables import Varbind

Failure = Callable[[Sequence[Oid], int], SessionError | None]


@dataclass
class Device:
    """Serves objects as octet strings. `failure` gets the OIDs and the max-repetitions of a request, and returns the
    error that comes instead of an answer. `next_of` may replace the next object by another. `requests` are the OIDs of
    each request that was answered or failed."""

    objects: Iterable[Oid]
    failure: Failure = lambda _oids, _rows: None
    next_of: Callable[[Oid, Oid | None], Oid | None] = lambda _oid, following: following
    requests: list[tuple[Oid, ...]] = field(default_factory=list)
    allowed: int | None = None

    async def get(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        self._count(oids, 0)
        held = frozenset(self.objects)
        return tuple(_held(oid) if oid in held else Varbind(oid, Syntax.NO_SUCH_OBJECT) for oid in oids)

    async def get_next(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        self._count(oids, 1)
        return self._row(oids)

    async def get_bulk(self, oids: Sequence[Oid], repetitions: int) -> tuple[Varbind, ...]:
        self._count(oids, repetitions)
        found: list[Varbind] = []
        row = tuple(oids)
        for _ in range(repetitions):
            found += self._row(row)
            row = tuple(varbind.oid for varbind in found[-len(oids) :])
        return tuple(found)

    def allow(self, requests: int | None) -> None:
        self.allowed = requests

    def close(self) -> None:
        pass

    def _row(self, oids: Sequence[Oid]) -> tuple[Varbind, ...]:
        return tuple(map(self._next, oids))

    def _next(self, oid: Oid) -> Varbind:
        following = self.next_of(oid, min((one for one in self.objects if one > oid), default=None))
        return Varbind(oid, Syntax.END_OF_MIB_VIEW) if following is None else _held(following)

    def _count(self, oids: Sequence[Oid], rows: int) -> None:
        if self.allowed is not None:
            if self.allowed <= 0:
                raise RequestsSpentError("no request is left")
            self.allowed -= 1
        self.requests.append(tuple(oids))
        failure = self.failure(oids, rows)
        if failure is not None:
            raise failure


def _held(oid: Oid) -> Varbind:
    return Varbind(oid, Syntax.OCTETS, f"value {oid[-1]}")


def ending_at_each_subtree(arcs: int) -> Callable[[Oid, Oid | None], Oid | None]:
    """A device that takes the end of a subtree of so many arcs for the end of its MIB."""
    return lambda oid, following: following if following is not None and following[:arcs] == oid[:arcs] else None


def silent_above(most: int) -> Failure:
    """No answer to a request for more variables than this."""
    return lambda oids, rows: NoAnswerError("no answer") if len(oids) * max(1, rows) > most else None
