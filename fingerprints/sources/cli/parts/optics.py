"""Transceivers in command output of any platform: the fields of a port's transceiver below a heading with its name.

A field is `label : text`, `label = text`, or `label is text` (NX-OS); a line may hold two. A heading is a line with a
port's name and nothing else, or with words about a transceiver: `XGigabitEthernet0/0/1 transceiver information:`,
`Ethernet0: SFP EEPROM detected`, `========Interface TenGigabitEthernet 0/25========`; or it is a field: `Port : 49`,
`name: sfp1`. Where a command names the port (`ethtool -m eth2`), that heads the fields before any heading. Each port
has its own fields, so one without values takes nobody else's. Outside commands about transceivers, only fields count
that say by their labels that they are a transceiver's (`Vendor PN`, `sfp-vendor-name`), or headings that do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fingerprints.claims.attribute import plausible
from fingerprints.database.attribute_scores import AttributeScores
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.sources.cli.part_commands import is_of_others, is_optics_command
from fingerprints.sources.cli.parts.command_part import CommandPart
from fingerprints.sources.cli.parts.side_by_side import one_below_the_other

MAX_TEXT = 80
"""Characters of a field that are kept; an EEPROM's fields have 16, or 40 with what a platform adds."""

_PORT = (
    r"(?:(?:slot|unit|card|module) \d{1,3}[ ,/]{1,3}port \d{1,4}"
    r"|[A-Za-z][A-Za-z-]{2,24} \d{1,4}(?:[/:.]\d{1,4}){0,5}|\d{1,4}(?:[/:.][a-z]?\d{1,4}){1,6}"
    r"|(?=[\w-]{0,32}\d)(?=[\w-]{0,32}[A-Za-z])[A-Za-z0-9][\w-]{0,32}(?:[/:.][a-z]?\d{1,4}){0,6})"
)
_OPTIC_WORDS = r"transceiver|\bx?sfp|\bqsfp|\bosfp|\bxfp|eeprom|idprom|optic|pluggable|\bgbic|\bmodule\b|ddm\b"
_BARE = re.compile(
    r"(?i)^[ \t]{0,12}[=*#<\[-]{0,40} ?(?:(?:interface|port|slot|ifname)[ :#]{1,4})?"
    rf"(?P<port>{_PORT}|(?<=port )\d{{1,4}})[ \t:\]>=*#-]{{0,80}}$"
)
_HEADED = re.compile(
    r"(?i)^[ \t]{0,12}(?:(?:[A-Za-z]{2,16} ){0,4}(?:for|of|in|on|interface|port) )?"
    rf"(?P<port>{_PORT}) ?:?[ \t-]{{1,8}}(?P<rest>[A-Za-z][^\n:=]{{2,70}}):?[ \t]{{0,40}}$"
)
_ABOUT = re.compile(
    rf"(?i)^[ \t]{{0,12}}(?:[A-Za-z]{{2,16}} ){{0,4}}(?:{_OPTIC_WORDS})[a-z ]{{0,24}} (?:in |for |of )?"
    rf"(?P<port>{_PORT}|(?<=in )\d{{1,4}}) ?:?$"
)
_LEADING = re.compile(rf"(?i)^[ \t]{{0,8}}(?:port|interface) (?P<port>{_PORT}|\d{{1,4}}) ?:[ \t]{{1,8}}(?=[A-Za-z])")
"""A port's name in front of the first field: `Port 25: Type : 10GE SR`."""

_SAYS_OPTIC = re.compile(rf"(?i){_OPTIC_WORDS}|not present|absent")
_FIELD = re.compile(
    r"(?:(?<![^\n])|(?<=[ \t]{2})|(?<=\t)|(?<=^ )|(?<=, ))"
    r"(?P<label>[A-Za-z][\w./()#&+-]{0,40}(?: [\w./()#&+-]{1,40}){0,7}?)"
    r"(?:[ \t]{0,60}+[:=]{1,2}+|[ \t]?\.{3,60}+:?)(?=[ \t]|$|(?<=[:=])\S)"
)
_IS = re.compile(
    r"^[ \t]{1,12}(?P<label>name|type|part number|serial number|vendor name|manufacturer|cisco product id|product id)"
    r" is(?: (?P<text>[^\n]{1,80}))?$"
)
_NUMBERED = re.compile(r"(?i)^(?:c?sfp|qsfp|xfp|cfp)[\w+-]{0,6} (?P<number>\d{1,4}) (?=[A-Z])")
"""The transceiver's number in each label (Dell OS9): `SFP+ 49 Vendor Name = ACME`."""

