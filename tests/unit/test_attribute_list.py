"""A list of attributes: the operator's word on devices, by address, label or serial number."""

from pathlib import Path

import pytest

from fingerprints.model.device import Device, Identity, Level
from fingerprints.model.errors import DataFileError
from reports.declared.attribute_list import AttributeList, merged_attributes, read_attributes


def written(folder: Path, text: str) -> AttributeList:
    (folder / "attributes.csv").write_text(text, encoding="utf-8")
    return read_attributes(folder / "attributes.csv")


def box(name: str = "", address: str = "", serial: str | None = None) -> Device:
    addresses = (address,) if address else ()
    return Device(name, (name,), addresses, name, (), Identity(Level.UNKNOWN, 0.0, serial=serial))


def test_a_row_finds_its_device_by_address_label_or_serial_number(tmp_path: Path) -> None:
    rows = written(
        tmp_path,
        "IP address,Name,Serial number,Installed\n"
        "192.0.2.1/24,,,2019-01-01\n"
        ",Core-1,,2019-01-02\n"
        ",,ABC123,2019-01-03\n",
    )
    assert rows.attributes_of(box("a", "192.0.2.1")) == (("installed", "2019-01-01"),)
    assert rows.attributes_of(box("core-1")) == (("installed", "2019-01-02"),)
    assert rows.attributes_of(box("b", serial="abc123")) == (("installed", "2019-01-03"),)
    assert rows.attributes_of(box("c", "192.0.2.2", "other")) == ()


def test_a_row_with_a_serial_number_is_not_about_the_unit_that_came_after(tmp_path: Path) -> None:
    rows = written(tmp_path, "address,serial,installed\n192.0.2.1,OLD,2010-01-01\n")
    assert rows.attributes_of(box("a", "192.0.2.1", "NEW")) == ()
    assert rows.attributes_of(box("a", "192.0.2.1")) == (("installed", "2010-01-01"),)


def test_rows_of_no_device_are_told(tmp_path: Path) -> None:
    rows = written(tmp_path, "label,installed\na,2019-01-01\nb,2019-01-02\n")
    assert [row.place for row in rows.unused([box("a")])] == ["row 3"]


def test_two_rows_that_contradict_each_other_on_one_device_are_an_error(tmp_path: Path) -> None:
    rows = written(tmp_path, "label,serial,installed\na,,2019-01-01\n,S1,2020-01-01\n")
    with pytest.raises(DataFileError, match=r"row 3: installed is '2020-01-01' here and '2019-01-01' in row 2"):
        rows.attributes_of(box("a", serial="S1"))


def test_two_rows_with_one_key_that_contradict_each_other_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"row 3: installed of a is .*2020-01-01.* in row 2"):
        written(tmp_path, "label,installed\na,2019-01-01\nA,2020-01-01\n")


def test_tags_are_many_and_ports_are_no_attribute(tmp_path: Path) -> None:
    rows = written(tmp_path, 'label,tags,snmp_port\na,"x,y",1161\na,z,161\n')
    assert rows.attributes_of(box("a")) == (("tag", "x"), ("tag", "y"), ("tag", "z"))


def test_the_list_takes_the_place_of_what_the_run_holds() -> None:
    stored = (("installed", "2019-01-01"), ("site", "lon"), ("tag", "a"))
    declared = (("installed", "2020-01-01"), ("tag", "b"))
    assert merged_attributes(stored, declared) == (("site", "lon"), ("tag", "a"), *declared)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "installed\n2019-01-01\n",
            "row 1: the header names no device (installed ...); expected a column named address",
        ),
        ("label,installed\n,2019-01-01\n", "row 2: it names no device; expected an address, a label or a serial"),
        ("address,installed\nx,2019-01-01\n", "row 2, column address: 'x' is no address"),
        ("label,label\na,b\n", "row 1: the column label is there twice"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_row(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataFileError) as raised:
        written(tmp_path, text)
    assert message in str(raised.value)
