"""The MIB view that a simulated device's agent serves, made from the data of the device and of its neighbours."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Interface

from scanner.protocols.snmp.message.ber import Oid, Syntax, oid_of
from scanner.protocols.snmp.message.variables import Varbind
from scanner.simulator.device import EntityRow, Interface, Object, SimulatedDevice

_SYSTEM = (1, 3, 6, 1, 2, 1, 1)
_IF_TABLE = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_IF_X_TABLE = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
_IP_ADDR_TABLE = (1, 3, 6, 1, 2, 1, 4, 20, 1)
_NET_TO_MEDIA = (1, 3, 6, 1, 2, 1, 4, 22, 1)
_BGP_PEER = (1, 3, 6, 1, 2, 1, 15, 3, 1)
_ENTITY = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
_ENGINE_ID = (1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0)
_LLDP_LOCAL = (1, 0, 8802, 1, 1, 2, 1, 3)
_LLDP_REMOTE = (1, 0, 8802, 1, 1, 2, 1, 4, 1, 1)

_CHASSIS_IS_MAC = 4
"""LldpChassisIdSubtype macAddress (IEEE 802.1AB)."""
_PORT_IS_NAME = 5
"""LldpPortIdSubtype interfaceName."""
_BGP_ESTABLISHED = 6


def mib_view(device: SimulatedDevice, network: Mapping[str, SimulatedDevice]) -> tuple[Varbind, ...]:
    """Every variable of the device's agent, in the order of their OIDs. `network` is all devices by name."""
    varbinds = [
        *_system(device),
        *_interfaces(device),
        *_neighbour_macs(device, network),
        *(row for entity in device.entities for row in _entity(entity)),
        *(_lldp(device, network) if device.lldp else ()),
        *(_number((*_BGP_PEER, 2, *oid_of(peer)), _BGP_ESTABLISHED) for peer in device.routing_peers),
        *map(_object, device.objects),
    ]
    if not device.walk:
        return tuple(sorted(varbinds, key=lambda varbind: varbind.oid))
    merged = {varbind.oid: varbind for varbind in (*varbinds, *device.walk)}
    return tuple(merged[oid] for oid in sorted(merged))


def _text(oid: Oid, text: str) -> Varbind:
    return Varbind(oid, Syntax.OCTETS, text.encode().decode("latin-1"))


def _octets(oid: Oid, octets: bytes) -> Varbind:
    return Varbind(oid, Syntax.OCTETS, octets.decode("latin-1"))


def _number(oid: Oid, number: int, syntax: Syntax = Syntax.INTEGER) -> Varbind:
    return Varbind(oid, syntax, str(number))


def _system(device: SimulatedDevice) -> Iterator[Varbind]:
    system = device.system
    if system is None:
        return
    yield _text((*_SYSTEM, 1, 0), system.descr)
    yield Varbind((*_SYSTEM, 2, 0), Syntax.OBJECT_ID, system.object_id)
    yield _number((*_SYSTEM, 3, 0), system.up_time, Syntax.TIME_TICKS)
    yield _text((*_SYSTEM, 4, 0), system.contact)
    yield _text((*_SYSTEM, 5, 0), device.name)
    yield _text((*_SYSTEM, 6, 0), system.location)
    yield _number((*_SYSTEM, 7, 0), system.services)
    for number, or_id in enumerate(system.or_ids, 1):
        yield Varbind((*_SYSTEM, 9, 1, 2, number), Syntax.OBJECT_ID, or_id)
    if device.snmp and device.snmp.engine_id:
        yield _octets(_ENGINE_ID, bytes.fromhex(device.snmp.engine_id))


def _interfaces(device: SimulatedDevice) -> Iterator[Varbind]:
    if device.interfaces or not device.walk:
        yield _number((1, 3, 6, 1, 2, 1, 2, 1, 0), len(device.interfaces))
    for interface in device.interfaces:
        yield from _interface(interface, device.mac_of(interface))


