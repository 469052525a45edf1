"""Modems for mobile networks: a kind of part, whose model, serial and firmware are never the box's."""

import pytest

from fingerprints.database.modem_families import load_modem_families, modem_company
from fingerprints.identity.components import list_parts
from fingerprints.identity.identify import identify
from fingerprints.model.device import Component, ModelOfPart, NamedOnPart
from fingerprints.model.evidence import Observation, Source
from fingerprints.model.observation_index import index_observations
from tests.unit.boxes import capture, introduced, objects, shipped

FAMILIES = load_modem_families()
IMEI = "351234567890123"
LTE_INFO = f"""   pin-status: ok
   manufacturer: "Fibocom"
          model: "FG621-EA"
       revision: "16121.1034.00.01.01.04"
           imei: {IMEI}
"""
CELLULAR = f"""Modem Firmware Version = SWI9X30C_02.24.05.06
Hardware Version = 1.0
Device Model ID: MC7430
International Mobile Subscriber Identity (IMSI) = 001010123456789
International Mobile Equipment Identity (IMEI) = {IMEI}
Factory Serial Number (FSN) = LR123456789012
"""
MMCLI = f"""  ----------------------------
  General  |            path: /org/freedesktop/ModemManager1/Modem/0
  ----------------------------
  Hardware |    manufacturer: QUALCOMM INCORPORATED
           |           model: QUECTEL Mobile Broadband Module
           | firmware revision: EM12GPAR01A21M4G
           |    equipment id: {IMEI}
"""
FORTIOS = f"LTE Modem device initialized.\nManufacturer: Sierra Wireless, Incorporated\nModel: EM7455\nIMEI: {IMEI}\n"
USB = """ # DEVICE VENDOR                    NAME                SPEED
 0 2-0    Linux 5.6.3 xhci-hcd      xHCI Host Controller  5000
 1 1-2    ZTE,Incorporated          ZTE Technologies MSM  480
"""


def printed(command: str, text: str) -> tuple[Observation, ...]:
    return (Observation(Source.SSH_COMMAND, command, text),)


def parts(*observations: tuple[Observation, ...]) -> tuple[Component, ...]:
    return list_parts(index_observations(capture(*observations)), shipped()).kept


@pytest.mark.parametrize(
    ("command", "output", "modem"),
    [
        ("/interface lte info lte1 once", LTE_INFO, ("lte1", "fibocom", "FG621-EA", IMEI)),
        ("show cellular 0 hardware", CELLULAR, ("cellular 0", "sierra_wireless", "MC7430", "LR123456789012")),
        ("mmcli -m 0", MMCLI, ("modem 0", "quectel", "QUECTEL Mobile Broadband Module", IMEI)),
        ("diagnose sys lte-modem info", FORTIOS, ("modem", "sierra_wireless", "EM7455", IMEI)),
        ("ATI", "Quectel\nEC25\nRevision: EC25EFAR06A03M4G\n\nOK", ("modem", "quectel", "EC25", None)),
        ("AT+CGMM", "SIMCOM_SIM7600E-H\n\nOK", ("modem", "simcom_sunsea", "SIMCOM_SIM7600E-H", None)),
        ("AT+CGMI", "ZTE CORPORATION\n\nOK", ("modem", "zte", None, None)),
        ("gsmctl -m", "EG06\n", ("modem", "quectel", "EG06", None)),
        ("/system resource usb print", USB, ("USB 2", "zte", "ZTE Technologies MSM", None)),
        ("lsusb", "Bus 001 Device 002: ID 2c7c:0125 Quectel EC25", ("USB 0", "quectel", None, None)),
        (
            "show system",
            "Model: R2000\nModem Manufacturer: Huawei\nModem Model: ME909s-120\n",
            ("modem", "huawei", "ME909s-120", None),
        ),
        (
            "/system routerboard print",
            "       routerboard: yes\n             model: D53G-5HacD2HnD-TC&EG12-EA\n",
            ("built in", "quectel", "EG12-EA", None),
        ),
    ],
)
def test_a_command_names_the_modem(
    command: str, output: str, modem: tuple[str, str | None, str | None, str | None]
) -> None:
    (part,) = parts(printed(command, output))
    assert part.kind == "modem"
    assert (part.position, part.made_by and part.made_by.id, part.model, part.serial) == modem


def test_answers_to_several_commands_are_one_modem() -> None:
    (part,) = parts(printed("AT+CGMI", "Quectel\n\nOK"), printed("AT+CGMM", "EC25\n\nOK"))
    assert (part.made_by and part.made_by.id, part.model) == ("quectel", "EC25")


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("/interface lte info lte1 once", LTE_INFO),
        ("show cellular 0 hardware", CELLULAR),
        ("diagnose sys lte-modem info", FORTIOS),
        ("show system", "Modem Model: EC25\nModem Serial Number: MPQ123456789\nModem Firmware Version: 1.2.3\n"),
    ],
)
def test_what_a_modem_says_is_never_the_boxs(command: str, output: str) -> None:
    identity = identify(capture(printed(command, output)), shipped()).identity
    assert (identity.model, identity.serial, identity.version) == (None, None, None)


