"""The distribution owns its three packages, and every module can be imported from an installed copy."""

from importlib.metadata import distribution, packages_distributions

ROOMS = ("fingerprints", "reports", "scanner")


def test_the_three_packages_belong_to_this_distribution_alone() -> None:
    owners = packages_distributions()
    assert {room: set(owners.get(room, ())) for room in ROOMS} == {room: {"kitscan"} for room in ROOMS}


def test_the_command_is_installed() -> None:
    scripts = {entry.name: entry.value for entry in distribution("kitscan").entry_points}
    assert scripts == {"kitscan": "scanner.cli.main:main"}
