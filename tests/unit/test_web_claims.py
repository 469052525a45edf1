"""What certificates, web pages and banners prove of a box, and what they do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import (
    ClaimRecord,
    Device,
    Level,
    WatchLevel,
)
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from fingerprints.sources.web import organisations
from tests.unit.boxes import introduced, ports


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def device(database: FingerprintDatabase, *observations: Observation) -> Device:
    return identify((Evidence(Subject("192.0.2.1", "192.0.2.1"), observations),), database)


def observation(source: Source, text: str, at: str = "80/tcp") -> Observation:
    return Observation(source, at, kept(text))


def shown(subject: str, issuer: str | None = None) -> tuple[Observation, ...]:
    """A certificate by its names, self-signed where no issuer is given."""
    return (
        observation(Source.WEB_CERTIFICATE, "ab" * 32, "fingerprint 443/tcp"),
        observation(Source.WEB_CERTIFICATE, subject, "subject 443/tcp"),
        observation(Source.WEB_CERTIFICATE, issuer or subject, "issuer 443/tcp"),
    )


def vendor(box: Device) -> tuple[str | None, Level]:
    return (box.identity.vendor.id if box.identity.vendor else None, box.identity.level)


def kinds(box: Device) -> set[tuple[str, str]]:
    return {(claim.company, claim.rule) for claim in box.identity.claims}


CISCO_AGENT = introduced(
    "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE4", "1.3.6.1.4.1.9.1.716"
)
FACTORY = shown("CN=2102350DMR10J8000345,O=Huawei,C=CN", "CN=Huawei Equipment CA,O=Huawei,C=CN")


def test_a_certificate_of_the_makers_own_authority_is_strong(database: FingerprintDatabase) -> None:
    box = device(database, *FACTORY)
    assert vendor(box) == ("huawei", Level.PROBABLE)
    assert [(tie.entity, tie.level) for tie in box.watched] == [("huawei", WatchLevel.PROBABLE)]
    assert kinds(box) == {("huawei", "huawei-device-authority"), ("huawei", "certificate-issued")}


@pytest.mark.parametrize(
    ("source", "text", "company"),
    [
        (Source.WEB_SERVER, "DNVRS-Webs", "hikvision"),
        (Source.WEB_SERVER, "Mini web server 1.0 ZTE corp 2005.", "zte"),
        (Source.WEB_REALM, "Login to 4K01234PAZ56789", "dahua"),
        (Source.WEB_REALM, "HuaweiHomeGateway", "huawei"),
        (Source.WEB_REALM, "NETGEAR R7000", "netgear"),
        (Source.WEB_TITLE, "F&#54;60", "zte"),
        (Source.WEB_TITLE, " MikroTik ", "mikrotik"),
        (Source.WEB_PATHS, "/js/a.js /ui_component/css/xtheme-black.css", "huawei"),
        (Source.TELNET_BANNER, "Welcome to ZXDSL 831\r\nLogin: ", "zte"),
        (Source.TELNET_BANNER, "\r\n192.0.0.64 login: ", "hikvision"),
    ],
)
def test_what_anybody_can_type_makes_a_maker_possible_and_no_more(
    source: Source, text: str, company: str, database: FingerprintDatabase
) -> None:
    assert vendor(device(database, observation(source, text))) == (company, Level.POSSIBLE)


def test_banners_of_several_doors_together_never_confirm(database: FingerprintDatabase) -> None:
    box = device(
        database,
        observation(Source.SSH_IDENT, "SSH-2.0-HUAWEI-1.5", "22/tcp"),
        observation(Source.WEB_REALM, "HuaweiHomeGateway"),
        observation(Source.TELNET_BANNER, "Welcome Visiting Huawei Home Gateway\r\nLogin:", "23/tcp"),
    )
    assert vendor(box) == ("huawei", Level.PROBABLE)


@pytest.mark.parametrize(
    "server",
    [
        "nginx/1.18.0",
        "lighttpd/1.4.35",
        "GoAhead-Webs",
        "Boa/0.94.14rc21",
        "Apache/2.4.41 (Ubuntu)",
        "RomPager/4.07 UPnP/1.0",
        "Allegro-Software-RomPager/4.34",
        "mini_httpd/1.30 26Oct2018",
        "micro_httpd",
        "thttpd/2.25b",
        "Virata-EmWeb/R6_2_1",
        "Mbedthis-Appweb/2.4.2",
        "Microsoft-IIS/10.0",
        "Oracle HTTP Server",
        "Web Server",
        "httpd",
    ],
)
def test_a_server_that_anybody_builds_in_names_nobody(server: str, database: FingerprintDatabase) -> None:
    assert kinds(device(database, observation(Source.WEB_SERVER, server))) == set()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Source.WEB_TITLE, "Huawei devices - Monitoring"),
        (Source.WEB_TITLE, "Replacing ZTE and Huawei: project page"),
        (Source.WEB_REALM, "Monitoring of Huawei routers"),
        (Source.WEB_SERVER, "gateway for Hikvision"),
        (Source.TELNET_BANNER, "Property of Example Operator. Next hop: Huawei NE40. Login: "),
        (Source.WEB_PATHS, "/plugins/huawei/icon.png"),
    ],
)
def test_a_page_that_mentions_a_maker_is_not_its_product(
    source: Source, text: str, database: FingerprintDatabase
) -> None:
    assert device(database, observation(source, text)).watched == ()


@pytest.mark.parametrize(
    ("subject", "issuer"),
    [
        ("CN=router.example,O=Huawei Technologies,C=CN", "CN=Some TLS CA,O=DigiCert Inc,C=US"),
        ("CN=switch.example,O=Example Operator,C=DE", "CN=Issuing CA,O=Cisco Systems,C=US"),
        ("CN=switch.example", "CN=TLS CA,O=Amazon,C=US"),
        ("CN=a\\,O=Huawei,O=Example", "CN=a\\,O=Huawei,O=Example"),
        ("CN=vm,O=VMware\\, Inc.", "CN=vm,O=VMware\\, Inc."),
        ("CN=x,O=Internet Widgits Pty Ltd", "CN=x,O=Internet Widgits Pty Ltd"),
        ("", ""),
    ],
)
def test_owners_and_authorities_that_sell_certificates_are_no_makers(
    subject: str, issuer: str, database: FingerprintDatabase
) -> None:
    assert kinds(device(database, *shown(subject, issuer))) == set()


def test_a_self_signed_certificate_with_a_makers_name_weighs_less(database: FingerprintDatabase) -> None:
    box = device(database, *shown("CN=UBNT,O=Ubiquiti Networks Inc.,C=US"))
    assert vendor(box) == ("ubiquiti", Level.POSSIBLE)
    (claim,) = box.identity.claims
    text = "CN=UBNT,O=Ubiquiti Networks Inc.,C=US"
    assert claim == ClaimRecord(
        claim.role, "ubiquiti", "web.certificate", text, "certificate-self-signed", claim.weight, "issuer 443/tcp"
    )


def test_an_agent_that_lies_does_not_hide_a_factory_certificate(database: FingerprintDatabase) -> None:
    box = device(database, *CISCO_AGENT, *ports("00:1b:54:00:00:01", "00:1b:54:00:00:02"), *FACTORY)
    assert box.identity.level is Level.CONFLICTING
    assert [(tie.entity, tie.level) for tie in box.watched] == [("huawei", WatchLevel.CONFLICTING)]


@pytest.mark.parametrize(
    "shown_too",
    [
        (Observation(Source.SSH_IDENT, "22/tcp", "SSH-2.0-Cisco-1.25"),),
        (Observation(Source.WEB_REALM, "80/tcp", "level_15_access"),),
        shown("CN=IOS-Self-Signed-Certificate-1234567890"),
        shown("CN=box,O=Cisco", "CN=Device CA,O=Cisco"),
    ],
)
def test_what_a_device_is_made_to_show_clears_nobody(
    shown_too: tuple[Observation, ...], database: FingerprintDatabase
) -> None:
    other = observation(Source.TELNET_BANNER, "Welcome Visiting Huawei Home Gateway\r\nLogin:", "23/tcp")
    box = device(database, *CISCO_AGENT, *shown_too, other)
    assert [(tie.entity, tie.level) for tie in box.watched] == [("huawei", WatchLevel.CONFLICTING)]


def test_a_certificate_and_the_agent_confirm_each_other(database: FingerprintDatabase) -> None:
    own = shown("CN=IOS-Self-Signed-Certificate-1234567890")
    assert vendor(device(database, *CISCO_AGENT, *own)) == ("cisco", Level.CONFIRMED)


def test_comware_under_another_brand_is_told_apart_from_the_makers_clause(database: FingerprintDatabase) -> None:
    banner = (
        "* Copyright (c) 2010-2017 Hewlett Packard Enterprise Development LP *\r\n"
        "* Without the owner's prior written consent, *\r\nLogin: "
    )
    box = device(database, observation(Source.TELNET_BANNER, banner, "23/tcp"))
    assert (box.identity.vendor and box.identity.vendor.id, box.identity.os) == ("hpe", "Comware")
    assert box.watched == ()


def test_a_factory_certificate_tells_model_and_serial(database: FingerprintDatabase) -> None:
    subject = "CN=C9300-24T,OU=ACT-2 Lite SUDI,O=Cisco,serialNumber=PID:C9300-24T SN:FCW2134L0BK"
    box = device(database, *shown(subject, "CN=ACT2 SUDI CA,O=Cisco"))
    assert (box.identity.model, box.identity.serial) == ("C9300-24T", "FCW2134L0BK")


@pytest.mark.parametrize(
    ("name", "organisation"),
    [
        ("CN=a,O=Huawei,C=CN", ("Huawei",)),
        ("O=A\\, B \\+ C", ("A, B + C",)),
        ("CN=x\\,O=Huawei", ()),
        ("CN=x+O=Huawei,o=ZTE", ("Huawei", "ZTE")),
        ("OU=O=Huawei", ()),
        ("", ()),
    ],
)
def test_organisations_are_read_from_escaped_names(name: str, organisation: tuple[str, ...]) -> None:
    assert organisations(name) == organisation


SOURCES = [source for source in Source if source.startswith(("web.", "telnet.", "ssh.kex"))]
ATS = ["80/tcp", "subject 443/tcp", "issuer 443/tcp", "names 443/tcp", ""]
hostile = st.builds(
    Observation, st.sampled_from(SOURCES), st.sampled_from(ATS), st.text(st.characters(max_codepoint=255), max_size=300)
)


@settings(max_examples=60)
@given(st.lists(hostile, max_size=30).map(tuple))
def test_whatever_services_say_makes_an_identity(
    database: FingerprintDatabase, observations: tuple[Observation, ...]
) -> None:
    identify((Evidence(Subject("x"), observations),), database)


def test_every_rule_about_a_certificate_names_the_field_it_reads(database: FingerprintDatabase) -> None:
    fields = {rule.at for rule in database.rules.of(Source.WEB_CERTIFICATE)}
    assert fields <= {"subject", "issuer", "names", "fingerprint"}
