"""Devices that only other devices report stand in every report; their text acts in none."""

from dataclasses import replace

import pytest

from fingerprints.model.device import (
    Party,
    QuotedText,
    Role,
    Watched,
    WatchLevel,
)
from reports.document.document import ReportedNeighbour
from reports.placement.sighting import Sighting
from reports.placement.topology import LinkKind
from tests.unit.documents import REPORTS, network
from tests.unit.written import text_of

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


@pytest.mark.parametrize("form", REPORTS)
def test_an_unscanned_neighbour_is_reported_with_the_port_it_sits_behind(form: str) -> None:
    report = text_of(replace(network(), seen_only_as_neighbour=(SEEN,)), form)
    assert ("ont-7" in report, "zte" in report, "eth4" in report) == (True, True, True)
    assert "\x1b[2J" not in report
    assert form != "html" or ("<script>=ont" not in report and "2J<script>" not in report)


@pytest.mark.parametrize("form", [form for form in REPORTS if form != "json"])
def test_without_unscanned_neighbours_no_report_mentions_them(form: str) -> None:
    assert "seen only as" not in text_of(network(), form).lower()
