"""Cisco's inventory: a `NAME: "...", DESCR: "..."` line and a `PID: ..., VID: ..., SN: ...` line for each entity (IOS,
IOS XE, IOS XR, NX-OS, ASA), and the short `PID:...,SN:...` of `show license udi`.

A serial number is one word of any characters: the two ends of a cable are `TED2199K3A4-A` and `TED2199K3A4-B`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.component_kind import ComponentKind
from fingerprints.sources.cli.parts.command_part import CommandPart, is_port_name, part_kind

_NAME = re.compile(
    r'(?i)[ \t]{0,8}NAME: ?(?:"(?P<name>[^"\n]{0,80})"?|(?P<port>[^",\n]{1,60}?)) ?,[ \t]{0,8}'
    r'DESCR: ?"?(?P<descr>[^\n]{0,160})$'
)
"""NX-OS prints transceivers without the quotation marks, and the maker's name of the EEPROM as DESCR."""

_NUMBERS = re.compile(
    r"(?i)[ \t]{0,8}PID: ?(?P<pid>[^,\n]{0,60}?)[ \t]{0,60},[ \t]{0,8}(?:VID: ?[^,\n]{0,20},[ \t]{0,8})?"
    r"SN: ?(?P<sn>[^\s,]{0,40})"
)
_UDI = re.compile(
    r"(?i)^[ \t]{0,8}(?P<name>(?:UDI|Active|Standby|Member|\*))? ?:? ?PID:(?P<pid>[^,\s]{2,40}),SN:(?P<sn>[^\s,]{4,40})"
)
_FOREIGN = re.compile(
    r"(?i)\bnon-cisco (?P<maker>[A-Za-z0-9][\w .&-]{1,40}?) (?:[QCO]?SFP|XFP|CFP|GBIC|pluggable|optic|transceiver)"
)
"""IOS XR's description of a transceiver that Cisco did not sell, with the maker's name of its EEPROM."""

_CHASSIS = re.compile(r"(?i)\bchassis\b(?! (?:slot|fan|power|clock|control|alarm))")
_SYSTEM = re.compile(r"(?i)^(?:switch ?\d? ?)?system$|^(?:switch ?|unit ?|c\d\S{0,12})?1$|^rack 0$|^base unit|stack$")
_MEMBER = re.compile(
    r"(?i)^standby$|^member$|^(?:switch ?|unit ?|member ?)?\d{1,2}(?: ?system)?$|^chassis \d$|^rack \d{1,2}$"
)
_INSIDE = re.compile(
    r"(?i)^(?:module|slot|sub ?slot|card)\b|module \d|\buplink|\bfru\b|flash|\busb|\bdisk|\bssd\b|adapter\b"
)
"""Words of an entity that is in a chassis, though they name no kind of part."""

_MODEM = re.compile(r"(?i)^(?:\w{1,12} )?modem\b|\bmodem (?:\d{1,2} )?on cellular")
_NO_PARTS = re.compile(r"(?i)container|\bsensor|\bslot\b(?! \d)|provisioned|usb ?port")


@dataclass(frozen=True, slots=True)
class InventoryEntity:
    """An entity; `name` is its place, `maker` the words that its EEPROM gives, where a platform prints them."""

    name: str
    description: str
    pid: str
    serial: str
    maker: str = ""


def inventory_entities(lines: Sequence[str]) -> tuple[InventoryEntity, ...]:
    """The entities of an inventory, in order."""
    return tuple(_entities(lines))


def _entities(lines: Sequence[str]) -> Iterator[InventoryEntity]:
    name, description, maker, waiting = "", "", "", 0
    for line in lines:
        if not line.strip():
            continue
        named = _NAME.match(line)
        if named is not None:
            name, description, waiting = (named["name"] or named["port"] or "").strip(), named["descr"].strip(' "\t'), 2
            maker = description if named["port"] and is_port_name(name) else _foreign(description)
            maker = maker or _modem_maker(name, description.strip(' "\t'))
            continue
        numbers = _NUMBERS.match(line) if waiting else None
        if numbers is not None:
            yield InventoryEntity(name, description, numbers["pid"].strip(' "'), numbers["sn"].strip('"'), maker)
            waiting = 0
        waiting = max(waiting - 1, 0)


def _foreign(description: str) -> str:
    match = _FOREIGN.search(description)
    return match["maker"] if match is not None else ""


def udi_entities(lines: Sequence[str]) -> tuple[InventoryEntity, ...]:
    """The members of a stack in `show license udi`, the active one first."""
    found = (match for line in lines if (match := _UDI.match(line)) is not None)
    return tuple(InventoryEntity(match["name"] or "", "", match["pid"], match["sn"]) for match in found)


def box_entity(entities: Sequence[InventoryEntity]) -> InventoryEntity | None:
    """The entity that is the device: the first chassis, else the first with a system's name, else the first that is
    not a part by its words; None if all are parts."""
    whole = [entity for entity in entities if entity.pid]
    for shape in (_CHASSIS, _SYSTEM):
        for text in ("name", "description"):
            for entity in whole:
                words = entity.name if text == "name" else entity.description
                if shape.search(words) and not _is_inside(entity, shape):
                    return entity
    rest = (
        entity
        for entity in whole
        if entity.serial and _part_kind(entity) is None and not _INSIDE.search(f"{entity.name} {entity.description}")
    )
    return next(rest, None)


def is_named_box(entity: InventoryEntity) -> bool:
    """True if an entity's name or description says that it is the chassis or the system."""
    words = (entity.name, entity.description)
    return not entity.name or any(shape.search(text) for shape in (_CHASSIS, _SYSTEM) for text in words)


def _is_inside(entity: InventoryEntity, shape: re.Pattern[str]) -> bool:
    """True if an entity whose words name the chassis is a part in it: a fan, a slot, a card for it."""
    kind = part_kind(entity.name, "")
    return (kind is not None and not shape.search(entity.name)) or _NO_PARTS.search(entity.name) is not None


def _part_kind(entity: InventoryEntity) -> ComponentKind | None:
    if is_port_name(entity.name):
        return ComponentKind.OPTIC
    return part_kind(entity.name, entity.description, entity.pid)


def _kind(entity: InventoryEntity) -> ComponentKind | None:
    """The kind of an entity that is a part; one with a maker's name of its own is a modem or a transceiver."""
    if _MODEM.search(entity.name):
        return ComponentKind.MODEM
    return ComponentKind.OPTIC if entity.maker else _part_kind(entity)


def _modem_maker(name: str, description: str) -> str:
    """The maker that the description of a modem opens with: `Sierra Wireless EM7455`."""
    words = description.split(" ")
    return " ".join(words[:-1]) if _MODEM.search(name) and 1 < len(words) < 5 and words[-1][-1:].isdigit() else ""


def entity_parts(entities: Sequence[InventoryEntity], scores: AttributeScores) -> Iterator[CommandPart]:
    """The entities that are parts: all but the box with a serial number, or with the name of a foreign maker."""
    box = box_entity(entities)
    for entity in entities:
        serial = entity.serial if scores.says_something(entity.serial) else ""
        is_of_box = box is not None and (entity is box or (serial == box.serial and bool(serial)))
        model = entity.pid if scores.says_something(entity.pid) else ""
        if is_of_box or not (serial or entity.maker or (model and is_port_name(entity.name))):
            continue
        member = ComponentKind.STACK_MEMBER if _MEMBER.match(entity.name) else ComponentKind.CARD
        kind = _kind(entity) or member
        yield CommandPart(kind, entity.name, model, serial, entity.maker, description=entity.description)
