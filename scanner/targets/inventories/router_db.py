"""The router.db of RANCID (`host;type;state`) and of Oxidized (`host:model:...`; more fields may be a login)."""

import re
from collections.abc import Iterator

from fingerprints.model.secret_names import first_word
from scanner.targets.entry import InventoryContent, InventoryEntry, SkippedEntry, SkipReason
from scanner.targets.inventories.content import FileContent, TextSyntax
from scanner.targets.inventories.kept_values import host_word
from scanner.targets.inventories.platforms import is_platform_name, platform_name
from scanner.targets.inventories.recognition import NOT_RECOGNISED, Recognition, certain, likely, near, possible

STATES = frozenset(("up", "down", "ticketed", "deleted"))
"""Words of RANCID's third field. Only what is up is collected."""

MODELS = frozenset(
    (
        *("cisco", "juniper", "arista", "huawei", "foundry", "hp", "extreme", "force10", "alteon", "bay", "mikrotik"),
        *("acos", "airos", "aos", "aosw", "arubaos", "asa", "bdcom", "br6910", "ciscosmb", "ciscospark", "comware"),
        *("cumulus", "dlink", "dnos", "edgecos", "edgeswitch", "eltex", "fastiron", "fortios", "ftos", "gaiaos"),
        *("h3c", "ironware", "ml66", "netgear", "netscaler", "netonix", "nos", "opnsense", "panos", "pfsense"),
        *("planet", "powerconnect", "quantaos", "saos", "screenos", "slxos", "smartax", "sonicos", "supermicro"),
        *("tmos", "tplink", "voss", "vyatta", "vyos", "weos", "xos", "zhoneolt", "zynos", "zte", "linuxgeneric"),
    )
)
"""Models and types that people write into the second field, beside the names of platforms."""

_OXIDIZED = re.compile(r"[\w.-]{1,253}:(?:\d{1,3}(?:\.\d{1,3}){3}:)?(?P<model>[A-Za-z][\w-]{0,40})(:|\Z)")
"""`host:model`, or `name:address:model`."""


def recognise_rancid(content: FileContent) -> Recognition:
    """Lines of a host, a type and a state."""
    if content.syntax is not TextSyntax.TEXT or not content.lines:
        return NOT_RECOGNISED
    states = sum(1 for _, line in content.lines if _fields(line)[2:3] and _fields(line)[2].lower() in STATES)
    if states == len(content.lines):
        return certain("each line has a host, a type and a state (up, down)")
    return near("not each line has a host, a type and a state (up, down)") if states else NOT_RECOGNISED


def recognise_oxidized(content: FileContent) -> Recognition:
    """Lines of a host and a model, with colons between."""
    if content.syntax is not TextSyntax.TEXT or not content.lines:
        return NOT_RECOGNISED
    matches = [match for _, line in content.lines if (match := _OXIDIZED.match(line))]
    if len(matches) < len(content.lines):
        return near("not each line has a host and a model") if len(matches) * 2 > len(content.lines) else NOT_RECOGNISED
    if any(_is_model(match["model"]) for match in matches):
        return likely("each line has a host and a model")
    return possible("each line has a host and a word that may be a model")


def read_rancid(content: FileContent) -> InventoryContent:
    """The hosts of RANCID that are up. Raises DataFileError."""
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    for number, line in _lines(content):
        fields = _fields(line)
        if len(fields) < 3:
            raise content.refused(f"line {number}", "has no type and state", "host;type;state")
        host, kind, state = first_word(fields[0]), fields[1], fields[2].lower()
        word = host_word(host)
        if state != "up":
            skipped.append(SkippedEntry(f"line {number}", host, SkipReason.DOWN, state if state in STATES else ""))
        elif not word:
            skipped.append(SkippedEntry(f"line {number}", host, SkipReason.NOT_A_HOST))
        else:
            entries.append(_entry(number, word, host, kind))
    return InventoryContent(tuple(entries), tuple(skipped))


def read_oxidized(content: FileContent) -> InventoryContent:
    """The hosts of Oxidized. Fields behind the model are not kept: they may be a group, a user and a password. Where
    the second field is an address, the first is a name, and the third the model. Raises DataFileError."""
    entries: list[InventoryEntry] = []
    skipped: list[SkippedEntry] = []
    more = 0
    for number, line in _lines(content):
        fields = [field.strip() for field in line.split(":")]
        if len(fields) < 2:
            raise content.refused(f"line {number}", "has no model", "host:model")
        named = len(fields) > 2 and _is_address(fields[1])
        name, host, model = (fields[0], fields[1], fields[2]) if named else (fields[0], fields[0], fields[1])
        more = max(more, len(fields) - (3 if named else 2))
        word = host_word(host)
        if not word:
            skipped.append(SkippedEntry(f"line {number}", first_word(host), SkipReason.NOT_A_HOST))
        else:
            entries.append(_entry(number, word, name, model))
    names = tuple(f"field {number} behind the model" for number in range(1, min(more, 9) + 1))
    return InventoryContent(tuple(entries), tuple(skipped), names)


def _fields(line: str) -> list[str]:
    """The fields of RANCID: a semicolon between since version 3, for addresses of IPv6; a colon before."""
    return [field.strip() for field in line.split(";" if ";" in line else ":")]


def _is_model(word: str) -> bool:
    return word.lower() in MODELS or is_platform_name(word)


def _is_address(text: str) -> bool:
    return text.count(".") == 3 and text.replace(".", "").isdigit()


def _lines(content: FileContent) -> Iterator[tuple[int, str]]:
    if content.syntax is TextSyntax.WORKBOOK:
        raise content.refused("whole file", "is a ZIP archive", "a line for each host")
    for number, line in enumerate(content.text.splitlines(), 1):
        text = line.partition("#")[0].strip()
        if text:
            yield number, text


def _entry(number: int, word: str, name: str, model: str) -> InventoryEntry:
    attributes = (("platform", platform_name(model)),) if _is_model(model) else ()
    return InventoryEntry(f"line {number}", word, (name,) if name != word else (), attributes)
