"""A simulated device as data: what its agent and its command line say."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Interface
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainValidator

from fingerprints.database.yaml_file import FileModel
from scanner.credentials.credential import AuthProtocol, PrivProtocol
from scanner.simulator.walk import Walk, parse_walk


def _hex(text: str) -> str:
    bytes.fromhex(text)
    return text


def _mac(text: str) -> str:
    if len(bytes.fromhex(text.replace(":", ""))) != 6:
        raise ValueError("a MAC address is six octets, as 00:00:5e:00:53:01")
    return text


def _address(text: str) -> str:
    return str(IPv4Address(text))


def _interface(text: str) -> str:
    IPv4Interface(text)
    return text


Hex = Annotated[str, AfterValidator(_hex)]
Mac = Annotated[str, AfterValidator(_mac)]
Ipv4Text = Annotated[str, AfterValidator(_address)]
Prefixed = Annotated[str, AfterValidator(_interface)]
"""An address with its prefix length: 192.0.2.1/30."""

Type = Literal["octets", "hex", "integer", "object_id", "ip_address", "counter32", "gauge32", "time_ticks", "counter64"]
OidText = Annotated[str, Field(pattern=r"^[012](\.[0-9]+)+$")]
Walked = Annotated[Walk, PlainValidator(parse_walk)]
"""A block of lines `OID|TAG|VALUE`."""


class Snmp(FileModel):
    """How a device's agent accepts requests.

    Without `auth` and `priv` it accepts the community in v1 and v2c. With them it accepts the one SNMPv3 user and
    nothing else. An agent without an engine ID does not speak SNMPv3.
    """

    engine_id: Hex = ""
    auth: AuthProtocol | None = None
    priv: PrivProtocol | None = None


class System(FileModel):
    """The system group of SNMPv2-MIB (RFC 3418). `up_time` is in hundredths of a second."""

    descr: str
    object_id: OidText
    up_time: int
    contact: str = ""
    location: str = ""
    services: int = 78
    or_ids: tuple[OidText, ...] = ()


class Peer(FileModel):
    """The other end of a cable: another simulated device, and the name of its interface."""

    device: str
    port: str


class Interface(FileModel):
    """A row of IF-MIB, and its cable. `type` is an IANAifType.

    An Ethernet interface without `mac` has the device's MAC plus its index. Any other type has no MAC. `link` is the
    interface of the lab's node that carries it, such as eth1.
    """

    index: int
    name: str
    type: int = 6
    mac: Mac = ""
    alias: str = ""
    address: Prefixed | None = None
    peer: Peer | None = None
    link: str = ""


class EntityRow(FileModel):
    """A row of ENTITY-MIB (RFC 6933). `kind` is PhysicalClass: 3 chassis, 6 power supply, 7 fan, 9 module, 10 port,
    11 stack."""

    index: int
    descr: str
    kind: int
    within: int = 0
    vendor_type: OidText = "0.0"
    name: str = ""
    hardware: str = ""
    firmware: str = ""
    software: str = ""
    serial: str = ""
    maker: str = ""
    model: str = ""


class Object(FileModel):
    """Any other object, mostly of the maker's private tree. `octets` is text, `hex` is octets in hexadecimal."""

    oid: OidText
    type: Type
    value: str


class Ssh(FileModel):
    """An SSH server: its identification string without `SSH-2.0-`, and the transcripts of its command line.

    Without `login` it refuses every login, like a device with other accounts. A command that is not listed gets
    `unknown`, where `{command}` stands for the typed line. With a `pager`, output stops after each screen, until a
    line of `paging_off` is typed.
    """

    ident: str
    login: bool = True
    prompt: str = "> "
    commands: Mapping[str, str] = {}
    unknown: str = "% Invalid input detected"
    greeting: str = ""
    pager: str = ""
    paging_off: tuple[str, ...] = ()
    leave: tuple[str, ...] = ("exit", "quit", "logout")


class SimulatedDevice(FileModel):
    """One simulated device: the file that a lab's node plays. `mac` is its chassis's.

    With `lldp: false` it neither sends nor receives LLDP. Other devices know it by `name`. `walk` holds values as they
    were walked from a real device; where the other keys make the same object, the walked one is served.
    """

    name: str
    about: str = ""
    mac: Mac
    system: System | None = None
    snmp: Snmp | None = None
    lldp: bool = True
    interfaces: tuple[Interface, ...] = ()
    entities: tuple[EntityRow, ...] = ()
    routing_peers: tuple[Ipv4Text, ...] = ()
    objects: tuple[Object, ...] = ()
    walk: Walked = ()
    ssh: Ssh | None = None

    def mac_of(self, interface: Interface) -> bytes:
        """The MAC address of one of its interfaces, or empty octets."""
        if interface.mac:
            return bytes.fromhex(interface.mac.replace(":", ""))
        if interface.type != 6:
            return b""
        base = int(self.mac.replace(":", ""), 16)
        return (base + interface.index % 256).to_bytes(6, "big")
