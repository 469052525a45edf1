"""Modems for mobile networks in command output: `interface lte info` (RouterOS), `show cellular 0 hardware` (IOS),
`diagnose sys lte-modem info` (FortiOS), `show modem wireless` (Junos), `mmcli -m 0` (ModemManager), `gsmctl`
(Teltonika), `cellctl` (Opengear), the answers to ATI, AT+CGMI and AT+CGMM (3GPP TS 27.007), and lists of USB devices.

All but the AT commands print a form: `manufacturer: ...`, `model: ...`. An answer without labels is read line by line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.database.modem_families import modem_company
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import ObservationIndex
from fingerprints.sources.cli.labels import MODEM_COMMAND, MODEM_LABEL
from fingerprints.sources.cli.layout import OutputSection, lines_of, sections_in
from fingerprints.sources.cli.parts.command_part import CommandPart

MAX_ANSWER = 12
"""Lines of an answer to an AT command."""

_MAKER = re.compile(r"(?i)^(?:manufacturer|vendor|maker|brand|oem)(?: ?(?:name|id))?$")
_MODEL = re.compile(r"(?i)^(?:device |product )?model(?: ?(?:name|number|id))?$")
_SERIAL = re.compile(r"(?i)^(?:serial(?: ?(?:number|no\.?))?|s/?n|factory serial number|fsn)(?: \(fsn\))?$")
_IMEI = re.compile(r"(?i)^(?:imei|equipment id|.{0,50}\(imei\)|imei code)$")
_IMEI_NUMBER = re.compile(r"\d{14,16}")
"""An IMEI (3GPP TS 23.003): the number of the modem itself, not of a subscriber."""

_OF_MODEM = re.compile(
    r"(?i)^(?:(?:internal|embedded|integrated|usb) )?(?:modem|cellular|wwan|lte)(?: (?:module|card|modem))? ?[:-]? ?"
)
"""The words in front of a label that say whose it is: `Modem Model`."""

_GROUP = re.compile(r"^ {0,8}(?:[A-Za-z0-9][\w /]{0,20})? {0,20}\| {0,40}(?=\S)")
"""The first column of ModemManager's forms: `Hardware |  manufacturer: ...`."""

_PLACE = re.compile(
    r"(?i)\b(lte\d{1,3}|wwan\d{0,3}|cellular ?\d[\d/]{0,8}|cl-\d[\d/]{0,8}|modem ?\d{1,3}|cdc-wdm\d"
    r"|ttyUSB\d)\b"
)
_MMCLI = re.compile(r"^ ?mmcli -m ?")
_AT = re.compile(r"(?i)^ ?at[i+]|gsmctl")
_USB = re.compile(r"(?i)\b(?:ls)?usb\b")
_USB_ROW = re.compile(
    r'^ {0,4}\d{1,2} {1,4}(?:device="[\d:.-]{1,8}" )?(?:\d{1,2}[:-][\d.]{1,6} {1,4})?'
    r'(?:vendor=")?(?P<maker>[A-Za-z][\w .,()&-]{1,40}?)'
    r'(?:" name="| {2,20})(?P<model>[A-Za-z][\w .-]{1,40}?)(?:"| {2,20}|$)'
)
"""A row of RouterOS' `system resource usb print`, with or without `detail`."""

_FIRST_WORD = re.compile(r"[ ,_]")
_LSUSB = re.compile(r"^Bus \d{3} Device \d{3}: ID [0-9a-f]{4}:[0-9a-f]{4} (?P<maker>[A-Z][^\n]{2,80})$")


def modem_parts(index: ObservationIndex, database: FingerprintDatabase) -> Iterator[CommandPart]:
    """The modems in command output: what a command about modems prints, and sections of others that are about one."""
    answers: dict[str, CommandPart] = {}
    for output in index.of(Source.SSH_COMMAND):
        lines = lines_of(output)
        is_about_modem = MODEM_COMMAND.search(output.at) is not None
        if is_about_modem and _USB.search(output.at):
            yield from _usb_modems(lines, database)
            continue
        parts = [*_forms(output, lines, is_about_modem)]
        for part in parts:
            if any(database.attribute_scores.says_something(text) for text in (part.maker, part.model)):
                yield part
        if is_about_modem and not parts and _AT.search(output.at):
            maker, model = _answer(lines, database)
            place = _place(output, OutputSection(""))
            known = answers.get(place, CommandPart(ComponentKind.MODEM, place, "", ""))
            answers[place] = replace(known, model=known.model or model, maker=known.maker or maker)
    yield from (part for part in answers.values() if part.maker or part.model)


def _forms(output: Observation, lines: Sequence[str], is_about_modem: bool) -> Iterator[CommandPart]:
    """The modems of a form: one for each section with a maker or a model; of any other command's output only the
    sections and labels that say modem."""
    sections = sections_in([_GROUP.sub("", line) for line in lines] if is_about_modem else lines)
    merged = [OutputSection("", [field for section in sections for field in section.fields])]
    repeats = sum(bool(_first(section, _MAKER, True)) for section in sections) > 1
    for section in sections if repeats or not is_about_modem else merged:
        wholly = is_about_modem or MODEM_LABEL.search(section.title) is not None
        maker, model = (_first(section, shape, wholly) for shape in (_MAKER, _MODEL))
        if maker or model:
            serial = _first(section, _SERIAL, wholly) or _first(section, _IMEI, wholly)
            yield CommandPart(ComponentKind.MODEM, _place(output, section), model, serial, maker)


def _first(section: OutputSection, shape: re.Pattern[str], wholly: bool) -> str:
    """The text of the first field whose label says this of a modem. `wholly`: the section is about one, so that its
    labels need not say so."""
    for label, text in section.fields:
        bare = _OF_MODEM.sub("", label)
        if (wholly or bare != label) and shape.match(bare) and (shape is not _IMEI or _IMEI_NUMBER.fullmatch(text)):
            return text.strip("\"' ")
    return ""


def _answer(lines: Sequence[str], database: FingerprintDatabase) -> tuple[str, str]:
    """Maker and model in the answer to an AT command: a line that names a company, a line that is a known model."""
    texts = [line.strip(" \"'") for line in lines[:MAX_ANSWER]]
    maker = next((text for text in texts if text and database.named(text) is not None), "")
    return maker, next((text for text in texts if modem_company(text, database.modem_families) is not None), "")


def _usb_modems(lines: Sequence[str], database: FingerprintDatabase) -> Iterator[CommandPart]:
    """The USB devices of companies that make modems."""
    makers = {family.company for family in database.modem_families}
    for number, line in enumerate(lines):
        row = _USB_ROW.match(line) or _LSUSB.match(line)
        words = row["maker"] if row is not None else ""
        party = database.named(words) or database.named(_FIRST_WORD.split(words, maxsplit=1)[0])
        if row is not None and party is not None and party.id in makers:
            model = row.groupdict().get("model") or ""
            yield CommandPart(ComponentKind.MODEM, f"USB {number}", model, "", party.name)


def _place(output: Observation, section: OutputSection) -> str:
    named = _PLACE.search(section.title) or _PLACE.search(_MMCLI.sub("modem ", output.at))
    return named[1] if named is not None else section.title or "modem"
