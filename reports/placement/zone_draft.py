"""A zones file drafted from proposals: YAML that zones.read_zones takes, each device with its reasons above it."""

import glob
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from fingerprints.model.device import Device
from reports.placement.suggest import Proposal
from reports.placement.topology import host_of
from reports.placement.zone_file import MAX_WORD
from reports.policy.vocabulary import Tier

MAX_SIGNS = 6
"""Reasons written beside one device, strongest first."""

MAX_MARKS = 300
"""Characters of one comment: names in it are the devices' own words."""


def draft(proposals: Sequence[Proposal], run: str) -> str:
    """The text of a zones file. Where nothing can be proposed it holds comments alone, and no zone."""
    return "\n".join((*_head(proposals, run), *_zones(proposals), *_untold(proposals))) + "\n"


def _head(proposals: Sequence[Proposal], run: str) -> Iterator[str]:
    core = sum(one.core is True for one in proposals)
    other = sum(one.core is False for one in proposals)
    yield "# A proposal, not a decision. Read it, correct it, and name it with --zones: until then it places nothing."
    yield _comment(f"From run {run}: {core} devices core, {other} not core, {len(proposals) - core - other} not told.")
    yield "# Behind each reason stands what it adds to the odds of being core (natural logarithm)."


def _zones(proposals: Sequence[Proposal]) -> Iterator[str]:
    """One zone for each tier and way of naming devices: by address, and captures, which have none, by label."""
    by_zone: dict[tuple[int, str, str], list[Proposal]] = defaultdict(list)
    for one in proposals:
        if one.core is not None and any(_words(one.device)):
            name = f"suggested-{one.tier or 'not-core'}"
            order = tuple(Tier).index(one.tier) if one.tier else len(Tier)
            by_zone[order, name, _key(one.device)].append(one)
    if by_zone:
        yield "zones:"
    for (_, name, key), found in sorted(by_zone.items(), key=lambda item: item[0]):
        yield f"  - name: {name}{'' if key == 'prefix' else '-captures'}"
        tier = found[0].tier
        yield f"    tier: {tier}" if tier else "    core: no"
        yield "    match:"
        yield f"      {key}:"
        for one in found:
            yield f"        {_comment(f'{_named(one.device)}: {_reasons(one)}')}"
            yield from (f"        - {word}" for word in _words(one.device))


def _untold(proposals: Iterable[Proposal]) -> Iterator[str]:
    for one in proposals:
        if one.core is None:
            yield _comment(f"not told: {_named(one.device)}: {_reasons(one)}")
        elif not any(_words(one.device)):
            yield _comment(f"no zone can name it: {_named(one.device)}: {_reasons(one)}")


def _key(device: Device) -> str:
    return "prefix" if device.addresses else "label"


def _words(device: Device) -> tuple[str, ...]:
    """What names just this device in a `match`: its addresses as prefixes, or a capture's labels, quoted for YAML."""
    import yaml

    if device.addresses:
        hosts = dict.fromkeys(host_of(text) for text in device.addresses)
        words = [f"{host}/{128 if ':' in host else 32}" for host in hosts if host]
    else:
        words = [glob.escape(label) for label in device.labels]
    return tuple(
        yaml.safe_dump(word, default_style='"', width=2 * MAX_WORD).strip() for word in words if len(word) <= MAX_WORD
    )


def _named(device: Device) -> str:
    return device.name or next(iter((*device.labels, *device.addresses)), device.id)


def _reasons(proposal: Proposal) -> str:
    told = [f"{sign.text} ({sign.points:+.1f})" for sign in proposal.signs[:MAX_SIGNS]]
    return "; ".join(told) or "nothing tells where it stands"


def _comment(text: str) -> str:
    """One line of comment, whatever a device calls itself."""
    shown = "".join(mark if mark.isprintable() else " " for mark in text)
    return "# " + (shown if len(shown) <= MAX_MARKS else shown[:MAX_MARKS] + " ...")
