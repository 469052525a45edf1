"""A template's machine is kept: what it read of one text says nothing of the next."""

import pytest
from textfsm import texttable

from fingerprints.sources.cli.templates import records

NEIGHBOURS = """Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
{name}               Gig 0/1           150           R S I  WS-C3750  Gig 1/0/1
"""


def names(text: str) -> list[str]:
    return [row["neighbor_name"] for row in records("cisco_ios", "show cdp neighbors", text)]


def test_what_one_text_says_is_not_in_the_next() -> None:
    first, second = NEIGHBOURS.format(name="sw1"), NEIGHBOURS.format(name="sw2")
    assert [names(text) for text in (first, second, "", first)] == [["sw1"], ["sw2"], [], ["sw1"]]


def test_a_text_that_ends_in_an_error_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    text = NEIGHBOURS.format(name="sw1")
    assert names(text) == ["sw1"]
    with monkeypatch.context() as broken:
        broken.delattr(texttable.TextTable, "Append")
        assert names(NEIGHBOURS.format(name="sw2")) == []
    assert names(text) == ["sw1"]
