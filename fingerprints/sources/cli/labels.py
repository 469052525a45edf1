"""The meaning of labels, headings and commands: what they say, and whether of the device or of its parts."""

import re
from collections.abc import Iterator, Sequence

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import AttributeName
from fingerprints.sources.cli.fields import first_value
from fingerprints.sources.cli.layout import OutputSection
from fingerprints.sources.cli.part_commands import lists_parts_only

_IDENTITY = re.compile(
    r"(?i)\b(?:ver\w{0,5}|soft(?:ware)?|platform|udi|about|inv\w{0,7}|chassis|manu(?:info|facture-info)|hardware|device\w{0,4}|elabel|esn|system|sysinfo|sn|serial\S{0,8}|board"
    r"|module|card|mda|rack|idprom|resource|routerboard|license|unit|stack|switch|product|asset|boot|tech-support|dmidecode"
    r"|hostnamectl|lshw|patch|startup|environment|slots?|sys-info|atsh|microcode|syseeprom)\b"
)
_OF_OTHER_DEVICES = re.compile(
    r"(?i)\b(?:nei\w{0,7}|lldp\w{0,3}|cdp|isdp|fdp|edp|h?ndp|neighbor|transceiver|interfaces?|route|arp|mac(?!hine)\S{0,8}|counters?|log\w{0,4}|onu|ont|users?|community|clients?|ap|station|vtp|router|rout\w{0,5}|usage|spanning-tree|vlan|device-(?:tracking|sensor))\b"
)
"""Commands about other devices or about traffic; their output is not read here."""

MODEM_COMMAND = re.compile(
    r"(?i)\b(?:lte\w{0,8}|lte-modem|modems?|cellular|wwan|mmcli|qmicli|uqmi|mbimcli|gsmctl|cellctl|at-chat|(?:ls)?usb|3g|4g|5g)\b"
    r"|^ ?at(?:i\d?|\+(?:cg|g)m[imrsn]{0,2}\b)"
)
"""Commands about a modem for mobile networks in the box, or about USB devices: what they print is not the box's own."""

MODEM_LABEL = re.compile(r"(?i)\b(?:modem|cellular|wwan|lte)\b")
"""Words of a label or a heading about such a modem: `Modem Firmware Version`, `Cellular module model`."""

MODEM_FIELD = re.compile(r"(?i)^[^:=]{0,40}\b(?:modem|cellular|wwan|lte)\b[^:=]{0,40}[:=]")
"""A line with a field about such a modem."""

_OF_TRAFFIC = re.compile(
    r"(?i)\b(?:fdb|forwarding|ospf\w?|bgp|isis|peers?|dhcp|snooping|events?|alarms?|sfp\w?|optic\w{0,2}|modems?|lte|wwan|cellular"
    r"|sim|[gex]?pon|subscribers?|sessions?|traffic|qos|acl|access-list|who|process\w{0,2}|cpu|memory|history|config\S{0,12}"
    r"|running\S{0,8}|current-config\S{0,10}|startup-config\S{0,4}|power\S{0,12}|psus?|fans?|disks?|storage|certificates?"
    r"|crypto|aaa|radius|help|diag\w{0,8}|fru|ports?)\b"
)
"""Further commands whose output is read for no device: about traffic, programs, parts, and what people configured."""

MAX_ALIKE = 2
"""Fields with one label in the description of a device; more are a list of parts."""

_MODEL_AND_REVISION = re.compile(r"^(?P<model>(?=[\w+-]{0,20}\d)[A-Z][\w+-]{3,28}) \d{1,2}\.\d{1,2}$")

_SYSTEM_RELEASE = re.compile(r"[A-Z]\w{1,12}(?:-\w{1,4}){0,3}-\d{1,2}(?:\.\d{1,3}){2}(?= |$)")
_PROCESSOR = re.compile(r"(?i)^(?:cpu|processor|disk|memory)\b")

