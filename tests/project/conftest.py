"""The demonstration that the documentation's commands are run on."""

from collections.abc import Iterator

import pytest

from tests.project.docs_demo import Demo, kept_up


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demonstration, its devices kept up while the pages are read."""
    with kept_up(tmp_path_factory.mktemp("docs")) as up:
        yield up
