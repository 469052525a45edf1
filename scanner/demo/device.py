"""The simulated devices as data: what each is, says and answers, and what a scan should find it to be."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from reports.policy.verdict import Verdict
from scanner.credentials.access import AuthProtocol, PrivProtocol

DATA = Path(__file__).with_name("devices")


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
Address = Annotated[str, AfterValidator(_address)]
Prefixed = Annotated[str, AfterValidator(_interface)]
"""An address with the length of its network: 192.0.2.1/30."""

Type = Literal["octets", "hex", "integer", "object_id", "ip_address", "counter32", "gauge32", "time_ticks", "counter64"]
Oid = Annotated[str, Field(pattern=r"^[012](\.[0-9]+)+$")]


class Snmp(FileModel):
    """How a device's agent is spoken to. Without `auth` and `priv` it takes the community by v1 and v2c; with them the
    demo's v3 user and nothing else. An agent without an engine ID does not speak v3 at all."""

    engine_id: Hex = ""
    auth: AuthProtocol | None = None
    priv: PrivProtocol | None = None


class System(FileModel):
    """The system group of SNMPv2-MIB (RFC 3418). `up_time` is in hundredths of a second."""

    descr: str
    object_id: Oid
    up_time: int
    contact: str = ""
    location: str = ""
    services: int = 78
    or_ids: tuple[Oid, ...] = ()


class Peer(FileModel):
    """What a cable leads to: a device of the demo and the name of its interface."""

    device: str
    port: str


class Interface(FileModel):
    """A row of IF-MIB, and where it leads. `type` is an IANAifType; without a `mac` it is the device's plus the index,
    and an interface of another type than Ethernet has none."""

    index: int
    name: str
    type: int = 6
    mac: Mac = ""
    alias: str = ""
    address: Prefixed | None = None
    peer: Peer | None = None


class Entity(FileModel):
    """A row of ENTITY-MIB (RFC 6933). `kind` is PhysicalClass: 3 chassis, 6 power supply, 7 fan, 9 module, 10 port,
    11 stack."""

    index: int
    descr: str
    kind: int
    within: int = 0
    vendor_type: Oid = "0.0"
    name: str = ""
    hardware: str = ""
    firmware: str = ""
    software: str = ""
    serial: str = ""
    maker: str = ""
    model: str = ""


class Object(FileModel):
    """Any other object, above all of the maker's private tree; `octets` is text, `hex` is octets written out."""

    oid: Oid
    type: Type
    value: str


class Ssh(FileModel):
    """An SSH server: its identification string without `SSH-2.0-`, and the transcripts of its command line.

    Without `login` it refuses everybody, as a device with accounts of its own does. A command that is not listed gets
    `unknown`, in which `{command}` stands for what was typed. Where there is a `pager`, output stops after a
    screenful until one of `paging_off` was typed.
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


class Expected(FileModel):
    """What a scan, the demo's zones and the default policies must come to.

    Companies are ids; `made_by` stands where another company than the vendor built it, `watched` are those at least
    possible, `component` is the watched maker of a part. A device that only its neighbours know has no `zone`, and a
    `verdict` of not_assessed.
    """

    zone: str | None
    core: bool | None
    verdict: Verdict
    vendor: str | None = None
    made_by: str | None = None
    watched: tuple[str, ...] = ()
    component: str | None = None


class DemoDevice(FileModel):
    """One simulated device. `mac` is its chassis's; `group`, `role` and `site` stand in the demo's inventory;
    `lldp: false` neither tells nor hears of neighbours."""

    name: str
    about: str
    address: Address
    mac: Mac
    group: str
    role: str
    site: str
    expected: Expected
    system: System | None = None
    snmp: Snmp | None = None
    lldp: bool = True
    interfaces: tuple[Interface, ...] = ()
    entities: tuple[Entity, ...] = ()
    routing_peers: tuple[Address, ...] = ()
    objects: tuple[Object, ...] = ()
    ssh: Ssh | None = None

    def mac_of(self, interface: Interface) -> bytes:
        """The physical address of one of its interfaces, empty where it has none."""
        if interface.mac:
            return bytes.fromhex(interface.mac.replace(":", ""))
        if interface.type != 6:
            return b""
        base = int(self.mac.replace(":", ""), 16)
        return (base + interface.index % 256).to_bytes(6, "big")


def read_devices(folder: Path = DATA) -> tuple[DemoDevice, ...]:
    """All devices of a folder, by address. Raises DataFileError, which names file and line."""
    devices = (read_yaml(path, DemoDevice) for path in sorted(folder.glob("*.yaml")))
    return tuple(sorted(devices, key=lambda device: IPv4Address(device.address)))
