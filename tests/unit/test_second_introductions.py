"""Where a device tells its model and version a second time: scripts of an administrator, LLDP, names of ports."""

import pytest

from fingerprints.evidence import Evidence, Observation, Source, Subject
from fingerprints.knowledge import Knowledge, load_knowledge
from fingerprints.leads.elsewhere import LLDP_SYSTEM_DESCRIPTION, second_introductions
from fingerprints.leads.extends import extend_traits
from fingerprints.said import said_by
from fingerprints.traits import chosen


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def index(name: str) -> str:
    return ".".join(map(str, (len(name), *name.encode())))


@pytest.mark.parametrize(
    "place",
    [
        "1.3.6.1.4.1.8072.1.3.2.3.1.1.{}",
        "1.3.6.1.4.1.8072.1.3.2.3.1.2.{}",
        "1.3.6.1.4.1.2021.7890.2.3.1.1.{}",
        "1.3.6.1.4.1.2021.7890.2.4.1.2.{}.1",
    ],
)
def test_a_script_named_hardware_tells_the_model_wherever_its_tables_stand(place: str, knowledge: Knowledge) -> None:
    said = (Observation(Source.SNMP_OBJECT, place.format(index("hardware")), "PowerBox R999"),)
    assert chosen(extend_traits(said_by((Evidence(Subject("host"), said),)), knowledge), "model") == "PowerBox R999"


def test_the_makers_name_is_no_part_of_what_a_script_calls_the_model(knowledge: Knowledge) -> None:
    place = f"1.3.6.1.4.1.8072.1.3.2.3.1.1.{index('hardware')}"
    said = (Observation(Source.SNMP_OBJECT, place, "Linksys WRX9"),)
    assert chosen(extend_traits(said_by((Evidence(Subject("host"), said),)), knowledge), "model") == "WRX9"


def test_a_script_of_another_name_tells_nothing(knowledge: Knowledge) -> None:
    place = f"1.3.6.1.4.1.8072.1.3.2.3.1.1.{index('raid-hardware-state')}"
    said = (Observation(Source.SNMP_OBJECT, place, "PowerBox R999"),)
    assert [*extend_traits(said_by((Evidence(Subject("host"), said),)), knowledge)] == []


def test_a_port_whose_description_tells_the_firmware_tells_the_version(knowledge: Knowledge) -> None:
    said = (
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "QX-1250-28X Smart Managed Switch"),
        Observation(Source.SNMP_IF_DESCR, "1.3.6.1.2.1.2.2.1.2.1", "Acme QX-1250-28X HW A1 firmware 3.05.B017 Port 1"),
    )
    traits = second_introductions(said_by((Evidence(Subject("switch"), said),)), knowledge)
    assert chosen(traits, "version") == "3.05.B017"


def test_what_neighbours_are_told_counts_where_it_says_more_than_sys_descr(knowledge: Knowledge) -> None:
    said = (
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "QX80 - Acme"),
        Observation(Source.SNMP_LLDP_LOCAL, LLDP_SYSTEM_DESCRIPTION, "QX80 - Acme - Software Version 4.10.04"),
    )
    traits = second_introductions(said_by((Evidence(Subject("radio"), said),)), knowledge)
    assert chosen(traits, "version") == "4.10.04"
