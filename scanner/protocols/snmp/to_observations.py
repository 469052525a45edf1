"""Variables as observations: the one place where answers become evidence."""

from collections.abc import Iterable
from functools import lru_cache

from fingerprints.model.evidence import Gap, Observation, Source
from fingerprints.sources import registry
from scanner.protocols.snmp.message.ber import Oid, dotted
from scanner.protocols.snmp.message.variables import Varbind


def to_observation(varbind: Varbind) -> Observation:
    """What a device said in one variable, under the source that its OID belongs to."""
    at = dotted(varbind.oid)
    return Observation(registry.source_of(at), at, varbind.value)


def to_observations(said: Iterable[Varbind | Gap]) -> tuple[Observation | Gap, ...]:
    """As `observed` for what an answer gave; what the rows of a column share is worked out once."""
    front = _front
    found: list[Observation | Gap] = []
    add = found.append
    for one in said:
        if isinstance(one, Gap):
            add(one)
            continue
        oid, _, value = one
        text, source = front(oid[:-1])
        add(to_observation(one) if source is None else Observation(source, f"{text}.{oid[-1]}", value))
    return tuple(found)


@lru_cache(4_096)
def _front(arcs: Oid) -> tuple[str, Source | None]:
    """All arcs but the last of a variable's name as text, and the source of the column they lie in, if any."""
    text = dotted(arcs)
    column = registry.column_of(f"{text}.0")
    return text, registry.COLUMNS[column] if column else None
