"""How a person types `kitscan` to get this very program again."""

import os
import shlex
import shutil
import sys
from pathlib import Path


def typed_command(started: str | None = None) -> str:
    """`kitscan` where the shell finds this program by that name; else the whole path it was started by, which works in
    any folder; and for a module, the Python that ran it. `started` is sys.argv[0]."""
    program = Path(started if started is not None else sys.argv[0])
    if program.suffix == ".py":
        return f"{shlex.quote(sys.executable)} -m scanner.start"
    found = shutil.which(program.name)
    if found is not None and os.path.realpath(found) == os.path.realpath(program):
        return shlex.quote(program.name)
    return shlex.quote(str(program.absolute()))
