"""A part that a command's output lists, and what kind of part its words say it is."""

import re
from dataclasses import dataclass

from fingerprints.model.component_kind import ComponentKind


@dataclass(frozen=True, slots=True)
class CommandPart:
    """A part in a command's output, not the device itself. `name` is its place: the port, the slot, or the path of the
    headings above it (`FPC 1/PIC 0/Xcvr 0`). `oui` is the vendor's IEEE number in an EEPROM, as printed;
    `description` is what a list says of the part."""

    kind: ComponentKind
    name: str
    model: str = ""
    serial: str = ""
    maker: str = ""
    oui: str = ""
    description: str = ""


_FAN = re.compile(r"(?i)\bfan|cooling|\bblower|ventil")
_POWER = re.compile(
    r"(?i)power[ _-]?(?:suppl|module|entry|dist|unit|tray|conver|shelf)|^power\b|\bpsu?\b|\bpsu?[ _-]?\d"
    r"|\bp[edsc]m\b|\bp[edsc]m[ _-]?\d|\bpwr|\bpsutray|\brectifier|\bac[ /-]?dc\b|power$"
)
_BACKPLANE = re.compile(r"(?i)\b(?:mid|back)[ _-]?plane|\bpmp\b")
_BOARD = re.compile(
    r"(?i)line[ -]?card|supervisor|\bsup\d?\b|mother ?board|daughter|fabric|\bengine\b"
    r"|control(?:ler)? (?:board|card|module)|\bcard\b|\bblade\b|route (?:switch )?processor|processor module|mezz"
)
_OPTIC = re.compile(
    r"(?i)\bc?sfp|\bx?fp\b|\bxfp-|qsfp|\bosfp|\bcfp|gbic|transceiver|\bxcvr\b|base-?[sledzb][rxw]?\b|optic(?!al line)"
    r"|^port\b|^port_"
)
_PORT_NAME = re.compile(
    r"(?i)^(?:(?:eth|swp|sfp|qsfp|ge|xe|et|port|sfp-sfpplus|qsfpplus)[ _-]?\d{1,3}"
    r"|[a-z]{1,4}[ _-]?\d{1,3}(?:[/:.]\d{1,3}){1,4}"
    r"|[a-z-]{0,24}(?:ethernet|gige?|gig|port|sonet|pos)[ _-]?\d{1,3}(?:[/:.]\d{1,3}){0,4}"
    r"|\d{2,3}ge\d{1,3}(?:/\d{1,3}){1,3}(?::\d{1,2})?)$"
)


def part_kind(place: str, description: str, model: str = "") -> ComponentKind | None:
    """The kind that a part's place and description say, the place first; None where they say none."""
    for text in (place, description, model):
        if _FAN.search(text):
            return ComponentKind.FAN
        if _BACKPLANE.search(text):
            return ComponentKind.BACKPLANE
        if _POWER.search(text):
            return ComponentKind.POWER_SUPPLY
        if _BOARD.search(text):
            return ComponentKind.CARD
        if _PORT_NAME.match(text) or _OPTIC.search(text):
            return ComponentKind.OPTIC
    return None


def is_port_name(text: str) -> bool:
    """True if a text is the name of a port: `GigabitEthernet0/0/1`, `xe-0/0/0`, `100GE1/0/1:2`."""
    return _PORT_NAME.match(text) is not None
