"""One device of the made-up operator with its full evidence."""

from collections.abc import Iterator
from functools import cache
from random import Random

from benchmarks.report.plan import Plan, Standing
from benchmarks.report.products import Product
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import (
    Breakdown,
    ClaimRecord,
    Component,
    Device,
    GroupShare,
    Identity,
    Level,
    Party,
    QuotedText,
    Role,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import Channel, EvidenceGroup, Gap, GapReason, Source
from fingerprints.model.neighbour import Neighbour, NeighbourProtocol

CLAIMS, PARTS = 25, 12
ADDRESSES = "10.{}.{}.{}"
_HARDWARE_PLACE = "1.3.6.1.2.1.47.1.1.1.1.{}.{}"


def device(number: int, plan: Plan) -> Device:
    """The device of a number; one of unknown maker has neither claims nor parts."""
    product, drawn, name = plan.product(number), Random(number), plan.name(number)
    address = address_of(number)
    key = f"{drawn.getrandbits(64):016x}"
    attributes = (("site", plan.site(number)), ("rack", f"r{number % 40 + 1:02d}"))
    neighbours = tuple(_neighbours(number, plan))
    if plan.standing(number) is Standing.UNKNOWN:
        gaps = (Gap("snmp", "161/udp", GapReason.NO_CREDENTIAL, f"no credential covers {address}"),)
        return Device(key, (address,), (address,), "", attributes, Identity(Level.UNKNOWN, 0.0), gaps=gaps)
    probable = plan.standing(number) is Standing.REVIEW
    return Device(
        key,
        (f"{name}.net.example",),
        (address, *_loopback(number)),
        name,
        attributes,
        _identity(product, number, plan, drawn, probable),
        tuple(_ties(product, plan.standing(number), probable)),
        tuple(_parts(product, drawn)),
        neighbours,
        sources=frozenset((Source.SNMP_SYS_DESCR, Source.SNMP_ENTITY_SERIAL, Source.SSH_IDENT)),
    )


def address_of(number: int) -> str:
    """The management address of a device."""
    return ADDRESSES.format(number >> 16, number >> 8 & 255, number & 255)


def made_by_watched(found: Device) -> str:
    """The name of the maker of a device."""
    return found.identity.vendor.name if found.identity.vendor else ""


def _loopback(number: int) -> tuple[str, ...]:
    return (f"2001:db8:{number >> 8:x}::{number & 255:x}",) if number % 5 == 0 else ()


def _version(product: Product, number: int) -> str:
    return product.version.format(number % 5 + 1)


def _identity(product: Product, number: int, plan: Plan, drawn: Random, probable: bool) -> Identity:
    serial = product.serial + _serial(drawn, 8)
    claims = tuple(_claims(product, number, plan, drawn, serial))
    maker = product.maker
    confidence = 0.93 if probable else 0.99 + drawn.randrange(90) / 10_000
    return Identity(
        Level.PROBABLE if probable else Level.CONFIRMED,
        confidence,
        maker,
        maker,
        maker,
        None,
        product.models[number % len(product.models)],
        _version(product, number),
        serial,
        f"{product.system} {_version(product, number)}",
        product.kind,
        claims[:CLAIMS],
        breakdown=_breakdown(maker, confidence, drawn),
    )


def _breakdown(maker: Party, confidence: float, drawn: Random) -> Breakdown:
    odds = 4 + drawn.randrange(400) / 100
    shares = tuple(
        GroupShare(Channel.AGENT, group, claims, odds / 4, odds / 3, odds / 3)
        for group, claims in ((EvidenceGroup.AGENT_TEXT, 6), (EvidenceGroup.EEPROM, 7), (EvidenceGroup.LAYER_2, 4))
    )
    return Breakdown(shares, odds, ((maker, odds),), 0.4, 0.999, None, confidence)


def _claims(product: Product, number: int, plan: Plan, drawn: Random, serial: str) -> Iterator[ClaimRecord]:
    company, prefix = product.maker.id, product.maker.id

    def claim(role: Role, source: Source, text: str, rule: str, weight: float, at: str) -> ClaimRecord:
        return ClaimRecord(role, company, source.value, text, _rule(prefix, rule), weight, at)

    descr = product.descr.format(version=_version(product, number))
    for role in (Role.BRAND, Role.PLATFORM):
        yield claim(role, Source.SNMP_SYS_DESCR, descr, "descr", 4.2, "1.3.6.1.2.1.1.1.0")
        yield claim(role, Source.SNMP_SYS_OBJECT_ID, product.object_id, "tree", 3.9, "1.3.6.1.2.1.1.2.0")
    engine = f"80{drawn.getrandbits(32):08x}03{product.oui.replace(':', '')}{drawn.getrandbits(24):06x}"
    yield claim(Role.PLATFORM, Source.SNMP_ENGINE_ID, engine, "engine", 1.4, "1.3.6.1.6.3.10.2.1.1.0")
    ports = f"{mac_of(product, number)}: {drawn.randrange(8, 96)} of 96 ports"
    yield claim(Role.MAKER, Source.SNMP_IF_PHYS_ADDRESS, ports, "mac-majority", 2.6, "ifPhysAddress")
    for index in range(1, 6):
        place = _HARDWARE_PLACE.format(12, index)
        yield claim(Role.MAKER, Source.SNMP_ENTITY_MFG_NAME, product.maker.name, "mfg-name", 3.1, place)
    yield claim(Role.MAKER, Source.SNMP_ENTITY_SERIAL, serial, "serial", 2.4, _HARDWARE_PLACE.format(11, 1))
    for index in range(2, 6):
        text = product.serial + _serial(drawn, 8)
        yield claim(Role.MAKER, Source.SNMP_ENTITY_SERIAL, text, "serial", 1.2, _HARDWARE_PLACE.format(11, index))
    ident = f"SSH-2.0-{product.system.replace(' ', '')}-{_version(product, number)}"
    yield claim(Role.PLATFORM, Source.SSH_IDENT, ident, "ident", 2.1, "22/tcp")
    shown = f"{descr} uptime is {drawn.randrange(900)} days, processor board ID {serial}"
    for role in (Role.BRAND, Role.PLATFORM, Role.MAKER):
        yield claim(role, Source.SSH_COMMAND, shown, "show-version", 3.3, "show version")
    prints = f"{drawn.getrandbits(256):064x}"
    yield claim(Role.BRAND, Source.WEB_CERTIFICATE, prints, "certificate", 0.9, "fingerprint 443/tcp")
    title = f"{product.models[number % len(product.models)]} {plan.name(number)}"
    yield claim(Role.BRAND, Source.WEB_TITLE, title, "title", 1.1, "443/tcp")
    for other in plan.neighbours(number):
        told = f"{plan.name(other)}/{product.port.format(number % 24)}/system_description"
        yield claim(Role.PLATFORM, Source.NEIGHBOUR_LLDP, descr, "descr", 1.9, told)


@cache
def _rule(prefix: str, name: str) -> str:
    """The id of a rule: one text for all claims, as in the fingerprint database."""
    return f"{prefix}-{name}"


def mac_of(product: Product, number: int) -> str:
    """The chassis address of a device."""
    return f"{product.oui}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def _serial(drawn: Random, length: int) -> str:
    return f"{drawn.getrandbits(4 * length):0{length}X}"


def _ties(product: Product, standing: Standing, probable: bool) -> Iterator[Watched]:
    if standing in (Standing.RESTRICTED, Standing.REVIEW, Standing.CONDITIONAL):
        level = WatchLevel.PROBABLE if probable else WatchLevel.CONFIRMED
        quoted = (QuotedText("snmp.sys_descr", product.family), QuotedText("snmp.sys_object_id", product.object_id))
        yield Watched(product.maker.id, level, 0.93 if probable else 0.998, (Role.BRAND, Role.MAKER), quoted)


def _parts(product: Product, drawn: Random) -> Iterator[Component]:
    chassis = product.serial + _serial(drawn, 8)
    yield Component(ComponentKind.CHASSIS, "0", product.maker, product.models[0], chassis)
    for index in range(PARTS - 1):
        part = product.parts[index % len(product.parts)]
        position = product.port.format(index) if part.kind is ComponentKind.OPTIC else f"slot {index}"
        yield Component(part.kind, position, part.maker or product.maker, part.model, part.serial + _serial(drawn, 8))


def _neighbours(number: int, plan: Plan) -> Iterator[Neighbour]:
    own = plan.product(number)
    for index, other in enumerate(plan.neighbours(number)):
        seen = plan.product(other)
        yield Neighbour(
            NeighbourProtocol.LLDP,
            own.port.format(index),
            plan.name(other),
            mac_of(seen, other),
            seen.port.format(number % 24),
            seen.descr.format(version=_version(seen, other)),
            (address_of(other),),
        )
