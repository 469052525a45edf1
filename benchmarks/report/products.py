"""The products of a made-up operator, by the tier in which they stand. Names and numbers are real, the mix is not."""

from collections.abc import Mapping
from dataclasses import dataclass

from fingerprints.model.component_kind import ComponentKind
from fingerprints.model.device import Party
from reports.policy.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class PartModel:
    """A part of a product: kind, model, the beginning of its serial numbers, and its maker if that is another one."""

    kind: ComponentKind
    model: str
    serial: str
    maker: Party | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product: `descr` is its sysDescr with `{version}`, `oui` the first half of its MAC addresses, `family` what
    its model's names have in common, `port` the form of its port names."""

    maker: Party
    family: str
    models: tuple[str, ...]
    kind: str
    system: str
    version: str
    descr: str
    object_id: str
    oui: str
    serial: str
    port: str
    parts: tuple[PartModel, ...]


CISCO, JUNIPER, NOKIA = Party("cisco", "Cisco Systems"), Party("juniper", "Juniper Networks"), Party("nokia", "Nokia")
HUAWEI, ZTE, CIENA = Party("huawei", "Huawei"), Party("zte", "ZTE"), Party("ciena", "Ciena")
HIKVISION, AXIS, ARUBA = (
    Party("hikvision", "Hikvision"),
    Party("axis", "Axis Communications"),
    Party("hpe", "HPE Aruba"),
)
AVM, ZYXEL, ADTRAN = Party("avm", "AVM"), Party("zyxel", "Zyxel"), Party("adtran", "Adtran")
FINISAR, INNOLIGHT, DELTA = Party("coherent", "Coherent"), Party("innolight", "InnoLight"), Party("delta", "Delta")

CARD, OPTIC = ComponentKind.CARD, ComponentKind.OPTIC
POWER, FAN = ComponentKind.POWER_SUPPLY, ComponentKind.FAN

_OPTICS = (
    PartModel(OPTIC, "FTLX1471D3BCL", "UYK", FINISAR),
    PartModel(OPTIC, "TR-FC13L-N00", "INJ", INNOLIGHT),
    PartModel(OPTIC, "FTLC1157RDPL", "X9A", FINISAR),
)


def _parts(card: str, supply: str, fan: str, serial: str) -> tuple[PartModel, ...]:
    """A card, a power supply and a fan of the product's own, among optics of others."""
    own = (PartModel(CARD, card, serial), PartModel(POWER, supply, "DAB", DELTA), PartModel(FAN, fan, serial))
    return (own[0], *_OPTICS, own[1], *_OPTICS[:2], own[2])


