"""Devices of made-up networks, as identification yields them: what the tests of the graph and of proposals read."""

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.neighbour import L2L3Tables, LearnedMac, Neighbour


def box(
    name: str,
    *neighbours: Neighbour,
    kind: str | None = None,
    address: str = "",
    attributes: tuple[tuple[str, str], ...] = (),
    l2_l3_tables: L2L3Tables | None = None,
) -> Device:
    """A device called `name`, which is its id too."""
    return Device(
        id=name,
        labels=(name,),
        addresses=(address,) if address else (),
        name=name,
        attributes=attributes,
        identity=Identity(Level.UNKNOWN, 0.0, kind=kind),
        neighbours=neighbours,
        l2_l3_tables=l2_l3_tables or L2L3Tables(),
    )


def sees(name: str = "", chassis: str = "", port: str = "1", platform: str = "") -> Neighbour:
    """An LLDP neighbour."""
    return Neighbour("lldp", port, name, chassis, "", platform)


def routes(protocol: str, count: int) -> tuple[Neighbour, ...]:
    """So many routing neighbours by a protocol, that say not who they are."""
    return tuple(Neighbour(protocol, "", f"{number}.1") for number in range(1, count + 1))


def bridge(*macs: tuple[str, str, int]) -> L2L3Tables:
    """A bridge table of (MAC, port, addresses on that port)."""
    learned = tuple(LearnedMac(mac, port, "", on_port) for mac, port, on_port in macs)
    return L2L3Tables(learned=learned, learned_count=len(learned))
