"""A target: one address with its ports, and what the operator's lists say of it."""

from dataclasses import dataclass

from fingerprints.model.evidence import Subject

SNMP_PORT = 161
SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of a device: SNMP over UDP, SSH over TCP."""

    snmp: int = SNMP_PORT
    ssh: int = SSH_PORT


USUAL_PORTS = Ports()


@dataclass(frozen=True, slots=True)
class Target:
    """One address in scope.

    `address` is an IPv4 or IPv6 address, never a name: a name is resolved once, and kept in `labels`. `prefix` is the
    CIDR or range it came from, and empty if the user named the address itself. A named target that stays silent is
    `not_assessed`; a silent address of a range is only counted.
    """

    address: str
    snmp_port: int = SNMP_PORT
    ssh_port: int = SSH_PORT
    prefix: str = ""
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The name of this target within a run: the address, with the SNMP port if it is not 161."""
        if self.snmp_port == SNMP_PORT:
            return self.address
        return f"[{self.address}]:{self.snmp_port}" if ":" in self.address else f"{self.address}:{self.snmp_port}"


def subject_of(target: Target) -> Subject:
    """The subject that a target's evidence is recorded under."""
    return Subject(target.key, target.address, target.labels, target.attributes)


def split_key(key: str) -> tuple[str, int]:
    """The address and SNMP port in a target's key. May raise ValueError for text that is no key."""
    if key.startswith("["):
        address, _, port = key[1:].partition("]:")
        return address, int(port)
    if key.count(":") == 1:
        address, _, port = key.partition(":")
        return address, int(port)
    return key, SNMP_PORT