_LABELS = (
    (
        AttributeName.SERIAL,
        re.compile(
            r"(?i)(?:(?:\b|_)(?:ser(?:ial)?(?:[ _-]?(?:number|num|nbr|no|nr|#|id))?\.?|s/?n|esn|service tag|svctag)"
            r"|\bbar ?code|^serial[\w-]{0,12}|_serial)"
            r"(?: of \w{1,12}(?: \d{1,3})?)?$"
        ),
    ),
    (
        AttributeName.MODEL,
        re.compile(
            r"(?i)(?:\b(?:model(?:[ _-]?(?:number|name|no\.?|id|type))?"
            r"|product[ _-]?(?:name|model|type|id|number|no\.?|code)?"
            r"|device(?:_name|[ _](?:type|model))|chassis[ _-]name|pid|sid"
            r"|board[ _-]?type|board[ _-]?name|hw ?sku"
            r"|(?:system|switch|chassis|platform|hardware|unit|machine)[ _-]?(?:type|model)"
            r"|(?:device|product) hardware description|platform)"
            r"|^hardware|^type|^chassis|^system)$"
        ),
    ),
    (
        AttributeName.VERSION,
        re.compile(
            r"(?i)(?:\b(?:(?:software|system|product|os|firmware|firm|fw|sw|image|main|current|running|software package"
            r"|runtime|active|operation code|[a-z][\w-]{0,12}os)(?: ?(?:image|firmware|package))?[ _-]?ver(?:sion)?"
            r"(?: number)?\.?|(?:software|firmware|fw|sw)[ _-]?rev(?:ision)?\.?"
            r"|(?:running|active|booted) (?:image|package|software|release)|sw-version|junos|software"
            r"|product[ _-]release)"
            r"|^(?:primary|secondary|(?:image|bank|firmware|flash|partition|side)[ _-]?[0-9ab])"
            r"(?: ?(?:image|software|firmware|code))?[ _-]?ver(?:sion)?\.?"
            r"|^version(?: number)?|^release|^ver|^os|^firmware|^software[ _]release|^build|^sw|^fw)$"
        ),
    ),
)
_ANNOUNCED = re.compile(r"(?i)^(?:version|ver\.?|release)[ :]{1,3}(?=v?\d)")
"""The word before a version that a field's text repeats: `system: version 9.3(5)`."""

_BELOW_SOFTWARE = re.compile(
    r"(?i)\b(?:boot\w{0,8}|u-?boot|rom|bios|kernel|cpld|fpga|epld|hw|hardware|pcb|board|micro\w{0,12}|engine|loader"
    r"|driver|dsp|radio|nss|service os|hypervisor|mib|web|protocol|ssh|snmp|config\w{0,10}|data(?:base)?|signatures?"
    r"|backup|standby|alternate|inactive|factory|next|previous|recovery|rescue|poe|psu|fan|cmp)\b"
)
"""Words of labels for versions that are not of the software that runs: below it, beside it, or kept for later."""

_SOFTWARE_TITLE = re.compile(r"(?i)\b(?:os|operating system|(?:system|running|active) software)\b")
_PART_LABEL = re.compile(
    r"(?i)(?:mother|host|switch) ?board|daughter ?(?:board|card)|main ?board|power|\bfan|module|(?<!top )assembly"
    r"|\bcpu|dimm|memory|\bpoe|license|\bpc[ab]\b|\bpsu?\b|suppl(?:y|ies)|battery|adapter|\bradio|modem|\bsim\b|\bdisk|\bdrive|\bssd\b"
    r"|hypervisor|transceiver|\bsfp|optic|\bvendor|rectifier|line ?card|expansion|uplink|bluetooth"
)
_PROGRAM = re.compile(r"(?i)software|firmware|licen[cs]e|package|image")
DESCRIPTION = re.compile(r"(?i)^(?:system[ _-]?|sys|machine |software )?(?:description|descr)$")
"""Labels of the text that SNMP calls sysDescr."""

_OF_PRODUCT = frozenset(("platform", "product", "chassis"))
"""Headings above the name of a product."""

