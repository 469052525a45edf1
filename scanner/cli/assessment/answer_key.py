"""The key of kept answers: a digest of all that a judgement of a run depends on.

It is computed without reading kitscan.yaml, which takes longer than the answer: the answers hold the names of the files
and folders that were judged by, and kitscan.yaml's own digest says whether those names still hold.
"""

import hashlib
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from fingerprints.model.errors import DataFileError
from fingerprints.model.input_file import sha256_of
from scanner.cli.options import ReportRequest
from scanner.project_file import CONFIG_FILE
from scanner.store.run_mark import RunMark
from scanner.version import VERSION

HOME = Path(__file__).parents[3]
PACKAGES = ("fingerprints", "reports", "scanner")
"""What judges: the code and the data that ships with it."""

_PLACES = ("HOME", "XDG_DATA_HOME")
"""The variables of the environment that say where the user's own data are."""


@dataclass(frozen=True, slots=True)
class JudgedFrom:
    """The operator's files and the folders of rules, policies and data that a judgement reads."""

    files: tuple[str, ...]
    folders: tuple[str, ...]

    def to_text(self) -> str:
        """The form in which it is kept beside the answers."""
        return json.dumps((self.files, self.folders))

    @classmethod
    def of_text(cls, text: str) -> "JudgedFrom | None":
        """What `to_text` wrote; None for anything else."""
        try:
            files, folders = json.loads(text)
            return cls(tuple(map(str, files)), tuple(map(str, folders)))
        except (ValueError, TypeError):
            return None


def state_of(request: ReportRequest, judged_from: JudgedFrom) -> str | None:
    """A digest of what judges: the program and its libraries, options, files and data, as they are now. None where a
    file is none that can be read twice, such as a pipe, or cannot be read."""
    asked = replace(request, store=None, fail_on=None, output_format=None, out=(), template=())
    asked = replace(asked, only=(), zone=(), site=(), maker=(), jobs=None)
    config = Path(CONFIG_FILE)
    files = (*map(Path, judged_from.files), *((config,) if config.exists() else ()))
    if not all(path.is_file() for path in files):
        return None
    try:
        parts = (
            (VERSION, sys.version, _libraries()),
            (str(Path.cwd()), [os.environ.get(name) for name in _PLACES]),
            repr(asked),
            judged_from.to_text(),
            [(str(path), sha256_of(path)) for path in files],
            [_listing(Path(folder)) for folder in judged_from.folders],
            [_listing(HOME / package) for package in PACKAGES],
        )
    except (OSError, DataFileError):  # a file that went away meanwhile
        return None
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def key_of(place: str, mark: RunMark, state: str) -> str:
    """The key of the answers about one run of a store, judged in a state."""
    return hashlib.sha256(json.dumps((place, mark, state)).encode()).hexdigest()


def _libraries() -> list[str]:
    """The installed distributions with their versions, as the names of their folders say them."""
    folders = (Path(place) for place in sys.path if place.endswith("-packages"))
    return sorted(found.name for folder in folders for found in folder.glob("*.dist-info"))


def _listing(folder: Path) -> list[tuple[str, int, int, int]]:
    """Each file of a folder with its size and the times of its last changes, sorted. The second time is of the system's
    own making: a copy that keeps the first one does not keep it."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            path = f"{place}/{name}"
            status = os.stat(path) if os.path.exists(path) else os.lstat(path)  # noqa: PTH110, PTH116  1,000 files
            found.append((path, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return found
