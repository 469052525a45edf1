"""Whose name is on a box that no registered number names: by product line, address, form of text, or introduction."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.evidence import Observation, Source
from tests.unit.boxes import SYS_DESCR, capture, entity, introduced, objects, ports

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
CONTACT = "1.3.6.1.2.1.1.4.0"
LLDP_DESCRIPTION = "1.0.8802.1.1.2.1.3.4.0"
ASUS_MAC = "78:24:af:10:20:01"


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def brand(database: FingerprintDatabase, *parts: tuple[Observation, ...]) -> str | None:
    vendor = identify(capture(*parts), database).identity.vendor
    return vendor.id if vendor is not None else None


def contact(text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_SYS_CONTACT, CONTACT, text),)


def test_a_product_line_names_its_maker_where_the_object_id_is_anybodys(database: FingerprintDatabase) -> None:
    assert brand(database, introduced("RealPresence Group 500", NET_SNMP)) == "poly"


def test_a_registered_number_stands_before_a_product_line(database: FingerprintDatabase) -> None:
    assert brand(database, introduced("Vega 400", "1.3.6.1.4.1.318.1.3.27")) == "apc"


def test_beside_a_product_line_a_makers_whole_name_is_read_too(database: FingerprintDatabase) -> None:
    observations = introduced("ECOSYS M2540 by Acme, Copyright (c) 2020 Olivetti", NET_SNMP)
    claimed = {claim.company for claim in identify(capture(observations), database).identity.claims}
    assert {"kyocera", "olivetti"} <= claimed


def test_a_cable_modem_names_its_maker_in_the_form_that_docsis_prescribes(database: FingerprintDatabase) -> None:
    text = "Wireless Gateway <<HW_REV: 2; VENDOR: Hitron Technologies; BOOTR: 1.0; SW_REV: 7.1.1; MODEL: X1>>"
    assert brand(database, introduced(text)) == "hitron"


def test_a_cable_modem_of_a_maker_nobody_has_told_of_is_that_makers(database: FingerprintDatabase) -> None:
    text = "Gateway <<HW_REV: 2; VENDOR: Quxotron Broadband, Inc.; BOOTR: 1.0; SW_REV: 7.1.1; MODEL: X1>>"
    assert brand(database, introduced(text)) == "quxotron_broadband"


def test_a_factorys_address_in_the_contact_names_its_owner(database: FingerprintDatabase) -> None:
    assert brand(database, introduced("Network Camera"), contact("support@geovision.com.tw")) == "geovision"


def test_a_hosts_contact_is_whoever_looks_after_it(database: FingerprintDatabase) -> None:
    host = introduced("Linux web-3 5.10.0 #1 SMP Debian x86_64", NET_SNMP)
    assert brand(database, host, contact("ops@asus.com")) is None


def test_a_hosts_contact_counts_where_its_own_ports_agree(database: FingerprintDatabase) -> None:
    host = introduced("Linux cam 2.6.18 #1 Tue Sep 30 2014 armv5tejl", NET_SNMP)
    assert brand(database, host, contact("info@asus.com"), ports(ASUS_MAC)) == "asus"


def test_a_watched_makers_address_in_the_contact_is_no_claim(database: FingerprintDatabase) -> None:
    device = identify(capture(introduced("Edge router"), contact("noc@huawei.com")), database)
    assert (device.identity.vendor, device.watched) == (None, ())


@pytest.mark.parametrize(
    "text", ["Linux ap-3 2.6.31 #1 Thu Jan 1 2015 mips", "Linux home 2.6.36.4brcmarm #1 SMP PREEMPT armv7l"]
)
def test_a_kernel_of_routers_alone_lets_the_ports_addresses_speak(database: FingerprintDatabase, text: str) -> None:
    assert brand(database, introduced(text, NET_SNMP), ports(ASUS_MAC)) == "asus"


def test_a_general_purpose_host_is_nobodys_product_for_its_network_card(database: FingerprintDatabase) -> None:
    assert brand(database, introduced("Linux web-3 5.10.0 #1 SMP x86_64", NET_SNMP), ports(ASUS_MAC)) is None


def test_windows_is_nobodys_product(database: FingerprintDatabase) -> None:
    text = "Hardware: Intel64 Family 6 Model 85 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build 17763)"
    assert brand(database, introduced(text, "1.3.6.1.4.1.311.1.1.3.1.2")) is None


def test_a_month_is_no_company(database: FingerprintDatabase) -> None:
    assert brand(database, introduced("Sensor firmware compiled Dec 27 2024, 09:22:14")) is None


def test_what_a_box_tells_its_neighbours_introduces_it(database: FingerprintDatabase) -> None:
    observations = (Observation(Source.SNMP_LLDP_LOCAL, LLDP_DESCRIPTION, "Volktek INS-8408A industrial switch"),)
    assert brand(database, introduced("switch-7", "0.0"), observations) == "volktek"


def test_a_printer_introduces_itself_in_the_host_resources(database: FingerprintDatabase) -> None:
    device = objects(o1_3_6_1_2_1_25_3_2_1_2_1="1.3.6.1.2.1.25.3.1.5", o1_3_6_1_2_1_25_3_2_1_3_1="Sindoh D420 Series")
    assert brand(database, device) == "sindoh"


def test_a_disk_in_the_host_resources_introduces_nobody(database: FingerprintDatabase) -> None:
    device = objects(o1_3_6_1_2_1_25_3_2_1_2_1="1.3.6.1.2.1.25.3.1.6", o1_3_6_1_2_1_25_3_2_1_3_1="Seagate ST4000 disk")
    assert brand(database, device) is None


def test_a_chassis_may_name_a_maker_nobody_has_told_of(database: FingerprintDatabase) -> None:
    row = entity(1, kind="3", maker="Quxotron Broadband", model="QX-1", serial="QX1234567")
    assert brand(database, introduced("core-1", "0.0"), row) == "quxotron_broadband"


def test_a_text_of_placeholders_names_nobody(database: FingerprintDatabase) -> None:
    row = entity(1, kind="3", maker="Unknown", model="QX-1")
    assert brand(database, (Observation(Source.SNMP_SYS_DESCR, SYS_DESCR, "box"),), row) is None


def packages(*names: str) -> tuple[Observation, ...]:
    return objects(**{f"o1_3_6_1_2_1_25_6_3_1_2_{number}": name for number, name in enumerate(names, 1)})


def test_a_system_built_of_one_companys_packages_is_its_appliance(database: FingerprintDatabase) -> None:
    host = introduced("Linux gw 2.6.32 #1 SMP x86_64", NET_SNMP)
    own = ("barracuda-platform-3.1", "barracuda-web-3.1", "barracuda-engine-2.0", "barracuda-tools-1.0")
    assert brand(database, host, packages("bash-4.2", *own)) == "barracuda"


@pytest.mark.parametrize(
    "installed",
    [
        ("barracuda-agent-1.0", "barracuda-tools-1.0", "barracuda-doc-1.0", "barracuda-lib-1.0"),
        ("barracuda-platform-3.1", "bash-4.2"),
        ("huawei-platform-1.0", "huawei-base-1.0", "huawei-web-1.0", "huawei-db-1.0"),
    ],
)
def test_programs_that_somebody_put_on_a_host_name_nobody(
    database: FingerprintDatabase, installed: tuple[str, ...]
) -> None:
    device = identify(capture(introduced("Linux gw 2.6.32 #1 SMP x86_64", NET_SNMP), packages(*installed)), database)
    assert (device.identity.vendor, device.watched) == (None, ())
