"""Tests see the data that ship, not what whoever runs them has updated."""

import os


def pytest_configure() -> None:
    """Point the user's data directory to where nothing is, for this process and those it starts."""
    os.environ["XDG_DATA_HOME"] = "/nonexistent/kitscan-tests"
