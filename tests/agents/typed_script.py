"""A script that bash runs, with everything that it leaves in the background: all of it ends with who started it.

A test run that is killed has no finalizer. So the script holds the reading end of a pipe of which only the test run
holds the other, and a part of it waits for the end of that pipe, then ends its own process group.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

WATCH = "{ read -r _ <&%d; kill -TERM 0; } &\n"


@contextmanager
def typed(script: str, file: Path, cwd: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The shell that runs a script, which is written to `file`. What it started is ended when the block ends."""
    ours, theirs = os.pipe()[::-1]
    try:
        file.write_text(WATCH % theirs + script)
        command = ["bash", str(file)]
        shell = subprocess.Popen(command, cwd=cwd, env=env, start_new_session=True, pass_fds=(theirs,))
        os.close(theirs)
        try:
            yield shell
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
            shell.wait(20)
    finally:
        os.close(ours)
