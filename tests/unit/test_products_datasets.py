"""Snapshots of registries and MIBs, compiled into the tables that ship."""

import pytest

from fingerprints.database.chunked_table import ChunkedTable
from fingerprints.database.products import DATA, IdentityObject, IdentityObjects, Product, Products
from fingerprints.database.yaml_file import read_yaml
from scanner.updates.compiled_tables import (
    ModelsFile,
    enterprises_table,
    identity_objects_table,
    is_product,
    model_of,
    products_table,
)

ROOT = "1.3.6.1.4.1"
NO_MODELS = ModelsFile(rules=())


@pytest.mark.parametrize(
    ("symbol", "module"),
    [
        ("ciscoNtpMIBNotifs", "CISCO-NTP-MIB"),
        ("lumIfXcCompl", "LUM-IFXC-MIB"),
        ("proElsTrapVar4", "PROTEON-MIB"),
        ("lgpConditionFuse2Open", "LIEBERT-GP-CONDITIONS-MIB"),
        ("hh3cARPTrapsMacMismatch", "HH3C-ARP-TRAP-MIB"),
        ("oacCapabilities", "ONEACCESS-GLOBAL-REG"),
    ],
)
def test_a_part_of_a_mib_that_is_no_product_is_left_out(symbol: str, module: str) -> None:
    assert not is_product(symbol, module)


@pytest.mark.parametrize(
    ("symbol", "module"),
    [
        ("tmnxModelSR7Reg", "TIMETRA-GLOBAL-MIB"),
        ("ciscoIE30004TC", "CISCO-PRODUCTS-MIB"),
        ("hh3c-S5820X-34TC", "HH3C-PRODUCT-ID-MIB"),
        ("mx8", "TRAPEZE-NETWORKS-REGISTRATION-DEVICES-MIB"),
        ("linux", "NET-SNMP-TC"),
    ],
)
def test_a_product_that_only_sounds_like_such_a_part_stays(symbol: str, module: str) -> None:
    assert is_product(symbol, module)


def test_the_products_table_prefers_named_rows() -> None:
    rows = [
        "oid\tsymbol\tmodule",
        f"{ROOT}.9.1.2\told\tA-MIB",
        f"{ROOT}.9.1.10\tten\tA-MIB",
        f"{ROOT}.9.9\txNotifs\tA-MIB",
    ]
    table = ChunkedTable(products_table(rows, {f"{ROOT}.9.1.2": ("new", "B-MIB")}, NO_MODELS))
    assert table.lines("9") == ["1.2\tnew\tB-MIB\t", "1.10\tten\tA-MIB\t"]
    assert Products(table, table).product_of(f"{ROOT}.9.1.2") == Product("new", "B-MIB", f"{ROOT}.9.1.2")


def test_holders_come_without_comments_and_former_names() -> None:
    table = ChunkedTable(enterprises_table(["# made", "", "7\tAble  Ltd", "513 Baker\t# formerly 'Cable'", "514"]))
    assert (table.lines("0"), table.lines("1")) == (["7\tAble Ltd"], ["513\tBaker"])


def test_identity_objects_outside_the_enterprises_are_kept_whole() -> None:
    rows = ["1.0.8802.1.5\tlldpSerial\tLLDP\tserial\tscalar\tText", f"{ROOT}.9.2.1\tctlModel\tC\tmodel\tcolumn\tText"]
    objects = IdentityObjects(ChunkedTable(identity_objects_table(rows)))
    found = [objects.object_of("1.0.8802.1.5.0"), objects.object_of(f"{ROOT}.9.2.1.4.5")]
    assert found == [
        IdentityObject("lldpSerial", "serial", "LLDP", "scalar"),
        IdentityObject("ctlModel", "model", "C", "column"),
    ]


@pytest.mark.parametrize(
    ("oid", "symbol", "model"),
    [
        ("2011.2.62.30", "ne40E-M2K-B", "NE40E-M2K-B"),
        ("2011.2.4", "lan-switch", ""),
        ("2011.2.321.1", "eudemon1000e-g12", "Eudemon1000e-g12"),
        ("3902.3.100.1", "zxr10RouterT128", "ZXR10 T128"),
        ("3902.15.2.1.2", "ZXR10 2626", "ZXR10 2626"),
        ("25506.1.131", "hh3c-xe200", "XE200"),
        ("9.1.1", "cisco7000", ""),
    ],
)
def test_models_are_read_off_symbols(oid: str, symbol: str, model: str) -> None:
    models = read_yaml(DATA / "models.yaml", ModelsFile)
    assert model_of(f"{ROOT}.{oid}", symbol, models) == model


@pytest.mark.parametrize("folder", ["companies", "oui", "products"])
def test_every_data_file_is_named_where_its_source_is(folder: str) -> None:
    source = (DATA.parent / folder / "SOURCE.yaml").read_text(encoding="utf-8")
    files = {path.name for path in (DATA.parent / folder).iterdir() if path.suffix in (".yaml", ".tsv", ".gz")}
    assert {name for name in files - {"SOURCE.yaml"} if name not in source} == set()
