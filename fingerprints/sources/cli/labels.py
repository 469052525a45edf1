"""What labels, headings and commands mean: which tell of the box, which of its parts, and what of it."""

import re
from collections.abc import Iterator, Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.sources.cli.layout import Section

_IDENTITY = re.compile(
    r"(?i)\b(?:ver\w{0,5}|inv\w{0,7}|chassis|manu(?:info|facture-info)|hardware|device\w{0,4}|elabel|esn|system|sysinfo|sn|serial\S{0,8}|board"
    r"|module|card|mda|rack|idprom|resource|routerboard|license|unit|stack|switch|product|asset|boot|tech-support|dmidecode"
    r"|hostnamectl|lshw|patch|startup|environment|slots?|sys-info)\b"
)
_ANOTHERS = re.compile(
    r"(?i)\b(?:nei\w{0,7}|lldp|cdp|neighbor|transceiver|interfaces?|route|arp|mac\S{0,8}|counters?|log\w{0,4}|onu|ont|users?|community|clients?|ap|station|vtp|router|rout\w{0,5}|usage|spanning-tree|vlan)\b"
)
"""Commands that tell of other boxes or of traffic; of them nothing is read here."""

_LABELS = (
    (
        "serial",
        re.compile(
            r"(?i)(?:(?:\b|_)(?:serial(?:[ _-]?(?:number|num|no\.?|nr\.?|#|id))?|s/?n|esn|service tag|svctag)"
            r"|\bbar ?code|^serial[\w-]{0,12}|_serial)"
            r"(?: of \w{1,12}(?: \d{1,3})?)?$"
        ),
    ),
    (
        "model",
        re.compile(
            r"(?i)(?:\b(?:model(?:[ _-]?(?:number|name|no\.?|id|type))?|product[ _-]?(?:name|model|type)?"
            r"|device[ _](?:name|type|model)|chassis[ _-]name|pid"
            r"|board[ _-]?type|board[ _-]?name|(?:system|switch|chassis|platform|hardware|unit)[ _-]?(?:type|model)"
            r"|machine[ _-]model|platform)"
            r"|^hardware|^type|^chassis)$"
        ),
    ),
    (
        "version",
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
_FURTHER = re.compile(r"  |, |\t")
DESCRIPTION = re.compile(r"(?i)^(?:system[ _-]?|sys|machine |software )?(?:description|descr)$")
"""Labels of what SNMP calls sysDescr."""

_ASIDE = re.compile(r" ?\([^()]{0,20}\)?$")
MAKER = re.compile(
    r"(?i)^(?:manufacturer|vendor(?:[ _]?name)?|manufactured by|brand|hardware vendor|oem|maker|sys_vendor)$"
)
_BOX_TITLE = re.compile(
    r"(?i)\bchassis\b|back[ _]?plane|\bself$|^system\b"
    r"|^product\b|^main_?board|^(?:switch|unit|stack ?unit|member|fpc|slot)[ _:]{0,2}0?[01](?: cpu \d)?$"
)
_PART_KINDS = (
    ("fan", re.compile(r"(?i)\bfan|fantray")),
    ("power-supply", re.compile(r"(?i)power|\bpsu?\b|\bpsu?[ _-]?\d|\bpem\b|\bpsm\b|\bpwr")),
    (
        "optic",
        re.compile(
            r"(?i)\bc?sfp|\bx?fp\b|qsfp|\bcfp|gbic|transceiver|\bxcvr\b|base-?[sledzb]|optic|^port|_port| port_"
        ),
    ),
)
NO_PART = re.compile(
    r"(?i)memory|dimm|processor|bios|cache|^cpu\b|battery|slot information|license|disk|storage|connector|onboard|oem"
)


def tells_identity(command: str) -> bool:
    """Whether a command tells what the box itself is."""
    return _IDENTITY.search(command) is not None and _ANOTHERS.search(command) is None


def trait_of(label: str) -> str | None:
    """The trait that a label announces: model, version or serial."""
    label = _ASIDE.sub("", label)
    name = next((name for name, shape in _LABELS if shape.search(label)), None)
    return None if name == "model" and _PROGRAM.search(label) else name


def value_of(text: str) -> str:
    """A field's text up to where another begins: two spaces, or a comma and one."""
    return _FURTHER.split(text, maxsplit=1)[0].rstrip(",; ")


def fields_of(section: Section, name: str, database: FingerprintDatabase) -> Iterator[str]:
    """The texts of a section that its labels announce as one trait, what they say of a part last."""
    fields = [(label, text) for label, text in section.fields if trait_of(label) == name]
    for _, text in sorted(fields, key=lambda field: of_part(field[0])):
        if database.attribute_scores.says_something(text):
            yield value_of(text)


def of_part(label: str) -> bool:
    """Whether a label speaks of a part: `Motherboard serial number`."""
    return _PART_LABEL.search(label) is not None


def kind_of(title: str) -> str | None:
    """The kind of part that a heading names: fan, power-supply or optic."""
    return next((kind for kind, shape in _PART_KINDS if shape.search(title)), None)


def box_of(sections: Sequence[Section], database: FingerprintDatabase) -> Section | None:
    """The section that is the box: one that says so, or else the first that has a serial number and is no part."""
    telling = [
        section
        for section in sections
        if any(fields_of(section, "serial", database))
        and kind_of(section.title) is None
        and not NO_PART.search(section.title)
    ]
    titled = (
        section for section in telling if _BOX_TITLE.search(section.title) and "slot" not in section.title.lower()
    )
    return next(titled, telling[0] if telling else None)
