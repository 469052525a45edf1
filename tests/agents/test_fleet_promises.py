"""What a fleet promises when things break, in small; `python -m benchmarks.fleet.<name>` runs more of each."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.fleet import away, hostile_centre, hostile_collector, kills, secrets, slicing

pytestmark = pytest.mark.timeout(300)


def test_ten_kills_lose_and_double_nothing_and_make_nothing_clear() -> None:
    rounds = [*kills.measured(10, seed=3, kills_a_run=5, services=False)]
    assert [killed.broken + killed.false_clear for killed in rounds if not killed.is_kept] == []
    killed = sum((of_round.kills for of_round in rounds), Counter[str]())
    assert (killed.total(), set(killed)) == (10, set(kills.PARTS))


def test_a_stolen_centre_gets_nothing_but_what_the_site_allows(tmp_path: Path) -> None:
    figures = hostile_centre.measured(tmp_path, seed=1, orders=20)
    assert figures.is_kept, figures
    assert figures.refusals > 20


def test_a_stolen_collector_changes_nothing_of_another_site(tmp_path: Path) -> None:
    figures = hostile_collector.measured(tmp_path)
    assert figures.honest_after == figures.honest_before
    assert figures.is_kept, figures
    assert figures.aside > 100


def test_evidence_of_any_slices_and_collectors_is_one_document(tmp_path: Path) -> None:
    documents = [*slicing.measured(tmp_path, devices=8, collectors=(3, 20), seed=1)]
    assert len({document.sha256 for document in documents}) == 1
    assert [document.collectors for document in documents] == [1, 3, 20]
    assert len({document.slices for document in documents}) == 3


@pytest.mark.long
def test_what_was_collected_while_the_centre_was_away_comes_and_a_full_spool_stops_collecting(tmp_path: Path) -> None:
    figures = away.measured(tmp_path, devices=22, limit=away.SMALL)
    assert figures.is_kept, figures
    assert (figures.stopped > 0, figures.collected + figures.stopped) == (True, figures.slices)


@pytest.mark.long
def test_no_secret_is_left_anywhere(tmp_path: Path) -> None:
    left = secrets.measured(tmp_path, seed=5, devices=3, services=False)
    assert left.found() == ()
    assert left.struck > 100
    assert any("manifest.json" in place for place in left.places)
