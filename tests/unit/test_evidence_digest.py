"""The match keys and the evidence digest of a device: what stays, stays; what tells boxes apart, differs."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.matching.match_keys import MAX_KEYS
from fingerprints.model.evidence import Evidence, Gap, GapReason, Observation, Source, Subject

DESCR = Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", "Huawei Versatile Routing Platform VRP V800R021")
OBJECT_ID = Observation(Source.SNMP_SYS_OBJECT_ID, "1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2011.2.62.2.9")
KEY = Observation(Source.SSH_HOST_KEY, "22/tcp", "ssh-ed25519 SHA256:abc")


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def evidence(*observations: Observation, gaps: tuple[Gap, ...] = ()) -> tuple[Evidence, ...]:
    return (Evidence(Subject("192.0.2.1", "192.0.2.1"), (DESCR, OBJECT_ID, KEY, *observations), gaps),)


def uptime(ticks: int) -> Observation:
    return Observation(Source.SNMP_SYS_UP_TIME, "1.3.6.1.2.1.1.3.0", str(ticks))


def chassis(number: int, serial: str) -> tuple[Observation, ...]:
    base = "1.3.6.1.2.1.47.1.1.1.1"
    return (
        Observation(Source.SNMP_ENTITY_CLASS, f"{base}.5.{number}", "3"),
        Observation(Source.SNMP_ENTITY_SERIAL, f"{base}.11.{number}", serial),
    )


def test_what_comes_and_goes_is_not_in_the_digest(database: FingerprintDatabase) -> None:
    plain = identify(evidence(uptime(100)), database).evidence
    silent = Gap("web", "443/tcp", GapReason.NO_ANSWER)
    renamed = Observation(Source.SNMP_SYS_NAME, "1.3.6.1.2.1.1.5.0", "other")
    assert identify(evidence(uptime(900), renamed, gaps=(silent,)), database).evidence == plain


@pytest.mark.parametrize(
    "more",
    [
        (Observation(Source.WEB_SERVER, "80/tcp", "Boa/0.94"),),
        chassis(1, "210235A1B2C3"),
        (Observation(Source.SSH_COMMAND, "display version", "VRP (R) software, Version 8.210\nHUAWEI NE40E"),),
    ],
    ids=("web", "chassis", "command"),
)
def test_what_a_box_says_is_in_the_digest(database: FingerprintDatabase, more: tuple[Observation, ...]) -> None:
    assert identify(evidence(*more), database).evidence != identify(evidence(), database).evidence


def test_a_refusal_is_in_the_digest(database: FingerprintDatabase) -> None:
    refused = (Gap("ssh", "22/tcp", GapReason.REFUSED),)
    assert identify(evidence(gaps=refused), database).evidence != identify(evidence(), database).evidence


def test_keys_are_kinds_and_texts_the_strongest_kind_first(database: FingerprintDatabase) -> None:
    device = identify(evidence(*chassis(1, "210235A1B2C3"), *chassis(2, "0000000000")), database)
    assert device.keys == ("serial=210235A1B2C3", "host-key=ssh-ed25519 SHA256:abc")


def test_no_more_keys_are_kept_than_a_box_can_have(database: FingerprintDatabase) -> None:
    many = tuple(said for number in range(1, 100) for said in chassis(number, f"210235A1B2{number:03d}"))
    assert len(identify(evidence(*many), database).keys) == MAX_KEYS
