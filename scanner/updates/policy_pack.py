"""Reads packs of policies: which files of an archive they are, and until when their facts are known."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from fingerprints.database.provenance import SOURCE, known_until_of
from fingerprints.model.errors import DataFileError, Flaw

FOLDER = "policies"


def is_policy_pack(paths: Mapping[str, bytes]) -> bool:
    """True if the files of an archive are policies: they lie in a folder `policies`, or beside a SOURCE.yaml that says
    until when their facts are known."""
    return any(FOLDER in PurePosixPath(path).parts[:-1] for path in paths) or any(
        PurePosixPath(path).name == SOURCE and b"known_until:" in text for path, text in paths.items()
    )


def policy_texts(files: Mapping[str, bytes], name: str) -> dict[str, str]:
    """The policy files of an archive by file name: those in its folder `policies`, or else all. Raises DataFileError
    where two have one name, where one is not UTF-8, and where there is none."""
    inside = {path for path in files if PurePosixPath(path).parts[-2:-1] == (FOLDER,)}
    texts: dict[str, str] = {}
    for path in sorted(inside or files):
        file_name = PurePosixPath(path).name
        if file_name == SOURCE:
            continue
        if file_name in texts:
            raise _flawed(name, path[:100], f"is a second {file_name[:60]}", "one file of each name")
        try:
            texts[file_name] = files[path].decode()
        except UnicodeDecodeError as error:
            raise _flawed(name, path[:100], "is not UTF-8", "a text file in UTF-8") from error
    if not texts:
        raise _flawed(name, "whole file", "holds no policy file", "policy files, as policies/<id>.yaml")
    return texts


def stated_day(files: Mapping[str, bytes], name: str) -> date | None:
    """The last day whose facts a pack holds, as its SOURCE.yaml states it; None where it states none. Raises
    DataFileError for one that cannot be read."""
    sources = [text for path, text in files.items() if PurePosixPath(path).name == SOURCE and b"known_until:" in text]
    if not sources:
        return None
    with tempfile.TemporaryDirectory(prefix="kitscan-policies-") as place:
        (Path(place) / SOURCE).write_bytes(sources[0])
        try:
            return known_until_of(Path(place))
        except DataFileError as error:
            raise DataFileError(f"{name}: {SOURCE}", error.flaws, error.next_step) from error


def _flawed(name: str, place: str, problem: str, expected: str) -> DataFileError:
    return DataFileError(name, (Flaw(place, problem, expected),), "have the pack made again")
