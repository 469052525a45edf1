"""A device's model, version and serial: what may be one, and which of several is taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.claims.attribute import Attribute, best_attribute, plausible, spelled
from fingerprints.claims.description_text import guesses, model_guesses
from fingerprints.database.attribute_scores import load_attribute_scores
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import AttributeName
from fingerprints.model.evidence import Observation, Source, kept
from tests.unit.boxes import capture, entity, introduced, objects

WORDS = load_attribute_scores()


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


@pytest.mark.parametrize(
    ("descr", "model"),
    [
        ("DGS-1510-20Q/ME Gigabit Ethernet Switch", "DGS-1510-20Q/ME"),
        ("Dell Networking N2048P, 6.1.0.6, Linux 3.6.5", "N2048P"),
        ("; AXIS P5534-E; Network Camera; 5.40.9", "P5534-E"),
        ("24-Port Gigabit Managed Switch, Model: GS-1924", "GS-1924"),
        ("PowerConnect 5424", "PowerConnect 5424"),
        ("Model=QX-200,SW=2.3.4,SN=AB123456", "QX-200"),
        ('{"model":"QX-200","fw":"2.3.4","sn":"AB123456"}', "QX-200"),
        ("Cable Modem <<HW_REV: 1.0; VENDOR: Acme; BOOTR: 2.1.7i; SW_REV: ST9.08.05; MODEL: DX775>>", "DX775"),
        ("Juniper Networks, Inc. srx240h internet router, kernel JUNOS 12.1X44-D20.3 #0", "srx240h"),
        ("BDCOM(tm) P3310C Software, Version 10.1.0F", "P3310C"),
        ("Acme PDU, MD:PX9-5493U-K2 HW:0x10 FW:4.2.0.5-50274", "PX9-5493U-K2"),
        ("Acme Box 400C Appliance; FV: A1, MD: 11/04/2003; MC: TEX", "Acme Box 400C Appliance"),
        ("Embedded Agent (FW v3.0.2 SW v2.2.4, MOD: QX9605, SN: X)", "QX9605"),
        ("FRAME DSL; Model: 9788; S/W Release: 02.00.06; NAM CCA number: 4814-80C", "9788"),
        ("Lantronix XPort AR V4.0.0.0R16 (07101497G7IJFA)", "XPort AR"),
        ("Quartz Switched PDU", "Quartz Switched PDU"),
    ],
)
def test_a_text_of_no_known_family_tells_its_model(database: FingerprintDatabase, descr: str, model: str) -> None:
    found = max(model_guesses(descr, database), key=lambda guess: guess.points)
    assert found.text == model


@pytest.mark.parametrize(
    ("descr", "version"),
    [
        ("Acme box, Software Version 7.1.070, Release 6126P20", "7.1.070"),
        ("GP3600 Software, Version 10.3.0D Build 74104", "10.3.0D"),
        ("EdgeThing v2.0.9-hotfix (build 4)", "2.0.9"),
        ("Ethernet Box HW:02 FW:7.5.0.2 SW:v7.6.2.040", "7.6.2.040"),
        ('{"model":"QX-200","fw":"2.3.4","sn":"AB123456"}', "2.3.4"),
        ("Cable Modem <<HW_REV: 1.0; VENDOR: Acme; BOOTR: 2.1.7i; SW_REV: ST9.08.05; MODEL: DX775>>", "ST9.08.05"),
        ("srx240h internet router, kernel JUNOS 12.1X44-D20.3 #0", "12.1X44-D20.3"),
        ("QX-NM (firmware 20.16) (Jul 13 2024)", "20.16"),
        ("QX6450-P24 6.7.2.191.R04 GA, September 20, 2024.", "6.7.2.191.R04"),
        ("Ascetic IPBS9-A3/2B, Bootcode[10.3.8], Firmware[10.3.9]", "10.3.9"),
        ("Print server CX999 version NH66.CM.N635 kernel 4.11.12-standard", "NH66.CM.N635"),
        ("Print server CX998 version NH.CM.N635 kernel 2.6.10 All-N-1", "NH.CM.N635"),
        ("Onyx,QX2700,SWv3.9.3202", "3.9.3202"),
        ("Quartz wireless-N (QuartzOS Enhanced 6.2.5.1-26n--HF175723-2n)", "6.2.5.1-26n--HF175723-2n"),
        ("Acme, 3165 R8.2, Controller R10.2.8", "8.2"),
    ],
)
def test_a_version_is_found_by_the_words_that_announce_it(descr: str, version: str) -> None:
    found = max((one for one in guesses(descr) if one.name == "version"), key=lambda guess: guess.points)
    assert found.text == version


@pytest.mark.parametrize(
    "descr",
    [
        "Model=QX-200,SN=AB123456",
        '{"sn":"AB123456"}',
        "QX-200, H/W V1.1, S/N AB123456",
        "QX-200, Ser#: AB123456, Build 7",
        "QX-2000 v2.4.5(758) SN-AB123456 v2.0.10",
        "Quartz Systems Inc., Model 4300 Serial AB123456",
    ],
)
def test_a_serial_number_is_found_by_the_words_that_announce_it(descr: str) -> None:
    assert [one.text for one in guesses(descr) if one.name == "serial"] == ["AB123456"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model", "26"),
        ("version", "4"),
        ("serial", "N/A"),
        ("serial", "To be filled by O.E.M."),
        ("model", "1.3.6.1.2.1.25.3.1.3.0"),
        ("version", "none"),
        ("version", "unknown build"),
        ("model", "x" * 121),
    ],
)
def test_a_placeholder_is_no_trait(name: str, text: str) -> None:
    assert plausible(AttributeName(name), text, WORDS) is None


def test_what_reference_firmware_says_of_itself_is_no_version_of_the_box(database: FingerprintDatabase) -> None:
    rows = entity(1, kind="3", serial="QX123456", software="6.2.0", firmware="10.3.5")
    assert identify(capture(rows), database).identity.version == "10.3.5"


def test_leading_zeros_of_a_file_set_are_no_part_of_its_version() -> None:
    assert [spelled(AttributeName.VERSION, text) for text in ("06.01.0009.0300", "V04.02.00")] == [
        "6.1.9.300",
        "V04.02.00",
    ]


@pytest.mark.parametrize(
    ("row", "model"),
    [
        ({"model": "FGT_60F", "software": "FortiGate-60F v7.2.10,build1706,240918"}, "FortiGate-60F"),
        ({"model": "JL721C", "descr": "8360 12p 40/100G switch"}, "JL721C 8360 12p 40/100G switch"),
        ({"model": "QX-100", "descr": "Quartz eXchange 100"}, "QX-100"),
    ],
)
def test_a_chassis_is_called_what_people_call_it(
    database: FingerprintDatabase, row: dict[str, str], model: str
) -> None:
    rows = entity(1, kind="3", contained_in="0", serial="QX123456", **row)
    assert identify(capture(rows), database).identity.model == model


def test_a_part_number_of_digits_is_less_than_the_description_beside_it(database: FingerprintDatabase) -> None:
    row = entity(1, kind="3", contained_in="0", serial="QX123456", model="186-2003-901", descr="QuartzServer 40x10GE")
    assert identify(capture(row), database).identity.model == "QuartzServer 40x10GE"


@pytest.mark.parametrize("text", ["3.6kVA", "0.0 GB", "3Com", "230 V", "1.5GHz"])
def test_a_measurement_or_a_name_is_no_version(text: str) -> None:
    assert plausible(AttributeName.VERSION, text, WORDS) is None


def test_a_version_of_zeros_is_taken_only_where_there_is_no_other() -> None:
    attributes = [
        Attribute(AttributeName.VERSION, text, plausible(AttributeName.VERSION, text, WORDS) or 0, "snmp.object", at)
        for text, at in (("0.00", "1"), ("1.0", "2"))
    ]
    assert best_attribute(attributes, AttributeName.VERSION) == "1.0"


def test_where_the_rules_read_no_model_the_words_of_the_description_are_guessed_from(
    database: FingerprintDatabase,
) -> None:
    descr = "HP Series Router A-MSR20-40 HP Comware Platform Software Comware Software Version 5.20, Release 2209P15"
    assert identify(capture(introduced(descr, "")), database).identity.model == "A-MSR20-40"


def test_a_product_whose_symbol_has_no_digit_is_called_by_it_where_nothing_else_names_the_model(
    database: FingerprintDatabase,
) -> None:
    machine = "1.3.6.1.4.1.9.1.1348"  # CISCO-PRODUCTS-MIB ciscoUCVirtualMachine
    descr = "Linux release:2.6.32-573.18.1.el6.x86_64 machine:x86_64"
    assert identify(capture(introduced(descr, machine)), database).identity.model == "UCVirtualMachine"


def test_the_release_that_uname_gives_with_its_key_is_a_version(database: FingerprintDatabase) -> None:
    descr = "SunOS release:5.10 version:Generic_125100-07 machine:sun4u"
    assert identify(capture(introduced(descr, "")), database).identity.version == "5.10"


@pytest.mark.parametrize("descr", ["Acme SNMP Agent", "Ethernet Switch", "Wireless Controller", "Darwin Kernel"])
def test_a_kind_of_device_or_a_program_is_no_model(database: FingerprintDatabase, descr: str) -> None:
    assert descr not in {one.text for one in model_guesses(descr, database)}


def test_where_the_chassis_says_nothing_its_first_module_names_the_model(database: FingerprintDatabase) -> None:
    rows = (entity(1, kind="3", contained_in="0"), entity(1000, kind="9", contained_in="1", model="WS-C4948E"))
    assert identify(capture(*rows), database).identity.model == "WS-C4948E"


@pytest.mark.parametrize("text", ["Bay1", "Slot 3", "200-240V, 32A, 7.4kVA", "PORT1"])
def test_a_place_or_a_rating_is_hardly_a_model(text: str) -> None:
    assert plausible(AttributeName.MODEL, text, WORDS) == -6


def test_a_kind_of_switch_told_by_its_ports_is_less_than_a_model(database: FingerprintDatabase) -> None:
    assert all(guess.points < 0 for guess in model_guesses("18-Port Gigabit Smart Switch with 16-Port PoE+", database))


@settings(deadline=None, max_examples=80)
@given(descr=st.one_of(st.text(max_size=400), st.text(alphabet="1.vV-_[]= :;,SNswAX", max_size=400)))
def test_no_description_whatever_breaks_the_grammar(database: FingerprintDatabase, descr: str) -> None:
    found = (*guesses(descr), *model_guesses(descr, database))
    assert all(guess.text in descr for guess in found if guess.name != "model")


def test_most_points_win_and_repetition_counts_a_little() -> None:
    attributes = [
        Attribute("model", "often", 5, "s", "1"),
        Attribute("model", "often", 5, "s", "2"),
        Attribute("model", "once", 5, "s", "3"),
        Attribute("serial", "other", 99, "s", "4"),
    ]
    assert (best_attribute(attributes, "model"), best_attribute(attributes, "version")) == ("often", None)


def test_the_words_of_an_objects_name_tell_the_boxs_own_from_a_neighbours() -> None:
    symbols = ("sysSerialNumber", "chassisSerialNumber", "fanSerialNumber", "lldpRemSerialNum", "sfpSerialNo")
    points = [WORDS.points("serial", symbol) for symbol in symbols]
    assert min(points[:2]) > 0 > max(points[2:])


@pytest.mark.parametrize(
    ("attribute", "together", "apart"),
    [
        ("serial", "serialnumber", "serialNumber"),
        ("serial", "modserialnum", "modSerialNum"),
        ("version", "swversion", "swVersion"),
        ("version", "bootversion", "bootVersion"),
        ("model", "productname", "productName"),
    ],
)
def test_words_run_together_count_like_words_apart(attribute: str, together: str, apart: str) -> None:
    assert WORDS.points(attribute, together) == WORDS.points(attribute, apart)


@pytest.mark.parametrize(
    ("attribute", "own", "another"),
    [
        ("serial", "stackUnitSerialNumber", "transVendorSerialNumber"),
        ("version", "sysFirmwareVersion", "sysRestoreAltFirmwareVersion"),
        ("version", "systemInfoFirmwareVersion", "systemInfoPoEFirmwareVersion"),
        ("model", "deviceModel", "vacmSecurityModel"),
        ("serial", "gatewaySerialNumber", "onuAutoFindSerialNumber"),
    ],
)
def test_an_object_of_the_box_goes_before_one_of_a_part_or_of_what_does_not_run(
    attribute: str, own: str, another: str
) -> None:
    assert WORDS.points(attribute, own) > WORDS.points(attribute, another)


def test_a_word_that_only_begins_like_a_known_one_does_not_count() -> None:
    assert WORDS.points("serial", "serialisation") == 0


def test_the_chassis_outranks_its_modules(database: FingerprintDatabase) -> None:
    evidence = capture(
        entity(1, kind="3", contained_in="0", serial="FOC1234A0BC", model="C9300-48P"),
        entity(2, kind="9", contained_in="1", serial="FOC9999A0BC", model="C9300-NM-8X", software="17.3.4"),
    )
    identity = identify(evidence, database).identity
    assert (identity.serial, identity.model, identity.version) == ("FOC1234A0BC", "C9300-48P", "17.3.4")


def test_a_makers_own_objects_tell_what_no_rule_knows(database: FingerprintDatabase) -> None:
    evidence = capture(
        introduced("UPS", "1.3.6.1.4.1.850.1"),
        objects(o1_3_6_1_2_1_33_1_1_1_0="Tripp Lite", o1_3_6_1_2_1_33_1_1_2_0="SU2200RTXLCD2U"),
    )
    identity = identify(evidence, database).identity
    assert (identity.vendor and identity.vendor.name, identity.model) == ("Tripp Lite", "SU2200RTXLCD2U")


def test_a_frame_heard_on_the_wire_introduces_its_sender(database: FingerprintDatabase) -> None:
    at = "eth0/00:1b:54:10:20:01/system_description"
    text = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7"
    identity = identify(capture((Observation(Source.LINK_LLDP, at, kept(text)),)), database).identity
    assert (identity.vendor and identity.vendor.id, identity.version, identity.os) == ("cisco", "15.2(4)E7", "IOS")
