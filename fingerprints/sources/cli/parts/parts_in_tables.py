"""What the rows of tables are: parts, members of a stack, or the box itself.

A row is a part if its table says so: by the command (`show module`), by its title (`System has 2 power supply slots`),
or by the heading in front (Mod, Slot, Port). It is the box if its name says so (Chassis), if it has no place among
others, or if it is the first of a stack's members. A row needs a serial number, a maker or, as a transceiver, a model.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerprints.claims.attribute import plausible
from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.sources.cli.part_commands import is_optics_command, lists_parts_only
from fingerprints.sources.cli.parts.aligned_tables import AlignedTable, TableRow, aligned_tables
from fingerprints.sources.cli.parts.command_part import CommandPart, part_kind
from fingerprints.sources.cli.parts.junos import is_chassis_hardware

_SERIAL = re.compile(
    r"(?i)^(?:[\w .()-]{0,24}[ _-])?(?:serial(?:[ _-]?(?:numbers?|no\.?|num\.?|#|nr\.?|id))?#?|s/?n|bar ?code|esn"
    r"|svc ?tag|service ?tag)"
    r"(?: ?\(\w{1,8}\))?$"
)
_MODELS = (
    re.compile(
        r"(?i)^(?:[\w-]{1,10} )?(?:model(?:[ _-](?:name|number|no\.?|id))?|pid"
        r"|product(?:[ _-](?:id|number|no\.?|name|code))?"
        r"|board[ _-]?(?:name|type)|card[ _-]?(?:name|model)|part name)$"
    ),
    re.compile(r"(?i)^(?:[\w-]{1,10} ){0,2}(?:part(?:[ _-]?(?:number|num|no\.?|#))?|p/?n)$"),
    re.compile(r"(?i)^(?:\w{1,12}[ _-])?type$"),
)
"""Headings of models, best first; a card's type says more than the number that its maker orders it by."""

_MAKER = re.compile(
    r"(?i)^(?:[\w-]{1,10} )?(?:manufacturer|vendor|mfg|mfr|maker)(?:[ _-]?name)?(?: (?:&|and) part number)?$"
)
_DESCRIPTION = re.compile(r"(?i)^(?:description|descr|(?:card|module|sub)[ _-](?:type|module))$")
_KEY = re.compile(
    r"(?i)^(?:mod(?:ule)?s?|m|slot\b.{0,8}|solt ?id|ports?(?:[ _-]?(?:id|name|no\.?|number))?|interface|intf"
    r"|if(?:name)?|name(?: .{0,8})?|fpc|pic|unit.{0,8}|switch(?:[ #]\S{0,6})?|member.{0,8}|stack.{0,8}|fan.{0,12}"
    r"|psu?\b.{0,8}|ps|card|board|sub.{0,8}|id|item|bay|#"
    r"|mbr/\S{1,20}|location.{0,20}|frame.{0,8}|shelf.{0,8}|rack.{0,8}|power supply|transceiver)$"
)
_NO_KEY = re.compile(r"(?i)version|\brev|\bhw\b|\bsw\b|date|epoch|status|state|mac")
"""Words of headings whose texts are no place."""

