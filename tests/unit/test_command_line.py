"""Which command line a device has: what the SSH probe recognised, else what its system and its maker tell together."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.command_line import command_line_of
from fingerprints.identity.identify import identify
from fingerprints.model.device import Identity, Level, Party
from fingerprints.model.evidence import Evidence, Observation, Source, Subject
from fingerprints.model.observation_index import index_observations


def told(database: FingerprintDatabase, identity: Identity, *recognised: str) -> str:
    said = tuple(Observation(Source.SSH_PLATFORM, "22/tcp", name) for name in recognised)
    return command_line_of(index_observations((Evidence(Subject("x"), said),)), identity, database)


def known(company: str, system: str | None, level: Level = Level.CONFIRMED) -> Identity:
    return Identity(level, 0.99, vendor=Party(company, company), os=system)


@pytest.mark.parametrize(
    ("company", "system", "platform"),
    [
        ("cisco", "IOS XE", "cisco_xe"),
        ("cisco", "IOS XE 17.3.5", "cisco_xe"),
        ("cisco", "IOS", "cisco_ios"),
        ("huawei", "VRP 8.210", "huawei_vrp"),
        ("hpe", "Comware", "hp_comware"),
        ("zte", "IOS", ""),
        ("ciena", "SAOS", ""),
        ("cisco", None, ""),
    ],
)
def test_a_system_names_the_command_line_where_its_maker_fits(
    database: FingerprintDatabase, company: str, system: str | None, platform: str
) -> None:
    assert told(database, known(company, system)) == platform


@pytest.mark.parametrize("level", [Level.POSSIBLE, Level.CONFLICTING])
def test_a_doubtful_identity_names_none(database: FingerprintDatabase, level: Level) -> None:
    assert told(database, known("cisco", "IOS", level)) == ""


def test_what_a_session_recognised_comes_first_and_two_that_differ_tell_nothing(database: FingerprintDatabase) -> None:
    identity = known("cisco", "IOS")
    assert told(database, identity, "cisco_xe", "cisco_xe") == "cisco_xe"
    assert told(database, identity, "cisco_xe", "linux") == ""
    assert told(database, identity, "not-a-platform") == "cisco_ios"


def test_a_device_has_the_command_line_that_its_evidence_tells(database: FingerprintDatabase) -> None:
    said = Observation(
        Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Cisco IOS XR Software (ASR9K), Version 7.5.2[Default]"
    )
    number = Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.9.1.1017")
    assert identify((Evidence(Subject("x"), (said, number)),), database).command_line == "cisco_xr"
