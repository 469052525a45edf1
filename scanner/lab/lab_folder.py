"""The folder of a lab: where it is found, its topology, and the variables of its `lab.env`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file
from scanner.lab.errors import LabRefusedError

LABS = Path("lab")
"""The folder whose labs a name means."""

ENV_FILE = "lab.env"
_SUFFIXES = (".clab.yml", ".clab.yaml")
_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)\Z")
_PASSED_ON = "LAB_"


@dataclass(frozen=True, slots=True)
class LabFolder:
    """A lab by its topology file. Its other files stand beside that file."""

    topology: Path

    @property
    def folder(self) -> Path:
        """Where the lab's files are, and where a scan of it runs."""
        return self.topology.parent

    @property
    def devices(self) -> Path:
        """The folder of its device files."""
        return self.folder / "devices"


def find_lab(word: str, labs: Path = LABS) -> LabFolder:
    """The lab that a word means: a folder with one topology, a topology file, or the name of a folder in `labs`.
    Raises LabRefusedError."""
    path = Path(word)
    if path.is_file():
        return LabFolder(path.resolve())
    folder = path if path.is_dir() else labs / word
    found = topologies_in(folder)
    if len(found) == 1:
        return LabFolder(found[0].resolve())
    if found:
        names = ", ".join(str(file) for file in found)
        raise LabRefusedError(f"{folder} has {len(found)} topologies: {names}", "name one of these files")
    known = ", ".join(sorted(file.parent.name for file in labs_in(labs)))
    next_step = f"a folder or a file NAME.clab.yml, or one of {known}" if known else "a folder or a file NAME.clab.yml"
    problem = f"{folder} has no file NAME.clab.yml" if folder.is_dir() else f"there is no lab {word}"
    raise LabRefusedError(problem, next_step)


def labs_in(labs: Path) -> list[Path]:
    """The topology of each lab of a folder, sorted: folders that hold exactly one, and device files beside it."""
    folders = (folder for folder in labs.iterdir() if (folder / "devices").is_dir()) if labs.is_dir() else ()
    found = (topologies_in(folder) for folder in sorted(folders))
    return [files[0] for files in found if len(files) == 1]


def topologies_in(folder: Path) -> list[Path]:
    """The topology files of a folder, sorted."""
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.name.endswith(_SUFFIXES) and file.is_file())


def read_variables(folder: Path) -> Mapping[str, str]:
    """The variables `LAB_...` of the folder's `lab.env`; none if there is no such file.

    Others are not passed on: a lab that somebody sent must not set what the programs of this machine read. Raises
    DataFileError, which shows no value.
    """
    path = folder / ENV_FILE
    if not path.exists():
        return {}
    variables: dict[str, str] = {}
    flaws: list[Flaw] = []
    for number, line in enumerate(read_text_file(path).splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.match(text)
        if match is None:
            flaws.append(Flaw(f"line {number}", "is not shown, because it may hold a secret", "NAME=value"))
        elif match["name"].startswith(_PASSED_ON):
            variables[match["name"]] = _without_quotes(match["value"].strip())
    if flaws:
        raise DataFileError(path, tuple(flaws), "correct these lines and run the same command again")
    return variables


def _without_quotes(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
