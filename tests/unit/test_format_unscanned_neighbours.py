"""Devices that nobody asked, and that others tell of, stand in every format; their words act in none."""

from dataclasses import replace

import pytest

from fingerprints.model.device import Party, QuotedText, Role, Watched, WatchLevel
from reports.document.document import ReportedNeighbour
from reports.formats.registry import FORMATS, render
from reports.judgement.unscanned_neighbours import Sighting
from reports.placement.topology import LinkKind
from tests.unit.documents import network

TIE = Watched("zte", WatchLevel.POSSIBLE, 0.6, (Role.MAKER,), (QuotedText("link.mac", "00:15:eb:00:00:14"),))
SEEN = ReportedNeighbour(
    "=ont-7\x1b[2J<script>",
    "00:15:eb:00:00:14",
    "198.51.100.24",
    "ZXHN",
    Party("zte", "ZTE"),
    (TIE,),
    (Sighting("id1", "sw2", "eth4", LinkKind.LLDP),),
    (),
    "=ont-7\x1b[2J<script> (zte) was not scanned: it sits behind port eth4 of sw2",
)


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_only_heard_of_is_told_with_the_port_it_sits_behind(form: str) -> None:
    told = render(replace(network(), seen_only_as_neighbour=(SEEN,)), form)
    assert ("ont-7" in told, "zte" in told, "eth4" in told) == (True, True, True)
    assert "\x1b[2J" not in told
    assert form != "html" or ("<script>=ont" not in told and "2J<script>" not in told)


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("json",)])
def test_where_nothing_was_only_heard_of_nothing_is_said_of_it(form: str) -> None:
    assert "seen only as" not in render(network(), form).lower()
