"""A draft of a zones file from proposals: YAML that zones.read_zones reads, with the reasons above each device.

Devices whose names differ only in their numbers share their reasons. A `match` lists their addresses or labels: a
pattern there would place whoever takes such a name.
"""

import glob
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from fingerprints.model.device import Device
from reports.placement.sign_wording import NO_SIGNS, sign_text
from reports.placement.suggest import Proposal
from reports.placement.topology import host_of
from reports.placement.zone_file import MAX_WORD
from reports.policy.vocabulary import Tier, tier_rank

MIN_ALIKE = 3
"""So many devices of one zone whose names differ only in their numbers share a comment."""

MAX_COMMENT = 500
"""Characters of one comment, which may hold a device's own words."""


def draft(proposals: Sequence[Proposal], run: str) -> str:
    """The text of a zones file. Without any proposal it holds only comments."""
    return "\n".join((*_head(proposals, run), *_zones(proposals), *_undecided(proposals))) + "\n"


def _head(proposals: Sequence[Proposal], run: str) -> Iterator[str]:
    core = sum(proposal.core is True for proposal in proposals)
    other = sum(proposal.core is False for proposal in proposals)
    yield "# A proposal, not a decision. Read it, correct it, and name it with --zones: it places nothing until then."
    yield _comment(f"From run {run}: {core} devices core, {other} not core, {len(proposals) - core - other} undecided.")
    yield "# The number before a reason is what it adds to the odds of being core (natural logarithm)."


def _zones(proposals: Sequence[Proposal]) -> Iterator[str]:
    """One zone for each tier, and one more for captures, which have no address and are named by label."""
    by_zone: dict[tuple[int, str, str], list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.core is not None and any(_words(proposal.device)):
            name = f"suggested-{proposal.tier or 'not-core'}"
            order = tier_rank(proposal.tier) if proposal.tier else len(Tier)
            by_zone[order, name, _key(proposal.device)].append(proposal)
    if by_zone:
        yield "zones:"
    for (_, name, key), members in sorted(by_zone.items(), key=lambda item: item[0]):
        yield f"  - name: {name}{'' if key == 'prefix' else '-captures'}"
        tier = members[0].tier
        yield f"    tier: {tier}" if tier else "    core: no"
        yield "    match:"
        yield f"      {key}:"
        for alike in _by_pattern(members):
            yield from (f"        {line}" for line in _reasons(alike))
            yield from (f"        - {word}" for proposal in alike for word in _words(proposal.device))


def _undecided(proposals: Sequence[Proposal]) -> Iterator[str]:
    undecided = [proposal for proposal in proposals if proposal.core is None]
    nameless = [found for found in proposals if found.core is not None and not any(_words(found.device))]
    for why, members in (("undecided: ", undecided), ("no zone can name it: ", nameless)):
        for alike in _by_pattern(members):
            yield from _reasons(alike, why)


def _by_pattern(members: Sequence[Proposal]) -> Iterator[Sequence[Proposal]]:
    """Some proposals of one zone, together where their names differ only in their numbers and they are MIN_ALIKE."""
    by_pattern: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in members:
        by_pattern[_pattern(proposal.device)].append(proposal)
    for alike in by_pattern.values():
        yield from ([alike] if len(alike) >= MIN_ALIKE else ([proposal] for proposal in alike))


def _pattern(device: Device) -> str:
    """Its name up to the first dot, a star for each number: `cs-*`. Addresses are no pattern."""
    name = _device_name(device)
    return name if host_of(name) else re.sub("[0-9]+", "*", name.partition(".")[0])


def _key(device: Device) -> str:
    return "prefix" if device.addresses else "label"


def _words(device: Device) -> tuple[str, ...]:
    """The words of a `match` that only this device meets: its addresses as prefixes, or a capture's labels; quoted for
    YAML."""
    import yaml

    if device.addresses:
        hosts = dict.fromkeys(host_of(text) for text in device.addresses)
        words = [f"{host}/{128 if ':' in host else 32}" for host in hosts if host]
    else:
        words = [glob.escape(label) for label in device.labels]
    return tuple(
        yaml.safe_dump(word, default_style='"', width=2 * MAX_WORD).strip() for word in words if len(word) <= MAX_WORD
    )


def _device_name(device: Device) -> str:
    return device.name or next(iter((*device.labels, *device.addresses)), device.id)


def _reasons(alike: Sequence[Proposal], why: str = "") -> Iterator[str]:
    """A comment with the name, and one for each reason, strongest first. Of several devices, those of the one with the
    least points for its side, by which the others are the surer."""
    least = min(alike, key=lambda proposal: abs(proposal.points))
    name = _device_name(least.device)
    shown = f"{_pattern(least.device)}: {len(alike)} devices; the least sure is {name}" if len(alike) > 1 else name
    if not least.signs:
        yield _comment(f"{why}{shown}: {NO_SIGNS}")
        return
    yield _comment(f"{why}{shown} ({least.points:+.1f})")
    for sign in least.signs:
        yield _comment(
            f"  {sign.points:+.1f} {sign_text(sign.reason)}" if sign.points else f"  {sign_text(sign.reason)}"
        )


def _comment(text: str) -> str:
    """One line of comment, whatever characters a device's name holds."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return "# " + (shown if len(shown) <= MAX_COMMENT else shown[:MAX_COMMENT] + " ...")
