"""Generated operators, from any seed: no two devices alike, cables with two ends, and a place for every device."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Interface
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.errors import DataFileError
from reports.placement.zones import read_zones
from reports.policy.verdict import Verdict
from scanner.lab.expectations import Expectation, ExpectedPart
from scanner.operators.drawing import serial
from scanner.operators.expectation import expectations
from scanner.operators.generate import generate, needed_addresses
from scanner.operators.network import OperatorNetwork
from scanner.operators.operator import Behaviour, FittedOptic, GeneratedOperator, Order
from scanner.operators.product import PLACEHOLDER, PRODUCTS, read_optics, read_products
from scanner.operators.project import Catalogue, project_files, write_project
from scanner.operators.reading import read_expected, read_project
from scanner.operators.shape import ZONES, ShapeName, counts_of, read_shape
from scanner.protocols.snmp.message.codec import Message, Pdu, PduType, decode, encode
from scanner.simulator.objects import mib_view
from scanner.targets.target import Ports
from tests.unit.placing import place

CATALOGUE = Catalogue(read_products(), read_optics())
EACH_SHAPE = pytest.mark.parametrize("shape", ShapeName)


def operator(shape: ShapeName, devices: int, seed: int = 7) -> GeneratedOperator:
    return generate(order(shape, devices, seed), read_shape(shape), CATALOGUE.products, CATALOGUE.optics)


def order(shape: ShapeName, devices: int, seed: int = 7) -> Order:
    return Order(shape, devices, seed, "127.64.0.0/16", Ports(11_161, 11_122))


def repeated(texts: Sequence[str]) -> list[str]:
    return [text for text, count in Counter(texts).items() if count > 1]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ShapeName), st.integers(1, 700), st.integers())
def test_no_two_devices_are_alike_and_every_cable_has_two_free_ports(shape: ShapeName, count: int, seed: int) -> None:
    made = operator(shape, count, seed)
    devices = tuple(made.devices.values())
    assert len(devices) == count
    for texts in ([d.name for d in devices], [d.address for d in devices], [d.mac for d in devices]):
        assert repeated(texts) == []
    numbers = [f"{at} {d.product} {number}" for d in devices for at, number in enumerate(d.serials)]
    assert repeated([*numbers, *(f"{d.optic.kind} {d.optic.serial}" for d in devices if d.optic)]) == []
    assert all(int(d.address.split(".")[3]) in range(1, 255) for d in devices)
    ends = [end for cable in made.cables for end in (cable.a, cable.b)]
    assert repeated([f"{end.device} {end.port}" for end in ends]) == []
    assert repeated([end.address for end in ends if end.address]) == []
    for cable in made.cables:
        if cable.a.address:
            assert IPv4Interface(cable.a.address).network == IPv4Interface(cable.b.address).network


@EACH_SHAPE
def test_every_device_is_reached_over_cables_and_its_neighbours_know_it(shape: ShapeName) -> None:
    made = operator(shape, 300)
    network = OperatorNetwork(made, CATALOGUE.products, CATALOGUE.optics)
    reached, waiting = set(), [next(iter(network))]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            peers = [(port.name, port.peer) for port in network[name].interfaces if port.peer]
            for port, peer in peers:
                back = next(one.peer for one in network[peer.device].interfaces if one.name == peer.port)
                assert back and (back.device, back.port) == (name, port)
            waiting += [peer.device for _, peer in peers]
    assert reached == set(network)


@EACH_SHAPE
def test_the_same_order_gives_the_same_bytes_and_another_seed_gives_others(shape: ShapeName) -> None:
    def files(seed: int) -> dict[str, str]:
        wanted = order(shape, 200, seed)
        return project_files(wanted, read_shape(shape), operator(shape, 200, seed), CATALOGUE)

    assert files(7) == files(7)
    assert files(7)["devices.csv"] != files(8)["devices.csv"]


@EACH_SHAPE
def test_the_zones_place_every_device_where_it_is_expected(shape: ShapeName) -> None:
    zones, roles = read_zones(ZONES), {role.name: role.zone for role in read_shape(shape).roles}
    devices = operator(shape, 300).devices.values()
    for one in devices:
        labels = (("site", one.site), ("role", one.role), ("group", one.group))
        device = Device(one.name, (one.name,), (one.address,), one.name, labels, Identity(Level.UNKNOWN, 0.0))
        assert place(device, zones).zone == roles[one.role]


@EACH_SHAPE
def test_a_role_has_its_share_and_at_least_one(shape: ShapeName) -> None:
    counts = counts_of(read_shape(shape), 2_000)
    assert (sum(counts), min(counts) >= 1) == (2_000, True)


def test_the_products_are_of_ten_makers_and_each_plays_somewhere() -> None:
    played = {name for shape in ShapeName for role in read_shape(shape).roles for name in role.products}
    assert played == set(CATALOGUE.products) == {path.stem for path in PRODUCTS.glob("*.yaml")}
    assert len(played) >= 15
    assert len({product.maker for product in CATALOGUE.products.values()} - {None}) >= 10


def test_every_product_serves_objects_that_are_in_order_and_survive_the_wire() -> None:
    served = set()
    for shape in ShapeName:
        made = operator(shape, 300)
        network = OperatorNetwork(made, CATALOGUE.products, CATALOGUE.optics)
        for name, device in made.devices.items():
            view = mib_view(network[name], network)
            assert [row.oid for row in view] == sorted({row.oid for row in view})
            assert not any(PLACEHOLDER.search(row.value) for row in view)
            message = Message(1, b"c", Pdu(PduType.RESPONSE, 1, view))
            assert decode(encode(message)) == message
            served.add(device.product)
    assert served == set(CATALOGUE.products)


def test_a_large_operator_has_silent_ones_refusing_ones_and_watched_optics() -> None:
    devices = operator(ShapeName.MIXED, 2_000).devices.values()
    assert {device.answers for device in devices} == set(Behaviour)
    assert "huawei" in {device.optic.kind for device in devices if device.optic}


@given(st.integers(0, 49_998), st.integers(1, 1_000))
def test_serial_numbers_differ_and_have_the_form_of_their_pattern(number: int, step: int) -> None:
    made = {serial("FOC20~~@#@#@", at) for at in (number, number + step)}
    assert len(made) == 2
    assert all(text.startswith("FOC20") and 1 <= int(text[5:7]) <= 52 and text[8].isdigit() for text in made)


@pytest.mark.parametrize(("devices", "addresses"), [(1, 256), (254, 256), (255, 512), (50_000, 50_432)])
def test_a_network_must_have_room_for_the_devices(devices: int, addresses: int) -> None:
    assert needed_addresses(devices) == addresses


def expected_of(
    product: str, answers: Behaviour, optic: str = "finisar", role: str = "cell-site-router"
) -> Expectation:
    """What is expected of the first device of an operator, changed to this."""
    name, first = next(iter(operator(ShapeName.MIXED, 1).devices.items()))
    fitted = FittedOptic(optic, "A1") if CATALOGUE.products[product].optic else None
    changed = replace(first, product=product, answers=answers, optic=fitted, role=role)
    shape = read_shape(ShapeName.MIXED)
    (made,) = expectations(GeneratedOperator({name: changed}, ()), shape, CATALOGUE.products, CATALOGUE.optics)
    return made.expectation


@pytest.mark.parametrize(
    ("changed", "expectation"),
    [
        (("cisco-c3850-48t", Behaviour.ALL), Expectation("cisco", "cell sites", Verdict.CLEAR, ())),
        (
            ("cisco-c3850-48t", Behaviour.ALL, "huawei"),
            Expectation("cisco", "cell sites", Verdict.RESTRICTED, (ExpectedPart("huawei", 1),)),
        ),
        (("huawei-s5720-56c-ei", Behaviour.ALL), Expectation("huawei", "cell sites", Verdict.RESTRICTED, None)),
        (("linux-server", Behaviour.ALL), Expectation("unknown", "cell sites", Verdict.NOT_ASSESSED, ())),
        (("cisco-c3850-48t", Behaviour.NOTHING), Expectation("unknown", None, Verdict.NOT_ASSESSED)),
        (("dahua-nvr4108hs", Behaviour.REFUSALS), Expectation("unknown", None, Verdict.NOT_ASSESSED)),
        (("mikrotik-ccr1009", Behaviour.REFUSALS), Expectation("mikrotik", "cell sites", Verdict.NOT_ASSESSED, ())),
        (
            ("huawei-ar1220", Behaviour.REFUSALS, "", "branch-router"),
            Expectation("huawei", "none", Verdict.REVIEW, ()),
        ),
    ],
)
def test_what_must_be_found_follows_from_product_optic_place_and_answers(
    changed: tuple[str, Behaviour], expectation: Expectation
) -> None:
    assert expected_of(*changed) == expectation


@EACH_SHAPE
def test_a_folder_is_read_back_as_it_was_generated(shape: ShapeName, tmp_path: Path) -> None:
    made = operator(shape, 120)
    write_project(tmp_path, project_files(order(shape, 120), read_shape(shape), made, CATALOGUE))
    assert read_project(tmp_path).operator == made
    wanted = expectations(made, read_shape(shape), CATALOGUE.products, CATALOGUE.optics)
    assert read_expected(tmp_path) == {one.name: one.expectation for one in wanted}


@pytest.mark.parametrize(
    ("kept", "twice", "problem"), [(1, 0, "no row for"), (0, 0, "no row for"), (None, 1, "another row's")]
)
def test_a_device_that_nothing_is_held_against_is_an_error(
    kept: int | None, twice: int, problem: str, tmp_path: Path
) -> None:
    made = operator(ShapeName.MIXED, 20)
    write_project(tmp_path, project_files(order(ShapeName.MIXED, 20), read_shape(ShapeName.MIXED), made, CATALOGUE))
    head, *rows = (tmp_path / "expected.csv").read_text().splitlines()
    (tmp_path / "expected.csv").write_text("\n".join((head, *rows[:kept], *rows[:twice])) + "\n")
    with pytest.raises(DataFileError, match=problem):
        read_expected(tmp_path)
