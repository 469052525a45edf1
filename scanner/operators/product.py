"""Products: what one kind of device says, as a template, and what differs between two of them."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import DataFileError, Flaw
from reports.policy.verdict import Verdict

PRODUCTS = Path(__file__).with_name("products")
OPTICS = Path(__file__).with_name("optics.yaml")

PLACEHOLDER = re.compile(r"\$([a-z_]+)")
"""A word of a template that each device fills in: $name, $serial ..."""

FILLED = frozenset(
    (
        *("name", "site", "release", "address_hex", "mac", "mac_hex", "mac_dots", "mac_dashes", "port_mac"),
        *("optic_maker", "optic_model", "optic_serial"),
    )
)
"""The placeholders of every product. Each has its own besides: the names of its serial numbers."""

_NEXT_STEP = "correct the file and run the same command again"
Pattern = Annotated[str, Field(pattern=r"[#@]")]
"""A serial number: # stands for a digit, @ for a capital letter, ~~ for a week."""


class PortRange(FileModel):
    """Interfaces that cables may use: `count` of them, whose names have numbers from `first` on where `$port` stands,
    and whose ifIndex goes up from `index`."""

    index: int
    name: str
    first: int = 1
    count: int

    def names(self) -> Mapping[str, int]:
        """Each interface of the range with its ifIndex, in their order."""
        return {self.name.replace("$port", str(self.first + at)): self.index + at for at in range(self.count)}


class ProductTemplate(FileModel):
    """One product. `maker` is the company that built it, which a scan must find, or None if nothing names one;
    `verdict` is that of a device whose transceiver is nobody's concern.

    One that `names_itself` shows its maker before any login: by its engine ID, or its SSH identification string.
    `device` is a device file with placeholders, without name, MAC address and cables. `uplinks` lead to the device
    above, `ports` to those below; without `uplinks`, `ports` do both. `optic` is the row of ENTITY-MIB of its
    transceiver.
    """

    about: str
    maker: str | None = None
    names_itself: bool = False
    verdict: Verdict
    prefix: Annotated[str, Field(pattern=r"^[0-9a-f]{2}(:[0-9a-f]{2}){2}$")]
    releases: tuple[str, ...]
    serials: Mapping[str, Pattern] = {}
    ports: PortRange
    uplinks: PortRange | None = None
    optic: Mapping[str, Any] | None = None
    device: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """The device file as JSON, with its placeholders."""
        return json.dumps({"name": "$name", "mac": "$mac", **self.device})

    @cached_property
    def optic_text(self) -> str:
        """The row of its transceiver as JSON, with its placeholders."""
        return json.dumps(self.optic)

    @cached_property
    def port_indexes(self) -> Mapping[str, int]:
        """The ifIndex of every interface that a cable may use, by name."""
        return {**self.ports.names(), **(self.uplinks.names() if self.uplinks else {})}

    @property
    def has_snmp(self) -> bool:
        """True if it has an agent."""
        return "snmp" in self.device

    @property
    def speaks_lldp(self) -> bool:
        """True unless it neither sends nor receives LLDP."""
        return self.device.get("lldp", True) is not False

    @property
    def has_ssh(self) -> bool:
        """True if it has a command line."""
        return "ssh" in self.device

    @property
    def has_watched_parts(self) -> bool:
        """True if its maker's own parts are of a company that a policy holds."""
        return self.verdict in (Verdict.RESTRICTED, Verdict.REVIEW)

    @property
    def reacts_when_refusing(self) -> bool:
        """True if it shows a sign of life to whom it refuses: an agent that speaks SNMPv3 does, and a command line."""
        return self.has_ssh or "engine_id" in self.device.get("snmp", {})


class Optic(FileModel):
    """A transceiver: the texts of its EEPROM, and the company that a policy holds, if one does."""

    id: str
    maker: str
    model: str
    serial: Pattern
    watched: str | None = None


class OpticsFile(FileModel):
    """All transceivers that a chassis may hold."""

    optics: tuple[Optic, ...]


def read_products(folder: Path = PRODUCTS) -> dict[str, ProductTemplate]:
    """Every product of a folder by the name of its file. Raises DataFileError."""
    products = {}
    for path in sorted(folder.glob("*.yaml")):
        product = read_yaml(path, ProductTemplate)
        words = set(PLACEHOLDER.findall(product.text + product.optic_text))
        unknown = sorted(words - FILLED - set(product.serials))
        if unknown:
            flaw = Flaw("device", f"${unknown[0]} stands for nothing", _known(product))
            raise DataFileError(path, (flaw,), _NEXT_STEP)
        products[path.stem] = product
    if not products:
        raise DataFileError(folder, (Flaw("whole folder", "there are no products", "files of products"),), _NEXT_STEP)
    return products


def read_optics(path: Path = OPTICS) -> dict[str, Optic]:
    """Every transceiver by its id. Raises DataFileError."""
    return {optic.id: optic for optic in read_yaml(path, OpticsFile).optics}


def _known(product: ProductTemplate) -> str:
    return ", ".join(f"${word}" for word in sorted({*FILLED, *product.serials}))
