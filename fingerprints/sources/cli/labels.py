"""The meaning of labels, headings and commands: what they say, and whether of the device or of its parts."""

import re
from collections.abc import Iterator, Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.sources.cli.fields import first_value
from fingerprints.sources.cli.layout import OutputSection

_IDENTITY = re.compile(
    r"(?i)\b(?:ver\w{0,5}|inv\w{0,7}|chassis|manu(?:info|facture-info)|hardware|device\w{0,4}|elabel|esn|system|sysinfo|sn|serial\S{0,8}|board"
    r"|module|card|mda|rack|idprom|resource|routerboard|license|unit|stack|switch|product|asset|boot|tech-support|dmidecode"
    r"|hostnamectl|lshw|patch|startup|environment|slots?|sys-info|atsh)\b"
)
_OF_OTHER_DEVICES = re.compile(
    r"(?i)\b(?:nei\w{0,7}|lldp\w{0,3}|cdp|isdp|fdp|edp|h?ndp|neighbor|transceiver|interfaces?|route|arp|mac\S{0,8}|counters?|log\w{0,4}|onu|ont|users?|community|clients?|ap|station|vtp|router|rout\w{0,5}|usage|spanning-tree|vlan)\b"
)
"""Commands about other devices or about traffic; their output is not read here."""

_LABELS = (
    (
        AttributeName.SERIAL,
        re.compile(
            r"(?i)(?:(?:\b|_)(?:serial(?:[ _-]?(?:number|num|no\.?|nr\.?|#|id))?|s/?n|esn|service tag|svctag)"
            r"|\bbar ?code|^serial[\w-]{0,12}|_serial)"
            r"(?: of \w{1,12}(?: \d{1,3})?)?$"
        ),
    ),
    (
        AttributeName.MODEL,
        re.compile(
            r"(?i)(?:\b(?:model(?:[ _-]?(?:number|name|no\.?|id|type))?|product[ _-]?(?:name|model|type)?"
            r"|device[ _](?:name|type|model)|chassis[ _-]name|pid"
            r"|board[ _-]?type|board[ _-]?name|(?:system|switch|chassis|platform|hardware|unit)[ _-]?(?:type|model)"
            r"|machine[ _-]model|platform)"
            r"|^hardware|^type|^chassis)$"
        ),
    ),
    (
        AttributeName.VERSION,
        re.compile(
            r"(?i)(?:\b(?:(?:software|system|product|os|firmware|fw|sw|image|main|current|running"
            r"|runtime|active|operation code)(?: image)?[ _-]?ver(?:sion)?"
            r"|sw-version|junos|software(?: revision)?|product[ _-]release)"
            r"|^version|^release|^ver|^os|^firmware|^software[ _]release|^build)$"
        ),
    ),
)
_PART_LABEL = re.compile(
    r"(?i)mother ?board|daughter ?board|main ?board|power|fan|module|assembly|cpu|dimm|memory|poe|license"
)
_PROGRAM = re.compile(r"(?i)software|firmware|licen[cs]e|package|image")
DESCRIPTION = re.compile(r"(?i)^(?:system[ _-]?|sys|machine |software )?(?:description|descr)$")
"""Labels of the text that SNMP calls sysDescr."""

_ASIDE = re.compile(r" ?\([^()]{0,20}\)?$")
MAKER = re.compile(
    r"(?i)^(?:manufacturer|vendor(?:[ _]?name)?|manufactured by|brand|hardware vendor|oem|maker|sys_vendor)$"
)
_BOX_TITLE = re.compile(
    r"(?i)\bchassis\b|back[ _]?plane|\bself$|^system\b"
    r"|^rack 0\b|^1 |^switch 1 |\bswitch system\b|^base unit|^c\d{4}\S{0,24} stack"
    r"|^product\b|^main_?board|^(?:switch|unit|stack ?unit|member|fpc|slot)[ _:]{0,2}0?[01](?: cpu \d)?$"
)
_PART_KINDS = (
    (ComponentKind.FAN, re.compile(r"(?i)\bfan|fantray")),
    (ComponentKind.POWER_SUPPLY, re.compile(r"(?i)power|\bpsu?\b|\bpsu?[ _-]?\d|\bpem\b|\bpsm\b|\bpwr")),
    (
        ComponentKind.OPTIC,
        re.compile(
            r"(?i)\bc?sfp|\bx?fp\b|qsfp|\bcfp|gbic|transceiver|\bxcvr\b|base-?[sledzb]|optic|^port|_port| port_"
        ),
    ),
)
NO_PART = re.compile(
    r"(?i)memory|dimm|processor|bios|cache|^cpu\b|battery|slot information|license|disk|storage|connector|onboard|oem"
)


def is_identity_command(command: str) -> bool:
    """True if a command's output identifies the device itself."""
    return _IDENTITY.search(command) is not None and not concerns_other_devices(command)


def concerns_other_devices(command: str) -> bool:
    """True if a command's output is about other devices or about traffic."""
    return _OF_OTHER_DEVICES.search(command) is not None


def attribute_of(label: str) -> AttributeName | None:
    """The attribute that a label names: model, version or serial; None for any other label."""
    label = _ASIDE.sub("", label)
    name = next((name for name, shape in _LABELS if shape.search(label)), None)
    return None if name is AttributeName.MODEL and _PROGRAM.search(label) else name


def value_of(text: str) -> str:
    """A field's text up to the start of another field."""
    return first_value(text)


def fields_of(section: OutputSection, name: AttributeName, database: FingerprintDatabase) -> Iterator[str]:
    """The texts of a section whose labels name one attribute; those about a part come last."""
    fields = [(label, text) for label, text in section.fields if attribute_of(label) == name]
    for _, text in sorted(fields, key=lambda field: is_part_label(field[0])):
        if database.attribute_scores.says_something(text):
            yield value_of(text)


def is_part_label(label: str) -> bool:
    """True if a label is about a part: `Motherboard serial number`."""
    return _PART_LABEL.search(label) is not None


def kind_of(title: str) -> ComponentKind | None:
    """The kind of part that a heading names: fan, power-supply or optic."""
    return next((kind for kind, shape in _PART_KINDS if shape.search(title)), None)


def box_of(sections: Sequence[OutputSection], database: FingerprintDatabase) -> OutputSection | None:
    """The section about the device itself: the first with a serial number whose title says so, else the first with a
    serial number that is no part and no item of an inventory."""
    candidates = [
        section
        for section in sections
        if any(fields_of(section, AttributeName.SERIAL, database))
        and kind_of(section.title) is None
        and not NO_PART.search(section.title)
        and (not section.is_record or _BOX_TITLE.search(section.title))
    ]
    titled = (
        section for section in candidates if _BOX_TITLE.search(section.title) and "slot" not in section.title.lower()
    )
    return next(titled, candidates[0] if candidates else None)
