"""Badges: what a watched company builds under another name is never clear, and other boxes stay as they are.

The suite sends each brand's name by every door that a camera, a recorder or a router has. Model names are of catalogues
or invented; addresses are invented within the brand's block.
"""

from datetime import date

import pytest

from fingerprints.database.companies.badge_file import BADGES, BadgesFile
from fingerprints.database.companies.companies import DATA
from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.database.oui import DATA as OUI
from fingerprints.database.oui import OuiTables, read_tables
from fingerprints.database.yaml_file import read_yaml
from fingerprints.identity.identify import identify
from fingerprints.model.device import (
    DeclaredBuilder,
    Device,
    OnRecord,
    Role,
    Watched,
    WatchLevel,
)
from fingerprints.model.evidence import Evidence, Observation, Source, Subject, kept
from reports.document.identity_wording import describe_tie_reason
from reports.judgement.evaluate import judge
from reports.judgement.merged import device_verdict
from reports.placement.placement import Origin, Placement
from reports.policy.action import Action, Certainty
from reports.policy.policy import Policy, Rule
from reports.policy.verdict import Verdict
from reports.policy.vocabulary import Tier
from reports.policy.where import Where
from reports.policy.who import Named
from tests.unit.boxes import introduced, ports

BRANDS = {
    "dahua": (
        "Amcrest|Lorex|Luminys|Q-See|IC Realtime|EmpireTech|Loryta|CP PLUS|KBVISION|RVi|TRASSIR|"
        "BCS Line|X-Security|Saxxon|Inaxsys|Montavue|Security Camera King|ENS Security|MaxxOne|"
        "OptiviewUSA|Norelco SafeCam|QVIS|WiNiC|VIP Vision|AvertX|Bolide|Swann|Bosch DIVAR AN 5000|"
        "Honeywell HBD3PR1|Panasonic WV-U1130A|i-PRO WV-U1532L|FLIR DNR516P2|IndigoVision GX420|"
        "Intelbras VIP 3230"
    ),
    "hikvision": (
        "Annke|LT Security|LaView|TruVision|Interlogix|Alibi|Northern Video|Safire|W Box|"
        "Nelly's Security|Epcom|Arcdyn|Aventura|CCTVSTAR|Clare Controls|Gess Technologies|GovComm|"
        "GVS Security|Hinovision|Inkovideo|Novicam|Oculur|Onix System|Prama|SecurityTronix|"
        "Luma Surveillance|Vezco|Videcon|Vista CCTV|Visualint|TRENDnet TV-IP310PI|ABUS TVIP62510|"
        "LevelOne FCS-3090|Johnson Controls Holis|Toshiba IK-WB80A"
    ),
    "huawei": (
        "FutureMatrix|3Com Switch 7700|3Com Switch 8807|Honor HiRouter-CD20|Speedport Hybrid|"
        "Speedport W 724V Typ A|Vodafone R218h|Vodafone HG556a|TalkTalk HG633|SoftBank 603HW|Speed Wi-"
        "Fi NEXT W05|docomo HW-01L|Openreach HG612|Orange Flybox 4G|Movistar HG532s|T-Mobile Sonic 4G|"
        "MegaFon M150-2|Superbox B618s"
    ),
    "zte": (
        "Vodafone R216-Z|T-Mobile 4G Mobile Hotspot|3neo MF287|Experia Box V10|AT&T Velocity|"
        "Verizon 890L|Telstra MF910|Y!mobile 304ZT|Speedport Entry 2i|Turkcell MC801A|Claro MF253|"
        "Sprint LivePro"
    ),
    "uniview": ("Security Camera Warehouse|Alibi|ENS Security"),
}
SUITE = [(builder, name.strip()) for builder, names in BRANDS.items() for name in names.split("|")]

