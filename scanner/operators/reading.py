"""Reads the folder of a generated operator back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from fingerprints.database.csv_file import CsvRow, read_csv, refused
from fingerprints.database.yaml_file import FileModel, read_yaml
from fingerprints.model.errors import Flaw, KitscanError
from reports.policy.verdict import Verdict
from scanner.lab.expectations import Expectation, ExpectedPart
from scanner.operators import project
from scanner.operators.network import OperatorNetwork
from scanner.operators.operator import Behaviour, Cable, CableEnd, FittedOptic, GeneratedDevice, GeneratedOperator
from scanner.operators.product import ProductTemplate, read_optics, read_products
from scanner.operators.shape import ShapeName
from scanner.simulator.serving import AnsweringDevice
from scanner.targets.target import Ports

_Port = Annotated[int, Field(ge=1, le=65_535)]
_TableRow = TypeVar("_TableRow")


class OrderFile(FileModel):
    """The file operator.yaml: what was asked for."""

    shape: Annotated[ShapeName, Field(strict=False)]
    devices: int
    seed: int
    network: str
    snmp_port: _Port
    ssh_port: _Port


@dataclass(frozen=True, slots=True)
class GeneratedProject:
    """A folder that was read: its operator, the products, its devices as simulated ones, and their ports."""

    operator: GeneratedOperator
    products: Mapping[str, ProductTemplate]
    network: OperatorNetwork
    ports: Ports

    def answering(self) -> tuple[AnsweringDevice, ...]:
        """The devices that answer, in the order of their addresses."""
        return tuple(
            AnsweringDevice(
                device.address,
                device.name,
                self.products[device.product].has_snmp,
                self.products[device.product].has_ssh,
                device.answers is Behaviour.REFUSALS,
            )
            for device in self.operator.devices.values()
            if device.answers is not Behaviour.NOTHING
        )

    def without_lldp(self) -> frozenset[str]:
        """The devices that tell nobody of their neighbours."""
        speaking = {name for name, product in self.products.items() if product.has_snmp and product.speaks_lldp}
        return frozenset(
            device.name
            for device in self.operator.devices.values()
            if device.product not in speaking or device.answers is not Behaviour.ALL
        )


def read_project(folder: Path) -> GeneratedProject:
    """The operator of a folder. Raises KitscanError if it is none, else DataFileError with file and row of every
    flaw."""
    if not (folder / project.ORDER_FILE).exists():
        problem = f"{folder}: no folder that kitscan lab generate wrote, because {project.ORDER_FILE} is missing"
        raise KitscanError(problem, "name such a folder; a lab with a topology is for kitscan lab up")
    order = read_yaml(folder / project.ORDER_FILE, OrderFile)
    products = read_products(folder / project.PRODUCTS_FOLDER)
    optics = read_optics(folder / project.OPTICS_FILE)
    path = folder / project.DEVICES_FILE
    devices = {}
    flaws = []
    for row, device in _rows(path, project.DEVICE_COLUMNS, _device):
        product = products.get(device.product)
        if device.name in devices:
            flaws.append(Flaw(row, f"{device.name} is another row's too", "a name for each device"))
        elif product is None:
            flaws.append(Flaw(row, f"there is no product {device.product}", ", ".join(products)))
        elif len(device.serials) != len(product.serials):
            expected = f"{len(product.serials)}, as in {device.product}.yaml"
            flaws.append(Flaw(row, f"{len(device.serials)} serials", expected))
        elif bool(device.optic) != bool(product.optic) or (device.optic and device.optic.kind not in optics):
            flaws.append(Flaw(row, "the optic is not one of this product", ", ".join(optics)))
        devices[device.name] = device
    if flaws:
        raise refused(path, tuple(flaws))
    cables = _cables(folder / project.CABLES_FILE, devices, products)
    operator = GeneratedOperator(devices, cables)
    return GeneratedProject(
        operator, products, OperatorNetwork(operator, products, optics), Ports(order.snmp_port, order.ssh_port)
    )


def read_expected(folder: Path) -> dict[str, Expectation]:
    """What must be found of each device, by its name. Raises DataFileError, also where a device of the folder has no
    row or two: a device that nothing is held against would be as expected."""
    path = folder / project.EXPECTED_FILE
    expected: dict[str, Expectation] = {}
    flaws = []
    for row, (name, expectation) in _rows(path, project.EXPECTED_COLUMNS, _expected):
        if name in expected:
            flaws.append(Flaw(row, f"{name} is another row's too", "a row for each device"))
        expected[name] = expectation
    devices = {device.name for _, device in _rows(folder / project.DEVICES_FILE, project.DEVICE_COLUMNS, _device)}
    for name in sorted(devices - expected.keys()):
        flaws.append(Flaw("whole file", f"no row for {name}", f"a row for each device of {project.DEVICES_FILE}"))
    if flaws:
        raise refused(path, tuple(flaws))
    return expected


def _cables(
    path: Path, devices: Mapping[str, GeneratedDevice], products: Mapping[str, ProductTemplate]
) -> tuple[Cable, ...]:
    cables, flaws = [], []
    for row, cable in _rows(path, project.CABLE_COLUMNS, _cable):
        for end in (cable.a, cable.b):
            device = devices.get(end.device)
            if device is None:
                flaws.append(Flaw(row, f"there is no device {end.device}", f"a device of {project.DEVICES_FILE}"))
            elif end.port not in products[device.product].port_indexes:
                flaws.append(Flaw(row, f"{end.device} has no port {end.port}", f"a port of {device.product}.yaml"))
        cables.append(cable)
    if flaws:
        raise refused(path, tuple(flaws))
    return tuple(cables)


def _rows(
    path: Path, columns: tuple[str, ...], made: Callable[[Mapping[str, str]], _TableRow]
) -> list[tuple[str, _TableRow]]:
    """Each row with its place. Raises DataFileError for missing columns and for cells that mean nothing."""
    table = read_csv(path)
    missing = sorted(set(columns) - set(table.columns))
    if missing:
        raise refused(path, (Flaw("header", f"no column {missing[0]}", ", ".join(columns)),))
    rows, flaws = [], []
    for row in table.rows:
        try:
            rows.append((row.place, made({**dict.fromkeys(columns, ""), **row.cells})))
        except ValueError as error:
            flaws.append(_flaw(row, error))
    if flaws:
        raise refused(path, tuple(flaws))
    return rows


def _flaw(row: CsvRow, error: ValueError) -> Flaw:
    return Flaw(row.place, str(error), "cells as kitscan lab generate writes them")


def _device(cells: Mapping[str, str]) -> GeneratedDevice:
    kind, _, number = cells["optic"].partition(":")
    return GeneratedDevice(
        name=cells["name"],
        address=str(IPv4Address(cells["address"])),
        mac=cells["mac"],
        product=cells["product"],
        release=cells["release"],
        site=cells["site"],
        role=cells["role"],
        group=cells["group"],
        answers=Behaviour(cells["answers"]),
        serials=tuple(cells["serials"].split()),
        optic=FittedOptic(kind, number) if kind else None,
    )


def _cable(cells: Mapping[str, str]) -> Cable:
    return Cable(*(CableEnd(cells[end], cells[f"{end}_port"], cells[f"{end}_address"]) for end in "ab"))


def _expected(cells: Mapping[str, str]) -> tuple[str, Expectation]:
    """A row of expected.csv. An empty cell is not compared."""
    parts = None if not cells["parts"] else tuple(_part(word) for word in cells["parts"].split() if word != "none")
    verdict = Verdict(cells["verdict"]) if cells["verdict"] else None
    return cells["device"], Expectation(cells["maker"] or None, cells["place"] or None, verdict, parts)


def _part(word: str) -> ExpectedPart:
    maker, _, count = word.partition(":")
    return ExpectedPart(maker, int(count) if count else None)
