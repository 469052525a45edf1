"""Command output names the maker of its box wherever a telling text does, and nobody else's name."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.identity.identify import identify
from fingerprints.model.device import Device
from fingerprints.model.evidence import Evidence, Observation, Source, Subject


def device_of(database: FingerprintDatabase, *observations: Observation) -> Device:
    return identify((Evidence(Subject("192.0.2.1"), observations=observations),), database)


def vendor_of_output(database: FingerprintDatabase, command: str, output: str) -> str | None:
    vendor = device_of(database, Observation(Source.SSH_COMMAND, command, output)).identity.vendor
    return vendor.id if vendor is not None else None


TELLING = [
    (
        "show version",
        "System Information at 11:37:06\n\nLenovo RackSwitch G9999\n\nSoftware Version 8.9.9.1\n",
        "lenovo",
    ),
    ("show version all", "Product version Check Point Gaia R99.20\nOS build 999\n", "check_point"),
    ("show version", "System description      : Core Switch(S9999E) By Ruijie Networks\n", "ruijie"),
    (
        "show system",
        "System:\n  Description:  Alcatel-Lucent Enterprise OS9999-P24 6.9.1.099.R01 GA,\n",
        "alcatel_lucent_enterprise",
    ),
    ("sys atsh", " Vendor Name : ZyXEL\n Product Model : ES-9999\n", "zyxel"),
    ("do it", "Vendor Name   : Hikvision\nModel : X\n", "hikvision"),
    ("show board info", "System Object ID : 1.3.6.1.4.1.3902.1082.1001.999\n", "zte"),
    ("show version", "PID: ABC-9\nVendor oid: 56166\n", "smartbyte"),
    (
        "show sys-info",
        "sysDescr:  Ethernet Routing Switch 4899GTS-PWR+\n   HW:13  FW:5.8.0.3  SW:v5.99.1.039\n",
        "extreme",
    ),
    ("display sn", "sn = 485754430A1B2C3D\n\nsuccess!\n", "huawei"),
    ("display machineItem", "machine item = 2102311BVH6RG9000915\n", "huawei"),
    ("show version", "SONiC Software Version: SONiC.1\nHwSKU: Mellanox-SN9999\n", "mellanox"),
    ("show platform", "0/RP0/CPU0   RP(Active)    N/A    IOS XR RUN      PWR,NSHUT,MON\n", "cisco"),
    ("show card", "1    1     1    GTGH    GTGHK    16    V1.0.0  V2.9.0          INSERVICE\n", "zte"),
    ("display startup", "  Startup system software:    flash:/AR699-V300R099C00SPC200.cc\n", "huawei"),
]


@pytest.mark.parametrize(("command", "output", "vendor"), TELLING)
def test_a_telling_text_names_the_maker_whatever_the_command(
    command: str, output: str, vendor: str, database: FingerprintDatabase
) -> None:
    assert vendor_of_output(database, command, output) == vendor


SILENT = [
    ("show version", "Hostname: huawei-uplink-9\nContact: Huawei Technologies service desk\nVersion: 1.2.3\n"),
    ("show lldp neighbors detail", "System Description: Huawei Versatile Routing Platform Software VRP\n"),
    (
        "show cdp neighbors detail",
        "Platform: Huawei S5735,  Capabilities: Switch\nVersion :\nHuawei VRP V200R019C00SPC500\n",
    ),
    ("show logging", "Jan 1 link to ZTE ZXR10 2952E V2.9 lost\n"),
    ("show users", "Huawei Technologies  vty 0  idle\n"),
    ("show version", "CPU: HiSilicon ARMv8\nBoot ROM Huawei 1.0\nProcessor: Huawei Kunpeng\n"),
    ("show interface transceiver", "Vendor Name : HUAWEI\nVendor PN : 0299\n"),
    ("display version", "\n"),
    ("display version", "VERSION : 9.9\n"),
    ("show version", "MAC Address: 02:e0:fc:01:02:03\n"),
]


@pytest.mark.parametrize(("command", "output"), SILENT)
def test_texts_of_people_others_and_parts_name_no_maker_of_the_box(
    command: str, output: str, database: FingerprintDatabase
) -> None:
    assert vendor_of_output(database, command, output) is None


@pytest.mark.parametrize(
    "foreign",
    [
        "GigabitEthernet0/1 to Huawei Technologies\n",
        "Neighbor: ZTE ZXR10 5960X\n",
        "User: hikvision\n",
        "Description: uplink to Dahua NVR\n",
    ],
)
def test_a_watched_name_in_another_makers_output_does_not_make_the_box_theirs(
    foreign: str, database: FingerprintDatabase
) -> None:
    text = f"Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(9)E9, RELEASE SOFTWARE\n{foreign}"
    device = device_of(database, Observation(Source.SSH_COMMAND, "show version", text))
    assert device.identity.vendor is not None
    assert device.identity.vendor.id == "cisco"
    assert device.watched == ()


GREETED = [
    ("\r\n  MikroTik RouterOS 6.99.17 (c) 1999-2099       http://www.mikrotik.com/\r\n", "mikrotik"),
    (
        "\r\n  Huawei Integrated Access Software.\r\n  Copyright(C) Huawei Technologies Co., Ltd. 2002-2099.\r\n",
        "huawei",
    ),
    ("    Copyright(c) 2010-2099 Extreme Networks, Inc.\r\n   All Rights Reserved.\r\n", "extreme"),
    ("*** Authorised users of Acme Ltd only, Huawei staff call 999 ***\r\n", None),
    ("Last login: Thu Jul 10 09:11:54 from 192.0.2.9\r\n", None),
]


@pytest.mark.parametrize(("greeting", "vendor"), GREETED)
def test_a_greeting_names_the_maker_by_its_notice_not_by_a_name_alone(
    greeting: str, vendor: str | None, database: FingerprintDatabase
) -> None:
    found = device_of(database, Observation(Source.SSH_GREETING, "22", greeting)).identity.vendor
    assert (found.id if found is not None else None) == vendor


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("VMware ESXi 9.0.3 build-99999999 VMware, Inc. x86_64", "vmware"),
        ("Novell NetWare 9.00.10  July 10, 2002", "novell"),
        ("Microsoft Windows CE Version 9.20 (Build 0)", "microsoft"),
    ],
)
def test_a_maker_of_software_is_the_platform_not_the_boxs_brand(
    text: str, platform: str, database: FingerprintDatabase
) -> None:
    identity = device_of(database, Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", text)).identity
    assert identity.vendor is None
    assert identity.platform is not None
    assert identity.platform.id == platform


@pytest.mark.parametrize(
    "text",
    [
        "Gate unit Snr 0629999 05.9b1",
        "X9, v7.9.Deliberant.APC.en_US",
        "Evolution 1199",
        "Unit APC 9, SNR 12 dB",
        "BOX ATI 5",
    ],
)
def test_a_short_name_inside_a_text_is_no_company(text: str, database: FingerprintDatabase) -> None:
    assert device_of(database, Observation(Source.SNMP_SYS_DESCR, "1.3.6.1.2.1.1.1.0", text)).identity.vendor is None
