"""Made-up states of devices and of nights: what the tests of changes compare."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Level
from reports.changes.compare import compare
from reports.changes.lasting import assign_lasting
from reports.changes.state.device_state import DeviceState, FindingState, PartState
from reports.changes.state.event import Comparison, Event, EventKind
from reports.changes.state.run_state import JudgedWith, MissingState, RunState
from reports.document.document import Place
from reports.policy.verdict import Verdict

FIRST_NIGHT = datetime(2026, 3, 1, 2, tzinfo=UTC)

JUDGED = JudgedWith(FIRST_NIGHT.date(), "data-1", "law-1", "zones-1", "1.0")

OPTIC = PartState(ComponentKind.OPTIC, "1/0/1", "Finisar", "FTLX1471D3BCL", "UYK0A12")

RULE = FindingState(
    "gb-dvd-huawei-2022", "core", Verdict.RESTRICTED, "direction 3", "", None, date(2027, 12, 31), None, False
)


def box(number: int, **changes: Any) -> DeviceState:
    """A box with a serial number, a host key, an address and a name of its own."""
    plain = DeviceState(
        lasting_id=f"id-{number}",
        id=f"id-{number}",
        keys=(f"serial=SN{number:06d}A", f"host-key=ssh-ed25519 SHA256:{number}"),
        name=f"core-{number}",
        labels=(),
        addresses=(f"192.0.2.{number}",),
        maker="Huawei",
        level=Level.CONFIRMED,
        model="NE40E",
        version="V800R021",
        serial=f"SN{number:06d}A",
        companies=("huawei",),
        parts=(OPTIC,),
        place=Place.CORE,
        zone="core-pop",
        site="lon-1",
        stands="Core · core_ip · lon-1",
        verdict=Verdict.CLEAR,
        findings=(),
        evidence=f"evidence-{number}",
        read=("command line", "snmp", "ssh"),
    )
    return replace(plain, **changes)


def night(number: int, *devices: DeviceState, missing: tuple[MissingState, ...] = (), **changes: Any) -> RunState:
    """The state of a complete night, a day after the one before, without lasting ids."""
    started = FIRST_NIGHT + timedelta(days=number - 1)
    plain = RunState(
        run=number,
        started=started,
        finished=started + timedelta(hours=1),
        complete=True,
        targets=("192.0.2.0/24",),
        exclusions=(),
        judged=replace(JUDGED, as_of=started.date()),
        in_scope=256,
        silent=256 - len(devices),
        devices=devices,
        missing=missing,
        ranges=("192.0.2.0/24",),
    )
    return replace(plain, **changes)


def told(*nights: RunState) -> tuple[tuple[Event, ...], ...]:
    """The events of each night after the first."""
    return tuple(comparison.events for comparison in comparisons(*nights))


def comparisons(*nights: RunState) -> tuple[Comparison, ...]:
    """Each night after the first, compared with the state of the night before."""
    before, found = assign_lasting(nights[0], None), []
    for later in nights[1:]:
        state = assign_lasting(later, before)
        found.append(compare(before, state))
        before = state
    return tuple(found)


def kinds(events: tuple[Event, ...]) -> list[EventKind]:
    """The kinds of events, in order."""
    return [event.kind for event in events]
