"""Turns variables into observations: the one place where SNMP answers become evidence."""

from collections.abc import Iterable
from functools import lru_cache

from fingerprints.model.evidence import Gap, GapReason, Observation, Source
from fingerprints.sources import registry
from scanner.protocols.snmp.message.ber import EXCEPTIONS, Oid, Syntax, dotted
from scanner.protocols.snmp.message.variables import Varbind

TEXTS = frozenset(
    {
        Source.SNMP_SYS_DESCR,
        Source.SNMP_SYS_NAME,
        Source.SNMP_ENTITY_DESCR,
        Source.SNMP_ENTITY_NAME,
        Source.SNMP_ENTITY_HARDWARE_REV,
        Source.SNMP_ENTITY_FIRMWARE_REV,
        Source.SNMP_ENTITY_SOFTWARE_REV,
        Source.SNMP_ENTITY_SERIAL,
        Source.SNMP_ENTITY_MFG_NAME,
        Source.SNMP_ENTITY_MODEL,
    }
)
"""Objects that are texts by their MIBs (RFC 3418, RFC 6933): a number there hides who made a box or a part."""

_TEXT_SYNTAXES = frozenset({Syntax.OCTETS, Syntax.OPAQUE, *EXCEPTIONS})


def to_observation(varbind: Varbind) -> Observation:
    """One variable as an observation, under the source that its OID belongs to."""
    at = dotted(varbind.oid)
    return Observation(registry.source_of(at), at, varbind.value)


def to_observations(answer: Iterable[Varbind | Gap]) -> tuple[Observation | Gap, ...]:
    """The observations of one answer; gaps pass through, and texts that are none add some. What the rows of a column
    share is computed once."""
    column_of, observation = _column, Observation._make
    items: list[Observation | Gap] = []
    wrong: dict[str, Gap] = {}
    add = items.append
    for item in answer:
        if isinstance(item, Gap):
            add(item)
            continue
        oid, syntax, value = item
        text, source, is_text = column_of(oid[:-1])
        if source is None:
            observed = to_observation(item)
            is_text = observed.source in TEXTS
        else:
            observed = observation((source, f"{text}.{oid[-1]}", value))
        add(observed)
        if is_text and syntax not in _TEXT_SYNTAXES:
            wrong[text] = Gap(
                "snmp", text, GapReason.MALFORMED, "the device answered with no text where its MIB has one"
            )
    return (*items, *wrong.values())


@lru_cache(4_096)
def _column(arcs: Oid) -> tuple[str, Source | None, bool]:
    """All arcs but the last of a variable's name as text, the source of their column, if any, and whether that is one
    of texts."""
    text = dotted(arcs)
    column = registry.column_of(f"{text}.0")
    source = registry.COLUMNS[column] if column else None
    return text, source, source in TEXTS
