"""Parts of vendors' own tables without a serial number: a maker or a model makes a row a part, kept apart by place."""

import pytest

from fingerprints.database.products import IdentityObject
from fingerprints.identity.components import list_parts
from fingerprints.identity.identify import identify
from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Component
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.private_mib.part_kinds import kind_of_row, kind_of_scalar
from tests.unit.boxes import capture, entity, introduced, shipped

EDGESWITCH_VENDOR = "1.3.6.1.4.1.41112.1.5.7.2.1.4"
DLINK_VENDOR = "1.3.6.1.4.1.171.10.76.28.1.104.1.1.5"
UNKNOWN_TABLE = "1.3.6.1.4.1.41112.99.7.1"


def at(oid: str, text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_OBJECT, oid, text),)


def named_ports(*names: str) -> tuple[Observation, ...]:
    oid = "1.3.6.1.2.1.31.1.1.1.1"
    return tuple(Observation(Source.SNMP_IF_NAME, f"{oid}.{index}", name) for index, name in enumerate(names, 1))


def parts(*observations: tuple[Observation, ...]) -> tuple[Component, ...]:
    return list_parts(index_observations(capture(*observations)), shipped()).kept


@pytest.mark.parametrize(
    ("symbol", "module", "cell", "kind"),
    [
        ("portMediaInfoVendorName", "ACME-SWITCH-MIB", "manufacturer", "optic"),
        ("acmeIfMediaVendorName", "ACME-MIB", "manufacturer", "optic"),
        ("acmeDdmiInfoVendor", "ACME-MIB", "manufacturer", "optic"),
        ("vendorName", "ACME-SFP-MIB", "manufacturer", "optic"),
        ("fgMdmVendor", "FORTINET-FORTIGATE-MIB", "manufacturer", "modem"),
        ("hw3GDeviceSerialNumber", "HUAWEI-WAN-MIB", "serial", "modem"),
        ("acmeWirelessCardMfgName", "ACME-3GMODEM-MIB", "manufacturer", "modem"),
        ("mManufacturer", "TELTONIKA-MIB", "manufacturer", "modem"),
        ("acmeMidplaneSerial", "ACME-MIB", "serial", "backplane"),
        ("acmeFanTrayModel", "ACME-MIB", "model", "fan"),
        ("swSerialNumber", "ES3528M-SFP-MIB", "serial", None),
        ("acmeSfpConfigVendorName", "ACME-MIB", "manufacturer", None),
        ("opticalIfFiberBrand", "ACME-MIB", "manufacturer", None),
        ("acmePortUsbManufacturer", "ACME-MIB", "manufacturer", None),
        ("acmeOnuSfpVendor", "ACME-MIB", "manufacturer", None),
        ("acmeCableModemVendor", "ACME-CMTS-MIB", "manufacturer", None),
        ("rogueApVendorName", "ACME-MIB", "manufacturer", None),
        ("lldpXMedRemMfgName", "LLDP-EXT-MED-MIB", "manufacturer", None),
        ("clusterMemberModel", "ACME-MIB", "model", None),
        ("acmeGPSReceiver3GPSModel", "ACME-MIB", "model", None),
    ],
)
def test_a_symbol_or_its_module_says_what_the_rows_are(symbol: str, module: str, cell: str, kind: str | None) -> None:
    assert kind_of_row(IdentityObject(symbol, cell, module, "column")) == kind


def test_a_scalar_is_about_a_part_only_where_boxes_have_one_of_it() -> None:
    symbols = ("acmeWwanModemModel", "acmeOlt0Pon0SfpVendor", "acmeChassisBackplaneSerial", "acmeBoardSerial")
    kinds = [kind_of_scalar(IdentityObject(symbol, "serial", "ACME-MIB", "scalar")) for symbol in symbols]
    assert kinds == [ComponentKind.MODEM, ComponentKind.OPTIC, ComponentKind.BACKPLANE, None]


@pytest.mark.parametrize("column", [EDGESWITCH_VENDOR, DLINK_VENDOR])
def test_a_watched_makers_name_is_enough(column: str) -> None:
    (part,) = parts(at(f"{column}.25", "HUAWEI"))
    told = (part.kind, part.position, part.serial, [(tie.entity, tie.level) for tie in part.watched])
    assert told == ("optic", "25", None, [("huawei", "confirmed")])


def test_parts_of_one_maker_are_kept_apart_by_their_place() -> None:
    (first, second) = parts(at(f"{EDGESWITCH_VENDOR}.25", "HUAWEI"), at(f"{EDGESWITCH_VENDOR}.26", "HUAWEI"))
    assert (first.position, second.position) == ("25", "26")


