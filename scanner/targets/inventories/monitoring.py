"""Devices as LibreNMS and Netdisco export them by their API, as JSON."""

from collections.abc import Callable
from typing import Any

from scanner.targets.entry import InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import (
    host_word,
    items_of,
    kept_variables,
    nested,
    port_of,
    text_of_value,
)
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, near

LIBRENMS = frozenset(("device_id", "hostname", "sysName", "hardware", "sysObjectID"))
NETDISCO = frozenset(("dns", "layers", "os_ver", "snmp_ver", "last_discover", "last_arpnip", "last_macsuck", "ports"))
"""Keys of their devices, of which MIN_KEYS must be there."""
MIN_KEYS = 2

_OF_LIBRENMS = ("device_id", "hostname", "sysName", "display", "ip", "overwrite_ip", "port", "disabled", "ignore")
_OF_NETDISCO = ("ip", "dns", "name", "layers", "ports", "snmp_ver", "uptime")


def recognise_librenms(content: FileContent) -> Recognition:
    """An answer of /api/v0/devices."""
    if content.syntax is not TextSyntax.JSON:
        return NOT_RECOGNISED
    devices = [nested(item) for item in _librenms_devices(content.tree)[:20]]
    if any(len(LIBRENMS.intersection(device)) >= MIN_KEYS and "device_id" in device for device in devices):
        return certain("its devices have device_id and hostname")
    if isinstance(nested(content.tree).get("devices"), list):
        return near("its devices have no device_id")
    return NOT_RECOGNISED


def recognise_netdisco(content: FileContent) -> Recognition:
    """A list of devices, as /api/v1/search/device answers."""
    if content.syntax is not TextSyntax.JSON or not isinstance(content.tree, list):
        return NOT_RECOGNISED
    devices = [nested(item) for item in content.tree[:20]]
    if any("ip" in device and len(NETDISCO.intersection(device)) >= MIN_KEYS for device in devices):
        return likely("its devices have ip, dns and layers")
    return near("it is a list, whose objects have no ip, dns and layers")


def _librenms_devices(tree: Any) -> list[Any]:
    return items_of(nested(tree).get("devices") if isinstance(tree, dict) else tree)


def read_librenms(content: FileContent) -> InventoryContent:
    """The devices of LibreNMS, at the address that it polls. Raises DataFileError."""
    devices = _librenms_devices(content.parsed("an answer of /api/v0/devices"))
    return _read(content, "devices", devices, _librenms_entry, _OF_LIBRENMS)


def read_netdisco(content: FileContent) -> InventoryContent:
    """The devices of Netdisco. Raises DataFileError."""
    devices = items_of(content.parsed("an answer of /api/v1/search/device"))
    return _read(content, "object", devices, _netdisco_entry, _OF_NETDISCO)


def _read(
    content: FileContent,
    where: str,
    devices: list[Any],
    entry_of: Callable[[str, dict[str, Any]], InventoryEntry | SkippedEntry],
    known: tuple[str, ...],
) -> InventoryContent:
    if not devices:
        raise content.refused("whole file", "there are no devices", "a list of devices")
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    unread: dict[str, None] = {}
    for number, device in enumerate(devices, 1):
        found = entry_of(f"{where} {number}", nested(device))
        if isinstance(found, SkippedEntry):
            skipped.append(found)
        else:
            entries.append(found)
            unread.update(dict.fromkeys(kept_variables(nested(device), known).unread))
    return InventoryContent(tuple(entries), tuple(skipped), tuple(unread))


def _librenms_entry(place: str, device: dict[str, Any]) -> InventoryEntry | SkippedEntry:
    name = text_of_value(device.get("hostname"))
    if text_of_value(device.get("disabled")) in ("1", "true"):
        return SkippedEntry(place, name, SkipReason.NOT_ACTIVE, "disabled")
    written = (text_of_value(device.get(key)) for key in ("overwrite_ip", "ip", "hostname"))
    word = next((word for text in written if (word := host_word(text))), "")
    if not word:
        return SkippedEntry(place, name, SkipReason.NO_ADDRESS)
    labels = (name, text_of_value(device.get("sysName")), text_of_value(device.get("display")))
    return _entry(place, word, labels, device, _OF_LIBRENMS, port_of(device.get("port")))


def _netdisco_entry(place: str, device: dict[str, Any]) -> InventoryEntry | SkippedEntry:
    names = tuple(text_of_value(device.get(key)) for key in ("name", "dns"))
    word = host_word(text_of_value(device.get("ip"))) or next((word for name in names if (word := host_word(name))), "")
    if not word:
        return SkippedEntry(place, names[0], SkipReason.NO_ADDRESS)
    return _entry(place, word, names, device, _OF_NETDISCO, None)


def _entry(
    place: str,
    word: str,
    labels: tuple[str, ...],
    device: dict[str, Any],
    known: tuple[str, ...],
    snmp_port: int | None,
) -> InventoryEntry:
    kept = kept_variables({key: value for key, value in device.items() if key != "status"}, known)
    names = tuple(dict.fromkeys(filter(None, labels)))
    return InventoryEntry(
        place, word, names, kept.attributes, snmp_port, None, kept.secrets, text_of_value(device.get("authname"))
    )
