"""One device or virtual machine of NetBox or Nautobot as an inventory entry."""

from typing import Any

from fingerprints.model.secret_names import names_secret, without_secrets
from scanner.targets.entry import InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.columns import is_inactive
from scanner.targets.inventories.kept_values import (
    MAX_VALUES,
    attribute_pairs,
    host_word,
    is_empty,
    items_of,
    nested,
    text_of_value,
)

SLUGS = ("site", "location", "role", "device_role", "tenant", "cluster", "vrf")
"""Nested objects of which the slug becomes an attribute: filters of NetBox are written by slugs."""

NAMES = ("platform", "rack")
TEXTS = ("serial", "asset_tag", "description")
ADDRESSES = ("primary_ip", "primary_ip4", "primary_ip6", "oob_ip")
"""Where an address is looked for, in this order. An address out of band counts only if there is no primary one."""


def device_entry(item: dict[str, Any], number: int, *, any_state: bool) -> InventoryEntry | SkippedEntry:
    """The entry of a device, or why it is none: it is not active, has no address, or is a member of a chassis that
    answers for it."""
    name = text_of_value(item.get("name")) or text_of_value(item.get("display"))
    place = f"results.{number}"
    state = _name(item.get("status"), ("value", "slug", "name", "label", "display"))
    if not any_state and is_inactive(state):
        return SkippedEntry(place, name, SkipReason.NOT_ACTIVE, state)
    word = next((word for key in ADDRESSES if (word := _address(item.get(key)))), "")
    if not word:
        chassis = nested(item.get("virtual_chassis"))
        master = nested(chassis.get("master"))
        if chassis and master.get("id") != item.get("id"):
            return SkippedEntry(place, name, SkipReason.CHASSIS_MEMBER, text_of_value(chassis.get("name")))
        return SkippedEntry(place, name, SkipReason.NO_ADDRESS)
    attributes, secrets = _attributes(item, state)
    labels = (name,) if name else ()
    return InventoryEntry(place, word, labels, attributes, secret_columns=secrets)


def _address(value: Any) -> str:
    written = nested(value).get("address", value)
    return host_word(text_of_value(written)) if isinstance(written, str) else ""


def _attributes(item: dict[str, Any], state: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    device_type = nested(item.get("device_type"))
    pairs = [
        *((key.removeprefix("device_"), _name(item.get(key), ("slug", "name", "display"))) for key in SLUGS),
        *((key, _name(item.get(key), ("name", "slug", "display"))) for key in NAMES),
        ("manufacturer", _name(device_type.get("manufacturer"), ("name", "display", "slug"))),
        ("device_type", _name(device_type, ("model", "display", "slug"))),
        ("status", state),
        *((key, text_of_value(item.get(key))) for key in TEXTS),
        *(("tag", _name(tag, ("slug", "name", "display"))) for tag in items_of(item.get("tags"))[:MAX_VALUES]),
    ]
    secrets: list[str] = []
    for key, value in list(nested(item.get("custom_fields")).items())[:MAX_VALUES]:
        name = str(key)
        if names_secret(name):
            secrets += [] if is_empty(value) else [name]
        else:
            shown = _name(value, ("value", "name", "display")) if isinstance(value, dict) else value
            pairs += attribute_pairs(f"cf_{name.lower()}", shown)
    kept = dict.fromkeys((name, without_secrets(value)) for name, value in pairs if value)
    return tuple(kept), tuple(secrets)


def _name(value: Any, keys: tuple[str, ...]) -> str:
    if isinstance(value, dict):
        return next((text for key in keys if (text := text_of_value(value.get(key)))), "")
    return text_of_value(value)
