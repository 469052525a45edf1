"""Makers named in a device's own words: short names, joined names, product lines, systems of one maker's hardware."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.claims.attribute import attribute_points
from fingerprints.claims.company_names_in_text import joined_name, names_in, names_of_text
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Observation, Source
from tests.unit.boxes import capture, entity, introduced, objects

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def brand(database: FingerprintDatabase, *parts: tuple[Observation, ...]) -> str | None:
    vendor = identify(capture(*parts), database).identity.vendor
    return vendor.id if vendor is not None else None


def session(command: str, output: str) -> tuple[Observation, ...]:
    return (Observation(Source.SSH_COMMAND, command, output),)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("IBM Flex System", ["ibm"]),
        ("Scalable switch:IBM Flex System", ["ibm"]),
        ("Print adapter of IBM Corp.", ["ibm"]),
        ("Print adapter for IBM hosts", []),
        ("CoBox for Reading Systems, Snr 0621", []),
        ("Aten", ["aten"]),
        ("Firewall of Juniper", ["juniper"]),
        ("Built for Juniper Networks, Inc.", ["juniper"]),
        ("Sensor of Delta Electronics", ["delta"]),
        ("Cisco-like command line 2.1", []),
        ("Cisco compatible command line 2.1", []),
        ("Juniper monitoring host", []),
        ("Poller for Cisco and printers", []),
        ("Print server for Canon printers", []),
        ("Office router at Siemens", []),
        ("Router, managed by Ericsson", []),
        ("Customer: Bosch GmbH, line 1", []),
        ("Flow collector, runs on Cisco", []),
        ("Server room Leonardo", []),
        ("Sensor in the Delta tunnel", []),
    ],
)
def test_a_short_name_counts_as_it_is_spelt_and_first_or_with_a_legal_form(
    database: FingerprintDatabase, text: str, named: list[str]
) -> None:
    assert [party.id for party, _, _ in names_in(text, database)] == named


def test_a_name_joined_to_a_model_counts_at_the_start_only(database: FingerprintDatabase) -> None:
    joined = joined_name("Brocade-VDX6740 core", database)
    assert joined is not None and joined[0].id == "brocade"
    assert joined_name("Brocade-core", database) is None
    assert joined_name("core Brocade-VDX6740", database) is None
    assert joined_name("Cisco-like command line 2.1", database) is None
    assert joined_name("Zeus-01", database) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Juniper", ["juniper"]),
        ("Juniper Networks, Inc.", ["juniper"]),
        ("made for Juniper Networks, Inc. in 2020", ["juniper"]),
        ("uplink to Juniper", []),
        ("Siemens", []),
        ("Leonardo", []),
        ("Quantum", []),
        ("Location: Siemens AG, hall 4", []),
        ("Contact Ericsson AB for support", []),
        ("Siemens AG", ["siemens"]),
        ("IBM", []),
        ("juniper", []),
    ],
)
def test_a_short_text_names_a_company_as_a_whole_or_by_its_legal_form(
    database: FingerprintDatabase, text: str, named: list[str]
) -> None:
    assert [party.id for party, _ in names_of_text(text, database)] == named


@given(st.text(max_size=200))
def test_no_text_of_a_device_breaks_the_search_for_names(database: FingerprintDatabase, text: str) -> None:
    assert all(words for _, words in names_of_text(text, database))
    joined_name(text, database)


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("SunOS db7 5.10 Generic_147147-26 sun4v sparc", "oracle"),
        ("SunOS file1 5.11 11.4.0 i86pc i386", None),
        ("Darwin mini 20.6.0 Darwin Kernel Version 20.6.0: Tue Oct 12 2021; root:xnu~1/RELEASE_X86_64 x86_64", "apple"),
        ("RISC System/6000 Base Operating System Runtime AIX version: 04.03.0003.0000", "ibm"),
        ("FreeBSD files 13.2-RELEASE FreeBSD 13.2-RELEASE GENERIC amd64", None),
        ("Switch 2400", None),
        ("Evolution 1100", None),
    ],
)
def test_a_system_of_one_makers_hardware_names_it(database: FingerprintDatabase, text: str, vendor: str | None) -> None:
    assert brand(database, introduced(text, NET_SNMP)) == vendor


def test_a_kernels_release_names_its_builder_in_capitals(database: FingerprintDatabase) -> None:
    assert brand(database, introduced("Linux tap 2.6.34-GIGAMONsmp-gvhc2 #3 2020 SMP ppc", NET_SNMP)) == "gigamon"


@pytest.mark.parametrize(
    "text",
    [
        "Linux host 5.10.0-extreme #1 SMP",
        "Linux host 5.10.0-delta2 #1 SMP",
        "Linux brother 5.10.0 #1 SMP x86_64",
        "planet hosting server",
        "symbol table server",
        "milestone server 2",
        "Temperature (C) Delta 4",
        "Turbine hall switch 2",
        "Annex 3 office switch",
        "Hotwire cafe",
        "System Storage host",
        "My Book server",
        "750-100 test box",
        "FSP 600",
        "SLX-9850",
        "PowerSwitch controller",
        "MBR1515",
        "Image: rel/1.2",
    ],
)
def test_an_everyday_word_names_no_maker(database: FingerprintDatabase, text: str) -> None:
    assert brand(database, introduced(text, NET_SNMP)) is None


@pytest.mark.parametrize("text", ["2020-01-02", "192.168.100.200", "12:34:56", "+49 89 123456"])
def test_a_date_an_address_and_a_telephone_number_are_no_serial_numbers(
    database: FingerprintDatabase, text: str
) -> None:
    scores = database.attribute_scores
    assert attribute_points(AttributeName.SERIAL, text, "entity-chassis", scores) is None


def test_every_everyday_name_is_a_companys(database: FingerprintDatabase) -> None:
    assert [name for name in database.weights.everyday_names if database.named(name) is None] == []


@pytest.mark.parametrize(
    "text", ["Power supply for Cisco", "Slot for Juniper modules", "Chassis compatible with Extreme"]
)
def test_a_part_for_a_companys_devices_is_not_that_companys(database: FingerprintDatabase, text: str) -> None:
    assert brand(database, introduced("unit", NET_SNMP), entity(1, kind="3", descr=text)) is None


def test_the_only_text_of_an_entity_without_a_class_names_the_maker(database: FingerprintDatabase) -> None:
    assert brand(database, entity(1, descr="Edgecore 4610-54T Chassis")) == "edgecore"


def test_a_private_scalar_whose_text_is_a_company_hints_at_it(database: FingerprintDatabase) -> None:
    served = objects(o1_3_6_1_4_1_4413_9999_1_0="Gigamon Inc.", o1_3_6_1_4_1_4413_9999_2_0="12")
    assert brand(database, served) == "gigamon"


def test_a_watched_companys_name_in_a_private_scalar_is_no_hint(database: FingerprintDatabase) -> None:
    device = identify(capture(objects(o1_3_6_1_4_1_4413_9999_1_0="Huawei Technologies Co., Ltd.")), database)
    assert (device.identity.vendor, device.watched) == (None, ())


def test_command_output_names_the_holder_of_its_object_id(database: FingerprintDatabase) -> None:
    output = "System Name:   desk\nSystem Object ID:   1.3.6.1.4.1.3955.6.9.224.1\n"
    assert brand(database, session("show system", output)) == "linksys"


def test_command_output_names_the_owner_of_its_mac_address(database: FingerprintDatabase) -> None:
    output = "System Name\t: desk\nEthernet Address\t: 00:13:49:10:20:01\nRomRasSize\t: 1819566\n"
    assert brand(database, session("show system-information", output)) == "zyxel"


def test_a_model_in_command_output_belongs_to_its_makers_product_line(database: FingerprintDatabase) -> None:
    assert brand(database, session("show system", "Model Name ...... AT-9424Ts/XP\n")) == "allied_telesis"
