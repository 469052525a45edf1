"""The fields of command output: one or several on a line, framed, padded, in brackets, and texts that go on below."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.sources.cli.fields import fields_in, first_value, title_in
from fingerprints.sources.cli.layout import sections_in


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("Model Name : AX-48", {"Model Name": "AX-48"}),
        ("  model name:AX-48   ", {"model name": "AX-48"}),
        ("Model Name............... AX-48", {"Model Name": "AX-48"}),
        (" Hardware Version     - AX-48 2.0", {"Hardware Version": "AX-48 2.0"}),
        ("| Running Package   : ax-09-01   |", {"Running Package": "ax-09-01"}),
        ("System : AX-48        Serial No : Q123", {"System": "AX-48", "Serial No": "Q123"}),
        ("Main ver. : 4.1.9     Backup ver: 4.1.8", {"Main ver": "4.1.9", "Backup ver": "4.1.8"}),
        ("PID: AX-48, Hardware Version: V1.1, Serial Number: Q1", {"PID": "AX-48", "Serial Number": "Q1"}),
        ("UDI: PID:AX-48,SN:Q123", {"PID": "AX-48", "SN": "Q123"}),
        ("SID:AX-48     \tSwitchType:131", {"SID": "AX-48", "SwitchType": "131"}),
        ("NAME:x SID:AX-48 PN:4-1 SN:Q123", {"SID": "AX-48", "PN": "4-1", "SN": "Q123"}),
        ("Operational Software:  FW:5.8.0.3   SW:v5.10.9", {"FW": "5.8.0.3", "SW": "v5.10.9"}),
        ("  main:  AX48 ver=c0 serial=Q123 MAC-Address=00:11:22:33:44:55", {"serial": "Q123"}),
        ("Chassis: AX 4-slot (Serial #: Q123,  Part #: 4-1)", {"Serial #": "Q123", "Part #": "4-1"}),
        ("AX Fabric Module 1 (Serial #: Q123,  Part #: 4-1)", {"Serial #": "Q123", "Part #": "4-1"}),
        ("SystemX (MODEL: 515), Version 8.1", {"MODEL": "515"}),
    ],
)
def test_the_fields_of_a_line(line: str, values: dict[str, str]) -> None:
    found = {label: first_value(text) for label, text in fields_in(line)}
    assert {label: found.get(label) for label in values} == values


@pytest.mark.parametrize(
    "line",
    [
        'System image file is "boot:/ax-204.bin"',
        "Technical Support",
        "1    16   Fabric module      AX-F48",
        "sw-1 uptime is 5 weeks",
        "",
    ],
)
def test_a_line_without_a_label_holds_no_field(line: str) -> None:
    assert fields_in(line) == ()


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ('NAME: "Chassis", DESCR: "AX Series Chassis"', ("Chassis", "AX Series Chassis")),
        ("NAME: Chassis  \t\tDESCR:System Chassis", ("Chassis", "System Chassis")),
        ("AX Fabric Module 1 (Serial #: Q1, Part #: 2)", ("AX Fabric Module 1", "")),
        ("Name : office   Date : 01/01/2026", ("", "")),
        ("Memory: 4 GB (free: 2 GB)", ("", "")),
    ],
)
def test_a_line_that_names_the_part_it_is_about_opens_a_record(line: str, title: tuple[str, str]) -> None:
    assert title_in(line) == title


def test_a_text_goes_on_in_the_lines_below_it() -> None:
    printed = [
        "sysDescr:     Ethernet Switch 99-GT",
        "              HW:04   FW:3.6.0   SW:v3.6.9",
        "Serial #:     Q123",
    ]
    (section,) = sections_in(printed)
    assert section.fields[0] == ("sysDescr", "Ethernet Switch 99-GT  HW:04   FW:3.6.0   SW:v3.6.9")
    assert ("SW", "v3.6.9") in section.fields and ("Serial #", "Q123") in section.fields


_WORD = st.text(string.ascii_letters, min_size=2, max_size=10)
_LABEL = st.lists(_WORD, min_size=1, max_size=3).map(" ".join)
_VALUE = st.text(string.ascii_letters + string.digits + "-_./+", min_size=1, max_size=20).filter(
    lambda text: text[0].isalnum()
)
_PAIRS = st.lists(st.tuples(_LABEL, _VALUE), min_size=1, max_size=4, unique_by=lambda pair: pair[0])


@given(_PAIRS, st.sampled_from([" : ", ": ", "      : "]), st.sampled_from(["     ", ", ", "\t", " | "]))
def test_as_many_fields_are_read_as_a_line_holds_and_their_values_keep_whole(
    pairs: list[tuple[str, str]], colon: str, between: str
) -> None:
    line = between.join(f"{label}{colon}{value}" for label, value in pairs)
    assert [(label, first_value(text)) for label, text in fields_in(line)] == pairs


@given(st.text(max_size=300))
def test_any_line_is_read_without_an_error(line: str) -> None:
    for label, text in fields_in(line):
        assert label == label.strip()
        assert first_value(text) in text
    title_in(line)
