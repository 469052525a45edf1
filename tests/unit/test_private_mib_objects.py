"""What objects of private MIBs say of the box: the own tree first, named before unnamed, the box before its parts."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.claims.attribute import Attribute, best_attribute
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.model.observation_index import ObservationIndex, index_observations
from fingerprints.sources.cli.commands import command_items
from fingerprints.sources.entity_mib import entity_description_attributes
from fingerprints.sources.host_resources import printer_model_attributes
from fingerprints.sources.if_mib import mac_serial_attributes
from fingerprints.sources.private_mib.objects import object_attributes
from fingerprints.sources.private_mib.unknown import home_of

OWN = "1.3.6.1.4.1.21796"
"""HW group, whose MIBs are not among those known here."""


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def box(objects: Mapping[str, str], object_id: str = OWN + ".5.1") -> ObservationIndex:
    observations = [Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", object_id)]
    observations += [Observation(Source.SNMP_OBJECT, oid, kept(text)) for oid, text in objects.items()]
    return index_observations((Evidence(Subject("box"), tuple(observations)),))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("7001000042", "serial"),
        ("AB12345678C", "serial"),
        ("0012345678", "serial"),
        ("EBQZN-Z-987654", "serial"),
        ("2.7.0-100200", "version"),
        ("V3.20(QQ.1)", "version"),
        ("1.0.7c", "version"),
        ("Q50052 01.05.00", "version"),
        ("v5.4.4,build7650,170529 (GA)", "version"),
        ("1.20.4 Build 20241205 Rel.64944", "version"),
        ("3.6kVA", None),
        ("V3R12B19sp2", "version"),
        ("QX1200", "model"),
        ("192.0.2.1", None),
        ("8.8.8.8", None),
        ("5.135.2.1", None),
        ("1.0.77.41", "version"),
        ("1234567890", None),
        ("23.5", None),
        ("enabled", None),
    ],
)
def test_an_object_without_a_mib_says_what_its_text_can_only_be(
    text: str, name: str | None, database: FingerprintDatabase
) -> None:
    found = {
        attribute.name: attribute.text for attribute in object_attributes(box({OWN + ".5.1.100.2.0": text}), database)
    }
    assert found == ({name: text} if name else {})


def test_the_date_behind_a_version_is_no_part_of_it(database: FingerprintDatabase) -> None:
    index = box({OWN + ".5.1.100.2.0": "V3.20(QQ.1) | 03/04/2024"})
    assert best_attribute(object_attributes(index, database), "version") == "V3.20(QQ.1)"


POLYCOM = "1.3.6.1.4.1.13885.101.1.1"
"""A group of POLYCOM-ENDPOINT-MIB: .4 is identityDeviceModel, .5 identityDeviceSerialNumber."""


def test_an_object_beside_known_ones_says_what_they_do_not_even_where_the_tree_is_not_the_devices_own(
    database: FingerprintDatabase,
) -> None:
    index = box({f"{POLYCOM}.1.0": "3.9", f"{POLYCOM}.4.0": "QX50", f"{POLYCOM}.5.0": "87654321"})
    assert best_attribute(object_attributes(index, database), "version") == "3.9"


def test_what_stands_beside_a_part_is_no_surer_than_the_part(database: FingerprintDatabase) -> None:
    disk = "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1"
    index = box({f"{disk}.7.1": "QQ1A2B3C4", f"{disk}.99.1": "1.2.3.4567-8"}, "1.3.6.1.4.1.674.10892.5")
    assert [
        attribute
        for attribute in object_attributes(index, database)
        if attribute.name == "version" and attribute.points > 3
    ] == []


def test_a_table_of_one_row_in_the_own_tree_tells_a_version_that_can_be_nothing_else(
    database: FingerprintDatabase,
) -> None:
    index = box({f"{OWN}.9.1.1.1.1.1.1.1.3.1": "9.8.7.0.145", f"{OWN}.9.1.1.1.1.1.1.1.4.1": "192.0.2.1"})
    assert best_attribute(object_attributes(index, database), "version") == "9.8.7.0.145"


def test_a_table_of_one_row_in_the_own_tree_tells_a_serial_number_that_can_be_nothing_else(
    database: FingerprintDatabase,
) -> None:
    index = box({OWN + ".5.1.4.4.3.1.8.1.1.1.1.1": "EQ2117000645"})
    assert best_attribute(object_attributes(index, database), "serial") == "EQ2117000645"


def test_a_scalar_without_its_zero_is_read_where_it_lies_below_the_product(database: FingerprintDatabase) -> None:
    product = "1.3.6.1.4.1.3845.31.4"
    index = box({f"{product}.2.2.12.1.{arc}": text for arc, text in ((2, "23"), (12, "9.3.4.29.662777"))}, product)
    assert best_attribute(object_attributes(index, database), "version") == "9.3.4.29.662777"


def test_a_text_deep_below_the_product_is_no_model(database: FingerprintDatabase) -> None:
    product = "1.3.6.1.4.1.3845.31.4"
    assert [*object_attributes(box({f"{product}.2.2.12.1.2": "Probe QX10"}, product), database)] == []


def test_a_version_object_that_opens_with_the_model_tells_both(database: FingerprintDatabase) -> None:
    endrun = "1.3.6.1.4.1.13827.5.0.11.0"  # TEMPUSLXUNISON-MIB cntpVersion
    attributes = [
        *object_attributes(box({endrun: "Unison 6010-9999-000 v 7.10 - Mon Jan 1 00:00:00 UTC 2024"}), database)
    ]
    assert (best_attribute(attributes, "model"), best_attribute(attributes, "version")) == (
        "Unison 6010-9999-000",
        "7.10",
    )


def test_an_object_without_a_mib_in_another_makers_tree_says_nothing(database: FingerprintDatabase) -> None:
    objects = {f"{OWN}.4.1.0": "x", "1.3.6.1.4.1.30932.1.1.1.2.0": "AB12345678C"}
    assert [*object_attributes(box(objects), database)] == []


NET_SNMP, OTHER = "1.3.6.1.4.1.8072.3.2.10", "1.3.6.1.4.1.99999.1.1"


@pytest.mark.parametrize(
    "object_id", ["0.0", ".0.0", "", NET_SNMP, f"{OWN}.5.1", f"{OWN}.5.1.0", f"1.3.6.1.4.1.89.1.{OWN}.5.1"]
)
@pytest.mark.parametrize("others", [(), ("1.3.6.1.4.1.2021.100.2.0", "1.3.6.1.4.1.8072.1.2.0")])
def test_a_box_is_at_home_in_the_tree_it_serves_whatever_its_sys_object_id(
    object_id: str, others: tuple[str, ...], database: FingerprintDatabase
) -> None:
    index = box({f"{OWN}.4.1.0": "x", **dict.fromkeys(others, "5.9.1")}, object_id)
    assert f"{OWN}." in home_of(index, database).own


def test_a_box_whose_sys_object_id_is_a_management_cards_is_at_home_in_the_only_tree_it_serves(
    database: FingerprintDatabase,
) -> None:
    home = home_of(box({f"{OWN}.4.1.0": "x"}, OTHER), database)
    assert (home.own, home.named) == (("1.3.6.1.4.1.99999.", f"{OWN}."), True)


def test_of_two_trees_that_are_not_its_own_a_box_is_at_home_in_neither(database: FingerprintDatabase) -> None:
    two = {f"{OWN}.4.1.0": "x", "1.3.6.1.4.1.9.9.1.0": "x"}
    assert home_of(box(two, OTHER), database).own == ("1.3.6.1.4.1.99999.",)
    assert home_of(box(two, NET_SNMP), database).own == ()


def test_a_box_that_serves_its_named_tree_is_at_home_there_alone(database: FingerprintDatabase) -> None:
    two = {f"{OWN}.4.1.0": "x", "1.3.6.1.4.1.9.9.1.0": "x"}
    assert home_of(box(two), database).own == (f"{OWN}.",)


def test_a_counter_deep_in_the_own_tree_is_no_serial_number(database: FingerprintDatabase) -> None:
    assert [*object_attributes(box({OWN + ".3.6.1.2.1.4.50001.1.0": "20000000001"}), database)] == []


def test_a_printer_is_called_what_the_host_resources_call_it(database: FingerprintDatabase) -> None:
    devices = "1.3.6.1.2.1.25.3.2.1"
    index = box({f"{devices}.2.1": "1.3.6.1.2.1.25.3.1.5", f"{devices}.3.1": "Acme LaserMaster M100"})
    assert best_attribute(printer_model_attributes(index, database), "model") == "Acme LaserMaster M100"


def test_many_rows_of_one_table_weigh_no_more_than_one(database: FingerprintDatabase) -> None:
    drives = {f"1.3.6.1.4.1.232.3.2.5.1.1.51.{row}.0": "QQ1A2B3C" for row in range(9)}
    index = box({"1.3.6.1.4.1.232.2.2.2.1.0": "CZ1234ABCD", **drives}, "1.3.6.1.4.1.232.9.4.10")
    assert best_attribute(object_attributes(index, database), "serial") == "CZ1234ABCD"


def test_the_serial_number_in_a_backplanes_description_is_the_boxs(database: FingerprintDatabase) -> None:
    descr = "1.3.6.1.2.1.47.1.1.1.1.2"
    rows = (
        Observation(Source.SNMP_ENTITY_DESCR, f"{descr}.1", "Q 100 chassis"),
        Observation(Source.SNMP_ENTITY_DESCR, f"{descr}.2", "Q 100 backplane SN:AB10000001 Rev:A"),
    )
    assert (
        best_attribute(
            entity_description_attributes(index_observations((Evidence(Subject("box"), rows),)), database), "serial"
        )
        == "AB10000001"
    )


@pytest.mark.parametrize(("address", "serials"), [("accc8e010203", ["ACCC8E010203"]), ("00005e010203", [])])
def test_a_maker_who_prints_the_address_as_the_serial_number_is_read_so(
    address: str, serials: list[str], database: FingerprintDatabase
) -> None:
    port = Observation(Source.SNMP_IF_PHYS_ADDRESS, "1.3.6.1.2.1.2.2.1.6.1", kept(bytes.fromhex(address)))
    index = index_observations((Evidence(Subject("camera"), (port,)),))
    assert [attribute.text for attribute in mac_serial_attributes(index, database)] == serials


def test_a_prose_object_of_the_own_tree_tells_what_its_words_announce(database: FingerprintDatabase) -> None:
    prose = "MGMT HARDWARE Vendor Name : ACME Mnemonic : QX-4 Serial Number : 009870 Date : 2020"
    assert best_attribute(object_attributes(box({OWN + ".7.6.1.0": prose}), database), "serial") == "009870"


@settings(max_examples=60)
@given(text=st.text(max_size=400), command=st.sampled_from(("show version", "show inventory", "display elabel")))
def test_no_output_whatever_breaks_the_reading_of_commands(
    database: FingerprintDatabase, text: str, command: str
) -> None:
    observations = (
        Observation(Source.SSH_PLATFORM, "", "cisco_ios"),
        Observation(Source.SSH_COMMAND, command, kept(text)),
    )
    for item in command_items(index_observations((Evidence(Subject("box"), observations),)), database):
        assert not isinstance(item, Attribute) or len(item.text) <= 120


def test_a_product_without_a_mib_is_read_by_its_sisters(database: FingerprintDatabase) -> None:
    accton = "1.3.6.1.4.1.259.10.1.9999"  # below 259.10.1 each switch has a MIB of its own, all of one shape
    index = box({f"{accton}.1.1.3.1.10.1": "QX12345678"}, accton)
    assert [(attribute.name, attribute.text, attribute.symbol) for attribute in object_attributes(index, database)] == [
        ("serial", "QX12345678", "swSerialNumber")
    ]


def test_a_hardware_revision_that_opens_with_the_model_tells_it(database: FingerprintDatabase) -> None:
    tplink = "1.3.6.1.4.1.11863.6.1.1.5.0"  # TPLINK-SYSINFO-MIB tpSysInfoHwVersion
    index = box({tplink: "QG2218P 1.20"}, "1.3.6.1.4.1.11863.5.99")
    assert best_attribute(object_attributes(index, database), "model") == "QG2218P"
