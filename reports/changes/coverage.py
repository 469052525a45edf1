"""What was read of a device in one run and not in another."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fingerprints.model.evidence import GapReason
from reports.changes.state.device_state import DeviceState, GapState

CUT_OFF = frozenset(
    reason.value
    for reason in (
        GapReason.REFUSED,
        GapReason.CREDENTIAL_STOPPED,
        GapReason.HOST_KEY_CHANGED,
        GapReason.BUDGET_SPENT,
        GapReason.NOT_INCREASING,
        GapReason.MALFORMED,
        GapReason.INTERNAL_ERROR,
    )
)
"""Reasons for which an answer is less than the device would say. Silence of one port is none: it comes and goes."""

TELLS_PARTS = frozenset(("snmp", "ssh", "command line"))
"""What lists the parts of a device: protocols, and probes whose answer may be cut off."""

FIELDS = ("maker", "model", "version", "serial")
"""What a device says of itself; a device that says it no more is not another one."""


def lost_between(before: DeviceState, after: DeviceState) -> tuple[str, ...]:
    """What was read before and is not now: protocols, then fields, then probes whose answer is cut off, then addresses
    that no longer answer; in that order. A device that answers at a new address is renumbered and lost none."""
    return tuple(dict.fromkeys(_lost(before, after)))


def reasons_of_loss(before: DeviceState, after: DeviceState) -> tuple[str, ...]:
    """The reasons of the gaps that were not there before, sorted: those of cut answers, or if there are none all."""
    new = [gap.reason for gap in after.gaps if gap not in before.gaps]
    cut = sorted({reason for reason in new if reason in CUT_OFF})
    return tuple(cut or sorted(set(new)))


def hides_parts(lost: tuple[str, ...]) -> bool:
    """True if a loss may be why a part is no longer listed."""
    return not TELLS_PARTS.isdisjoint(lost)


def was_interrupted(device: DeviceState) -> bool:
    """True if the run ended before it had read all of the device."""
    return any(gap.reason == GapReason.INTERRUPTED for gap in device.gaps)


def filled(before: DeviceState, fuller: DeviceState) -> DeviceState:
    """The device as it was, with what it did not say then taken from when more of it was
    read."""
    texts: Mapping[str, str] = {name: getattr(before, name) or getattr(fuller, name) for name in FIELDS}
    level = before.level if before.maker else fuller.level
    places = {(part.kind, part.position) for part in before.parts}
    parts = (*before.parts, *(part for part in fuller.parts if (part.kind, part.position) not in places))
    addresses = fuller.addresses if set(before.addresses) < set(fuller.addresses) else before.addresses
    read = tuple(sorted({*before.read, *fuller.read}))
    keys = tuple(dict.fromkeys((*before.keys, *fuller.keys)))
    more = {"level": level, "parts": parts, "addresses": addresses, "read": read, "gaps": fuller.gaps, "keys": keys}
    return replace(before, **texts, **more)  # type: ignore[arg-type]  # FIELDS are texts


def _lost(before: DeviceState, after: DeviceState) -> Iterator[str]:
    yield from (protocol for protocol in before.read if protocol not in after.read)
    yield from (name for name in FIELDS if getattr(before, name) and not getattr(after, name))
    yield from sorted(gap.probe for gap in after.gaps if _is_cut(gap) and gap not in before.gaps)
    if set(after.addresses) < set(before.addresses):
        yield from (address for address in before.addresses if address not in after.addresses)


def _is_cut(gap: GapState) -> bool:
    return gap.reason in CUT_OFF
