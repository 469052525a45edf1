"""Layouts of command output: fields without a mark, columns of ports side by side, tables of versions."""

import pytest

from fingerprints.database.fingerprint_database import FingerprintDatabase
from fingerprints.sources.cli.fields import fields_in
from fingerprints.sources.cli.labels import own_section
from fingerprints.sources.cli.layout import sections_in
from fingerprints.sources.cli.parts.side_by_side import one_below_the_other
from fingerprints.sources.cli.spaced_fields import spaced_fields
from fingerprints.sources.cli.version_table import version_in_table


def test_fields_without_a_mark_stand_below_a_heading_in_one_column() -> None:
    lines = ["Platform", "  Name           QX i58", "  Host Serial", "  Base MAC       00:00:5e:00:53:01"]
    assert spaced_fields(lines) == {
        1: ("Name", "QX i58"),
        2: ("Host Serial", ""),
        3: ("Base MAC", "00:00:5e:00:53:01"),
    }


@pytest.mark.parametrize(
    "lines",
    [
        ["Modules", "  Slot   Model", "  -----  -----", "  one    QX-1"],
        ["Modules", "  Slot   Model", "  1      QX-1", "  2      QX-2"],
        ["System Information", "  Serial Number   : Q1", "  Model           : QX"],
        ["Text", "  a word   there", "  another      elsewhere"],
    ],
)
def test_tables_and_marked_fields_are_no_fields_without_a_mark(lines: list[str]) -> None:
    assert spaced_fields(lines) == {}


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("Serial Number        0x23  12 QX1234567890", (("Serial Number", "QX1234567890"),)),
        ("System serial number is QX123456", (("System serial number", "QX123456"),)),
        ("Hardware type is QX2215", (("Hardware type", "QX2215"),)),
        ("The serial number is printed on the label", ()),
    ],
)
def test_fields_of_an_eeprom_and_of_sentences(line: str, fields: tuple[tuple[str, str], ...]) -> None:
    assert fields_in(line) == fields


def test_ports_side_by_side_are_read_one_below_the_other() -> None:
    lines = ["        name: q1       q2", "  sfp-serial:          Q2", "  sfp-vendor: ACME     OTHER", "", "end"]
    assert [line.split() for line in one_below_the_other(lines)] == [
        ["name:", "q1"],
        ["sfp-serial:"],
        ["sfp-vendor:", "ACME"],
        ["name:", "q2"],
        ["sfp-serial:", "Q2"],
        ["sfp-vendor:", "OTHER"],
        [],
        ["end"],
    ]
    assert one_below_the_other(["name: q1", "x: y"]) == ["name: q1", "x: y"]


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        (
            [
                "unit active    backup    current-active",
                "---- --------- --------- --------------",
                "1    1.2.3     1.2.1     1.2.4",
            ],
            "1.2.4",
        ),
        (["File   Type  Ver", "----------------", "a      MVR   V2.1.0"], "V2.1.0"),
        (["Slot   Type  Status", "----------------", "a      MVR   V2.1.0"], ""),
    ],
)
def test_the_version_that_runs_is_read_from_a_table(
    lines: list[str], version: str, database: FingerprintDatabase
) -> None:
    assert version_in_table(lines, database.attribute_scores) == version


def test_a_command_that_lists_cards_describes_no_box(database: FingerprintDatabase) -> None:
    card = sections_in(["Hardware Data", "  Part number : 1", "  Serial number : QX1234567"])
    assert own_section("show card 1 detail", card, database) is None
    assert own_section("show system", card, database) is not None
    chassis = sections_in(["Chassis 1 Detail", "  Part number : 1", "  Serial number : QX1234567"])
    assert own_section("show module", chassis, database) is not None


def test_a_heading_is_over_where_sentences_begin() -> None:
    lines = ["License Information:", "plain words about the processor of this box", "Serial number : QX1234567"]
    assert [section.title for section in sections_in(lines)] == [""]
