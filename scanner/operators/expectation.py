"""What a scan of a generated operator must find: of each device, from the products and the cables alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.policy.verdict import Verdict, worst
from scanner.operators.operator import Behaviour, GeneratedDevice, GeneratedOperator
from scanner.operators.product import Optic, ProductTemplate
from scanner.operators.shape import OperatorShape


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be found. `maker` is a company's id, or `unknown`; `place` a zone's name, or empty. `parts` are the
    watched companies of parts in others' chassis."""

    device: str
    address: str
    maker: str
    place: str
    verdict: Verdict
    parts: tuple[str, ...] = ()


UNKNOWN = "unknown"
"""The maker of a device that nothing names."""


def expectations(
    operator: GeneratedOperator,
    shape: OperatorShape,
    products: Mapping[str, ProductTemplate],
    optics: Mapping[str, Optic],
) -> Iterator[Expectation]:
    """What must be found of each device, in the order of the devices."""
    zones = {role.name: role.zone or "" for role in shape.roles}
    for device in operator.devices.values():
        yield _expectation(device, zones[device.role], products[device.product], optics)


def _expectation(
    device: GeneratedDevice, zone: str, product: ProductTemplate, optics: Mapping[str, Optic]
) -> Expectation:
    reacts = device.answers is Behaviour.ALL or product.reacts_when_refusing
    if device.answers is Behaviour.NOTHING or not reacts:
        return Expectation(device.name, device.address, UNKNOWN, "", Verdict.NOT_ASSESSED)
    if device.answers is Behaviour.REFUSALS:
        return _refusing(device, zone, product)
    watched = optics[device.optic.kind].watched if device.optic else None
    verdict = worst((product.verdict, Verdict.RESTRICTED)) if watched else product.verdict
    parts = (watched,) if watched and watched != product.maker else ()
    return Expectation(device.name, device.address, product.maker or UNKNOWN, zone, verdict, parts)


def _refusing(device: GeneratedDevice, zone: str, product: ProductTemplate) -> Expectation:
    """A device without a login shows at most who made it: enough for a restriction, and never for a clear one."""
    if not product.names_itself:
        return Expectation(device.name, device.address, UNKNOWN, zone, Verdict.NOT_ASSESSED)
    verdict = worst((product.verdict, Verdict.NOT_ASSESSED))
    return Expectation(device.name, device.address, product.maker or UNKNOWN, zone, verdict)
