"""What a device gives away to anybody: each sign alone makes an answer with its level, and none of them a sure one."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import Level, WatchLevel
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.model.mac_address import eui64_mac

EUI64 = "2001:db8::2e0:fcff:fe10:2001"


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def seen(address: str, *observed: Observation) -> tuple[Evidence, ...]:
    return (Evidence(Subject(address, address), observed),)


OCTETS = bytes.fromhex("fe80000000000000" + "02e0fcfffe102001")
OWN_ROW = "1.3.6.1.2.1.4.34.1.3.2.16." + ".".join(map(str, OCTETS))
MAC = Observation(Source.LINK_MAC, "eth0", kept(bytes.fromhex("00e0fc102001")))
CERTIFICATE = (
    Observation(Source.WEB_CERTIFICATE, "subject 443", "CN=2102350DMR10J8000345,O=Huawei,C=CN"),
    Observation(Source.WEB_CERTIFICATE, "issuer 443", "CN=Huawei Equipment CA,O=Huawei,C=CN"),
)
SIGNS = {
    "an address made from a MAC address": (seen(EUI64), Level.POSSIBLE),
    "its own table of addresses": (
        seen("192.0.2.1", Observation(Source.SNMP_IP_ADDRESS, OWN_ROW, "1")),
        Level.POSSIBLE,
    ),
    "the MAC address on the wire": (seen("192.0.2.1", MAC), Level.POSSIBLE),
    "an SSH greeting": (
        seen("192.0.2.1", Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-HUAWEI-1.5")),
        Level.POSSIBLE,
    ),
    "the title of a web page": (seen("192.0.2.1", Observation(Source.WEB_TITLE, "80/tcp", "Huawei")), Level.POSSIBLE),
    "a factory certificate": (seen("192.0.2.1", *CERTIFICATE), Level.PROBABLE),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_one_sign_alone_makes_an_answer_with_its_level(database: FingerprintDatabase, sign: str) -> None:
    evidence, level = SIGNS[sign]
    device = identify(evidence, database)
    vendor = device.identity.vendor
    assert (vendor.id if vendor else None, device.identity.level) == ("huawei", level)
    assert [tie.entity for tie in device.watched] == ["huawei"]
    assert device.watched[0].level is not WatchLevel.CONFIRMED


@pytest.mark.parametrize(
    ("address", "mac"),
    [
        (EUI64, "00e0fc102001"),
        ("fe80::2e0:fcff:fe10:2001%eth0", "00e0fc102001"),
        ("2001:db8::1", ""),
        ("192.0.2.1", ""),
        ("::ffff:192.0.2.1", ""),
        ("no address: at all", ""),
    ],
)
def test_a_mac_address_is_read_from_an_address_that_was_made_from_one(address: str, mac: str) -> None:
    assert eui64_mac(address).hex() == mac