_BOXED = re.compile(
    r"^[ \t]{0,4}\|[ \t]{0,8}(?P<label>[A-Za-z][\w ./()#-]{1,40}?)[ \t]{0,40}\|(?P<text>[^|\n]{1,60})\|"
)
"""A row of two or more boxes (Ciena): `| Vendor Name | ACME |`."""

_FURTHER = re.compile(r"  |, |\t")
_ASIDE = re.compile(r"\([^()]{0,40}\)")
_OF_OPTIC = re.compile(
    r"(?i)^(?:x?sfp|qsfp|xfp|xcvr|transceiver|optic|pluggable|gbic)|^vendor[ _-]{0,2}(?:pn|sn|part|serial|oui|rev)"
)
_PREFIX = re.compile(
    r"^(?:(?:x?sfp|xfp|qsfp|xcvr|transceiver|module|optic(?:al)?s?|media|pluggable|gbic|vendor|manu\.?|manufacturer?"
    r"|mfg\.?) ){1,4}"
)
_GLUED = re.compile(r"^vendor(?=(?:name|pn|sn|part|serial|p/n|s/n))")
_PORT_LABEL = re.compile(
    r"^(?:logical |physical )?(?:port|interface|if ?name|name|slot/port)(?: ?(?:number|name|id|no\.?|num))?$"
)
_MAKER = re.compile(
    r"^(?:[a-z]{3,11} )?(?:vendor|manufacturer|manufacture|manufactured by|mfr|mfg\.?|maker)(?: ?name)?"
    r"(?: of \w{1,12})?$|^vendorname$|^manu(?:facturer)? name$"
)
_MEANINGS = (
    ("serial", re.compile(r"^(?:serial(?: ?(?:number|num\.?|no\.?|nr\.?|id))?|s/?n|serialnum|serialno|bar ?code)$")),
    ("part", re.compile(r"^(?:part(?: ?(?:number|num\.?|no\.?))?|p/?n|partnumber)$")),
    (
        "model",
        re.compile(
            r"^(?:model(?: ?(?:number|name|no\.?))?|product ?(?:number|name|id|identifier)|ordering name|cisco pid"
            r"|cisco product id|pid)$"
        ),
    ),
    ("oui", re.compile(r"^oui$")),
    ("type", re.compile(r"^(?:type|identifier|form factor|boardtype|compliance)$")),
)
_NOT_THERE = re.compile(r"(?i)^(?:not|no|absent|empty|none|unknown|unsupported|unspecified)\b")
_SECTION = re.compile(
    r"(?i)^(?P<indent>[ \t]{0,12})(?!.{0,60}(?:common|manufact|alarm|diagnos|threshold|transceiver|optic|module|lane"
    r"|vendor|eeprom|sfp|information|info\b))[A-Za-z][\w /-]{2,60}:$"
)


@dataclass(slots=True)
class _Record:
    """The fields of one port's transceiver, while they are read."""

    port: str
    is_optic: bool
    indent: int = 0
    number: str = ""
    texts: dict[str, str] = field(default_factory=dict)


def optics_in(command: str, lines: Sequence[str], scores: AttributeScores) -> tuple[CommandPart, ...]:
    """The transceivers with a serial number, a maker or a part number, in order."""
    if is_of_others(command):
        return ()
    is_about = is_optics_command(command)
    shown = one_below_the_other(lines)
    records = (record for record in _records(command, shown, is_about, scores) if record.port or is_about)
    return tuple(part for record in records if (part := _part(record)) is not None)


def _records(command: str, lines: Sequence[str], is_about: bool, scores: AttributeScores) -> Iterator[_Record]:
    current = _Record(_port_of_command(command), is_about)
    for number, line in enumerate(lines):
        heading = _heading(line, lines[number + 1 : number + 3], is_about)
        if heading is not None:
            yield current
            current = _Record(heading, is_about or _SAYS_OPTIC.search(line) is not None, _indent(line))
            continue
        section = _SECTION.match(line)
        if section is not None and len(section["indent"]) <= current.indent:
            yield current
            current = _Record("", is_about, _indent(line))
            continue
        leading = _LEADING.match(line) if is_about else None
        if leading is not None:
            yield current
            current = _Record(leading["port"], is_about, _indent(line))
        for label, text in _fields(line[leading.end() if leading is not None else 0 :]):
            numbered = _NUMBERED.match(label)
            if numbered is not None and numbered["number"] != current.number:
                if current.number:
                    yield current
                current = _of_number(current, numbered["number"], _indent(line))
            meaning = _meaning(label if numbered is None else label[numbered.end() :])
            if meaning == "port":
                if _is_port(text):
                    yield current
                    current = _Record(text, is_about, _indent(line))
                elif label == "name is":
                    meaning = "maker"
            current.is_optic |= _OF_OPTIC.match(label) is not None
            cell = _cell_text(meaning, text, scores)
            if cell and current.texts.get("serial", cell) != cell and meaning == "serial":
                yield current
                current = _Record(current.port, current.is_optic, current.indent)
            if cell:
                current.texts.setdefault(meaning, cell)
    yield current


