"""Tests see the data that ship, not what whoever runs them has updated, and are not timed by Hypothesis."""

import os

import pytest
from hypothesis import settings

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database

settings.register_profile("untimed", deadline=None)  # how busy a machine is says nothing of what is tested
settings.register_profile("long", deadline=None, max_examples=2_000)


def pytest_configure(config: pytest.Config) -> None:
    """Point the user's data directory to where nothing is, for this process and those it starts."""
    os.environ["XDG_DATA_HOME"] = "/nonexistent/kitscan-tests"
    settings.load_profile(config.getoption("--hypothesis-profile") or "untimed")


@pytest.fixture(scope="session")
def database() -> FingerprintDatabase:
    """The fingerprint database that ships, read once for all tests."""
    return load_database()