@pytest.mark.parametrize("output", ["", "No modem found\n", "SIM State: Valid\nConnected time: 100\n"])
def test_a_command_that_tells_of_no_modem_gives_none(output: str) -> None:
    assert parts(printed("show cellular 0 hardware", output)) == ()


@pytest.mark.parametrize(
    ("descr", "model", "modem", "maker"),
    [
        ("RouterOS D53G-5HacD2HnD&FG621-EA", "D53G-5HacD2HnD", "FG621-EA", "fibocom"),
        ("RouterOS S53UG+5HaxD2HaxD-TC&RG520F-EU", "S53UG+5HaxD2HaxD-TC", "RG520F-EU", "quectel"),
        ("RouterOS CHR1&XY99Z-QQ", "CHR1", "XY99Z-QQ", None),
    ],
)
def test_routeros_names_a_built_in_modem_behind_an_ampersand(
    descr: str, model: str, modem: str, maker: str | None
) -> None:
    device = identify(capture(introduced(descr, "1.3.6.1.4.1.14988.1")), shipped())
    (part,) = device.components
    named = part.made_by.id if part.made_by is not None else None
    assert (device.identity.model, part.kind, part.model, named) == (model, "modem", modem, maker)


def test_a_modem_that_another_part_tells_of_is_listed_once() -> None:
    lte = printed("/interface lte info lte1 once", LTE_INFO)
    (part,) = parts(introduced("RouterOS D53G-5HacD2HnD&FG621-EA", "1.3.6.1.4.1.14988.1"), lte)
    assert part.position == "lte1"


TELTONIKA = introduced("", "1.3.6.1.4.1.48690")


def test_teltonikas_old_scalars_are_the_modems() -> None:
    scalars = objects(
        o1_3_6_1_4_1_48690_1_1_0=IMEI,
        o1_3_6_1_4_1_48690_1_2_0="EC25",
        o1_3_6_1_4_1_48690_1_3_0="Quectel",
        o1_3_6_1_4_1_48690_1_4_0="EC25ECGAR06A05M1G",
        o1_3_6_1_4_1_48690_1_5_0="MPQ17AB12000345",
    )
    device = identify(capture(TELTONIKA, scalars), shipped())
    (part,) = device.components
    assert (part.made_by and part.made_by.id, part.model, part.serial) == ("quectel", "EC25", "MPQ17AB12000345")
    identity = device.identity
    assert (identity.vendor and identity.vendor.id, identity.model, identity.serial) == ("teltonika", None, None)
    assert device.watched == ()


def test_teltonikas_new_scalars_are_the_boxs() -> None:
    scalars = objects(
        o1_3_6_1_4_1_48690_1_1_0="1100012345",
        o1_3_6_1_4_1_48690_1_2_0="RUTX11",
        o1_3_6_1_4_1_48690_1_3_0="RUTX11000100",
        o1_3_6_1_4_1_48690_1_6_0="RUTX_R_00.07.06.1",
    )
    device = identify(capture(TELTONIKA, scalars), shipped())
    assert (device.components, device.identity.model, device.identity.serial) == ((), "RUTX11", "1100012345")


def test_a_family_names_the_maker_where_no_field_does() -> None:
    model = "1.3.6.1.4.1.12356.101.19.1.1.4.1"
    (part,) = parts((Observation(Source.SNMP_OBJECT, model, "EM06-E"),))
    (tie,) = part.watched
    assert (tie.entity, tie.level, tie.because) == ("quectel", "probable", (ModelOfPart(part.kind, "1", "EM06-E"),))


def test_a_makers_own_field_goes_before_the_models_family() -> None:
    vendor, model = "1.3.6.1.4.1.12356.101.19.1.1.3.1", "1.3.6.1.4.1.12356.101.19.1.1.4.1"
    (part,) = parts((Observation(Source.SNMP_OBJECT, vendor, "Huawei"), Observation(Source.SNMP_OBJECT, model, "EM06")))
    assert [(tie.entity, tie.because) for tie in part.watched] == [("huawei", (NamedOnPart(part.kind, "1", "Huawei"),))]


@pytest.mark.parametrize(
    ("model", "company"),
    [
        ("Quectel EC25", "quectel"),
        ("RG520F-EU 5G", "quectel"),
        ("L850-GL", "fibocom"),
        ("SIMCOM_SIM7600E-H", "simcom_sunsea"),
        ("ME909s-120", "huawei"),
        ("MF823", "zte"),
        ("EM7565", "sierra_wireless"),
        ("LM960A18", "telit"),
        ("TOBY-L210", "u_blox"),
        ("RUTX11", None),
        ("LTE", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_a_modems_model_tells_its_company(model: str, company: str | None) -> None:
    assert modem_company(model, FAMILIES) == company