def test_a_table_with_two_indexes_keeps_its_rows_apart() -> None:
    vendor, model = "1.3.6.1.4.1.2007.4.1.2.2.2.18.1.1.2", "1.3.6.1.4.1.2007.4.1.2.2.2.18.1.1.3"
    found = parts(
        at(f"{vendor}.1.6", "Quectel"), at(f"{model}.1.6", "EC25"), at(f"{vendor}.2.6", "Sierra Wireless"),
        at(f"{model}.2.6", "MC7455"),
    )  # fmt: skip
    assert [(part.kind, part.position, part.made_by and part.made_by.id, part.model) for part in found] == [
        ("modem", "1.6", "quectel", "EC25"),
        ("modem", "2.6", "sierra_wireless", "MC7455"),
    ]


@pytest.mark.parametrize("text", ["", "N/A", "0", "unknown", "3"])
def test_an_empty_port_has_no_part(text: str) -> None:
    assert parts(at(f"{EDGESWITCH_VENDOR}.25", text)) == ()


def test_the_place_is_the_ports_name_where_the_table_is_one_of_ports() -> None:
    names = [f"ge{number}" for number in range(1, 29)]
    (part,) = parts(at(f"{DLINK_VENDOR}.25", "FINISAR"), named_ports(*names))
    assert part.position == "ge25"


def test_the_place_is_the_instance_where_slots_are_counted_from_one() -> None:
    (part,) = parts(at(f"{DLINK_VENDOR}.1", "FINISAR"), named_ports("lo", "ge1", "ge2"))
    assert part.position == "1"


def test_a_maker_that_nobody_knows_is_a_part_of_an_unknown_maker() -> None:
    (part,) = parts(at(f"{EDGESWITCH_VENDOR}.25", "Zyxonia Fotonik"))
    assert (part.kind, part.made_by) == ("optic", None)


def eeprom_row(instance: str, *fields: str) -> tuple[Observation, ...]:
    return tuple(
        Observation(Source.SNMP_OBJECT, f"{UNKNOWN_TABLE}.{column}.{instance}", text)
        for column, text in enumerate(fields, 2)
    )


@pytest.mark.parametrize(
    "row",
    [
        ("HUAWEI", "SFP-GE-LX-SM1310", "PQ80AB1234", "1000BASE-LX"),
        ("HUAWEI          ", "02318169        ", "1234567         ", "LC"),
        ("ZTE", "QSFP28", "ZT2301A00456", "100G"),
    ],
)
def test_an_unknown_tables_row_with_the_marks_of_an_eeprom_is_an_optic(row: tuple[str, ...]) -> None:
    (part,) = parts(introduced("EdgeSwitch 24", "1.3.6.1.4.1.41112.1.5"), eeprom_row("25", *row))
    assert (part.kind, part.position, len(part.watched)) == ("optic", "25", 1)


@pytest.mark.parametrize(
    "row",
    [
        ("HUAWEI",),
        ("Huawei", "up", "1"),
        ("HUAWEI", "SFP-10G", "uplink to core"),
        ("Huawei Technologies Co., Ltd. S5720", "SFP-GE-LX-SM1310", "PQ80AB1234"),
        ("Huawei", "00:1b:2c:3d:4e:5f", "-61", "wlan0"),
        ("permit HUAWEI", "SFP", "AB1234567"),
        ("FINISAR", "FTLX8571D3BCL-SR", "AB1234567"),
    ],
)
def test_a_name_in_a_table_of_something_else_is_no_part(row: tuple[str, ...]) -> None:
    assert parts(introduced("EdgeSwitch 24", "1.3.6.1.4.1.41112.1.5"), eeprom_row("25", *row)) == ()


def test_a_backplane_of_the_entity_mib_is_one() -> None:
    chassis = entity(1, kind="3", contained_in="0", maker="Cisco Systems", model="N9K-C9504", serial="FDO23190ABC")
    (part,) = parts(chassis, entity(2, kind="4", name="Midplane", maker="HUAWEI", model="BP-1"))
    assert (part.kind, [tie.entity for tie in part.watched]) == ("backplane", ["huawei"])


def test_a_chassis_description_names_maker_and_model_where_nothing_else_does() -> None:
    identity = identify(capture(entity(1, kind="3", descr="Edgecore 4610-30T-O-AC-F Chassis")), shipped()).identity
    assert (identity.vendor and identity.vendor.id, identity.model) == ("edgecore", "4610-30T-O-AC-F")


HUAWEI_SERIAL = "2102350XYA10K2000077"


@pytest.mark.parametrize(("own", "expected"), [(HUAWEI_SERIAL, []), ("FCW1234A0BC", ["backplane"])])
def test_a_backplane_with_the_serial_of_the_box_is_the_box(own: str, expected: list[str]) -> None:
    frame = entity(1, kind="3", contained_in="0", name="frame 0", model="MA5800-X7", serial=own)
    listed = parts(frame, at("1.3.6.1.4.1.2011.6.3.3.1.1.9.0", HUAWEI_SERIAL))
    assert [part.kind for part in listed] == expected
