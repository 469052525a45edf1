"""Where a device tells its model and version a second time: scripts of an administrator, LLDP, names of ports."""

import pytest

from fingerprints.claims.attribute import best_attribute
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from fingerprints.model.observation_index import index_observations
from fingerprints.sources.if_mib import port_version_attributes
from fingerprints.sources.lldp import LOC_SYS_DESC, own_description_attributes
from fingerprints.sources.net_snmp_extend import net_snmp_extend_attributes


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


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
def test_a_script_named_hardware_tells_the_model_wherever_its_tables_stand(
    place: str, database: FingerprintDatabase
) -> None:
    observations = (Observation(Source.SNMP_OBJECT, place.format(index("hardware")), "PowerBox R999"),)
    assert (
        best_attribute(
            net_snmp_extend_attributes(index_observations((Evidence(Subject("host"), observations),)), database),
            "model",
        )
        == "PowerBox R999"
    )


def test_the_makers_name_is_no_part_of_what_a_script_calls_the_model(database: FingerprintDatabase) -> None:
    place = f"1.3.6.1.4.1.8072.1.3.2.3.1.1.{index('hardware')}"
    observations = (Observation(Source.SNMP_OBJECT, place, "Linksys WRX9"),)
    assert (
        best_attribute(
            net_snmp_extend_attributes(index_observations((Evidence(Subject("host"), observations),)), database),
            "model",
        )
        == "WRX9"
    )


def test_a_script_of_another_name_tells_nothing(database: FingerprintDatabase) -> None:
    place = f"1.3.6.1.4.1.8072.1.3.2.3.1.1.{index('raid-hardware-state')}"
    observations = (Observation(Source.SNMP_OBJECT, place, "PowerBox R999"),)
    assert [*net_snmp_extend_attributes(index_observations((Evidence(Subject("host"), observations),)), database)] == []


def test_a_port_whose_description_tells_the_firmware_tells_the_version(database: FingerprintDatabase) -> None:
    observations = (
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "QX-1250-28X Smart Managed Switch"),
        Observation(Source.SNMP_IF_DESCR, "1.3.6.1.2.1.2.2.1.2.1", "Acme QX-1250-28X HW A1 firmware 3.05.B017 Port 1"),
    )
    attributes = port_version_attributes(index_observations((Evidence(Subject("switch"), observations),)), database)
    assert best_attribute(attributes, "version") == "3.05.B017"


def test_what_neighbours_are_told_counts_where_it_says_more_than_sys_descr(database: FingerprintDatabase) -> None:
    observations = (
        Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "QX80 - Acme"),
        Observation(Source.SNMP_LLDP_LOCAL, LOC_SYS_DESC.oid, "QX80 - Acme - Software Version 4.10.04"),
    )
    attributes = own_description_attributes(index_observations((Evidence(Subject("radio"), observations),)), database)
    assert best_attribute(attributes, "version") == "4.10.04"
