"""Whose name is on a box that no registered number names: by product line, address, form of text, or introduction."""

import pytest

from fingerprints.evidence import Observation, Source
from fingerprints.identify import identify
from fingerprints.knowledge import Knowledge, load_knowledge
from tests.unit.boxes import SYS_DESCR, capture, entity, introduced, objects, ports

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
CONTACT = "1.3.6.1.2.1.1.4.0"
LLDP_DESCRIPTION = "1.0.8802.1.1.2.1.3.4.0"
ASUS_MAC = "78:24:af:10:20:01"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def brand(knowledge: Knowledge, *parts: tuple[Observation, ...]) -> str | None:
    vendor = identify(capture(*parts), knowledge).identity.vendor
    return vendor.id if vendor is not None else None


def contact(text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SNMP_SYS_CONTACT, CONTACT, text),)


def test_a_product_line_names_its_maker_where_the_object_id_is_anybodys(knowledge: Knowledge) -> None:
    assert brand(knowledge, introduced("RealPresence Group 500", NET_SNMP)) == "poly"


def test_a_registered_number_stands_before_a_product_line(knowledge: Knowledge) -> None:
    assert brand(knowledge, introduced("Vega 400", "1.3.6.1.4.1.318.1.3.27")) == "apc"


def test_beside_a_product_line_a_makers_whole_name_is_read_too(knowledge: Knowledge) -> None:
    said = introduced("ECOSYS M2540 by Acme, Copyright (c) 2020 Olivetti", NET_SNMP)
    claimed = {claim.company for claim in identify(capture(said), knowledge).identity.claims}
    assert {"kyocera", "olivetti"} <= claimed


def test_a_cable_modem_names_its_maker_in_the_form_that_docsis_prescribes(knowledge: Knowledge) -> None:
    text = "Wireless Gateway <<HW_REV: 2; VENDOR: Hitron Technologies; BOOTR: 1.0; SW_REV: 7.1.1; MODEL: X1>>"
    assert brand(knowledge, introduced(text)) == "hitron"


def test_a_cable_modem_of_a_maker_nobody_has_told_of_is_that_makers(knowledge: Knowledge) -> None:
    text = "Gateway <<HW_REV: 2; VENDOR: Quxotron Broadband, Inc.; BOOTR: 1.0; SW_REV: 7.1.1; MODEL: X1>>"
    assert brand(knowledge, introduced(text)) == "quxotron_broadband"


def test_a_factorys_address_in_the_contact_names_its_owner(knowledge: Knowledge) -> None:
    assert brand(knowledge, introduced("Network Camera"), contact("support@geovision.com.tw")) == "geovision"


def test_a_hosts_contact_is_whoever_looks_after_it(knowledge: Knowledge) -> None:
    host = introduced("Linux web-3 5.10.0 #1 SMP Debian x86_64", NET_SNMP)
    assert brand(knowledge, host, contact("ops@asus.com")) is None


def test_a_hosts_contact_counts_where_its_own_ports_agree(knowledge: Knowledge) -> None:
    host = introduced("Linux cam 2.6.18 #1 Tue Sep 30 2014 armv5tejl", NET_SNMP)
    assert brand(knowledge, host, contact("info@asus.com"), ports(ASUS_MAC)) == "asus"


def test_a_watched_makers_address_in_the_contact_is_no_claim(knowledge: Knowledge) -> None:
    device = identify(capture(introduced("Edge router"), contact("noc@huawei.com")), knowledge)
    assert (device.identity.vendor, device.watched) == (None, ())


@pytest.mark.parametrize(
    "text", ["Linux ap-3 2.6.31 #1 Thu Jan 1 2015 mips", "Linux home 2.6.36.4brcmarm #1 SMP PREEMPT armv7l"]
)
def test_a_kernel_of_routers_alone_lets_the_ports_addresses_speak(knowledge: Knowledge, text: str) -> None:
    assert brand(knowledge, introduced(text, NET_SNMP), ports(ASUS_MAC)) == "asus"


def test_a_general_purpose_host_is_nobodys_product_for_its_network_card(knowledge: Knowledge) -> None:
    assert brand(knowledge, introduced("Linux web-3 5.10.0 #1 SMP x86_64", NET_SNMP), ports(ASUS_MAC)) is None


def test_windows_is_nobodys_product(knowledge: Knowledge) -> None:
    text = "Hardware: Intel64 Family 6 Model 85 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build 17763)"
    assert brand(knowledge, introduced(text, "1.3.6.1.4.1.311.1.1.3.1.2")) is None


def test_a_month_is_no_company(knowledge: Knowledge) -> None:
    assert brand(knowledge, introduced("Sensor firmware compiled Dec 27 2024, 09:22:14")) is None


def test_what_a_box_tells_its_neighbours_introduces_it(knowledge: Knowledge) -> None:
    told = (Observation(Source.SNMP_LLDP_LOCAL, LLDP_DESCRIPTION, "Volktek INS-8408A industrial switch"),)
    assert brand(knowledge, introduced("switch-7", "0.0"), told) == "volktek"


def test_a_printer_introduces_itself_in_the_host_resources(knowledge: Knowledge) -> None:
    device = objects(o1_3_6_1_2_1_25_3_2_1_2_1="1.3.6.1.2.1.25.3.1.5", o1_3_6_1_2_1_25_3_2_1_3_1="Sindoh D420 Series")
    assert brand(knowledge, device) == "sindoh"


def test_a_disk_in_the_host_resources_introduces_nobody(knowledge: Knowledge) -> None:
    device = objects(o1_3_6_1_2_1_25_3_2_1_2_1="1.3.6.1.2.1.25.3.1.6", o1_3_6_1_2_1_25_3_2_1_3_1="Seagate ST4000 disk")
    assert brand(knowledge, device) is None


def test_a_chassis_may_name_a_maker_nobody_has_told_of(knowledge: Knowledge) -> None:
    row = entity(1, kind="3", maker="Quxotron Broadband", model="QX-1", serial="QX1234567")
    assert brand(knowledge, introduced("core-1", "0.0"), row) == "quxotron_broadband"


def test_a_text_of_placeholders_names_nobody(knowledge: Knowledge) -> None:
    row = entity(1, kind="3", maker="Unknown", model="QX-1")
    assert brand(knowledge, (Observation(Source.SNMP_SYS_DESCR, SYS_DESCR, "box"),), row) is None
