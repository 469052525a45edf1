"""The objects in the JSON answers of NetBox's and Nautobot's REST API, saved to a file or fetched."""

from collections.abc import Iterable
from typing import Any

from scanner.targets.entry import InventoryContent, InventoryEntry, InventoryNote, ListedPrefix, NoteKind, SkippedEntry
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import items_of, nested, text_of_value
from scanner.targets.inventories.netbox.devices import device_entry
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, near

EXPECTED = "an answer of /api/dcim/devices/, /api/virtualization/virtual-machines/ or /api/ipam/prefixes/"


def recognise_netbox(content: FileContent) -> Recognition:
    """Objects with `device_type`, `cluster` or `prefix` beside `url`; NetBox counts them, so `id` is a number."""
    return _recognise(content, of_nautobot=False)


def recognise_nautobot(content: FileContent) -> Recognition:
    """The same objects, whose `id` is a UUID."""
    return _recognise(content, of_nautobot=True)


def _recognise(content: FileContent, *, of_nautobot: bool) -> Recognition:
    if content.syntax is not TextSyntax.JSON:
        return NOT_RECOGNISED
    objects = [item for item in _objects(content.tree)[:20] if isinstance(item, dict)]
    if not objects or not any(_is_known(item) for item in objects):
        if isinstance(nested(content.tree).get("results"), list):
            return near("its results are no devices, virtual machines or prefixes")
        return NOT_RECOGNISED
    if any(isinstance(item.get("id"), str) for item in objects) is not of_nautobot:
        return NOT_RECOGNISED
    return certain("its objects have device_type, cluster or prefix")


def _is_known(item: dict[str, Any]) -> bool:
    return _is_device(item) or _is_machine(item) or _is_prefix(item)


def _is_device(item: dict[str, Any]) -> bool:
    return "device_type" in item and ("primary_ip4" in item or "role" in item or "device_role" in item)


def _is_machine(item: dict[str, Any]) -> bool:
    return "cluster" in item and ("vcpus" in item or "primary_ip4" in item)


def _is_prefix(item: dict[str, Any]) -> bool:
    return isinstance(item.get("prefix"), str) and ("role" in item or "vrf" in item or "network" in item)


def _objects(tree: Any) -> list[Any]:
    """The objects of one answer, of a list of answers, or of a bare list."""
    if isinstance(tree, dict):
        return items_of(tree.get("results"))
    pages = [item for item in items_of(tree) if isinstance(item, dict) and isinstance(item.get("results"), list)]
    return [item for page in pages for item in page["results"]] if pages else items_of(tree)


def read_answer(content: FileContent) -> InventoryContent:
    """The devices and virtual machines of an answer, and its prefixes. Raises DataFileError."""
    tree = content.parsed(EXPECTED)
    objects = _objects(tree)
    if not objects:
        raise content.refused("results", "there are no objects", EXPECTED)
    missing = _pages_missing(tree, len(objects))
    notes = (InventoryNote(NoteKind.MORE_PAGES, missing),) if missing else ()
    return content_of_objects(objects, notes)


def content_of_objects(
    objects: Iterable[Any], notes: tuple[InventoryNote, ...] = (), *, any_state: bool = False
) -> InventoryContent:
    """What a list of objects holds. `any_state` takes devices of every status, because the request chose them."""
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    prefixes: list[ListedPrefix] = []
    unread: dict[str, None] = {}
    for number, item in enumerate(objects, 1):
        if not isinstance(item, dict) or not _is_known(item):
            unread[f"object {number}" if not isinstance(item, dict) else "objects of other kinds"] = None
        elif _is_prefix(item):
            prefixes.append(_prefix(item))
        else:
            found = device_entry(item, number, any_state=any_state)
            (entries if isinstance(found, InventoryEntry) else skipped).append(found)  # type: ignore[arg-type]
    return InventoryContent(tuple(entries), tuple(skipped), tuple(unread), notes, tuple(prefixes))


def _pages_missing(tree: Any, held: int) -> str:
    """How much of all is there, if a file holds only a page of an answer."""
    pages = [page for page in (items_of(tree) or [tree]) if isinstance(page, dict)]
    total = max((page["count"] for page in pages if isinstance(page.get("count"), int)), default=0)
    return f"{held:,} of {total:,}" if 0 < held < total < 10**9 else ""


def _prefix(item: dict[str, Any]) -> ListedPrefix:
    places = (item.get("site"), item.get("scope"), item.get("location"))
    site = next((name for place in places if (name := name_of(place))), "")
    return ListedPrefix(text_of_value(item["prefix"]), name_of(item.get("role")), site, name_of(item.get("vrf")))


def name_of(value: Any) -> str:
    """The short name of a nested object: its slug, name, label or what is displayed."""
    if isinstance(value, dict):
        keys = ("slug", "name", "value", "display", "label")
        return next((text for key in keys if (text := text_of_value(value.get(key)))), "")
    return text_of_value(value)
