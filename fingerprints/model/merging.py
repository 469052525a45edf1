"""Why several addresses are one device, and why others that share a key with it are not."""

from dataclasses import dataclass
from enum import StrEnum


class MatchedBy(StrEnum):
    """What two subjects share, strongest first."""

    SERIAL = "serial"
    CERTIFICATE = "certificate"
    HOST_KEY = "host-key"
    ENGINE_ID = "engine-id"
    MAC = "mac"
    PORTS = "macs"
    ADDRESS_TABLES = "address-tables"
    """Each has the other's address in its own table, and they share a name."""
    OWN_PORT = "own-port"
    """One lists the other's address as its own, and the MAC address that answered there as its own port's."""
    SYSTEM = "system"
    """The name, the product and the uptime."""


class ApartBy(StrEnum):
    """Why two subjects that share a text are two devices."""

    SERIAL = "serial"
    NAME = "name"
    HOST_KEY = "host-key"
    BOOTS = "boots"
    """The number of starts of its agent (snmpEngineBoots, RFC 3411)."""
    ENTERPRISE = "enterprise"
    PRODUCT = "product"
    MODEL = "model"
    PORTS = "ports"
    """No port of one has a MAC address of a port of the other."""
    ENGINE_ID = "engine-id"
    CHASSIS_MAC = "chassis-mac"
    UPTIME = "uptime"
    ENTERPRISES = "enterprises"
    """Boxes of different enterprises share the key, so it is nobody's."""
    PLACEHOLDER = "placeholder"
    """The text stands where a number or a name should be, and identifies no box."""
    MANY = "many"
    """More boxes share the key than one box can be."""
    VERDICT = "verdict"
    """One device of them all would be judged better than one of them alone."""


@dataclass(frozen=True, slots=True)
class JoinedBy:
    """A key that some subjects of a device share: its text, and their keys, sorted."""

    by: MatchedBy
    text: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Other subjects, sorted, that are other devices though they share a text; `count` is their number before a cut."""

    because: ApartBy
    by: MatchedBy
    text: str
    others: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Merging:
    """What joined the subjects of a device, and what kept others apart."""

    joined: tuple[JoinedBy, ...] = ()
    kept_apart: tuple[KeptApart, ...] = ()


NOT_MERGED = Merging()
"""Nothing joined its subjects, or it has one; and nothing that others share with it had to be looked at."""

MergeDecisions = dict[str, Merging]
"""The merging of each device of which there is something to say, by the key of its first subject."""
