"""Fetches the public recordings, snmpsim-data (BSD-2-Clause) from PyPI, into a cache folder, and runs kitscan on a
folder of recordings."""

import bz2
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PACKAGE = "snmpsim-data==1.0.1"
ENDING = ".snmprec"
NO_INCIDENT = frozenset({0, 1, 3})
"""Exit codes with which `kitscan scan` and `kitscan assess` did the whole work: done, findings, incomplete."""

MAX_SECONDS = 3_600
"""How long one command of kitscan may take."""


def public_recordings(cache: Path) -> Path:
    """The folder of the unpacked recordings (1.4 GB), made on first use and kept."""
    unpacked = cache / "recordings"
    if unpacked.is_dir():
        return unpacked
    installed = cache / "package"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--upgrade", "--target", str(installed), PACKAGE], check=True)
    partial = cache / "unpacking"
    shutil.rmtree(partial, ignore_errors=True)
    _unpack(installed / "snmpsim_data" / "data", partial)
    partial.rename(unpacked)
    shutil.rmtree(installed)
    return unpacked


def imported(recordings: Path, store: Path, reuse: bool) -> dict[str, Any]:
    """The document that `kitscan import snmprec` and `kitscan assess --format json` make of a folder. With `reuse`, an
    existing store is judged again without importing."""
    if not (reuse and store.exists()):
        without(store)
        run(("import", "snmprec", str(recordings), "--store", str(store)), store.parent, frozenset({0}))
    return assessed(store)


def assessed(store: Path) -> dict[str, Any]:
    """The document that `kitscan assess --format json` makes of a store."""
    document = store.with_suffix(".json")
    words = ("assess", "--store", str(store), "--format", "json", "--out", str(document))
    run(words, store.parent, NO_INCIDENT)
    parsed: dict[str, Any] = json.loads(document.read_text(encoding="utf-8"))
    return parsed


def without(store: Path) -> None:
    """Delete a store and what belongs to it."""
    for part in store.parent.glob(store.name + "*"):
        part.unlink()


def labels_of(recordings: Path) -> dict[str, Path]:
    """Each recording's label, as `kitscan import` gives it, and its file."""
    files = sorted(recordings.rglob("*" + ENDING))
    return {path.relative_to(recordings).as_posix().removesuffix(ENDING): path for path in files}


def run(words: Sequence[str], folder: Path, good: frozenset[int], more: Mapping[str, str] | None = None) -> None:
    """Run kitscan in a folder, so that it reads no other kitscan.yaml, with more environment variables. Ends the
    process where it ends with another code than the good ones, or not at all."""
    command = (str(Path(sys.executable).with_name("kitscan")), *words)
    environment = {**os.environ, **(more or {})}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SystemExit(f"{' '.join(command)} did not end in {MAX_SECONDS:,} seconds") from error
    if done.returncode not in good:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")


def _unpack(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*" + ENDING + "*")):
        unpacked = target / path.relative_to(source).as_posix().removesuffix(".bz2")
        unpacked.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".bz2":
            with bz2.open(path) as packed, unpacked.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
        else:
            shutil.copyfile(path, unpacked)
