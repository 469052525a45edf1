"""A script ends with the test run that typed it, even where that is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.project.source_code import ROOT

KILLED = """
import os, sys
from pathlib import Path
from tests.agents.typed_script import typed
place = Path(sys.argv[1])
with typed("sleep 100 & echo $! $$; wait", place / "script", place, os.environ) as shell:
    shell.wait()
"""


def test_what_a_script_left_in_the_background_ends_with_a_killed_test_run(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        sleeping, shell = map(int, run.stdout.readline().split())
        assert os.getpgid(sleeping) == shell
        run.send_signal(signal.SIGKILL)
        try:
            assert run.communicate(timeout=20)[0] == ""  # which comes when the last that holds it has ended
        except subprocess.TimeoutExpired:
            os.killpg(shell, signal.SIGKILL)
            raise