CONTROLS = (
    ("Axis", "AXIS M3045-V Network Camera", "00:40:8c:10:20:30"),
    ("Hanwha", "Hanwha Vision XNV-8080R", "44:b4:23:10:20:30"),
    ("Bosch", "Bosch FLEXIDOME IP starlight 8000i", "00:04:63:10:20:30"),
    ("Bosch", "Bosch MIC IP fusion 9000i", "00:04:63:10:20:31"),
    ("Mobotix", "MOBOTIX M73", "00:03:c5:10:20:30"),
    ("Avigilon", "Avigilon 4.0C-H5A-D1", "70:1a:d5:10:20:30"),
    ("Honeywell", "Honeywell HC60W35R2", "00:40:84:10:20:30"),
    ("Panasonic", "Panasonic WV-S1536L", "00:12:67:10:20:30"),
    ("3Com", "3Com SuperStack 3 Switch 4400", "00:01:02:10:20:30"),
    ("TRENDnet", "TRENDnet TEG-30284", "00:14:d1:10:20:30"),
)


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


@pytest.fixture(scope="module")
def prefixes() -> OuiTables:
    return read_tables(OUI)


def box(database: FingerprintDatabase, *observations: Observation, **declared: str) -> Device:
    subject = Subject("192.0.2.9", "192.0.2.9", attributes=tuple(declared.items()))
    return identify((Evidence(subject, observations),), database)


def said(source: Source, text: str) -> Observation:
    return Observation(source, "80/tcp", kept(text))


def doors(name: str) -> dict[str, tuple[Observation, ...]]:
    """The same name by each door; a title also with the words of start pages."""
    return {
        "description": introduced(name),
        "title": (said(Source.WEB_TITLE, f"{name} - Login"),),
        "realm": (said(Source.WEB_REALM, name),),
        "certificate": tuple(
            Observation(Source.WEB_CERTIFICATE, f"{field} 443/tcp", kept(f"CN=camera,O={name},C=US"))
            for field in ("subject", "issuer")
        ),
    }


def verdict(device: Device, database: FingerprintDatabase, *makers: str) -> Verdict:
    rule = Rule("r", Action.PROHIBIT_USE, Named(makers), Where(True), date(2020, 1, 1), "law 1")
    policy = Policy("p", "P", "GB", "a", "i", "law", True, ("us",), "in force", Certainty.FOUND, "high", (rule,))
    place = Placement(True, Tier.CORE, "zone a", Origin.DECLARED, segment="core_ip")
    return device_verdict(device, judge(device, place, (policy,), date(2026, 11, 1), database.companies))


def levels(device: Device) -> dict[str, WatchLevel]:
    return {tie.entity: tie.level for tie in device.watched}


def on_record(device: Device) -> list[OnRecord]:
    return [reason for tie in device.watched for reason in tie.because if isinstance(reason, OnRecord)]


@pytest.mark.parametrize(("builder", "name"), SUITE)
def test_no_door_makes_a_badge_clear(builder: str, name: str, database: FingerprintDatabase) -> None:
    for door, observations in doors(name).items():
        device = box(database, *observations)
        assert verdict(device, database, builder) is not Verdict.CLEAR, door
        if door != "certificate":
            assert levels(device).get(builder) in (WatchLevel.POSSIBLE, WatchLevel.PROBABLE), door


def test_the_suite_is_of_sixty_brands_and_more() -> None:
    assert len({name for _, name in SUITE}) >= 100


def test_every_badge_on_file_leads_to_its_builder(database: FingerprintDatabase) -> None:
    file = read_yaml(DATA / BADGES, BadgesFile)
    lost = []
    for badge in file.badges:
        known = database.companies.get(badge.brand)
        assert known is not None
        for record in badge.records:
            texts = [example for line in record.lines for example in line.examples] or [""]
            for text in texts:
                told = text if badge.brand == "h3c" else f"{known.name} {text}".strip()
                if record.builder not in levels(box(database, *introduced(told))):
                    lost.append((badge.brand, text))
    for operator in file.operators:
        for record in operator.records:
            for text in (example for line in record.lines for example in line.examples):
                device = box(database, said(Source.WEB_TITLE, operator.words[0]), *introduced(text))
                if record.builder not in levels(device):
                    lost.append((operator.name, text))
    assert lost == []


