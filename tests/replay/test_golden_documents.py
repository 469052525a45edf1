"""Moving and renaming changes no answer: documents frozen before it are made again from the same evidence."""

import gzip
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.replay.golden_documents import HOME, digests_of_store, dumped, frozen_run, parsed, skeleton

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "recordings.tar.xz"
"""A thousand recordings that are not ours to distribute: beside a developer's checkout, and nowhere else."""


@pytest.mark.parametrize("name", ["demo", "lab"])
def test_a_frozen_run_is_judged_as_it_was(name: str) -> None:
    golden = gzip.decompress((HOME / f"{name}.document.json.gz").read_bytes()).decode()
    assert dumped(skeleton(parsed(frozen_run(name).document()))).splitlines() == golden.splitlines()


@pytest.mark.skipif(not CORPUS.exists(), reason="not shipped: the corpus of recordings is not beside this checkout")
def test_the_thousand_recordings_of_the_corpus_are_judged_as_they_were(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    with tarfile.open(CORPUS) as packed:
        packed.extractall(recordings, filter="data")
    assert differences(recordings, tmp_path, "corpus.digests.tsv") == ([], [])


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.skipif(
    "KITSCAN_SNMPSIM_DATA" not in os.environ, reason="not shipped: KITSCAN_SNMPSIM_DATA names no unpacked folder"
)
def test_the_public_recordings_are_judged_as_they_were(tmp_path: Path) -> None:
    recordings = Path(os.environ["KITSCAN_SNMPSIM_DATA"])
    assert differences(recordings, tmp_path, "snmpsim.digests.tsv") == ([], [])


def differences(recordings: Path, folder: Path, golden: str) -> tuple[list[str], list[str]]:
    """The lines of a golden list of digests that are no longer there, and those that have come."""
    store = str(folder / "store.sqlite")
    command = [sys.executable, "-m", "scanner.cli.main", "import", "snmprec", str(recordings), "--store", store]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    now, then = set(digests_of_store(store)), set((HOME / golden).read_text().splitlines())
    return sorted(then - now), sorted(now - then)