_ASIDE = re.compile(r" ?\([^()]{0,20}\)?$")
MAKER = re.compile(
    r"(?i)^(?:manufacturer|vendor(?:[ _]?name)?|manufactured by|brand|hardware vendor|oem|maker|sys_vendor)$"
)
_BOX_TITLE = re.compile(
    r"(?i)\bchassis\b|back[ _]?plane|\bself$|^system\b"
    r"|^rack 0$|^1$|\bswitch system$|^base unit|stack$"
    r"|^product\b|^main_?board|^(?:switch|unit|stack ?unit|member|fpc|slot)[ _:]{0,2}0?[01](?: cpu \d)?$"
)
_OF_CHASSIS = re.compile(r"(?i)\bchassis\b")
_OF_WHOLE = re.compile(r"(?i)chassis|\bboard[ _-]id\b|\bsystem\b|back[_ -]?plane")
_PART_KINDS = (
    (ComponentKind.MODEM, MODEM_LABEL),
    (ComponentKind.FAN, re.compile(r"(?i)\bfan|fantray")),
    (ComponentKind.POWER_SUPPLY, re.compile(r"(?i)\bpower|\bpsu?\b|\bpsu?[ _-]?\d|\bpem\b|\bpsm\b|\bpwr")),
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
    """True if a command's output is about other devices, about traffic or about a modem in the box."""
    return _OF_OTHER_DEVICES.search(command) is not None or MODEM_COMMAND.search(command) is not None


def is_about_traffic(command: str) -> bool:
    """True if a command's output is about traffic, programs, parts or what people configured."""
    return _OF_TRAFFIC.search(command) is not None


def describes_device(command: str, sections: Sequence[OutputSection]) -> bool:
    """True if the output of a command of any name describes the device: it holds fields, one of which says in at least
    two words that it is a serial number, a model or a version, and no more of that label than a list of parts has."""
    if concerns_other_devices(command) or is_about_traffic(command):
        return False
    labels = [label.lower() for section in sections for label, _ in section.fields]
    telling = {label for label in labels if " " in label.strip() and attribute_of(label) is not None}
    return any(not is_part_label(label) and labels.count(label) <= MAX_ALIKE for label in telling)


def named_values(label: str, text: str) -> Iterator[tuple[AttributeName, str]]:
    """What a field tells under the name of another: the model in `Hardware Version - QX-24 2.0` (TP-Link), the version
    in `Operating system.....QxOS-2S-09.0.00 2021-10-10` (HiOS)."""
    told = _MODEL_AND_REVISION.match(text) if label.lower() == "hardware version" else None
    if told is not None:
        yield AttributeName.MODEL, told["model"]
    release = _SYSTEM_RELEASE.match(text) if label.lower() == "operating system" else None
    if release is not None:
        yield AttributeName.VERSION, release.group()


def is_of_processor(label: str) -> bool:
    """True if a label is about a processor, a disk or memory, whose model is none of the box."""
    return _PROCESSOR.search(label) is not None


def whole_label(title: str, label: str) -> str:
    """A field's label, with what its heading adds: a name below `Platform` is the product's (F5)."""
    return "product name" if label.lower() == "name" and title.lower() in _OF_PRODUCT else label


def attribute_of(label: str) -> AttributeName | None:
    """The attribute that a label names: model, version or serial; None for any other label."""
    label = _ASIDE.sub("", label)
    if MODEM_LABEL.search(label):
        return None
    name = next((name for name, shape in _LABELS if shape.search(label)), None)
    if name is AttributeName.MODEL and _PROGRAM.search(label):
        return None
    return None if name is AttributeName.VERSION and _BELOW_SOFTWARE.search(label) else name


def value_of(text: str, name: AttributeName | None = None) -> str:
    """A field's text up to the start of another field; a version without its own word."""
    value = first_value(text)
    return _ANNOUNCED.sub("", value) if name is AttributeName.VERSION else value


def fields_of(section: OutputSection, name: AttributeName, database: FingerprintDatabase) -> Iterator[str]:
    """The texts of a section whose labels name one attribute; those about a part come last."""
    fields = [(label, text) for label, text in section.fields if attribute_of(label) == name]
    for _, text in sorted(fields, key=lambda field: is_part_label(field[0])):
        if database.attribute_scores.says_something(text):
            yield value_of(text)


def is_part_label(label: str) -> bool:
    """True if a label is about a part: `Motherboard serial number`."""
    return _PART_LABEL.search(label) is not None


def title_points(title: str) -> int:
    """Points of a version below a heading: more for the software's own, fewer for what is below or beside it."""
    return 2 if _SOFTWARE_TITLE.search(title) else -8 if _BELOW_SOFTWARE.search(title) else 0


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
        and (not section.is_record or _BOX_TITLE.search(section.title) or _OF_CHASSIS.search(section.about))
    ]
    titled = (
        section for section in candidates if _BOX_TITLE.search(section.title) and "slot" not in section.title.lower()
    )
    return next(titled, candidates[0] if candidates else None)


def own_section(command: str, sections: Sequence[OutputSection], database: FingerprintDatabase) -> OutputSection | None:
    """The section about the device in the output of a command. One that lists cards, power supplies or transceivers
    (`show card detail`) has none but one that says it is the chassis."""
    box = box_of(sections, database)
    if box is None or not lists_parts_only(command):
        return box
    words = (command, box.title, box.about, box.fields[0][0])
    return box if any(map(_OF_WHOLE.search, words)) else None
