"""Tests see the data that ship, not what whoever runs them has updated, and are not timed by Hypothesis."""

import os
import signal

import pytest
from hypothesis import settings

from fingerprints.database.fingerprint_database import FingerprintDatabase, load_database

settings.register_profile("untimed", deadline=None)  # how busy a machine is says nothing of what is tested
settings.register_profile("long", deadline=None, max_examples=2_000)


def pytest_configure(config: pytest.Config) -> None:
    """Here and in what this starts, the user's data directory is where nothing is, and Ctrl-C is not ignored."""
    # a shell that starts a program with & has Ctrl-C ignored in it, and tests that send it would wait for ever
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["XDG_DATA_HOME"] = "/nonexistent/kitscan-tests"
    settings.load_profile(config.getoption("--hypothesis-profile") or "untimed")


@pytest.fixture(scope="session")
def database() -> FingerprintDatabase:
    """The fingerprint database that ships, read once for all tests."""
    return load_database()
