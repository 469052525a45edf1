"""Model, version and serial from what commands print, whatever the dialect: by lines that announce them, by tables with
a heading for them, and by ntc-templates' reading of version and inventory commands.

Rules (rules.py) know families and prove makers; this proves nobody, and is outweighed by them. The only importer of
ntc_templates.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from fingerprints.evidence import Observation, Source
from fingerprints.knowledge import Knowledge
from fingerprints.rules import readable
from fingerprints.said import Said, clean
from fingerprints.traits import Trait, plausible

MOST_LINES = 4000
LONGEST_LINE = 300
MOST_TEMPLATE_TEXT = 65_536
"""Characters, of lines no longer than LONGEST_LINE, that a template is given: its patterns are not ours."""

MOST_ROWS = 500
MOST_TABLE_ROWS = 12

_IDENTITY = re.compile(r"(?i)\b(?:version|inventory|chassis|manuinfo|manufacture-info|hardware|device|elabel|system)\b")
"""Commands that tell what a box is; of all others nothing is read here."""

_LABELS = (
    (
        "serial",
        re.compile(
            r"(?i)(?:\b(?:serial(?:[ _-]?(?:number|num|no\.?|#))?|s/?n|esn)|\bbar ?code)(?: of \w{1,12}(?: \d{1,3})?)?$"
        ),
    ),
    (
        "model",
        re.compile(
            r"(?i)\b(?:model(?:[ _](?:number|name|no\.?))?|product[ _]name|device[ _]name|board ?type|system type)$"
        ),
    ),
    (
        "version",
        re.compile(r"(?i)\b(?:(?:software|system|product|os|firmware)(?: image)?[ _]version|junos|^version|^release)$"),
    ),
)
_LINE = re.compile(
    r"^[ \t|*]{0,20}(?P<label>[A-Za-z][\w ./#()-]{1,48}?)[ \t.]{0,40}[:=][ \t]{0,40}(?P<text>\S[^\n]{0,120})$"
)
_HEADING_CELL = re.compile(r"\S+(?: \S+)*")
_WORD = re.compile(r"\S+")
_SERIAL_HEADING = re.compile(r"(?i)^(?:serial(?:[ -]?(?:number|no\.?|num))?|s/?n|barcode)$")
_MODEL_HEADING = re.compile(r"(?i)^(?:model(?: name)?|type|board ?(?:type|name)|product(?: ?name)?|part ?name)$")

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "version": ("product_version", "junos_version", "version", "os", "image", "release", "software_version"),
    "model": ("model", "hardware", "platform", "chassis_description", "device_name"),
    "serial": ("chassis_serial_number", "serial_number", "serial", "device_serial_number"),
}
"""Fields of templates, those that say it best first."""

_BOX = re.compile(r"(?i)chassis|^(?:switch ?)?1$|^rack 0$|^switch system$|^system$")
_PARTS = (
    ("fan", re.compile(r"(?i)\bfan\b|fantray")),
    ("power-supply", re.compile(r"(?i)\bpower\b|\bpsu?\b|\bpem\b|\bpwr\b")),
    ("optic", re.compile(r"(?i)\bc?sfp|\bx?fp\b|qsfp|\bcfp|gbic|transceiver|\bxcvr\b|base-?[sledzb]|optic")),
)

Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A row of an inventory that is not the box itself."""

    kind: str
    name: str
    model: str
    serial: str


def command_traits(said: Said, knowledge: Knowledge) -> Iterator[Trait]:
    """All that the output of identity commands announces of the box."""
    for observation in said.of(Source.SSH_COMMAND):
        if _IDENTITY.search(observation.at) is not None:
            lines = _lines(observation)
            yield from _announced(lines, observation, knowledge)
            yield from _tabled(lines, observation, knowledge)
            for record in records(said, observation, knowledge)[:1]:
                yield from _recorded(record, observation, knowledge)


def parts(said: Said, knowledge: Knowledge) -> Iterator[Part]:
    """The parts that inventory commands list, by ntc-templates."""
    for observation in said.of(Source.SSH_COMMAND):
        if "inventory" in observation.at:
            rows = records(said, observation, knowledge)
            box = _box(rows)
            for row in rows:
                name, descr, serial = (row.get(field, "") for field in ("name", "descr", "sn"))
                if row is not box and serial and serial != (box or {}).get("sn"):
                    text = f"{name} {descr} {row.get('pid', '')}"
                    kind = next((kind for kind, shape in _PARTS if shape.search(text)), "card")
                    yield Part(kind, name or row.get("port", ""), row.get("pid", ""), serial)


