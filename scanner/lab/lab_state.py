"""The record of a lab on network namespaces: `up` writes it first, and `down` goes by it.

It lies in the lab's own folder `clab-NAME`. `/run/kitscan-labs` has a link to each, because the names of namespaces are
the whole machine's; it is empty after a restart of the machine, as are the namespaces.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fingerprints.database.yaml_file import FileModel, parse_yaml
from fingerprints.model.errors import KitscanError
from fingerprints.model.input_file import read_text_file
from scanner.lab.errors import LabRefusedError
from scanner.lab.process_identity import ProcessIdentity, is_running

STATE_FILE = "kitscan-lab.json"
NEW_STATE_FILE = f"{STATE_FILE}.new"
RECORDS = Path("/run/kitscan-labs")
NAMESPACES = Path("/run/netns")
"""Where `ip netns` keeps the namespaces that have names."""


NamespaceName = Annotated[str, Field(pattern=r"^clab-[A-Za-z0-9_.-]{1,230}$")]
"""`down` puts it into a command: nothing else may stand there."""


class LabState(FileModel):
    """A lab that is up or was left half up. `management` is the namespace to scan from, `since` a time in UTC,
    `keeper` the process that plays the devices, once it runs."""

    lab: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    topology: str
    since: str
    management: NamespaceName
    namespaces: tuple[NamespaceName, ...]
    nodes: int
    keeper: ProcessIdentity | None = None

    @property
    def is_whole(self) -> bool:
        """True if its devices are being played and all of its namespaces are there."""
        return self._is_played and all((NAMESPACES / name).exists() for name in self.namespaces)

    @property
    def is_gone(self) -> bool:
        """True if nothing of it is left but this record."""
        return not self._is_played and not any((NAMESPACES / name).exists() for name in self.namespaces)

    @property
    def _is_played(self) -> bool:
        return self.keeper is not None and is_running(self.keeper)


def read_state(folder: Path) -> LabState | None:
    """The record in a lab's `clab-NAME`, None if there is none. Raises DataFileError for one that is damaged.

    Only the record that `/run/kitscan-labs` has a link to counts. Another was copied with its folder, or is older than
    the machine's start, and what it names belongs to somebody else.
    """
    path = folder / STATE_FILE
    if not path.exists():
        return None
    state = parse_yaml(read_text_file(path), LabState, path)
    return state if _is_linked(path, state) else None


def has_old_record(folder: Path) -> bool:
    """True if a lab's `clab-NAME` holds a record that does not count."""
    return (folder / STATE_FILE).exists() and read_state(folder) is None


def _is_linked(path: Path, state: LabState) -> bool:
    record = RECORDS / state.lab
    return record.is_symlink() and record.readlink() == path


def create_state(folder: Path, state: LabState) -> None:
    """Write the first record of a lab. Raises LabRefusedError if somebody else has written one meanwhile, or a lab of
    this name is up elsewhere."""
    path, record = folder / STATE_FILE, RECORDS / state.lab
    try:
        folder.mkdir(exist_ok=True)
        RECORDS.mkdir(exist_ok=True)
        if record.is_symlink() and not record.exists():
            record.unlink()
        save_state(folder, state)
        record.symlink_to(path)
    except FileExistsError as error:
        path.unlink()
        there = record.resolve().parent.parent
        raise LabRefusedError(
            f"a lab {state.lab} is up already, from {there}", f"kitscan lab down {there}, or another name"
        ) from error
    except OSError as error:
        raise LabRefusedError(
            f"{error.filename} cannot be written ({error.strerror})", "run it as root, in a folder of your own"
        ) from error


def save_state(folder: Path, state: LabState) -> None:
    """Write the record anew, whole or not at all."""
    new = folder / NEW_STATE_FILE
    new.write_text(state.model_dump_json(indent=1) + "\n", encoding="utf-8")
    new.replace(folder / STATE_FILE)


def remove_state(folder: Path, state: LabState) -> None:
    """Remove the record of a lab of which nothing is left."""
    (folder / STATE_FILE).unlink(missing_ok=True)
    if _is_linked(folder / STATE_FILE, state):
        (RECORDS / state.lab).unlink()


def recorded_states() -> Iterator[tuple[Path, LabState]]:
    """Each lab that is up or was left half up on this machine, by name: its `clab-NAME` and its record."""
    for record in sorted(RECORDS.iterdir()) if RECORDS.is_dir() else ():
        with suppress(KitscanError, OSError):  # a lab's folder was removed by hand: nothing is known of it
            folder = record.readlink().parent
            state = read_state(folder)
            if state is not None:
                yield folder, state