_MEMBER_KEY = re.compile(r"(?i)^(?:switch|unit|member|stack|node)\b")
_SLOT_KEY = re.compile(r"(?i)^(?:slot|solt)")
_PORT_KEY = re.compile(r"(?i)^(?:port|interface|intf|if|transceiver)")
_CARD_KEY = re.compile(r"(?i)^(?:[\w-]{1,16} )?(?:mod|m$|slot|solt|card|board|sub|fpc|pic|mda)")
_SUB_KEY = re.compile(r"(?i)^(?:sub|card$)")
_BOX_NAME = re.compile(r"(?i)\bchassis\b(?! slot)|^(?:switch |unit )?system$|^base(?: unit)?$")
_OPTICS_TITLE = re.compile(r"(?i)transceiver|\boptic|\bsfp|\bqsfp|pluggable|xcvr|\bpic port")
_NO_PLACE = re.compile(r"^[-*]{0,3}$")
_BACKPLANE = re.compile(r"(?i)back[ _-]?plane|chassis")
_PORT_OF_PIC = re.compile(r"^FPC \d{1,3}/PIC \d{1,3}$")
_NUMBER = re.compile(r"(?=[^\s\d]{0,40}\d)[A-Za-z0-9#][\w./+()#:-]{1,40}")
_NOT_THERE = re.compile(r"(?i)^(?:not|no|absent|empty|none|missing|unsupported|unequipped|error)\b")


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A row that is the box: its model and serial number, either may be empty; `later` counts the rows before it."""

    model: str
    serial: str
    later: int


@dataclass(frozen=True, slots=True)
class _Row:
    """The texts of a row by their meaning; `heading` is that of the place."""

    heading: str
    place: str
    sub: str
    model: str
    serial: str
    maker: str
    description: str
    group: str


def is_known_heading(text: str) -> bool:
    """True if a heading is that of a serial number, a maker, a model, a part number, or several of them."""
    return _meaning(text) is not None or len(_meanings(text)) > 1


def _meaning(heading: str) -> str | None:
    if _SERIAL.match(heading):
        return "serial"
    if _MAKER.match(heading):
        return "maker"
    rank = next((rank for rank, shape in enumerate(_MODELS) if shape.match(heading)), None)
    return f"model {rank}" if rank is not None else None


def _meanings(heading: str) -> tuple[str, ...]:
    """The meanings of a heading such as `Vendor/PN/SN`, whose cells hold several texts; empty for any other."""
    words = heading.split("/")
    meanings = tuple(meaning for word in words if (meaning := _meaning(word.strip())) is not None)
    return meanings if len(words) > 1 and len(meanings) == len(words) and heading.upper() not in ("S/N", "P/N") else ()


def rows_in_tables(
    command: str, lines: Sequence[str], scores: AttributeScores
) -> tuple[tuple[CommandPart, ...], tuple[BoxRow, ...]]:
    """The parts in the tables of a command's output, and the rows that are the box itself."""
    parts: list[CommandPart] = []
    boxes: list[BoxRow] = []
    models: dict[tuple[str, str, str], _Row] = {}
    later = 0
    for table in aligned_tables(lines, is_known_heading):
        if is_chassis_hardware(table.columns[0].heading, table.columns[1].heading):
            continue
        headings = [column.heading for column in table.columns]
        meanings = {_meaning(heading) or "/".join(_meanings(heading)) for heading in headings}
        says_who = any("serial" in meaning or "maker" in meaning for meaning in meanings)
        rows = [_read(table, row, scores) for row in table.rows]
        for row in rows if not says_who else ():
            models.setdefault((table.outer, row.heading, row.place), row)
        if says_who:
            rows = [_with_model(row, models.get((table.outer, row.heading, row.place))) for row in rows]
            found, own = _judged(command, table, rows)
            parts += found
            boxes += [BoxRow(_box_model(row), row.serial, later + number) for number, row in enumerate(own)]
            later += 2
    return tuple(parts), tuple(boxes)


def _with_model(row: _Row, known: _Row | None) -> _Row:
    """A row with the model that an earlier table gives for the same place (`show module` of NX-OS)."""
    if known is None or row.model or not row.serial:
        return row
    return _Row(row.heading, row.place, row.sub, known.model, row.serial, row.maker, known.description, row.group)


def _read(table: AlignedTable, row: TableRow, scores: AttributeScores) -> _Row:
    texts: dict[str, str] = {}
    for number, text in sorted(row.cells.items()):
        heading = table.columns[number].heading
        meaning = _meaning(heading)
        several = _meanings(heading)
        if several:
            words = text.split("/", len(several) - 1)
            texts |= dict(zip(several, words, strict=False)) if len(words) == len(several) else {}
        elif _DESCRIPTION.match(heading):
            texts.setdefault("description", text)
        elif number > 0 and _SUB_KEY.match(heading) and meaning is None:
            texts.setdefault("sub", text)
        if meaning is not None and not several and not scores.says_something(texts.get(meaning, "")):
            texts[meaning] = text
    heading = table.columns[0].heading
    is_place = _KEY.match(heading) or (_meaning(heading) is None and not _NO_KEY.search(heading))
    place = row.cells.get(0, "") if is_place else ""
    is_optic = _PORT_KEY.match(heading) is not None
    models = (texts.get(f"model {rank}", "") for rank in ((0, 1, 2) if is_optic else (0, 2, 1)))
    model = next((text for text in models if scores.says_something(text) and not _NOT_THERE.match(text)), "")
    return _Row(
        heading if place else "",
        place,
        texts.get("sub", ""),
        model,
        _serial(texts.get("serial", ""), scores),
        _cell_text(texts.get("maker", ""), scores),
        texts.get("description", ""),
        row.group,
    )


