"""Fetches the public recordings, snmpsim-data (BSD-2-Clause) from PyPI, into a cache folder, and runs kitscan on a
folder of recordings."""

import bz2
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PACKAGE = "snmpsim-data==1.0.1"
ENDING = ".snmprec"
NO_INCIDENT = frozenset({0, 1, 3})
"""Exit codes with which `kitscan assess` writes a whole document: done, findings, incomplete."""


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


def document_of(recordings: Path, store: Path, reuse: bool) -> dict[str, Any]:
    """The document that `kitscan import snmprec` and `kitscan assess --format json` make of a folder. With `reuse`, an
    existing store is judged again without importing. The commands run in the store's folder, so that they read no
    other kitscan.yaml."""
    kitscan = Path(sys.executable).with_name("kitscan")
    if not (reuse and store.exists()):
        for part in store.parent.glob(store.name + "*"):
            part.unlink()
        _run([str(kitscan), "import", "snmprec", str(recordings), "--store", str(store)], store.parent, frozenset({0}))
    document = store.with_suffix(".json")
    judge = [str(kitscan), "assess", "--store", str(store), "--format", "json", "--out", str(document)]
    _run(judge, store.parent, NO_INCIDENT)
    parsed: dict[str, Any] = json.loads(document.read_text(encoding="utf-8"))
    return parsed


def labels_of(recordings: Path) -> dict[str, Path]:
    """Each recording's label, as `kitscan import` gives it, and its file."""
    files = sorted(recordings.rglob("*" + ENDING))
    return {path.relative_to(recordings).as_posix().removesuffix(ENDING): path for path in files}


def _unpack(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*" + ENDING + "*")):
        unpacked = target / path.relative_to(source).as_posix().removesuffix(".bz2")
        unpacked.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".bz2":
            with bz2.open(path) as packed, unpacked.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
        else:
            shutil.copyfile(path, unpacked)


def _run(command: list[str], folder: Path, good: frozenset[int]) -> None:
    code = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode
    if code not in good:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
