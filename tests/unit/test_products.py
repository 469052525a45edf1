"""Object ids: the product one names, the holder of its number, and the objects that tell who a device is."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.database.chunked_table import ChunkedTable, open_table, packed_table
from fingerprints.database.products import (
    DATA,
    PRODUCTS,
    IdentityObject,
    IdentityObjects,
    Product,
    Products,
    enterprise_of,
    identity_objects,
    load_products,
    unwrapped,
)

ROOT = "1.3.6.1.4.1"


@pytest.fixture(scope="module")
def products() -> Products:
    return load_products()


@pytest.fixture(scope="module")
def objects() -> IdentityObjects:
    return identity_objects()


@pytest.mark.parametrize(
    ("oid", "symbol", "model"),
    [
        (f"{ROOT}.9.1.1208", "cat29xxStack", ""),
        (f"{ROOT}.2011.2.23.470", "s5720-30C-LI-AC", "S5720-30C-LI-AC"),
        (f"{ROOT}.2011.2.39.93", "wlanAP210", "AP210"),
        (f"{ROOT}.3902.3.100.104", "zxr10RouterR10-1812-AC", "ZXR10 1812-AC"),
        (f"{ROOT}.25506.11.1.110", "hp12518DC", "12518DC"),
        (f"{ROOT}.43.1.16.4.3.51", "jvSwitch7903E", "Switch 7903E"),
        (f"{ROOT}.2636.1.1.1.2.21", "jnxProductNameMX960", "MX960"),
        (f"{ROOT}.6527.1.3.8", "tmnxModelSR12EReg", "SR12E"),
        (f"{ROOT}.8072.3.2.10", "linux", ""),
    ],
)
def test_an_object_id_of_a_mib_names_its_product(products: Products, oid: str, symbol: str, model: str) -> None:
    found = products.product_of(oid)
    assert found is not None
    assert (found.symbol, found.model, found.oid) == (symbol, model, oid)


def test_an_instance_beyond_a_product_is_that_product(products: Products) -> None:
    assert products.product_of(f".{ROOT}.9.1.1208.0") == Product(
        "cat29xxStack", "CISCO-PRODUCTS-MIB", f"{ROOT}.9.1.1208"
    )


def test_an_unknown_member_of_a_family_is_told_as_the_family(products: Products) -> None:
    assert products.product_of(f"{ROOT}.2011.2.23.99999") == Product("lanSw", "HUAWEI-MIB", f"{ROOT}.2011.2.23")


@pytest.mark.parametrize(
    "oid",
    [
        "",
        "1",
        "1.3.6.1.2.1.1.1.0",
        ROOT,
        f"{ROOT}.9",
        f"{ROOT}.9.",
        f"{ROOT}.999999999999.1",
        "nonsense",
        f"{ROOT}.x.y",
    ],
)
def test_what_names_no_product_is_nothing(products: Products, oid: str) -> None:
    assert products.product_of(oid) is None


@pytest.mark.parametrize(
    ("oid", "number"),
    [
        (f"{ROOT}.2011.2.23.470", 2011),
        (f".{ROOT}.9.1.1", 9),
        (f"{ROOT}.89.1.1.{ROOT}.4526.100.4.25", 4526),
        (f"{ROOT}.1004849.2.1", 1_004_849),
        ("1.3.6.1.2.1.1", None),
        (ROOT, None),
        (f"{ROOT}.", None),
        (f"{ROOT}.99999999999.1", None),
    ],
)
def test_the_enterprise_is_the_arc_below_the_root(oid: str, number: int | None) -> None:
    assert enterprise_of(oid) == number


def test_an_object_id_inside_another_is_taken_out() -> None:
    assert unwrapped(f".{ROOT}.89.1.1.{ROOT}.4526.100.4.25.") == f"{ROOT}.4526.100.4.25"


def test_holders_are_those_of_the_whole_registry(products: Products) -> None:
    holders = {number: products.holder_of(number) for number in (9, 2011, 3902, 37496, 50001, 1_004_849)}
    assert holders == {
        9: "ciscoSystems",
        2011: "HUAWEI Technology Co.,Ltd",
        3902: "Zhongxing Telecom Co.,ltd. (abbr. ZTE)",
        37496: "ZHEJIANG DAHUA TECHNOLOGY CO.,LTD",
        50001: "Scildon",
        1_004_849: None,
    }


def test_a_former_name_is_not_part_of_the_holder(products: Products) -> None:
    assert products.holder_of(476) == "Vertiv"


def test_every_row_of_the_table_is_found_under_its_own_object_id(products: Products) -> None:
    table = open_table(DATA / PRODUCTS)
    lost = [
        f"{number}.{rest}"
        for number in ("9", "2011", "3902", "25506", "43", "2636")
        for rest in (line.partition("\t")[0] for line in table.lines(number))
        if getattr(products.product_of(f"{ROOT}.{number}.{rest}"), "oid", "") != f"{ROOT}.{number}.{rest}"
    ]
    assert lost == []


def test_instances_of_columns_and_scalars_are_their_identity_objects(objects: IdentityObjects) -> None:
    found = [objects.object_of(oid) for oid in ("1.3.6.1.4.1.318.1.1.1.1.2.3.0", "1.3.6.1.2.1.47.1.1.1.1.11.1001")]
    assert found == [
        IdentityObject("upsAdvIdentSerialNumber", "serial", "PowerNet-MIB", "scalar"),
        IdentityObject("entPhysicalSerialNum", "serial", "ENTITY-MIB", "column"),
    ]


@pytest.mark.parametrize("oid", ["", "1.3.6.1.2.1.2.2.1.2.1", f"{ROOT}.318", "1.3.6.1.2.1.47.1.1.1.1.11", "text"])
def test_other_objects_are_no_identity_objects(objects: IdentityObjects, oid: str) -> None:
    assert objects.object_of(oid) is None


def test_an_object_id_longer_than_any_can_be_is_nothing(objects: IdentityObjects, products: Products) -> None:
    endless = "1.3.6.1.2.1.47.1.1.1.1.11" + ".1" * 30_000
    assert (objects.object_of(endless), products.product_of(endless)) == (None, None)


CHUNKS = st.dictionaries(
    st.text("0123456789", max_size=6), st.lists(st.text("abc\t.é", min_size=1), min_size=1, max_size=5), max_size=6
)


@given(CHUNKS)
def test_a_chunked_table_gives_back_what_was_packed(chunks: dict[str, list[str]]) -> None:
    table = ChunkedTable(packed_table(chunks))
    assert {key: table.lines(key) for key in table.chunks()} == chunks


def test_a_chunk_that_is_not_there_is_empty() -> None:
    assert ChunkedTable(packed_table({"9": ["1\tone"]})).lines("10") == []


@pytest.mark.parametrize(
    "spoil", [lambda data: b"", lambda data: data[:-1], lambda data: data + b"x", lambda data: b"text"]
)
def test_a_spoilt_table_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match="table"):
        ChunkedTable(spoil(packed_table({"9": ["1\tone"]})))


def test_zcat_would_print_the_whole_table(tmp_path: Path) -> None:
    path = tmp_path / "t.gz"
    path.write_bytes(packed_table({"9": ["1\tone", "2\ttwo"], "10": ["3\tthree"]}))
    with gzip.open(path, "rt") as lines:
        assert [line for line in lines if line[0] != "#"] == ["1\tone\n", "2\ttwo\n", "3\tthree\n"]