def test_other_lines_of_a_brand_are_not_tainted(database: FingerprintDatabase) -> None:
    file = read_yaml(DATA / BADGES, BadgesFile)
    tainted = []
    for badge in file.badges:
        known = database.companies.get(badge.brand)
        others = {
            text
            for record in badge.records
            for line in record.lines
            for text in line.rejects
            if not any(text in other.examples for each in badge.records for other in each.lines)
        }
        for text in sorted(others):
            if known is not None and on_record(box(database, *introduced(f"{known.name} {text}"))):
                tainted.append((badge.brand, text))
    assert tainted == []


def test_the_address_of_a_badge_alone_is_enough_for_suspicion(
    database: FingerprintDatabase, prefixes: OuiTables
) -> None:
    blocks = [(key << 24, number) for key, number in prefixes.of_24.items()]
    blocks += [(key << 20, number) for key, number in prefixes.of_28.items()]
    blocks += [(key << 12, number) for key, number in prefixes.of_36.items()]
    tested = set()
    for address, number in blocks:
        company = database.companies.by_name(prefixes.names[number].decode())
        whole = [record for record in company.built_by if not record.lines] if company is not None else []
        if company is None or not whole or company.id in tested:
            continue
        tested.add(company.id)
        mac = (address | 0x123).to_bytes(6, "big").hex(":")
        for observations in ((Observation(Source.LINK_MAC, "eth0", mac),), (*introduced("Linux"), *ports(mac))):
            device = box(database, *observations)
            assert verdict(device, database, whole[0].builder) is not Verdict.CLEAR, company.id
            assert levels(device).get(whole[0].builder) is WatchLevel.POSSIBLE, company.id
    assert len(tested) >= 15


@pytest.mark.parametrize(("brand", "descr", "mac"), CONTROLS)
def test_clean_cameras_and_switches_stay_clear(brand: str, descr: str, mac: str, database: FingerprintDatabase) -> None:
    device = box(database, *introduced(descr), *ports(mac, mac[:-1] + "7"), said(Source.WEB_TITLE, f"{brand} Login"))
    assert verdict(device, database, "huawei", "zte", "hikvision", "dahua", "uniview") is Verdict.CLEAR
    assert device.watched == ()


AMCREST = introduced("Amcrest IP2M-841")


@pytest.mark.parametrize(
    ("declared", "level", "judged"),
    [
        ({}, WatchLevel.POSSIBLE, Verdict.REVIEW),
        ({"built_by": "Vivotek"}, WatchLevel.CLEARED, Verdict.CLEAR),
        ({"built_by": "Acme Optics of Nowhere"}, WatchLevel.CLEARED, Verdict.CLEAR),
        ({"built_by": "Amcrest"}, WatchLevel.POSSIBLE, Verdict.REVIEW),
        ({"built_by": " "}, WatchLevel.POSSIBLE, Verdict.REVIEW),
        ({"vendor": "Vivotek"}, WatchLevel.POSSIBLE, Verdict.REVIEW),
        ({"built_by": "Zhejiang Dahua Technology Co., Ltd."}, WatchLevel.PROBABLE, Verdict.RESTRICTED),
    ],
)
def test_only_the_operators_own_list_clears_a_badge(
    declared: dict[str, str], level: WatchLevel, judged: Verdict, database: FingerprintDatabase
) -> None:
    device = box(database, *AMCREST, **declared)
    assert (levels(device), verdict(device, database, "dahua")) == ({"dahua": level}, judged)


