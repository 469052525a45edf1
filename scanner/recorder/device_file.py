"""A recorded device as the text of a device file, which the simulator plays."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fingerprints.model.evidence import Observation, Source
from fingerprints.sources.ip_mib import IP_AD_ENT_NET_MASK
from scanner.protocols.snmp.message.ber import Syntax, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.simulator.walk import walk_lines

NO_MAC = "02:6b:69:74:00:01"
"""The chassis's MAC address of a device that showed none: locally administered."""

_ALWAYS_TEXT = frozenset(
    {
        Source.SNMP_SYS_DESCR,
        Source.SNMP_SYS_CONTACT,
        Source.SNMP_SYS_NAME,
        Source.SNMP_SYS_LOCATION,
        Source.SNMP_ENGINE_ID,
        Source.SNMP_IF_DESCR,
        Source.SNMP_IF_NAME,
        Source.SNMP_IF_ALIAS,
        Source.SNMP_IF_PHYS_ADDRESS,
        Source.SNMP_NEIGHBOUR_MAC,
        Source.SNMP_ENTITY_DESCR,
        Source.SNMP_ENTITY_NAME,
        Source.SNMP_ENTITY_HARDWARE_REV,
        Source.SNMP_ENTITY_FIRMWARE_REV,
        Source.SNMP_ENTITY_SOFTWARE_REV,
        Source.SNMP_ENTITY_SERIAL,
        Source.SNMP_ENTITY_MFG_NAME,
        Source.SNMP_ENTITY_MODEL,
        Source.SNMP_BRIDGE_ADDRESS,
    }
)
"""Objects that are OCTET STRINGs by their MIBs, also where a number stands in one."""

_OBJECT_IDS = frozenset({Source.SNMP_SYS_OBJECT_ID, Source.SNMP_SYS_OR_ID, Source.SNMP_ENTITY_VENDOR_TYPE})
MAX_INTEGER = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class PlayedShell:
    """What the simulator's SSH server plays: its identification, its prompt and greeting, and outputs by command."""

    ident: str
    prompt: str
    greeting: str
    commands: Mapping[str, str]
    paging_off: tuple[str, ...]
    leave: str


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """All that a device file of a recorded device says."""

    name: str
    about: str
    mac: str
    engine_id: str
    walk: tuple[Varbind, ...]
    shell: PlayedShell | None


def varbind_of(observation: Observation) -> Varbind:
    """A MIB object as a variable. Evidence keeps values as text, so the type is the one that its MIB has, or that its
    value fits."""
    oid, source, value = oid_of(observation.at), observation.source, observation.value
    if source in _ALWAYS_TEXT:
        return Varbind(oid, Syntax.OCTETS, value)
    if source is Source.SNMP_SYS_UP_TIME and _is_number(value, 1 << 32):
        return Varbind(oid, Syntax.TIME_TICKS, value)
    if source in _OBJECT_IDS and _is_object_id(value.strip(".")):
        return Varbind(oid, Syntax.OBJECT_ID, value.strip("."))
    if observation.at.startswith(IP_AD_ENT_NET_MASK.prefix) and value.count(".") == 3:
        return Varbind(oid, Syntax.IP_ADDRESS, value)
    digits = value.removeprefix("-")
    if _is_number(digits, MAX_INTEGER + 1):
        return Varbind(oid, Syntax.INTEGER, value)
    if value == digits and _is_number(value, 1 << 64):
        return Varbind(oid, Syntax.COUNTER64, value)
    return Varbind(oid, Syntax.OCTETS, value)


def _is_number(value: str, limit: int) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 21 and int(value) < limit and str(int(value)) == value


def _is_object_id(value: str) -> bool:
    arcs = value.split(".")
    whole = 1 < len(arcs) < 129 and all(_is_number(arc, 1 << 32) for arc in arcs)
    return whole and int(arcs[0]) < 3 and (arcs[0] == "2" or int(arcs[1]) < 40)


def file_text(file: RecordedFile) -> str:
    """The YAML text of a device file."""
    return "".join(f"{line}\n" for line in _lines(file))


def _lines(file: RecordedFile) -> Iterator[str]:
    yield f"name: {json.dumps(file.name)}"
    yield f"about: {json.dumps(file.about)}"
    yield f"mac: {json.dumps(file.mac)}"
    yield "lldp: false  # the walk holds what it told and heard by LLDP"
    if file.walk:
        yield f"snmp: {{engine_id: {json.dumps(file.engine_id)}}}" if file.engine_id else "snmp: {}"
    if file.shell is not None:
        yield from _shell(file.shell)
    if file.walk:
        yield "walk: |"
        yield from (f"  {line}" for line in walk_lines(file.walk))


def _shell(shell: PlayedShell) -> Iterator[str]:
    yield "ssh:"
    yield f"  ident: {json.dumps(shell.ident)}"
    yield f"  prompt: {json.dumps(shell.prompt)}"
    if shell.paging_off:
        yield f"  paging_off: {json.dumps([*shell.paging_off])}"
    yield f"  leave: {json.dumps([*dict.fromkeys((shell.leave, 'exit', 'quit', 'logout'))])}"
    if shell.greeting:
        yield f"  greeting: {json.dumps(shell.greeting)}"
    if shell.commands:
        yield "  commands:"
    for command, output in shell.commands.items():
        yield from _block(f"    {json.dumps(command)}:", output)


def _block(key: str, text: str) -> Iterable[str]:
    """A text as a block of lines, or in quotes where YAML would not give it back."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    if not text.strip() or not all(line.isprintable() and line.isascii() for line in lines):
        return (f"{key} {json.dumps(text)}",)
    return (f"{key} |2", *(f"      {line}" for line in lines))
