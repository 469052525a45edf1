"""The environment file of a lab: the words that its devices accept, as KEY=value lines."""

from pathlib import Path

from fingerprints.model.errors import DataFileError, Flaw
from fingerprints.model.input_file import read_text_file


def read_environment_file(path: Path) -> dict[str, str]:
    """Its variables. Raises DataFileError, which names the line and quotes no value."""
    variables, flaws = {}, []
    for number, line in enumerate(read_text_file(path).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if equals and name.strip().isidentifier():
            variables[name.strip()] = value.strip()
        else:
            flaws.append(Flaw(f"line {number}", "is no variable", "NAME=value"))
    if flaws:
        raise DataFileError(path, tuple(flaws), "correct these lines and run the same command again")
    return variables