def _interface(interface: Interface, mac: bytes) -> Iterator[Varbind]:
    index = interface.index
    yield _number((*_IF_TABLE, 1, index), index)
    yield _text((*_IF_TABLE, 2, index), interface.name)
    yield _number((*_IF_TABLE, 3, index), interface.type)
    yield _octets((*_IF_TABLE, 6, index), mac)
    yield _number((*_IF_TABLE, 8, index), 1)
    yield _text((*_IF_X_TABLE, 1, index), interface.name)
    yield _text((*_IF_X_TABLE, 18, index), interface.alias)
    if interface.address:
        address = IPv4Interface(interface.address)
        row = tuple(address.ip.packed)
        yield Varbind((*_IP_ADDR_TABLE, 1, *row), Syntax.IP_ADDRESS, str(address.ip))
        yield _number((*_IP_ADDR_TABLE, 2, *row), index)
        yield Varbind((*_IP_ADDR_TABLE, 3, *row), Syntax.IP_ADDRESS, str(address.netmask))


def _neighbour_macs(device: SimulatedDevice, network: Mapping[str, SimulatedDevice]) -> Iterator[Varbind]:
    """The ARP table: the device at the other end of each cable whose two ends have addresses."""
    for interface in device.interfaces:
        far = _far_end(interface, network)
        if far and interface.address and far[1].address:
            row = (interface.index, *IPv4Interface(far[1].address).ip.packed)
            yield _octets((*_NET_TO_MEDIA, 2, *row), far[0].mac_of(far[1]))


def _entity(entity: EntityRow) -> Iterator[Varbind]:
    yield _text((*_ENTITY, 2, entity.index), entity.descr)
    yield Varbind((*_ENTITY, 3, entity.index), Syntax.OBJECT_ID, entity.vendor_type)
    yield _number((*_ENTITY, 4, entity.index), entity.within)
    yield _number((*_ENTITY, 5, entity.index), entity.kind)
    texts = {
        7: entity.name,
        8: entity.hardware,
        9: entity.firmware,
        10: entity.software,
        11: entity.serial,
        12: entity.maker,
        13: entity.model,
    }
    for column, text in texts.items():
        yield _text((*_ENTITY, column, entity.index), text)


def _lldp(device: SimulatedDevice, network: Mapping[str, SimulatedDevice]) -> Iterator[Varbind]:
    yield _number((*_LLDP_LOCAL, 1, 0), _CHASSIS_IS_MAC)
    yield _octets((*_LLDP_LOCAL, 2, 0), _chassis(device))
    yield _text((*_LLDP_LOCAL, 3, 0), device.name)
    yield _text((*_LLDP_LOCAL, 4, 0), device.system.descr if device.system else "")
    for interface in device.interfaces:
        yield _number((*_LLDP_LOCAL, 7, 1, 2, interface.index), _PORT_IS_NAME)
        yield _text((*_LLDP_LOCAL, 7, 1, 3, interface.index), interface.name)
        yield _text((*_LLDP_LOCAL, 7, 1, 4, interface.index), interface.alias)
        far = _far_end(interface, network)
        if far and far[0].lldp:
            yield from _lldp_remote((0, interface.index, 1), *far)


def _lldp_remote(row: Oid, device: SimulatedDevice, interface: Interface) -> Iterator[Varbind]:
    yield _number((*_LLDP_REMOTE, 4, *row), _CHASSIS_IS_MAC)
    yield _octets((*_LLDP_REMOTE, 5, *row), _chassis(device))
    yield _number((*_LLDP_REMOTE, 6, *row), _PORT_IS_NAME)
    yield _text((*_LLDP_REMOTE, 7, *row), interface.name)
    yield _text((*_LLDP_REMOTE, 8, *row), interface.alias)
    yield _text((*_LLDP_REMOTE, 9, *row), device.name)
    yield _text((*_LLDP_REMOTE, 10, *row), device.system.descr if device.system else "")


def _object(item: Object) -> Varbind:
    oid = oid_of(item.oid)
    match item.type:
        case "octets":
            return _text(oid, item.value)
        case "hex":
            return _octets(oid, bytes.fromhex(item.value))
        case _:
            return Varbind(oid, Syntax[item.type.upper()], item.value)


def _chassis(device: SimulatedDevice) -> bytes:
    return bytes.fromhex(device.mac.replace(":", ""))


def _far_end(interface: Interface, network: Mapping[str, SimulatedDevice]) -> tuple[SimulatedDevice, Interface] | None:
    peer = interface.peer
    if peer is None:
        return None
    device = network[peer.device]
    return device, next(port for port in device.interfaces if port.name == peer.port)
