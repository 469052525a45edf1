"""What a scan of a generated operator must find: of each device, from the products and the cables alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.policy.verdict import Verdict, worst
from scanner.lab.expectations import NO_ZONE, UNKNOWN, Expectation, ExpectedPart
from scanner.operators.operator import Behaviour, GeneratedDevice, GeneratedOperator
from scanner.operators.product import Optic, ProductTemplate
from scanner.operators.shape import OperatorShape


@dataclass(frozen=True, slots=True)
class ExpectedDevice:
    """A device, and what must be found of it."""

    name: str
    address: str
    expectation: Expectation


def expectations(
    operator: GeneratedOperator,
    shape: OperatorShape,
    products: Mapping[str, ProductTemplate],
    optics: Mapping[str, Optic],
) -> Iterator[ExpectedDevice]:
    """What must be found of each device, in the order of the devices."""
    zones = {role.name: role.zone or NO_ZONE for role in shape.roles}
    for device in operator.devices.values():
        expectation = _expectation(device, zones[device.role], products[device.product], optics)
        yield ExpectedDevice(device.name, device.address, expectation)


def _expectation(
    device: GeneratedDevice, zone: str, product: ProductTemplate, optics: Mapping[str, Optic]
) -> Expectation:
    is_refusing = device.answers is Behaviour.REFUSALS
    if device.answers is Behaviour.NOTHING or (is_refusing and not product.reacts_when_refusing):
        return Expectation(UNKNOWN, None, Verdict.NOT_ASSESSED)
    if is_refusing:
        return _refusing(zone, product)
    watched = optics[device.optic.kind].watched if device.optic else None
    verdict = Verdict.RESTRICTED if watched else product.verdict
    parts = (ExpectedPart(watched, 1),) if watched else ()
    return Expectation(product.maker or UNKNOWN, zone, verdict, None if product.has_watched_parts else parts)


def _refusing(zone: str, product: ProductTemplate) -> Expectation:
    """A device without a login shows at most who made it: enough for a restriction where it stands, for a review where
    nobody knows that, and never for a clear verdict."""
    if not product.names_itself:
        return Expectation(UNKNOWN, zone, Verdict.NOT_ASSESSED, ())
    verdict = worst((product.verdict, Verdict.NOT_ASSESSED))
    if zone == NO_ZONE and verdict is Verdict.RESTRICTED:
        verdict = Verdict.REVIEW
    return Expectation(product.maker, zone, verdict, ())
