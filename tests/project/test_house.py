"""The distribution owns its three packages, and every module can be imported from an installed copy."""

import re
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

ROOMS = ("fingerprints", "reports", "scanner")


def test_the_three_packages_belong_to_this_distribution_alone() -> None:
    owners = packages_distributions()
    assert {room: set(owners.get(room, ())) for room in ROOMS} == {room: {"kitscan"} for room in ROOMS}


def test_the_command_is_installed() -> None:
    scripts = {entry.name: entry.value for entry in distribution("kitscan").entry_points}
    assert scripts == {"kitscan": "scanner.start:main"}


def test_no_pattern_in_the_code_repeats_a_group_possessively() -> None:
    """Python before 3.11.5 matches that wrongly (its issue 106052), and Debian 12 has 3.11.2; rules are held to it."""
    home = Path(__file__).parents[2]
    possessive = re.compile(r"(?<!\\)\)(?:\{\d{0,4},?\d{0,4}\}|[*+?])\+(?!\s)")
    files = [path for room in ROOMS for path in (home / room).rglob("*.py")]
    found = [path.name for path in files for line in path.read_text().splitlines() if possessive.search(line)]
    assert len(files) > 200
    assert found == []
