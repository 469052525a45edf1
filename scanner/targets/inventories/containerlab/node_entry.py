"""A node of a lab as a target: its attributes, and why it is none."""

from collections.abc import Iterable, Mapping

from fingerprints.model.secret_names import without_secret_names
from scanner.targets.entry import InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.containerlab.kinds import KUBERNETES, NO_CONTAINER
from scanner.targets.inventories.kept_values import MAX_VALUES

CLAB_KIND = "clab-kind"
"""The attribute that has containerlab's kind. `kind` in a zone means router, switch or camera."""


def no_target(place: str, name: str, kind: str, network_mode: str = "") -> SkippedEntry | None:
    """Why a node of this kind and network mode is no target, or None."""
    if kind in NO_CONTAINER:
        return SkippedEntry(place, name, SkipReason.NO_DEVICE, kind)
    if kind == KUBERNETES:
        return SkippedEntry(place, name, SkipReason.NO_DEVICE, f"{kind}, a cluster")
    mode, _, of = network_mode.partition(":")
    match mode.strip().lower():
        case "none":
            return SkippedEntry(place, name, SkipReason.NO_ADDRESS, "network-mode none")
        case "container":
            return SkippedEntry(place, name, SkipReason.NO_ADDRESS, f"network-mode container: it shares that of {of}")
        case "host":
            return SkippedEntry(place, name, SkipReason.LOCAL, "network-mode host")
        case _:
            return None


def node_attributes(
    settings: Mapping[str, str], labels: Iterable[tuple[str, str]]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The attributes of a node, and the names of labels that are not kept because they stand for a secret.

    `settings` has `kind`, `group` and `type`. A label that is empty, or a template that nobody filled in, is none.
    """
    written, secret_columns = without_secret_names(dict(labels))
    own = ((CLAB_KIND, settings.get("kind", "")), *((key, settings.get(key, "")) for key in ("group", "type")))
    pairs = (*own, *((key, text) for key, text in written.items() if "{{" not in text))
    kept = tuple(dict.fromkeys(pair for pair in pairs if pair[1]))
    return kept[:MAX_VALUES], secret_columns


def sort_entries(
    found: Iterable[InventoryEntry | SkippedEntry],
) -> tuple[tuple[InventoryEntry, ...], tuple[SkippedEntry, ...]]:
    """The entries, and what is skipped."""
    listed = tuple(found)
    entries = tuple(item for item in listed if isinstance(item, InventoryEntry))
    return entries, tuple(item for item in listed if isinstance(item, SkippedEntry))