def _cell_text(text: str, scores: AttributeScores) -> str:
    return text if scores.says_something(text) and not _NOT_THERE.match(text) else ""


def _serial(text: str, scores: AttributeScores) -> str:
    """The serial number in a cell: its first word, if that has a digit and can be one."""
    word = text.split(" ", 1)[0]
    can_be = _NUMBER.fullmatch(word) is not None and plausible(AttributeName.SERIAL, word, scores) is not None
    return word if can_be and _cell_text(text, scores) else ""


def _judged(command: str, table: AlignedTable, rows: Sequence[_Row]) -> tuple[list[CommandPart], list[_Row]]:
    """The parts among a table's rows, and the rows that are the box."""
    boxes = [] if lists_parts_only(command) else [*_boxes(table, rows)]
    parts: list[CommandPart] = []
    for number, row in enumerate(rows):
        if row in boxes and not _is_member(row, boxes):
            continue
        kind = ComponentKind.STACK_MEMBER if _is_member(row, boxes) else _kind(command, table, row)
        is_optic = kind is ComponentKind.OPTIC
        if row.serial or row.maker or (is_optic and row.model):
            place = _position(table, row) or f"{command} {number + 1}"
            parts.append(CommandPart(kind, place, row.model, row.serial, row.maker, description=row.description))
    return parts, boxes[:1] if any(_MEMBER_KEY.match(row.heading) for row in boxes) else boxes


def _boxes(table: AlignedTable, rows: Sequence[_Row]) -> Iterator[_Row]:
    """The rows that are the box: none in a table of parts."""
    named = [row for row in rows if row.serial and _is_named_box(row)]
    if named:
        yield from named
        return
    if part_kind(table.title, "") is not None or _OPTICS_TITLE.search(table.title):
        return
    heading = table.columns[0].heading
    whole = [row for row in rows if row.serial]
    if _SLOT_KEY.match(heading):
        whole = [row for row in whole if _is_whole(row) and row.place]
        yield from whole if len({row.model for row in whole}) == 1 else ()
    elif not _KEY.match(heading) or _MEMBER_KEY.match(heading):
        yield from whole


def _is_named_box(row: _Row) -> bool:
    return _BOX_NAME.search(row.place) is not None or (bool(row.heading) and _NO_PLACE.match(row.place) is not None)


def _box_model(row: _Row) -> str:
    """The model of a row that is the box; none where its type says that it is the backplane, whose serial number a
    chassis has."""
    return "" if _BACKPLANE.search(row.model) else row.model


def _is_whole(row: _Row) -> bool:
    """True if a row is about a slot itself, not about a card in it."""
    return row.sub in ("", "-", "--", "0")


def _is_member(row: _Row, boxes: Sequence[_Row]) -> bool:
    """True if a row is a member of a stack, other than the first."""
    is_stack = bool(boxes) and (_MEMBER_KEY.match(boxes[0].heading) or _SLOT_KEY.match(boxes[0].heading)) is not None
    is_other = row in boxes[1:] and row.serial not in ("", boxes[0].serial)
    return is_other and (is_stack or _BOX_NAME.search(row.place) is not None)


def _kind(command: str, table: AlignedTable, row: _Row) -> ComponentKind:
    if is_optics_command(command) or _OPTICS_TITLE.search(table.title) or _PORT_KEY.match(row.heading):
        return ComponentKind.OPTIC
    by_title = part_kind(table.title, "")
    if by_title in (ComponentKind.FAN, ComponentKind.POWER_SUPPLY):
        return by_title
    by_words = part_kind(row.place, f"{row.group} {row.description}", row.model)
    is_card = _CARD_KEY.match(row.heading) or _CARD_KEY.match(table.title) or lists_parts_only(command)
    return ComponentKind.CARD if by_words is None or (is_card and by_words is ComponentKind.OPTIC) else by_words


def _position(table: AlignedTable, row: _Row) -> str:
    """Where a row's part is: the headings around it, then its own place: `Switch Number 2/Mod 1`."""
    noun = "Xcvr" if _PORT_OF_PIC.match(table.outer) else row.heading.split(" ")[0]
    is_number = row.place[:1].isdigit() and "/" not in row.place
    own = f"{noun} {row.place}".strip() if is_number else row.place
    sub = row.sub if not _is_whole(row) else ""
    group = row.description if row.heading and _SUB_KEY.match(table.columns[1].heading) else ""
    return "/".join(filter(None, (table.outer, own, sub or group)))
