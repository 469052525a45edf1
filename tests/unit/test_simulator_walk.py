"""The walk of a device file: how lines are read, written, refused, and served."""

import time
from dataclasses import dataclass

import pytest

from fingerprints.database.yaml_file import parse_yaml
from fingerprints.model.errors import DataFileError
from scanner.protocols.snmp.message.ber import Syntax
from scanner.protocols.snmp.message.variables import Varbind
from scanner.simulator.device import SimulatedDevice
from scanner.simulator.objects import mib_view
from scanner.simulator.walk import walk_lines

HEAD = "name: box\nmac: 02:00:00:00:00:09\nsnmp: {}\n"


def device(*lines: str, more: str = "") -> SimulatedDevice:
    block = "".join(f"  {line}\n" for line in lines)
    return parse_yaml(f"{HEAD}{more}walk: |\n{block}", SimulatedDevice, "box.yaml")


def test_each_type_is_read_and_written_the_same() -> None:
    lines = (
        "1.3.6.1.2.1.1.1.0|4e|two\\nlines \\\\ and a \\t",
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1",
        "1.3.6.1.2.1.1.3.0|67|4711",
        "1.3.6.1.2.1.1.4.0|4|text | with bars",
        "1.3.6.1.2.1.1.5.0|4x|00ff",
        "1.3.6.1.2.1.1.7.0|2|-5",
        "1.3.6.1.2.1.1.8.0|64|192.0.2.1",
        "1.3.6.1.2.1.1.9.0|70|18446744073709551615",
    )
    walk = device(*lines).walk
    assert tuple(walk_lines(walk)) == lines
    assert walk[0].value == "two\nlines \\ and a \t" and walk[4].value == "\0\xff"


def test_lines_are_sorted_and_comments_are_passed_over() -> None:
    walk = device("# a comment", "1.3.6.1.2.1.1.10.0|2|1", "1.3.6.1.2.1.1.9.0|2|2").walk
    assert [varbind.oid[-2] for varbind in walk] == [9, 10]


@dataclass(frozen=True)
class Bad:
    """A line, and what the error says of it."""

    line: str
    said: str


@pytest.mark.parametrize(
    "bad",
    [
        Bad("1.3.6.1.2.1.1.1.0|4", "two bars"),
        Bad("1.3.6.1.x|4|a", "object identifier"),
        Bad("1.3.6.1.2.1.1.1.0|99|a", "unknown tag"),
        Bad("1.3.6.1.2.1.1.1.0|2|many", "no integer"),
        Bad("1.3.6.1.2.1.1.1.0|65|4294967296", "no counter32"),
        Bad("1.3.6.1.2.1.1.1.0|64|192.0.2", "no ip address"),
        Bad("1.3.6.1.2.1.1.1.0|4x|0g", "not hexadecimal"),
        Bad("1.3.6.1.2.1.1.1.0|4e|\\q", "escape"),
    ],
    ids=lambda bad: bad.said,
)
def test_a_line_that_cannot_be_read_is_named_and_its_value_is_not_quoted(bad: Bad) -> None:
    with pytest.raises(DataFileError) as error:
        device("1.3.6.1.2.1.1.5.0|4|box", bad.line)
    assert "line 2 of the block" in str(error.value) and bad.said in str(error.value)
    assert "many" not in str(error.value)


def test_an_object_that_stands_twice_is_refused() -> None:
    with pytest.raises(DataFileError, match="stands in the block twice"):
        device("1.3.6.1.2.1.1.5.0|4|a", "1.3.6.1.2.1.1.5.0|4|b")


def test_a_walked_object_goes_before_a_made_one() -> None:
    made = device("1.3.6.1.2.1.1.5.0|4|walked", more="system: {descr: a, object_id: 1.3.6.1.4.1.9, up_time: 1}\n")
    rows = {varbind.oid: varbind for varbind in mib_view(made, {})}
    name = (1, 3, 6, 1, 2, 1, 1, 5, 0)
    assert rows[name] == Varbind(name, Syntax.OCTETS, "walked") and len(rows) > 5


def test_twenty_thousand_lines_are_read_in_two_seconds() -> None:
    lines = [f"1.3.6.1.2.1.2.2.1.2.{number}|4|GigabitEthernet0/0/{number}" for number in range(1, 20_001)]
    began = time.process_time()
    assert len(device(*lines).walk) == 20_000
    assert time.process_time() - began < 2.0
