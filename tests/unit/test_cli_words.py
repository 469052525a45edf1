"""Model, version and serial of the box from command output of any platform, by the kind of value and of form."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database
from fingerprints.identity.identify import identify
from fingerprints.model.device import Identity
from fingerprints.model.evidence import Evidence, Observation, Source, Subject


@pytest.fixture(scope="module")
def database() -> FingerprintDatabase:
    return load_database()


def told(database: FingerprintDatabase, command: str, *lines: str) -> Identity:
    output = Observation(Source.SSH_COMMAND, command, "\n".join(lines))
    return identify((Evidence(Subject("x"), (output,)),), database).identity


SERIALS = [
    (("System Serial#    : QX00099 (Date:03/31/18)",), "QX00099"),
    (("Serial Number : QX00099-B",), "QX00099-B"),
    (("| Serial Number | QX00099    |",), "QX00099"),
    (("Model : AX-48   S/N : QX00099   Rev : 4",), "QX00099"),
    (
        ("Chassis: AX 4-slot (Serial #: QX00099,  Part #: 4-1)", "AX Fabric 1 (Serial #: QX00055,  Part #: 4-2)"),
        "QX00099",
    ),
    (("PCB Serial Number  : QX00055", "Top Assembly Serial Number : QX00099"), "QX00099"),
    (("Motherboard Serial Number  : QX00055", "Serial Number : QX00099"), "QX00099"),
    (("PCB Serial Number  : QX00055", "Power Supply Serial Number : QX00056"), None),
    (("System has 53 ports", "Serial Number : 53"), None),
]


@pytest.mark.parametrize(("lines", "serial"), SERIALS)
def test_the_serial_number_of_the_box(
    database: FingerprintDatabase, lines: tuple[str, ...], serial: str | None
) -> None:
    assert told(database, "show version", *lines).serial == serial


VERSIONS = [
    (("Software Version : 8.4.3.99", "Kernel Version : 3.14.25", "BIOS Version : 9.9.9"), "8.4.3.99"),
    (("Boot ROM Version : 1.0.1", "CPLD Version : 2.0", "FPGA version: 3.1", "Hardware version: 4.1"), None),
    (("Operational Software:  FW:5.8.0.3   SW:v5.10.9.039",), "v5.10.9.039"),
    (("NSS FW version : 2.4.32", "AP Running Image : 17.15.0.99", "Backup Boot Image : 17.12.0.1"), "17.15.0.99"),
    (("Image Booted: secondary", "Primary ver: 30.1.0.37", "Secondary ver: 22.5.1.9"), "22.5.1.9"),
    (("Image Booted: primary", "Primary ver: 30.1.0.37", "Secondary ver: 22.5.1.9"), "30.1.0.37"),
    (("Running-firmware: firmware2", "Firmware1 ver. : V20.1", "Firmware2 ver. : V20.2"), "V20.2"),
    (("Firm Ver. : V20.54 QX0115 Wed Nov 15 12:38:13 JST 2023", "ROM Ver. : 1.1"), "V20.54 QX0115 Wed Nov 15"),
    (("| Installed Package   : qx-06-18 |", "| Running Package   : qx-06-17 |"), "qx-06-17"),
    (("MAC address: 00:11:22:33:44:00    IP (If 1) address: 192.0.2.50",), None),
    (("Firmware : exec1",), None),
    (("Version : Acme",), None),
]


@pytest.mark.parametrize(("lines", "version"), VERSIONS)
def test_the_version_of_the_software_that_runs(
    database: FingerprintDatabase, lines: tuple[str, ...], version: str | None
) -> None:
    found = told(database, "show version", *lines).version
    assert found == version or (found is not None and version is not None and found.startswith(version))


MODELS = [
    (("Product Model : QX-48T", "Device name: edge-9"), "QX-48T"),
    (("Device name: edge-9",), None),
    (("System : QX-48T", "Serial No. : QX00099"), "QX-48T"),
    (("Product Family : Wolf         Model : QX-48T", "Platform  : Basis       Class : Extended"), "QX-48T"),
    (("Hardware Version     - QX-48T 2.0",), "QX-48T"),
    (("QX-48T Software, Version 2.0.2J Build 12, RELEASE SOFTWARE",), "QX-48T"),
    (("QX-8200-28F Device, Compiled on May 17 09:26:50 2016",), "QX-8200-28F"),
    (("QX1200 Rev.10.01.71 (Thu Sep 29 15:08:40 2016)",), "QX1200"),
    (("System Information for device QX_150 S/N T2199008554079999",), "QX_150"),
    (("Machine Model....... BCM-56643",), None),
    (("Platform : MikroTik",), None),
    (("Model : L2/L3/L4",), None),
    (("Model : Layer2+",), None),
    (("system:    version 7.1(4)",), None),
]


@pytest.mark.parametrize(("lines", "model"), MODELS)
def test_the_model_of_the_box(database: FingerprintDatabase, lines: tuple[str, ...], model: str | None) -> None:
    assert told(database, "show system", *lines).model == model


@pytest.mark.parametrize("command", ["about", "show board-id", "software show", "sys mrd atsh", "show frobnication"])
def test_a_command_of_any_name_is_read_where_it_prints_the_devices_fields(
    database: FingerprintDatabase, command: str
) -> None:
    identity = told(database, command, "Product Model : QX-48T", "Serial Number : QX00099", "Software Version : 3.50")
    assert (identity.model, identity.serial, identity.version) == ("QX-48T", "QX00099", "3.50")


@pytest.mark.parametrize(
    "command",
    [
        "show lldp neighbors detail",
        "show logging",
        "show ip route",
        "show mac address-table",
        "show power_supply general",
        "show running-config",
        "show diag details",
        "show cellular 0 hardware",
        "show interface transceiver",
    ],
)
def test_a_command_about_other_things_gives_the_box_nothing(database: FingerprintDatabase, command: str) -> None:
    identity = told(database, command, "Product Model : QX-48T", "Serial Number : QX00099", "Software Version : 3.50")
    assert (identity.model, identity.serial, identity.version) == (None, None, None)


def test_a_command_of_any_name_that_lists_parts_is_no_description_of_the_device(database: FingerprintDatabase) -> None:
    lines = [
        f"Tray {number}\n  Serial Number : QX0009{number}\n  Product Model : QX-{number}T" for number in range(1, 5)
    ]
    assert told(database, "show frobnication", *lines).serial is None


def test_an_item_of_an_inventory_is_the_box_only_if_it_is_the_chassis(database: FingerprintDatabase) -> None:
    card = ['NAME: "module 0/1", DESCR: "Line card"', "PID: QX-LC-48 , VID: V01, SN: QX00055"]
    chassis = ['NAME: "QX9006", DESCR: "QX 6-slot Chassis"', "PID: QX-9006 , VID: V01, SN: QX00099"]
    alone, whole = told(database, "show inventory", *card), told(database, "show inventory", *card, "", *chassis)
    assert (whole.model, whole.serial) == ("QX-9006", "QX00099")
    assert alone.version is None
