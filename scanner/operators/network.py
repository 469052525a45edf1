"""The devices of an operator as simulated devices, each made from its product when somebody looks at it."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import IPv4Address

from scanner.operators.operator import Behaviour, CableEnd, GeneratedDevice, GeneratedOperator
from scanner.operators.product import PLACEHOLDER, Optic, ProductTemplate
from scanner.simulator.device import EntityRow, Interface, Peer, SimulatedDevice

MAX_KEPT = 4_096
"""Devices kept ready: some 20 kB each. Another is made anew, in less than a millisecond."""


class OperatorNetwork(Mapping[str, SimulatedDevice]):
    """All devices by name, with their cables."""

    def __init__(
        self, operator: GeneratedOperator, products: Mapping[str, ProductTemplate], optics: Mapping[str, Optic]
    ) -> None:
        self._operator, self._products, self._optics = operator, products, optics
        self._cables: dict[str, list[tuple[CableEnd, CableEnd]]] = {}
        for cable in operator.cables:
            self._cables.setdefault(cable.a.device, []).append((cable.a, cable.b))
            self._cables.setdefault(cable.b.device, []).append((cable.b, cable.a))
        self._kept = lru_cache(MAX_KEPT)(self._made)

    def __getitem__(self, name: str) -> SimulatedDevice:
        return self._kept(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._operator.devices)

    def __len__(self) -> int:
        return len(self._operator.devices)

    def _made(self, name: str) -> SimulatedDevice:
        device = self._operator.devices[name]
        product = self._products[device.product]
        words = self._words(device, product)
        made = SimulatedDevice.model_validate_json(_filled(product.text, words))
        changed: dict[str, object] = {"interfaces": (*made.interfaces, *self._cabled(device.name, product))}
        if device.optic:
            row = EntityRow.model_validate_json(_filled(product.optic_text, words))
            changed["entities"] = (*made.entities, row)
        if made.ssh and device.answers is Behaviour.REFUSALS:
            changed["ssh"] = made.ssh.model_copy(update={"login": False})
        return made.model_copy(update=changed)

    def _cabled(self, name: str, product: ProductTemplate) -> Iterator[Interface]:
        for near, far in self._cables.get(name, ()):
            yield Interface(
                index=product.port_indexes[near.port],
                name=near.port,
                alias=f"to {far.device}",
                address=near.address or None,
                peer=Peer(device=far.device, port=far.port),
            )

    def _words(self, device: GeneratedDevice, product: ProductTemplate) -> dict[str, str]:
        """What each placeholder stands for."""
        octets = device.mac.replace(":", "")
        port = next(iter(product.port_indexes.values()))
        words = {
            "name": device.name,
            "site": device.site,
            "release": device.release,
            "address_hex": IPv4Address(device.address).packed.hex(),
            "mac": device.mac,
            "mac_hex": octets,
            "mac_dots": ".".join(octets[at : at + 4] for at in (0, 4, 8)),
            "mac_dashes": "-".join(octets[at : at + 4] for at in (0, 4, 8)).upper(),
            "port_mac": f"{device.mac[:-2]}{port % 256:02x}",
            **dict(zip(product.serials, device.serials, strict=True)),
        }
        if device.optic:
            optic = self._optics[device.optic.kind]
            words |= {
                "optic_maker": optic.maker,
                "optic_model": optic.model,
                "optic_serial": device.optic.serial,
            }
        return words


def _filled(text: str, words: Mapping[str, str]) -> str:
    """A JSON text whose placeholders are filled in. Raises KeyError for one that stands for nothing."""
    return PLACEHOLDER.sub(lambda match: json.dumps(words[match[1]])[1:-1], text)
