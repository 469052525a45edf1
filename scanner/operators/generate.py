"""Generates an operator: devices with names, addresses and serial numbers of their own, and the cables between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise

from scanner.operators.drawing import Draw, serial
from scanner.operators.operator import (
    Behaviour,
    Cable,
    CableEnd,
    FittedOptic,
    GeneratedDevice,
    GeneratedOperator,
    Order,
)
from scanner.operators.product import Optic, ProductTemplate
from scanner.operators.shape import OperatorRole, OperatorShape, counts_of

MAX_DEVICES = 50_000
"""Devices of the largest operator: a MAC prefix has 65,536 blocks of 256 addresses."""

_HOSTS = 254
"""Devices in one /24, whose first and last addresses stay free."""

_CABLES = IPv4Network("10.0.0.0/8")
"""The addresses of routed cables, a /31 (RFC 3021) each."""

_TOWNS = (
    ("Aberdeen", "abd"), ("Bath", "bth"), ("Cardiff", "cdf"), ("Derby", "dby"), ("Exeter", "exe"), ("Falkirk", "flk"),
    ("Gloucester", "glo"), ("Hull", "hul"), ("Ipswich", "ips"), ("Kendal", "ken"), ("Leeds", "lds"), ("Margate", "mgt"),
    ("Norwich", "nor"), ("Oxford", "oxf"), ("Perth", "pth"), ("Ripon", "rpn"), ("Stafford", "stf"), ("Truro", "tro"),
    ("Wells", "wls"), ("York", "yrk"),
)  # fmt: skip


@dataclass(slots=True)
class _CabledDevice:
    """A device while cables are drawn: its product, and its interfaces that are still free."""

    device: GeneratedDevice
    role: OperatorRole
    up: Iterator[str]
    down: Iterator[str]


@dataclass(slots=True)
class _Cabling:
    cables: list[Cable] = field(default_factory=list)

    def connect(self, low: _CabledDevice, high: _CabledDevice, low_port: str, high_port: str) -> None:
        addresses = ("", "")
        if low.role.routed and high.role.routed:
            first = int(_CABLES.network_address) + 2 * len(self.cables)
            addresses = (f"{IPv4Address(first)}/31", f"{IPv4Address(first + 1)}/31")
        ends = (
            CableEnd(low.device.name, low_port, addresses[0]),
            CableEnd(high.device.name, high_port, addresses[1]),
        )
        self.cables.append(Cable(*ends))


def needed_addresses(devices: int) -> int:
    """How many addresses a network must have for so many devices."""
    return -(-devices // _HOSTS) * 256


def generate(
    order: Order, shape: OperatorShape, products: Mapping[str, ProductTemplate], optics: Mapping[str, Optic]
) -> GeneratedOperator:
    """The operator of an order. `order.network` must have `needed_addresses`, and there are at most MAX_DEVICES."""
    draw = Draw(f"{order.seed} {order.shape} {order.devices}")
    placed: dict[str, list[_CabledDevice]] = {}
    cabling, number = _Cabling(), 0
    leaves = {role.name for role in shape.roles} - {role.above for role in shape.roles}
    for role, count in zip(shape.roles, counts_of(shape, order.devices), strict=True):
        above = _above(role, shape, placed)
        here = placed[role.name] = []
        for at in range(count):
            parent = above[at % len(above)] if above else None
            town, code = _TOWNS[at % len(_TOWNS)] if parent is None or parent.role.above is None else ("", "")
            site = f"{town} {at // len(_TOWNS) + 1}" if town or parent is None else parent.device.site
            code = code or (parent.device.name.partition("-")[0] if parent else "")
            device = _device(draw, shape, role, number, f"{code}-{role.code}-{at + 1}", site, order, products, optics)
            if role.name in leaves:
                device = replace(device, answers=_answers(draw, shape))
            here.append(_placed(device, role, products[device.product]))
            if parent:
                cabling.connect(here[-1], parent, next(here[-1].up), next(parent.down))
            number += 1
        if not above:
            _ring(here, cabling)
    devices = {one.device.name: one.device for row in placed.values() for one in row}
    return GeneratedOperator(devices, tuple(cabling.cables))


def _above(
    role: OperatorRole, shape: OperatorShape, placed: Mapping[str, list[_CabledDevice]]
) -> Sequence[_CabledDevice]:
    """The devices to which those of a role are cabled: of the role above, or of one above that if it has none."""
    above = {one.name: one.above for one in shape.roles}
    name = role.above
    while name is not None and not placed.get(name):
        name = above[name]
    return placed[name] if name else ()


def _ring(row: Sequence[_CabledDevice], cabling: _Cabling) -> None:
    """Cable each device to the next, and the last to the first if there are three."""
    pairs = list(pairwise(row))
    if len(row) > 2:
        pairs.append((row[-1], row[0]))
    for one, other in pairs:
        cabling.connect(one, other, next(one.down), next(other.down))


def _device(
    draw: Draw,
    shape: OperatorShape,
    role: OperatorRole,
    number: int,
    name: str,
    site: str,
    order: Order,
    products: Mapping[str, ProductTemplate],
    optics: Mapping[str, Optic],
) -> GeneratedDevice:
    chosen = draw.choice(role.products)
    product = products[chosen]
    kind = draw.choice(shape.optics)
    network = IPv4Network(order.network)
    return GeneratedDevice(
        name=name,
        address=str(network.network_address + number // _HOSTS * 256 + number % _HOSTS + 1),
        mac=f"{product.prefix}:{number // 256:02x}:{number % 256:02x}:00",
        product=chosen,
        release=draw.choice(dict.fromkeys(product.releases, 1.0)),
        site=site,
        role=role.name,
        group=role.group,
        answers=Behaviour.ALL,
        serials=tuple(serial(pattern, number) for pattern in product.serials.values()),
        optic=FittedOptic(kind, serial(optics[kind].serial, number)) if product.optic else None,
    )


def _answers(draw: Draw, shape: OperatorShape) -> Behaviour:
    if draw.chance(shape.silent):
        return Behaviour.NOTHING
    return Behaviour.REFUSALS if draw.chance(shape.refuses) else Behaviour.ALL


def _placed(device: GeneratedDevice, role: OperatorRole, product: ProductTemplate) -> _CabledDevice:
    down = iter(product.ports.names())
    return _CabledDevice(device, role, iter(product.uplinks.names()) if product.uplinks else down, down)
