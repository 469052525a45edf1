"""Serial numbers whose structure names their maker."""

import pytest

from fingerprints.database.serial_schemes import DecodedSerial, load_serial_schemes, read_serial

SCHEMES = load_serial_schemes()


def test_a_twenty_character_serial_tells_item_year_and_month() -> None:
    assert read_serial("2102350DMR10J8000345", SCHEMES) == DecodedSerial(
        "huawei", "huawei-device-20", "02350DMR", 2018, 8
    )


def test_a_board_serial_tells_year_and_month() -> None:
    assert read_serial("030PTF10D4000077", SCHEMES) == DecodedSerial("huawei", "huawei-board-16", None, 2013, 4)


def test_the_former_joint_ventures_scheme_is_its_own() -> None:
    found = [read_serial(text, SCHEMES) for text in ("210235A0CEX08C000123", "219801A0CM9099000456")]
    assert [serial and serial.company for serial in found] == ["h3c", "h3c"]


@pytest.mark.parametrize("serial", ["FCW1234A0BC", "210108318193", "", "SerialNumber", "02" * 20])
def test_other_serials_name_nobody(serial: str) -> None:
    assert read_serial(serial, SCHEMES) is None