def records(said: Said, output: Observation, knowledge: Knowledge) -> Sequence[Record]:
    """A command's output as ntc-templates reads it, fields in lower case; empty where it has no template for the
    dialect and command, or the output is not as the template expects."""
    dialect = said.first(Source.SSH_DIALECT)
    if dialect is None:
        return ()
    from ntc_templates.parse import parse_output

    platform = knowledge.symbols.templates.get(clean(dialect.value), clean(dialect.value))
    text = "\n".join(_lines(output))[:MOST_TEMPLATE_TEXT]
    try:
        rows = parse_output(platform=platform, command=output.at, data=text)
    except Exception:  # noqa: BLE001 a decode boundary: templates raise whatever their engine does on foreign text
        return ()
    return tuple({name: _first(value) for name, value in row.items()} for row in rows[:MOST_ROWS])


def _first(value: object) -> str:
    if isinstance(value, list):
        return clean(str(value[0])) if value else ""
    return clean(str(value))


def _lines(output: Observation) -> list[str]:
    text = readable(Source.SSH_COMMAND, output.value)
    return [line.rstrip() for line in islice(text.split("\n"), MOST_LINES) if len(line) <= LONGEST_LINE]


def _announced(lines: Sequence[str], output: Observation, knowledge: Knowledge) -> Iterator[Trait]:
    """Lines of the form `label : text`. The first of a kind is the box's; what follows are its parts."""
    seen: dict[str, int] = {}
    for line in lines:
        match = _LINE.match(line)
        name = _trait_of(match["label"].strip(" .")) if match is not None else None
        if match is None or name is None:
            continue
        label = match["label"].replace("_", " ").title().replace(" ", "")
        extra = max(min(knowledge.symbols.points(name, label), 4), -8) - min(seen.get(name, 0), 4)
        seen[name] = seen.get(name, 0) + 1
        text = match["text"].strip(" \"'")
        yield from _trait(name, text.split("  ")[0].rstrip(","), extra, output, knowledge)


def _trait_of(label: str) -> str | None:
    return next((name for name, shape in _LABELS if shape.search(label)), None)


def _tabled(lines: Sequence[str], output: Observation, knowledge: Knowledge) -> Iterator[Trait]:
    """The first rows below a heading that names a serial-number column."""
    headings: list[tuple[str, int, int]] = []
    place = 0
    for line in lines:
        cells = _cells(_HEADING_CELL, line)
        named = [cell for cell in cells if _SERIAL_HEADING.match(cell[0]) or _MODEL_HEADING.match(cell[0])]
        if len(cells) > 1 and any(_SERIAL_HEADING.match(cell[0]) for cell in named):
            headings, place = named, 0
        elif headings and set(line.strip()) - set("-= "):
            for heading, start, end in headings:
                text = next((word for word, begin, stop in _cells(_WORD, line) if begin < end and stop > start), "")
                name = "serial" if _SERIAL_HEADING.match(heading) else "model"
                later = min(place, 4) if name == "serial" else 2 + min(place, 4)
                yield from _trait(name, text, -later, output, knowledge)
            place += 1
        if not line.strip() or place == MOST_TABLE_ROWS:
            headings = []


def _cells(shape: re.Pattern[str], line: str) -> list[tuple[str, int, int]]:
    return [(match.group(), match.start(), match.end()) for match in shape.finditer(line)]


def _recorded(record: Record, output: Observation, knowledge: Knowledge) -> Iterator[Trait]:
    """The box's own fields of a template's first record, or of the row of an inventory that is the box."""
    if "inventory" in output.at and "pid" in record:
        named = {"model": record.get("pid", ""), "serial": record.get("sn", "")}
        for name, text in named.items() if _BOX.search(record.get("name", "")) else ():
            yield from _trait(name, text, 3, output, knowledge)
        return
    for name, fields in _FIELDS.items():
        text = next((record[field] for field in fields if record.get(field)), "")
        yield from _trait(name, text, 3, output, knowledge)


def _box(rows: Sequence[Record]) -> Record | None:
    return next((row for row in rows if _BOX.search(row.get("name", ""))), None)


def _trait(name: str, text: str, extra: int, output: Observation, knowledge: Knowledge) -> Iterator[Trait]:
    looks = plausible(name, text, knowledge.symbols)
    if looks is not None:
        points = knowledge.symbols.origins["command-general"] + looks + extra
        yield Trait(name, text, points, output.source.value, output.at)
