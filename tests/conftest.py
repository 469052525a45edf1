"""Tests see the data that ship, not what whoever runs them has updated, and are not timed by Hypothesis."""

import os

from hypothesis import settings


def pytest_configure() -> None:
    """Point the user's data directory to where nothing is, for this process and those it starts."""
    os.environ["XDG_DATA_HOME"] = "/nonexistent/kitscan-tests"
    settings.register_profile("untimed", deadline=None)  # how busy a machine is says nothing of what is tested
    settings.load_profile("untimed")