ASR = Product(
    CISCO,
    "ASR",
    ("ASR-9922", "ASR-9912", "ASR-9906"),
    "router",
    "IOS XR",
    "7.{}.2",
    "Cisco IOS XR Software (ASR9K), Version {version}[Default], Copyright (c) 2013-2025 by Cisco Systems, Inc.",
    "1.3.6.1.4.1.9.1.2144",
    "00:1b:54",
    "FOX",
    "HundredGigE0/0/0/{}",
    _parts("A99-32X100GE-TR", "PWR-6KW-AC-V3", "ASR-9922-FAN-V3", "FOC"),
)
MX = Product(
    JUNIPER,
    "MX",
    ("MX960", "MX480", "MX10003"),
    "router",
    "Junos",
    "23.{}R2-S1",
    "Juniper Networks, Inc. mx960 internet router, kernel JUNOS {version}, Build date: 2025-03-11 04:12:44 UTC",
    "1.3.6.1.4.1.2636.1.1.1.2.21",
    "2c:6b:f5",
    "JN1",
    "et-0/0/{}",
    _parts("MPC10E-15C-MRATE", "PWR-MX960-4100-AC", "FFANTRAY-MX960-HC", "CAM"),
)
SR = Product(
    NOKIA,
    "7750 SR",
    ("7750 SR-12", "7750 SR-7", "7750 SR-1"),
    "router",
    "TiMOS",
    "24.{}.R2",
    "TiMOS-C-{version} cpm/hops64 Nokia 7750 SR Copyright (c) 2000-2025 Nokia. All rights reserved.",
    "1.3.6.1.4.1.6527.1.3.4",
    "00:d0:f6",
    "NS1",
    "1/1/c{}/1",
    _parts("3HE11279AA", "3HE07155AA", "3HE07153AA", "NS2"),
)
WAVE = Product(
    CIENA,
    "6500",
    ("6500-14", "6500-7", "6500-2"),
    "transport",
    "6500 OS",
    "15.{}1",
    "Ciena 6500 Optical, release {version}, packet-optical platform",
    "1.3.6.1.4.1.562.68.10",
    "2c:39:c1",
    "NNTMRT",
    "OTM4-1-{}-1",
    _parts("NTK539UX", "NTK505MB", "NTK507LD", "NNTM"),
)
CARRIER = Product(
    ZTE,
    "ZXCTN",
    ("ZXCTN 6300", "ZXCTN 9000-8E"),
    "router",
    "ZXROS",
    "V4.00.{}",
    "ZXR10 ROS Version {version} ZXCTN 6300 Software, Copyright (c) by ZTE Corporation Compiled",
    "1.3.6.1.4.1.3902.3.100.6007",
    "00:19:c6",
    "7291",
    "xgei-1/{}",
    _parts("RSCCU3", "PWRC", "FAN-6300", "2191"),
)
NE40 = Product(
    HUAWEI,
    "NE40E",
    ("NE40E-X16A", "NE40E-X8A", "NE40E-M2K"),
    "router",
    "VRP",
    "V800R02{}C10SPC600",
    "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.210 (NE40E {version})",
    "1.3.6.1.4.1.2011.2.62.2.9",
    "00:e0:fc",
    "2102351",
    "100GE1/0/{}",
    _parts("CR5D00E1NC76", "PAC3000S54-CB", "CR5B00FBX8A0", "210305"),
)
ISAM = Product(
    NOKIA,
    "7360 ISAM",
    ("7360 ISAM FX-16", "7360 ISAM FX-8"),
    "olt",
    "ISAM",
    "R6.{}.03",
    "7360 ISAM FX {version} Nokia, fibre access node",
    "1.3.6.1.4.1.637.61.1",
    "94:e9:8c",
    "AA2",
    "lt:1/1/{}",
    _parts("3FE62825AA", "3FE61538AA", "3FE61537AB", "AA3"),
)
TOTAL_ACCESS = Product(
    ADTRAN,
    "SDX",
    ("SDX 6320-16", "SDX 6324"),
    "olt",
    "Mosaic OS",
    "22.{}.1",
    "ADTRAN SDX 6320-16 16-Port Combo OLT, Mosaic OS {version}",
    "1.3.6.1.4.1.664.1.1981",
    "00:a0:c8",
    "LBADTN",
    "xgspon 0/{}",
    _parts("1442410F1", "1442420F1", "1442430F1", "LBAD"),
)
MA5800 = Product(
    HUAWEI,
    "MA5800",
    ("MA5800-X7", "MA5800-X17"),
    "olt",
    "MA5800",
    "V100R0{}C00",
    "Huawei Integrated Access Software MA5800{version} RELEASE SOFTWARE",
    "1.3.6.1.4.1.2011.2.311",
    "48:46:fb",
    "2102312",
    "gpon 0/{}",
    _parts("H901MPLA", "H901PILA", "H901FMLA", "021RDU"),
)
FRITZ = Product(
    AVM,
    "FRITZ!Box",
    ("FRITZ!Box 7590 AX", "FRITZ!Box 5590 Fiber"),
    "cpe",
    "FRITZ!OS",
    "8.{}",
    "FRITZ!Box 7590 AX, FRITZ!OS {version}",
    "1.3.6.1.4.1.8072.3.2.10",
    "3c:a6:2f",
    "N291.",
    "lan{}",
    _parts("AX-WLAN", "FW-12V35", "none", "N29"),
)
VMG = Product(
    ZYXEL,
    "VMG",
    ("VMG8825-T50", "EX5601-T0"),
    "cpe",
    "Zyxel firmware",
    "V5.{}(ABVY.2)C0",
    "Zyxel Communications VMG8825-T50 firmware {version}",
    "1.3.6.1.4.1.890.1.2.13",
    "5c:6a:80",
    "S22",
    "eth{}",
    _parts("WL-5G4x4", "12V-2A", "none", "S21"),
)
CATALYST = Product(
    CISCO,
    "C9300",
    ("C9300-48P", "C9300-24U", "C9300L-48T"),
    "switch",
    "IOS XE",
    "17.{}.05",
    "Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version {version}, RELEASE",
    "1.3.6.1.4.1.9.1.2494",
    "d4:ad:71",
    "FCW",
    "GigabitEthernet1/0/{}",
    _parts("C9300-NM-8X", "PWR-C1-1100WAC", "FAN-T2", "FJZ"),
)
CX = Product(
    ARUBA,
    "6300",
    ("6300M 48G", "6300F 24G"),
    "switch",
    "AOS-CX",
    "FL.10.{}.1020",
    "Aruba JL661A 6300M 48G CL4 PoE 4SFP56 Swch {version}",
    "1.3.6.1.4.1.47196.4.1.1.1.40",
    "88:3a:30",
    "SG1",
    "1/1/{}",
    _parts("JL661A", "JL087A", "JL669A", "SG2"),
)
CAMERA = Product(
    AXIS,
    "P3265",
    ("P3265-LV", "P3265-LVE"),
    "camera",
    "AXIS OS",
    "11.{}.66",
    " ; AXIS P3265-LV; Network Camera; {version}; Mar 14 2025 10:11; 8B2; 1;",
    "1.3.6.1.4.1.368.4.1",
    "b8:a4:4f",
    "B8A44F",
    "eth{}",
    _parts("ARTPEC-8", "POE", "none", "B8A"),
)
DS = Product(
    HIKVISION,
    "DS",
    ("DS-2CD2143G2-I", "DS-2CD2386G2-IU"),
    "camera",
    "embedded Linux",
    "V5.7.{}",
    "Hikvision DS-2CD2143G2-I firmware {version}",
    "1.3.6.1.4.1.39165.1.1",
    "44:19:b6",
    "DS-2CD",
    "eth{}",
    _parts("HI3519", "POE", "none", "FA9"),
)

USUAL: Mapping[Tier, tuple[Product, ...]] = {
    Tier.CORE: (ASR, MX, SR),
    Tier.TRANSPORT: (SR, WAVE, MX),
    Tier.ACCESS: (ISAM, TOTAL_ACCESS),
    Tier.CUSTOMER: (FRITZ, VMG),
    Tier.ENTERPRISE: (CATALYST, CX, CAMERA),
}
"""What usually stands in a tier."""

WATCHED: Mapping[Tier, Product] = {
    Tier.CORE: NE40,
    Tier.TRANSPORT: CARRIER,
    Tier.ACCESS: MA5800,
    Tier.CUSTOMER: CARRIER,
    Tier.ENTERPRISE: DS,
}
"""The product of a watched company that stands in a tier."""
