"""The project folder of a generated operator: what a user would write for the ordinary commands, and the operator."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scanner.lab.comparison import describe_parts
from scanner.operators.expectation import ExpectedDevice, expectations
from scanner.operators.operator import Cable, GeneratedDevice, GeneratedOperator, Order
from scanner.operators.product import OPTICS, PRODUCTS, Optic, ProductTemplate
from scanner.operators.shape import ZONES, OperatorShape
from scanner.simulator.passwords import USER, VARIABLES

MARK = "# Written by kitscan lab generate."
"""How the first line of operator.yaml begins, so that a folder of somebody else's is never written over."""

ORDER_FILE, DEVICES_FILE, CABLES_FILE, OPTICS_FILE = "operator.yaml", "devices.csv", "cables.csv", "optics.yaml"
EXPECTED_FILE, ENVIRONMENT_FILE, PRODUCTS_FOLDER = "expected.csv", "lab.env", "products"
AS_OF = "2026-11-30"
"""The day at which the expected verdicts hold."""

_CONFIG = f"""\
# The options of this folder, for the ordinary commands: `kitscan scan`, `kitscan assess`, `kitscan explain` ...
targets: [targets.csv]
credentials: credentials.yaml
zones: zones.yaml
profile: lab
store: kitscan.sqlite
known_hosts: known_hosts
# The verdicts of expected.csv are those of this day.
as_of: {AS_OF}
"""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All products by id, and all transceivers."""

    products: Mapping[str, ProductTemplate]
    optics: Mapping[str, Optic]


def project_files(
    order: Order, shape: OperatorShape, operator: GeneratedOperator, catalogue: Catalogue
) -> dict[str, str]:
    """The text of each file, by its path in the folder."""
    expected = expectations(operator, shape, catalogue.products, catalogue.optics)
    devices = operator.devices.values()
    used = sorted({device.product for device in devices})
    return {
        ORDER_FILE: _order(order, shape),
        DEVICES_FILE: _csv(DEVICE_COLUMNS, map(_device_row, devices)),
        CABLES_FILE: _csv(CABLE_COLUMNS, map(_cable_row, operator.cables)),
        OPTICS_FILE: OPTICS.read_text(encoding="utf-8"),
        **{f"{PRODUCTS_FOLDER}/{name}.yaml": (PRODUCTS / f"{name}.yaml").read_text(encoding="utf-8") for name in used},
        EXPECTED_FILE: _csv(EXPECTED_COLUMNS, map(_expected_row, expected)),
        "targets.csv": _csv(_TARGET_COLUMNS, (_target_row(device, order) for device in devices)),
        "zones.yaml": ZONES.read_text(encoding="utf-8"),
        "credentials.yaml": _credentials(operator, catalogue.products, order),
        ENVIRONMENT_FILE: _environment(order),
        "kitscan.yaml": _CONFIG,
    }


def may_write(folder: Path) -> bool:
    """True if nothing that somebody wrote would be lost: the folder is empty, or was generated."""
    if not folder.exists() or not any(folder.iterdir()):
        return True
    order = folder / ORDER_FILE
    return order.is_file() and order.read_text(encoding="utf-8", errors="replace").startswith(MARK)


def write_project(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files. Host keys that an earlier scan kept there go, because those devices are others.

    Raises OSError.
    """
    (folder / PRODUCTS_FOLDER).mkdir(parents=True, exist_ok=True)
    (folder / "known_hosts").unlink(missing_ok=True)
    for stale in (folder / PRODUCTS_FOLDER).glob("*.yaml"):
        stale.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


DEVICE_COLUMNS = (
    "name", "address", "mac", "product", "release", "site", "role", "group", "answers", "serials", "optic"
)  # fmt: skip
CABLE_COLUMNS = ("a", "a_port", "a_address", "b", "b_port", "b_address")
EXPECTED_COLUMNS = ("device", "address", "maker", "place", "verdict", "parts")
_TARGET_COLUMNS = ("address", "name", "site", "role", "group", "snmp_port", "ssh_port")


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _device_row(device: GeneratedDevice) -> Sequence[str]:
    optic = f"{device.optic.kind}:{device.optic.serial}" if device.optic else ""
    placed = (device.site, device.role, device.group, device.answers)
    made = (device.product, device.release)
    return (device.name, device.address, device.mac, *made, *placed, " ".join(device.serials), optic)


def _cable_row(cable: Cable) -> Sequence[str]:
    return tuple(text for end in (cable.a, cable.b) for text in (end.device, end.port, end.address))


def _expected_row(expected: ExpectedDevice) -> Sequence[str]:
    wanted = expected.expectation
    parts = "" if wanted.parts is None else describe_parts((part.maker, part.count) for part in wanted.parts)
    return (expected.name, expected.address, wanted.maker or "", wanted.place or "", wanted.verdict or "", parts)


def _target_row(device: GeneratedDevice, order: Order) -> Sequence[str]:
    ports = (str(order.ports.snmp), str(order.ports.ssh))
    return (device.address, device.name, device.site, device.role, device.group, *ports)


def _order(order: Order, shape: OperatorShape) -> str:
    return (
        f"{MARK} The same order makes the same files.\n"
        f"# {shape.about}\n"
        f"shape: {order.shape}\ndevices: {order.devices}\nseed: {order.seed}\nnetwork: {order.network}\n"
        f"snmp_port: {order.ports.snmp}\nssh_port: {order.ports.ssh}\n"
    )


def _environment(order: Order) -> str:
    values = (f"lab-community-{order.seed}", f"lab-auth-pass-{order.seed}", f"lab-priv-pass-{order.seed}", "lab-login")
    lines = [f"{name}={value}" for name, value in zip(VARIABLES, values, strict=True)]
    return "\n".join(("# Public words that invented devices accept. They open nothing else.", *lines)) + "\n"


def _credentials(operator: GeneratedOperator, products: Mapping[str, ProductTemplate], order: Order) -> str:
    """References only, each bound to the addresses that it is for."""
    users: dict[tuple[str, str], list[str]] = {}
    others: list[str] = []
    for device in operator.devices.values():
        snmp = products[device.product].device.get("snmp")
        if snmp and "auth" in snmp:
            users.setdefault((snmp["auth"], snmp["priv"]), []).append(f"{device.address}/32")
        else:
            others.append(f"{device.address}/32")
    return "\n".join(("credentials:", *_entries(users, others, order))) + "\n"


def _entries(users: Mapping[tuple[str, str], list[str]], others: list[str], order: Order) -> Iterator[str]:
    for (auth, priv), prefixes in users.items():
        yield f"  - name: v3-{auth}-{priv}"
        yield "    snmp: v3"
        yield f"    user: {USER}"
        yield f"    auth: [{auth}, env:{VARIABLES[1]}]"
        yield f"    priv: [{priv}, env:{VARIABLES[2]}]"
        yield f"    prefixes: [{', '.join(prefixes)}]"
    if others:
        yield "  - name: read-only"
        yield "    snmp: v2c"
        yield f"    community: env:{VARIABLES[0]}"
        yield "    sweep: true"
        yield f"    prefixes: [{', '.join(others)}]"
    yield "  - name: command-line"
    yield "    ssh: true"
    yield f"    user: {USER}"
    yield f"    password: env:{VARIABLES[3]}"
    yield f"    prefixes: [{order.network}]"
