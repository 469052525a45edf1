"""Turns variables into observations: the one place where SNMP answers become evidence."""

from collections.abc import Iterable
from functools import lru_cache

from fingerprints.model.evidence import Gap, Observation, Source
from fingerprints.sources import registry
from scanner.protocols.snmp.message.ber import Oid, dotted
from scanner.protocols.snmp.message.variables import Varbind


def to_observation(varbind: Varbind) -> Observation:
    """One variable as an observation, under the source that its OID belongs to."""
    at = dotted(varbind.oid)
    return Observation(registry.source_of(at), at, varbind.value)


def to_observations(answer: Iterable[Varbind | Gap]) -> tuple[Observation | Gap, ...]:
    """The observations of one answer; gaps pass through. What the rows of a column share is computed once."""
    prefix_of = _column_prefix
    items: list[Observation | Gap] = []
    add = items.append
    for item in answer:
        if isinstance(item, Gap):
            add(item)
            continue
        oid, _, value = item
        text, source = prefix_of(oid[:-1])
        add(to_observation(item) if source is None else Observation(source, f"{text}.{oid[-1]}", value))
    return tuple(items)


@lru_cache(4_096)
def _column_prefix(arcs: Oid) -> tuple[str, Source | None]:
    """All arcs but the last of a variable's name as text, and the source of their column, if any."""
    text = dotted(arcs)
    column = registry.column_of(f"{text}.0")
    return text, registry.COLUMNS[column] if column else None
