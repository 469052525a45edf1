"""The words of notes: what there is to know of the operator's own files, once for the whole run."""

from collections.abc import Sequence
from typing import assert_never

from reports.document.wording import format_count, join_words
from reports.judgement.assessment import (
    EvidenceAgainstPlaces,
    FunctionsNotKnown,
    Note,
    OwnNamesNotCounted,
    PlacedByManagementAddress,
    RowsWithoutDevice,
    SegmentsNotKnown,
    WaiversWithoutFinding,
)
from reports.placement.zones import UnknownWord
from reports.policy.verdict import OWN_ZONES

MAX_NAMED = 5
"""Rows, waivers or zones that a note names; it counts the rest."""


def note_text(note: Note) -> str:
    """A note of an assessment as a sentence."""
    match note:
        case PlacedByManagementAddress(devices, of):
            return (
                "The zones file places devices only by the addresses that the scan asked (place_by: management). By "
                f"all addresses of their own tables {devices:,} of {of:,} devices would stand higher; each says where."
            )
        case EvidenceAgainstPlaces(devices, of):
            return (
                f"The evidence contradicts the declared place of {devices:,} of {of:,} devices; each has a finding "
                f"of {OWN_ZONES}."
            )
        case OwnNamesNotCounted(entries, devices, of):
            return (
                f"{devices:,} of {of:,} devices fit {_first_of(entries)} only by the name that they give themselves or "
                "by their id, so it does not count there. Write their label or address instead, or own_name: yes."
            )
        case RowsWithoutDevice(file, places, of):
            rows = _first_of(places)
            return f"{len(places):,} of {of:,} rows of {file} are about no device of this run: {rows}."
        case WaiversWithoutFinding(waivers, of):
            match = "matches" if len(waivers) == 1 else "match"
            return (
                f"{len(waivers):,} of {format_count(of, 'waiver')} {match} no finding of this run: "
                f"{_first_of(waivers)}. Look for a misspelt device, policy or rule, or take out what is settled."
            )
        case SegmentsNotKnown(zones):
            words = _first_of([_word_text("segment", unknown) for unknown in zones])
            return f"No policy knows {words}; the devices are judged as if in any segment of the tier."
        case FunctionsNotKnown(zones):
            words = _first_of([_word_text("function", unknown) for unknown in zones])
            return f"No policy knows {words}; it does not count, as if the zone named no function."
        case _:
            assert_never(note)


def _word_text(key: str, unknown: UnknownWord) -> str:
    near = f" (did you mean {unknown.near}?)" if unknown.near else ""
    return f"the {key} {unknown.word} of zone {unknown.zone}{near}"


def _first_of(words: Sequence[str]) -> str:
    more = (f"{len(words) - MAX_NAMED:,} more",) if len(words) > MAX_NAMED else ()
    return join_words((*words[:MAX_NAMED], *more))
