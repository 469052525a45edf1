"""A fleet over RabbitMQ into PostgreSQL loses and doubles nothing when both are killed, and leaves no secret there."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.fleet import away, kills, secrets
from tests.services import postgresql, rabbitmq

pytestmark = [
    pytest.mark.services,
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("services"),
]


@pytest.fixture(scope="module")
def services() -> None:
    """Both are installed here."""
    pytest.importorskip("pg8000", reason="pg8000 is not installed (kitscan[postgresql])")
    pytest.importorskip("celery", reason="celery is not installed (kitscan[fleet])")
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    if (reason := rabbitmq.missing()) is not None:
        pytest.skip(reason)


def test_kills_of_the_broker_and_the_database_lose_and_double_nothing() -> None:
    rounds = [*kills.measured(8, seed=20, kills_a_run=2, services=True)]
    assert [killed.broken + killed.false_clear for killed in rounds if not killed.is_kept] == []
    killed = sum((of_round.kills for of_round in rounds), Counter[str]())
    assert {"broker", "database"} <= set(killed)


@pytest.mark.parametrize(
    ("way", "limit"),
    [(away.Way.CENTRE, away.LARGE), (away.Way.CENTRE, away.SMALL), (away.Way.BROKER, away.LARGE)],
    ids=["a centre that is gone", "a spool that is full", "a broker that is gone"],
)
def test_what_a_site_collected_while_the_way_was_gone_comes_over_a_broker(
    tmp_path: Path, way: away.Way, limit: str
) -> None:
    figures = away.measured(tmp_path, 40, limit, way)
    assert figures.is_kept, figures
    assert (figures.stopped > 0) == (limit == away.SMALL)


def test_no_secret_is_left_in_the_broker_or_the_database(tmp_path: Path) -> None:
    left = secrets.measured(tmp_path, seed=5, devices=4, services=True)
    assert left.found() == ()
    assert {place.partition(" ")[0] for place in left.places} >= {"broker", "dump"}