def _of_number(current: _Record, number: str, indent: int) -> _Record:
    """The record of a transceiver whose labels have a number: the present one, if it has none yet."""
    if current.number:
        return _Record(f"SFP {number}", True, indent, number)
    current.number = number
    current.port = current.port or f"SFP {number}"
    return current


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _port_of_command(command: str) -> str:
    """The port in a command's last words: `display transceiver manuinfo interface Ten-GigabitEthernet1/0/25`."""
    words = [word for word in command.split()[2:] if any(map(str.isdigit, word))]
    return words[0] if len(words) == 1 else ""


def _heading(line: str, below: Sequence[str], is_about: bool) -> str | None:
    """The port whose fields a line heads; None for any other line."""
    bare = _BARE.match(line) if is_about else None
    if bare is not None and (not line.strip()[-1:].isalnum() or _heads_fields(below)):
        return bare["port"]
    for shape in (_HEADED, _ABOUT):
        match = shape.match(line)
        if match is not None and _SAYS_OPTIC.search(line) is not None:
            return match["port"]
    return None


def _heads_fields(below: Sequence[str]) -> bool:
    """True if the next lines hold a field, or a rule below the heading."""
    return any(line.strip() and (_FIELD.search(line) or _IS.match(line) or " is " in line) for line in below) or any(
        line.strip() and not line.strip(" -=") for line in below
    )


def _is_port(text: str) -> bool:
    return re.fullmatch(rf"(?:port )?(?:{_PORT}|\d{{1,4}})", text, re.I) is not None


def _fields(line: str) -> Iterator[tuple[str, str]]:
    """The fields on a line, each with its text up to the next field; `name is` is the label of NX-OS' maker."""
    stated = _IS.match(line)
    if stated is not None:
        label = stated["label"]
        yield ("name is" if label == "name" else label), (stated["text"] or "").strip()
        return
    boxed = _BOXED.match(line)
    if boxed is not None:
        yield boxed["label"], boxed["text"].strip()
        return
    matches = [*_FIELD.finditer(line)] if ":" in line or "=" in line or "..." in line else []
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        end = following.start() if following is not None else len(line)
        yield match["label"].strip(" ."), line[match.end() : end].strip(" \t\"'")


def _meaning(label: str) -> str:
    """What a label means: port, maker, serial, part, model or type; empty for any other."""
    if label == "name is":
        return "maker"
    plain = " ".join(_ASIDE.sub(" ", label).lower().replace("_", " ").replace("-", " ").split()).strip(" .#")
    plain = _GLUED.sub("vendor ", plain)
    if _PORT_LABEL.match(plain):
        return "port"
    if _MAKER.match(plain):
        return "maker"
    bare = _PREFIX.sub("", plain + " ").strip()
    return next((name for name, shape in _MEANINGS if shape.match(bare)), "")


def _cell_text(meaning: str, text: str, scores: AttributeScores) -> str:
    """A field's text, if it says something: up to two blanks, a tab or a comma; a serial number must look like one."""
    if meaning in ("", "port"):
        return ""
    cell = _FURTHER.split(text, maxsplit=1)[0].strip("\"' ,;")[:MAX_TEXT]
    if not scores.says_something(cell) or _NOT_THERE.match(cell):
        return ""
    is_number = meaning != "serial" or plausible(AttributeName.SERIAL, cell, scores) is not None
    return cell if is_number else ""


def _part(record: _Record) -> CommandPart | None:
    """The transceiver of a record. A product's name is its model before its maker's part number is; its type only
    beside a maker or a serial number."""
    texts = record.texts
    model = texts.get("model") or texts.get("part") or ""
    serial, maker = texts.get("serial", ""), texts.get("maker", "")
    oui = texts.get("oui", "")
    if not record.is_optic or not (model or serial or maker or oui):
        return None
    return CommandPart(ComponentKind.OPTIC, record.port, model or texts.get("type", ""), serial, maker, oui)
