"""Redacts the states of two runs, with the same pseudonyms in both: what is made of them then names nothing of the
network. `compare` them again, so that the texts of events are made of pseudonyms too."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from reports.changes.state.device_state import DeviceState, FindingState, PartState
from reports.changes.state.run_state import JudgedWith, KnownDevice, MissingState, RunState
from reports.document.redaction.collected_values import CollectedValues
from reports.document.redaction.field_walk import FieldWalk, Treated
from reports.document.redaction.kept_words import own_words
from reports.document.redaction.known_values import folded
from reports.document.redaction.private_kind import PrivateKind, Treatment
from reports.document.redaction.replacer import Replacer

States = tuple[RunState, ...]

_FIELDS: Treated = {
    (DeviceState, "lasting_id"): PrivateKind.ID,
    (DeviceState, "id"): PrivateKind.ID,
    (DeviceState, "name"): PrivateKind.NAME,
    (DeviceState, "labels"): PrivateKind.LABEL,
    (DeviceState, "addresses"): PrivateKind.ADDRESS,
    (DeviceState, "serial"): PrivateKind.SERIAL,
    (DeviceState, "zone"): PrivateKind.ZONE,
    (DeviceState, "site"): PrivateKind.SITE,
    (DeviceState, "fleet_site"): PrivateKind.SITE,
    (DeviceState, "stands"): Treatment.KNOWN,
    (DeviceState, "evidence"): Treatment.KEEP,
    (DeviceState, "read"): Treatment.KEEP,
    **{(DeviceState, name): Treatment.KNOWN for name in ("maker", "model", "version", "companies")},
    (PartState, "serial"): PrivateKind.SERIAL,
    **{(PartState, name): Treatment.KNOWN for name in ("maker", "model")},
    **{(FindingState, name): Treatment.KNOWN for name in ("policy", "rule")},
    (FindingState, "citation"): Treatment.LAW,
    (KnownDevice, "successor"): PrivateKind.ID,
    (MissingState, "target"): PrivateKind.TARGET,
    (MissingState, "address"): PrivateKind.ADDRESS,
    (MissingState, "reason"): Treatment.KEEP,
    (MissingState, "fleet_site"): PrivateKind.SITE,
    **{(JudgedWith, name): Treatment.KEEP for name in JudgedWith.__dataclass_fields__},
    **{(RunState, name): PrivateKind.TARGET for name in ("targets", "exclusions", "ranges")},
}


def redact_states(states: States) -> States:
    """The states with pseudonyms, in their order. Match keys are left out; the seed of the pseudonyms are all private
    values together."""
    bare = tuple(map(_without_site, states))
    found = CollectedValues()
    FieldWalk(found.read, _FIELDS).walk(bare)
    pseudonyms = found.pseudonyms("states of runs")
    replacer = Replacer(found.kinds(), pseudonyms, frozenset(map(folded, _kept_words(states))))
    walked = FieldWalk(replacer.rewrite, _FIELDS).walk(bare)
    if not isinstance(walked, tuple):
        raise TypeError("a walk through states gives states")
    return tuple(map(_with_site, walked))


def _without_site(state: RunState) -> RunState:
    """The state without match keys, and with the site only in its own field."""
    return _of_devices(
        state, lambda device: replace(device, keys=(), stands=device.stands.removesuffix(device.site).rstrip(" ·"))
    )


def _with_site(state: RunState) -> RunState:
    with_sites = _of_devices(
        state, lambda device: replace(device, stands=" · ".join(filter(None, (device.stands, device.site))))
    )
    return replace(
        with_sites,
        devices=tuple(sorted(with_sites.devices, key=lambda device: device.lasting_id)),
        known=tuple(sorted(with_sites.known, key=lambda known: known.device.lasting_id)),
    )


def _of_devices(state: RunState, change: Callable[[DeviceState], DeviceState]) -> RunState:
    return replace(
        state,
        devices=tuple(map(change, state.devices)),
        known=tuple(replace(known, device=change(known.device)) for known in state.known),
    )


def _kept_words(states: States) -> Iterator[str]:
    yield from own_words()
    for state in states:
        for device in (*state.devices, *(known.device for known in state.known)):
            yield device.maker
            yield from device.companies
            yield from (part.maker for part in device.parts)
            yield from (word for finding in device.findings for word in (finding.policy, finding.rule))
