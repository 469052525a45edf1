"""What part of a box an object of a private MIB is about, by the words of its symbol and its module."""

import re
from functools import lru_cache

from fingerprints.database.products import IdentityObject
from fingerprints.model.component_kind import ComponentKind

CELLS = {"serial": "serial", "model": "model", "manufacturer": "maker"}
"""The kinds of identity object that are cells of a part's row, each with the cell's name."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MODULE_WORD = re.compile(r"3GMODEM|WAN-?3G|[A-Z]+|[a-z]+|\d+G")
"""The words of a module's name: capitals between hyphens, and a generation of mobile networks such as 3G."""

_PRODUCT = re.compile(r"\d{3}")
"""A product's number in a module's name: ES3528M-SFP-MIB is about a switch with SFP ports."""

_KINDS = {
    ComponentKind.MODEM: frozenset(("modem", "mdm", "cellular", "wwan", "dongle")),
    ComponentKind.OPTIC: frozenset(
        ("sfp", "xfp", "qsfp", "cfp", "csfp", "transceiver", "tranceiver", "xcvr", "xcv", "optic", "optics", "optical",
         "opt", "opti", "gbic", "pluggable", "ddm", "ddmi", "sff", "fiber")
    ),
    ComponentKind.POWER_SUPPLY: frozenset(("psu", "power", "pws", "powersupply", "rectifier")),
    ComponentKind.FAN: frozenset(("fan", "fans", "fantray")),
    ComponentKind.BACKPLANE: frozenset(("backplane", "midplane", "bkplane", "bplane")),
    ComponentKind.CARD: frozenset(
        ("card", "subcard", "board", "blade", "linecard", "slot", "subslot", "module", "submodule", "mezzanine")
    ),
    ComponentKind.STACK_MEMBER: frozenset(("stack", "member")),
}  # fmt: skip
"""Words of a column's symbol by the kind of its rows; the first kind with a word in the symbol counts."""

_MODULES = {
    ComponentKind.MODEM: frozenset(("3GMODEM", "CELLULAR", "WWAN", "WAN-3G", "WAN3G", "3G", "4G", "LTE")),
    ComponentKind.OPTIC: frozenset(("SFP", "SFF", "DDMI", "DDM", "TRANSCEIVER", "XCVR")),
}
"""Words of a module whose maker and model columns are about such parts, whatever their own symbols say."""

_PORT_MAKER = frozenset(("port", "media", "pon", "trans", "uplink"))
"""Words of a maker's column that is about what is plugged into a port: portMediaInfoVendorName, oltPonVendorName."""

_NO_PORT = frozenset(("usb", "target", "host", "adaptor", "adapter"))
"""Words of ports that hold no optic."""

_MODEM_SYMBOL = re.compile(r"m(?:Manufacturer|Model|Serial)")
"""Columns of modemTable in the MIBs of Teltonika and Accelerated, whose symbols say it with one letter."""

_GENERATION = re.compile(r"(?<!\d)[34]G(?!PS)(?=[A-Z])")
"""A generation of mobile networks inside a symbol: f3Usb3GDCNPortVendorName, hw3GDeviceSerialNumber."""

_OTHER_WORDS = frozenset(
    ("ont", "onu", "lldp", "neighbour", "neighbor", "remote", "rem", "peer", "client", "cert", "certificate", "license",
     "cpe", "station", "sta", "rogue", "phone", "trap", "history", "cluster",
     "cable", "cmts", "prt", "mem", "memory", "dimm")
)  # fmt: skip
"""Words of tables about other boxes, certificates or licences."""

_CONFIGURED = frozenset(
    ("cfg", "conf", "config", "profile", "expected", "supported", "allowed", "default", "defaults", "provision",
     "brand", "security", "chip", "chipset")
)  # fmt: skip
"""Words of columns that hold what somebody configured or chose from a list, not what an EEPROM says."""

_SCALAR_KINDS = frozenset((ComponentKind.MODEM, ComponentKind.OPTIC, ComponentKind.BACKPLANE))
"""Kinds of part that a box without a table gives as scalars, because it has one of them."""


def kind_of_row(known: IdentityObject) -> ComponentKind | None:
    """What the rows of a column are, by its symbol; None for a column that is about no part."""
    return _kind(known.symbol, known.module, known.kind) if known.form == "column" and known.kind in CELLS else None


def kind_of_scalar(known: IdentityObject) -> ComponentKind | None:
    """The part that a scalar is about; None for one about the box. A scalar about a modem can still be the box's own,
    where the box is a modem."""
    kind = _kind(known.symbol, "", known.kind) if known.form == "scalar" and known.kind in CELLS else None
    return kind if kind in _SCALAR_KINDS else None


def kind_of(known: IdentityObject) -> ComponentKind | None:
    """The part that an object is about, in a table or not; None for one about the box."""
    return kind_of_row(known) or kind_of_scalar(known)


def is_about_modem(known: IdentityObject) -> bool:
    """True if an object, its version included, is about a modem by its symbol."""
    return bool(words_of(known.symbol) & _KINDS[ComponentKind.MODEM])


@lru_cache(maxsize=4096)
def words_of(symbol: str) -> frozenset[str]:
    """The words of a symbol, in lower case."""
    return frozenset(word.lower() for word in _WORD.findall(symbol))


@lru_cache(maxsize=4096)
def _kind(symbol: str, module: str, cell: str) -> ComponentKind | None:
    words = words_of(symbol)
    if words & _OTHER_WORDS or (cell != "serial" and words & _CONFIGURED):
        return None
    in_module = set() if _PRODUCT.search(module) else set(_MODULE_WORD.findall(module))
    module_kind = next((kind for kind, named in _MODULES.items() if in_module & named), None)
    if module_kind is ComponentKind.MODEM or _GENERATION.search(symbol) or _MODEM_SYMBOL.fullmatch(symbol):
        return ComponentKind.MODEM
    kind = next((kind for kind, named in _KINDS.items() if words & named), None)
    if kind is None and cell == "manufacturer" and words & _PORT_MAKER and not words & _NO_PORT:
        return ComponentKind.OPTIC
    return kind or module_kind