def test_an_operators_list_takes_nothing_from_evidence(database: FingerprintDatabase) -> None:
    device = box(database, *introduced("DH-NVR5216-16P-4KS2E", "1.3.6.1.4.1.37496.1"), built_by="Vivotek")
    assert levels(device)["dahua"] in (WatchLevel.CONFIRMED, WatchLevel.PROBABLE)


def test_evidence_that_agrees_with_a_record_counts_for_more_than_the_record(database: FingerprintDatabase) -> None:
    device = box(database, *AMCREST, said(Source.WEB_REALM, "Login to 4K01234PAZ56789"))
    (tie,) = device.watched
    assert tie.entity == "dahua" and tie.level is not WatchLevel.CLEARED
    assert {type(reason).__name__ for reason in tie.because} == {"OnRecord", "QuotedText"}


@pytest.mark.parametrize(
    ("descr", "level"),
    [
        ("EmpireTech IPC-T54IR-ZE", WatchLevel.PROBABLE),
        ("3Com Switch 7700", WatchLevel.PROBABLE),
        ("FutureMatrix S5735-L24T4X-A1", WatchLevel.POSSIBLE),
        ("Amcrest IP2M-841", WatchLevel.POSSIBLE),
    ],
)
def test_a_certain_record_says_more_and_never_confirms(
    descr: str, level: WatchLevel, database: FingerprintDatabase
) -> None:
    device = box(database, *introduced(descr))
    assert [tie.level for tie in device.watched] == [level]
    assert all(tie.confidence <= 0.9 and tie.roles == (Role.MAKER,) for tie in device.watched)


def test_a_record_is_stated_with_source_certainty_and_dates(database: FingerprintDatabase) -> None:
    (reason,) = on_record(box(database, *introduced("3Com Switch 7700")))
    assert describe_tie_reason(reason) == (
        "on record: Huawei built what 3Com sells, models like Switch 7700 (checked; since 2003-06-01; until "
        "2007-04-01; developed by Huawei, first product of Huawei-3Com (CRN, 3Com-Huawei Joint Venture Gets U.S., "
        "U.K. Approval, 2003-07))"
    )


def test_a_list_that_names_the_builder_is_stated(database: FingerprintDatabase) -> None:
    (tie,) = box(database, *AMCREST, built_by="Vivotek").watched
    assert describe_tie_reason(tie.because[0]) == "the operator's own list says that Vivotek built it"
    assert isinstance(tie.because[0], DeclaredBuilder) and isinstance(tie, Watched)


@pytest.mark.parametrize(
    "text",
    ["Ubuntu 22.04.3 LTS", "Linux core 5.15.0-lts", "Safe and sound", "Property of Vodafone UK", "Orange site 4"],
)
def test_everyday_words_and_operators_names_are_no_badges(text: str, database: FingerprintDatabase) -> None:
    assert on_record(box(database, *introduced(text))) == []


@pytest.mark.parametrize("text", ["HiSilicon Hi3536 recorder", "Linux ipc 3.4.35 HISILICON armv7l", "IPC (HiSilicon)"])
def test_a_chip_in_a_description_is_a_part_and_not_the_maker(text: str, database: FingerprintDatabase) -> None:
    device = box(database, *introduced(text))
    assert (device.identity.vendor, device.identity.made_by, device.watched) == (None, None, ())
    assert [(part.kind.value, part.made_by and part.made_by.id) for part in device.components] == [
        ("other", "hisilicon")
    ]
    assert [(tie.entity, tie.level) for part in device.components for tie in part.watched] == [
        ("huawei", WatchLevel.POSSIBLE)
    ]


def test_a_clean_box_with_a_watched_chip_is_for_review(database: FingerprintDatabase) -> None:
    device = box(database, *introduced("AXIS M3045-V Network Camera, HiSilicon inside"), *ports("00:40:8c:10:20:30"))
    assert (device.identity.vendor and device.identity.vendor.id, device.watched) == ("axis", ())
    assert verdict(device, database, "huawei") is Verdict.REVIEW
